"""A lot from the list of serial numbers to the verdict, on a real store, each meter by a run of its own."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fieldcal import bootstrap
from fieldcal.domain import events as ev
from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadInput, DomainError, NotAllowed
from fieldcal.domain.lot import ranked, serials
from fieldcal.domain.quantity import show
from fieldcal.services.demo import adopt
from fieldcal.services.fill import Filled
from fieldcal.services.lots import Lots, Plan
from fieldcal.services.prescribed import entries
from fieldcal.services.proof import generic_cases
from fieldcal.services.simulate import planned
from tests.services.workspace import APPROVE, CHECK, TECH, Desk

WATER = "jjg162-2019"
FOLDER = Path(__file__).parents[2] / "resources" / "procedures"
LOT = serials("W001..W020")
PRINTED = Plan(3, 1, 2, "JJG 162-2019, 7.9 (example)")
PLATE = {
    "model": "LXS-20", "dn": "20", "q1": "0.025", "q2": "0.040", "q3": "2.5", "q4": "3.125", "scale_interval": "0.05",
    "tightness_pressure": "1.6", "tightness_time": "60",
}  # fmt: skip


@pytest.fixture
def lots(desk: Desk) -> Lots:
    return with_rig(desk)


def with_rig(desk: Desk) -> Lots:
    """With the standard that water meters are verified on."""
    until = (desk.ws.today() + timedelta(days=300)).isoformat()
    rig = ev.StandardPut("rig", "水表装置", "X", "1", "water_rig", "0.1", {"error": "0.1"}, "C", "L", until)
    desk.ws.put("standard:rig", rig, "system")
    return Lots(desk.certificates)


def opened(lots: Lots, numbers: list[str] = LOT, **changes: Any) -> str:
    given: dict[str, Any] = {"plate": PLATE, "plan": PRINTED, **changes}
    return lots.open(WATER, "first", "market", numbers, "tech", **given)


def drawn(lots: Lots, **changes: Any) -> str:
    lot = opened(lots, **changes)
    lots.draw(lot, "tech", "seed")
    return lot


@cache
def plan() -> Filled:
    compiled = bootstrap.library().get(WATER)
    return planned(compiled, generic_cases(compiled, FOLDER))[1]


def measured(desk: Desk, instrument: str, good: bool = True, kind: str = "first") -> str:
    """A whole run up to review; a bad meter shows a tenth too much at each flow."""
    run = desk.runs.open(instrument, kind, "tech")
    desk.runs.prepare(run, "tech")
    while (at := desk.runs.judgement(run).position) is not None:
        if at.question:
            desk.step(run, at)
            continue
        column = next(c for c in desk.runs.columns(run, at) if c.id == at.column)
        value = plan().items[at.item][at.row][at.column]
        if column.source == "timed":
            desk.runs.start_timer(run, at, "tech")
            desk.clock.sleep(float(value) + 0.2)
            desk.runs.stop_timer(run, at, "tech")
            continue
        if column.id == "v_stop" and not good:
            value = value * 11 / 10
        text = value if isinstance(value, str) else show(value)
        desk.runs.take(run, at, text, "" if isinstance(value, str) else column.unit, "tech")
    desk.runs.complete(run, "tech")
    return run


def certified(desk: Desk, instrument: str, good: bool = True, kind: str = "first") -> str:
    run = measured(desk, instrument, good, kind)
    desk.certificates.sign(run, *TECH)
    desk.certificates.check(run, *CHECK)
    desk.certificates.approve(run, *APPROVE)
    return run


def work(desk: Desk, lots: Lots, lot: str, bad: int = 0) -> None:
    for place, member in enumerate(lots.members(lots.view(lot))):
        certified(desk, member.instrument, good=place >= bad)


def code(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(DomainError) as error:
        call(*arguments, **named)
    return error.value.code


@pytest.mark.parametrize(("bad", "verdict"), [(0, "accepted"), (1, "accepted"), (2, "rejected")])
def test_a_lot_is_judged_by_the_failures_among_its_sample(desk: Desk, lots: Lots, bad: int, verdict: str) -> None:
    lot = drawn(lots)
    work(desk, lots, lot, bad)
    judged = lots.judge(lot, *APPROVE)
    assert (judged.verdict, judged.failed) == (verdict, bad)
    assert [result.serial for result in judged.results] == ranked("seed", LOT)[:3]
    assert [result.verdict for result in judged.results] == ["fail"] * bad + ["pass"] * (3 - bad)
    assert {result.number[:2] for result in judged.results} == ({"TZ", "JL"} if bad else {"JL"})
    view = lots.view(lot)
    assert (view.state, view.judged_by, view.judged) == ("judged", "approve", judged)
    assert code(lots.judge, lot, *APPROVE) == "lot-finished"
    assert desk.store.journal.verify().problems == []


def test_the_sample_stands_in_the_books_and_survives_a_restart(desk: Desk, lots: Lots) -> None:
    lot = drawn(lots)
    later = desk.reopen()
    try:
        again = Lots(later.certificates)
        view = again.view(lot)
        assert view.sample == ranked("seed", LOT)[:3]
        assert view.reproduced()
        assert [v.stream for v in again.all()] == [lot]
        for member in again.members(view):
            instrument = later.ws.catalogue.instrument(member.instrument)
            assert instrument.plate == {**PLATE, "serial": member.serial}
            place = f"{lot.removeprefix('lot:')}"
            assert (instrument.site, instrument.place, instrument.procedure) == ("market", place, WATER)
        assert later.ws.blobs.get(view.lot.sha256).data == later.ws.library.get(WATER).data
    finally:
        later.store.close()


def test_a_seed_of_its_own_is_drawn_by_the_program_and_recorded(lots: Lots) -> None:
    first, second = opened(lots), opened(lots, serials("V001..V020"))
    lots.draw(first, "tech")
    lots.draw(second, "tech")
    events = [lots.view(lot).drawn for lot in (first, second)]
    seeds = {event.seed for event in events if event}
    assert len(seeds) == 2
    assert all(len(seed) == 32 and int(seed, 16) for seed in seeds)


def test_an_instrument_that_the_books_know_is_not_entered_twice(desk: Desk, lots: Lots) -> None:
    serial = ranked("seed", LOT)[0]
    known = ev.InstrumentPut("meter-7", "market", "7", WATER, {**PLATE, "serial": serial})
    desk.ws.put("instrument:meter-7", known, "system")
    lot = drawn(lots)
    assert lots.members(lots.view(lot))[0].instrument == "meter-7"
    assert [i.id for i in desk.ws.catalogue.instruments.values() if i.plate.get("serial") == serial] == ["meter-7"]


def test_there_is_one_draw(lots: Lots) -> None:
    lot = drawn(lots)
    assert code(lots.draw, lot, "tech", "another seed") == "already-drawn"
    assert code(opened, lots, LOT[:10]) == "serial-in-lot"
    assert code(lots.abandon, lot, "a better one", "tech") == "wrong-role"
    assert lots.view(lot).sample == ranked("seed", LOT)[:3]
    lots.abandon(lot, "meters went back to the maker", "approve")
    assert code(lots.replace, lot, lots.view(lot).sample[0], "x", "tech") == "lot-finished"
    opened(lots, LOT[:10])


def test_a_lot_opened_by_mistake_is_abandoned_with_a_reason(lots: Lots) -> None:
    lot = opened(lots)
    assert code(lots.abandon, lot, " ", "tech") == "empty"
    lots.abandon(lot, "wrong list", "tech")
    assert lots.view(lot).state == "abandoned"
    assert code(lots.draw, lot, "tech") == "lot-finished"


def test_instruments_of_a_draw_that_was_cut_off_are_entered_by_the_next_one(desk: Desk, lots: Lots) -> None:
    lot = opened(lots)
    event = ev.SampleDrawn("sha256-rank/1", "seed", ranked("seed", LOT)[:3])
    desk.ws.record(lot, 1, [event], "tech")  # the program ends here
    assert code(lots.draw, lot, "tech") == "already-drawn"
    assert {m.instrument for m in lots.members(lots.view(lot))} <= set(desk.ws.catalogue.instruments)


def test_no_verdict_while_one_of_the_sample_has_no_paper(desk: Desk, lots: Lots) -> None:
    lot = drawn(lots)
    first, second, third = lots.members(lots.view(lot))
    certified(desk, first.instrument)
    certified(desk, second.instrument)
    with pytest.raises(NotAllowed) as error:
        lots.judge(lot, *APPROVE)
    assert (error.value.code, error.value.value) == ("lot-incomplete", third.serial)
    run = measured(desk, third.instrument)
    desk.certificates.sign(run, *TECH)
    assert code(lots.judge, lot, *APPROVE) == "lot-incomplete"
    desk.certificates.check(run, *CHECK)
    desk.certificates.approve(run, *APPROVE)
    assert lots.judge(lot, *APPROVE).verdict == "accepted"


def test_nobody_measures_until_it_passes(desk: Desk, lots: Lots) -> None:
    lot = drawn(lots, plan=Plan(2, 0, 1, "7.9"))
    first, second = lots.members(lots.view(lot))
    desk.runs.abort(desk.runs.open(first.instrument, "first", "tech"), "wrong meter", "tech")
    certified(desk, first.instrument, good=False)
    certified(desk, first.instrument)
    certified(desk, second.instrument)
    judged = lots.judge(lot, *APPROVE)
    assert (judged.verdict, judged.results[0].verdict, judged.results[0].struck) == ("rejected", "fail", 1)


def test_a_run_of_another_kind_or_revision_does_not_count(desk: Desk, lots: Lots) -> None:
    lot = drawn(lots, plan=Plan(1, 0, 1, "7.9"))
    member = lots.members(lots.view(lot))[0]
    run = certified(desk, member.instrument, kind="subsequent")
    assert code(lots.judge, lot, *APPROVE) == "lot-wrong-run"
    number = desk.runs.view(run).certified.number  # pyright: ignore
    desk.certificates.void(number, "wrong kind", "approve")
    assert code(lots.judge, lot, *APPROVE) == "lot-incomplete"
    shipped = desk.ws.library.get(WATER)
    newer = load(shipped.data.replace(b"revision = 1", b"revision = 2", 1))
    desk.ws.library.put(newer)
    adopt(desk.ws, newer, "approve")
    certified(desk, member.instrument)
    assert code(lots.judge, lot, *APPROVE) == "lot-wrong-run"
    assert code(lots.replace, lot, member.serial, "x", "tech") == "lot-wrong-run"


def test_a_run_from_before_the_draw_is_not_of_the_sample(desk: Desk, lots: Lots) -> None:
    serial = ranked("seed", LOT)[0]
    desk.ws.put("instrument:m", ev.InstrumentPut("m", "market", "", WATER, {**PLATE, "serial": serial}), "system")
    certified(desk, "m")
    desk.clock.sleep(1)
    lot = drawn(lots)
    assert lots.members(lots.view(lot))[0].runs == []
    assert code(lots.judge, lot, *APPROVE) == "lot-incomplete"


def test_a_replacement_is_the_next_in_order_and_has_a_reason(desk: Desk, lots: Lots) -> None:
    lot, order = drawn(lots), ranked("seed", LOT)
    assert code(lots.replace, lot, order[1], " ", "tech") == "empty"
    assert code(lots.replace, lot, order[3], "gone", "tech") == "not-in-sample"
    assert lots.replace(lot, order[1], "crushed in transport", "tech") == order[3]
    assert lots.replace(lot, order[3], "not found in store", "tech") == order[4]
    view = lots.view(lot)
    assert view.sample == [order[0], order[4], order[2]]
    assert view.replaced[0] == ev.SampleReplaced(order[1], order[3], "crushed in transport")
    assert view.reproduced()
    work(desk, lots, lot)
    assert [r.serial for r in lots.judge(lot, *APPROVE).results] == view.sample


def test_what_was_measured_is_never_replaced(desk: Desk, lots: Lots) -> None:
    lot = drawn(lots)
    first, second = lots.members(lots.view(lot))[:2]
    run = measured(desk, first.instrument, good=False)
    desk.runs.abort(run, "looks bad", "tech")
    assert code(lots.replace, lot, first.serial, "looks bad", "tech") == "already-measured"
    desk.runs.abort(desk.runs.open(second.instrument, "first", "tech"), "meter is missing", "tech")
    lots.replace(lot, second.serial, "meter is missing", "tech")


def test_a_lot_that_is_used_up_has_no_replacement(lots: Lots) -> None:
    lot = drawn(lots, numbers=LOT[:3])
    assert code(lots.replace, lot, LOT[0], "gone", "tech") == "lot-exhausted"


def test_only_the_approver_judges_and_with_the_pin(desk: Desk, lots: Lots) -> None:
    lot = drawn(lots)
    work(desk, lots, lot)
    assert code(lots.judge, lot, *TECH) == "wrong-role"
    assert code(lots.judge, lot, "approve", "0000") == "wrong-pin"
    desk.put_person("tech", roles=["technician", "approver"])
    assert code(lots.judge, lot, *TECH) == "same-person"
    assert code(lots.draw, opened(lots, serials("V1..V9")), "approve") == "wrong-role"


def test_a_sample_that_the_seed_does_not_give_is_not_judged(desk: Desk, lots: Lots) -> None:
    lot = opened(lots, plan=Plan(1, 0, 1, "7.9"))
    chosen = ranked("seed", LOT)[7]
    desk.ws.record(lot, 1, [ev.SampleDrawn("sha256-rank/1", "seed", [chosen])], "tech")
    assert code(lots.judge, lot, *APPROVE) == "record-changed"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"plan": None}, "lot-plan-needed"), ({"plan": Plan(3, 1, 2, " ")}, "empty"),
        ({"plan": Plan(3, 1, 3, "7")}, "bad-lot-plan"), ({"plan": Plan(0, 0, 1, "7")}, "bad-lot-plan"),
        ({"plan": Plan(21, 1, 2, "7")}, "sample-too-large"), ({"plate": {}}, "empty"),
        ({"plate": {**PLATE, "q2": "9"}}, "impossible-plate"), ({"plate": {**PLATE, "size": "9"}}, "unknown-field"),
    ],
)  # fmt: skip
def test_a_lot_that_cannot_be_judged_is_not_opened(lots: Lots, changes: dict[str, Any], wanted: str) -> None:
    assert code(opened, lots, **changes) == wanted
    assert lots.all() == []


def test_a_lot_needs_a_place_a_kind_and_a_procedure_with_a_rule(lots: Lots) -> None:
    given: dict[str, Any] = {"plate": PLATE, "plan": PRINTED}
    assert code(lots.open, WATER, "first", "nowhere", LOT, "tech", **given) == "unknown-site"
    assert code(lots.open, WATER, "third", "market", LOT, "tech", **given) == "bad-choice"
    assert code(lots.open, "jjg539-2016", "first", "market", LOT, "tech", **given) == "no-lot-rule"
    assert code(lots.view, "lot:none") == code(lots.view, "run:1") == "unknown-lot"
    assert code(lots.replace, opened(lots), "W001", "x", "tech") == "not-drawn"


def test_the_plan_of_the_file_binds(desk: Desk, lots: Lots) -> None:
    rule = '[lot]\nsource = "lot"\nplans = [{ to = 25, sample = 2, accept = 0, reject = 1 }]'
    text = desk.ws.library.get(WATER).data.decode().replace('[lot]\nsource = "lot"', rule)
    filled = load(text.replace('lot: no value is shipped", grade = "X"', 'lot", grade = "B"').encode())
    desk.ws.library.put(filled)
    adopt(desk.ws, filled, "approve")
    assert code(opened, lots) == "lot-plan-prescribed"
    assert code(opened, lots, serials("W001..W026"), plan=None) == "no-lot-plan"
    view = lots.view(opened(lots, plan=None))
    assert (view.lot.sample, view.lot.accept, view.lot.reject, view.lot.basis) == (2, 0, 1, "")
    assert view.lot.sha256 == filled.sha256


def test_every_shipped_rule_is_empty_until_a_laboratory_fills_it() -> None:
    ruled = [c.procedure for c in bootstrap.library().all() if c.procedure.lot]
    assert {p.id for p in ruled} == {WATER, "jjg577-2012", "jjg596-2012"}
    for procedure in ruled:
        assert procedure.lot is not None
        assert procedure.lot.plans == []
        assert procedure.sources[procedure.lot.source].grade == "X"


def test_an_empty_list_is_no_lot(lots: Lots) -> None:
    with pytest.raises(BadInput):
        opened(lots, [])


def test_a_laboratory_that_adopts_a_filled_rule_confirms_every_number_of_it(desk: Desk) -> None:
    shipped = desk.ws.library.get(WATER)
    assert next(entry for entry in entries(shipped) if entry.id == "lot").values == []
    rule = '[lot]\nsource = "lot"\nplans = [{ to = 25, sample = 2, accept = 0, reject = 1 }]'
    text = shipped.data.decode().replace('[lot]\nsource = "lot"', rule)
    filled = load(text.replace('lot: no value is shipped", grade = "X"', 'lot", grade = "B"').encode())
    values = next(entry for entry in entries(filled) if entry.id == "lot").values
    assert [(value.words.en, value.shown) for value in values] == [
        ("lots up to 1", "25"), ("sample 1", "2"), ("accept 1", "0"), ("reject 1", "1")
    ]  # fmt: skip
