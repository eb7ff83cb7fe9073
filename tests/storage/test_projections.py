from __future__ import annotations

import pytest

from fieldcal.domain import events as ev
from fieldcal.storage.errors import NumberTaken
from fieldcal.storage.schema import PROJECTIONS

STEPS = [
    (ev.Prepared(), "prepared"),
    (ev.Reopened("typo"), "draft"),
    (ev.Prepared(), "prepared"),
    (ev.Started("s"), "running"),
    (ev.Paused("rain"), "paused"),
    (ev.Resumed("s"), "running"),
    (ev.Interrupted("power"), "paused"),
    (ev.Resumed("s"), "running"),
    (ev.StepsCompleted(), "review"),
    (ev.Signed("pass", "r", "f"), "signed"),
    (ev.Returned("look again"), "review"),
    (ev.Signed("pass", "r", "f"), "signed"),
    (ev.Checked("r"), "checked"),
]


def paper(number: str = "No-1", valid_to: str = "2027-03-01") -> ev.Certified:
    return ev.Certified("certificate", number, "r", "c", "2026-03-02", valid_to, {}, "qr")


def world(bench) -> None:
    bench.put("site/s1", ev.SitePut("s1", "market", "shop", "road 5", "Wang Ltd"))
    bench.put("instrument/i1", ev.InstrumentPut("i1", "s1", "till 3", "jjg-539", {"serial": "A77"}, "2026-04-01"))


def table(bench, name: str) -> list[dict]:
    return bench.store.journal.rows(name)


def test_the_state_of_a_run_follows_its_events(bench):
    bench.run(readings=1)
    for event, state in STEPS:
        bench.put("run/1", event)
        assert table(bench, "run_summary")[0]["state"] == state, event
    assert table(bench, "run_summary")[0]["verdict"] == "pass"


def test_an_aborted_run_says_so(bench):
    bench.run()
    bench.put("run/1", ev.Aborted("shop closed"))
    assert table(bench, "run_summary")[0]["state"] == "aborted"


def test_a_certificate_is_indexed_and_renews_its_instrument(bench):
    world(bench)
    bench.run()
    bench.put("run/1", ev.Signed("pass", "r", "f"), paper())
    [row] = table(bench, "certificate_index")
    assert (row["number"], row["serial"], row["client"], row["status"]) == (
        "No-1",
        "A77",
        "Wang Ltd",
        "valid",
    )
    [due] = table(bench, "instrument_due")
    assert (due["valid_to"], due["last_result"]) == ("2027-03-01", "pass")
    bench.put("run/1", ev.Voided("wrong name"))
    assert table(bench, "certificate_index")[0]["status"] == "voided"
    assert table(bench, "instrument_due")[0]["valid_to"] == ""


def test_voiding_an_old_certificate_leaves_its_successor_standing(bench):
    world(bench)
    for stream, number in (("run/1", "No-1"), ("run/2", "No-2")):
        bench.run(stream)
        bench.put(stream, ev.Signed("pass", "r", "f"), paper(number))
    bench.put("run/1", ev.Voided("typo", "No-2"))
    assert table(bench, "instrument_due")[0]["valid_to"] == "2027-03-01"


def test_an_edited_instrument_keeps_what_it_was_certified_for(bench):
    world(bench)
    bench.run()
    bench.put("run/1", paper())
    bench.put("instrument/i1", ev.InstrumentPut("i1", "s1", "till 9", "jjg-539", {"serial": "A77"}))
    [due] = table(bench, "instrument_due")
    assert (due["place"], due["valid_to"]) == ("till 9", "2027-03-01")


def test_a_number_is_given_out_once(bench):
    for stream in ("run/1", "run/2"):
        bench.run(stream)
    bench.put("run/1", paper())
    before = bench.store.journal.head()
    with pytest.raises(NumberTaken):
        bench.put("run/2", paper())
    assert bench.store.journal.head() == before


def test_rebuilt_tables_are_identical(bench):
    world(bench)
    for number in range(4):
        bench.run(f"run/{number}")
        bench.put(f"run/{number}", ev.Signed("pass", "r", "f"), paper(f"No-{number}"))
    bench.put("run/2", ev.Voided("typo"))
    before = {name: table(bench, name) for name in PROJECTIONS}
    assert bench.store.rebuild() == {
        "run_summary": (4, True),
        "certificate_index": (4, True),
        "site": (1, True),
        "instrument_due": (1, True),
    }
    assert {name: table(bench, name) for name in PROJECTIONS} == before


def test_a_rebuild_says_when_a_table_had_gone_wrong_and_mends_it(bench, tamper):
    bench.run()
    tamper("UPDATE run_summary SET state='certified'")
    bench.reopen()
    assert bench.store.rebuild()["run_summary"] == (1, False)
    assert table(bench, "run_summary")[0]["state"] == "draft"
