"""Lots: what may be pasted, that the draw is fair and gives itself again, what a plan may say."""

from __future__ import annotations

import hashlib
import subprocess
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcal.domain import events as ev
from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadInput, BadProcedure, NotAllowed
from fieldcal.domain.faults import faults
from fieldcal.domain.lot import fold, ranges, ranked, serials
from fieldcal.domain.lot_rule import plan_for, verdict
from fieldcal.domain.procedure import LotPlan, LotRule
from tests.domain.support import SMALL

NUMBER = st.text(st.characters(codec="utf-8", exclude_characters="\n\r", exclude_categories=("Cs",)), min_size=1)
LOT = st.lists(NUMBER, min_size=1, max_size=60, unique=True)
SERIAL = '[[inputs]]\nid = "serial"\nkind = "text"\ntext = { zh = "s", en = "s" }\n[[items]]'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A1\nA2\r\n\n  A3  ", ["A1", "A2", "A3"]),
        ("A1, A2；A3、A4\tA5", ["A1", "A2", "A3", "A4", "A5"]),
        ("0008..0011", ["0008", "0009", "0010", "0011"]),
        ("WM-098..101", None),
        ("WM-098..WM-100, X", ["WM-098", "WM-099", "WM-100", "X"]),
        ("2026 A 7~9", ["2026 A 7", "2026 A 8", "2026 A 9"]),
        ("ＷＭ０１", ["WM01"]),
        ("5..5", ["5"]),
    ],
)
def test_serial_numbers_are_read_as_they_are_pasted(text: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = ["WM-098", "WM-099", "WM-100", "WM-101"]
    assert serials(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), (" \n,", "empty"), ("A1\nA1", "twice"), ("A1..A3\nA2", "twice"), ("A3..A1", "bad-serial-range"),
        ("A1..B3", "bad-serial-range"), ("A9..A10", "bad-serial-range"), ("A..B", "bad-serial-range"),
        ("000000..100000", "too-many-serials"), ("1" * 5000 + ".." + "2" * 5000, "too-long"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_serial_numbers_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadInput) as error:
        serials(text)
    assert error.value.code == code


@given(LOT, st.text(max_size=40), st.randoms())
def test_the_same_seed_gives_the_same_sample_whatever_the_order_of_the_list(lot, seed, shuffler) -> None:
    other = list(lot)
    shuffler.shuffle(other)
    assert ranked(seed, lot) == ranked(seed, other)


@given(LOT, st.text(max_size=40))
def test_a_draw_is_the_lot_in_another_order_without_duplicates(lot, seed) -> None:
    drawn = ranked(seed, lot)
    assert sorted(drawn) == sorted(lot)
    assert len(set(drawn)) == len(drawn)


def test_every_serial_number_is_equally_likely_over_many_seeds() -> None:
    lot, draws, sample = serials("A01..A20"), 4000, 5
    counts = Counter(serial for seed in range(draws) for serial in ranked(f"{seed:032x}", lot)[:sample])
    mean = draws * sample / len(lot)
    chi = sum((counts[serial] - mean) ** 2 / mean for serial in lot)
    assert chi < 44  # 19 degrees of freedom: one in a thousand lies above 43.8; the seeds are fixed


def test_every_pair_of_serial_numbers_is_equally_likely_over_many_seeds() -> None:
    lot, draws = serials("1..6"), 6000
    counts = Counter(frozenset(ranked(str(seed), lot)[:2]) for seed in range(draws))
    assert len(counts) == 15
    assert sum((count - 400) ** 2 / 400 for count in counts.values()) < 36.2  # 14 degrees of freedom, one in a thousand


def test_the_order_is_the_one_that_the_document_describes() -> None:
    lot = serials("W001..W040")
    by_hand = sorted(lot, key=lambda serial: hashlib.sha256(f"seed\n{serial}".encode()).hexdigest())
    assert ranked("seed", lot) == by_hand
    assert ranked("0f1e2d3c4b5a69788796a5b4c3d2e1f0", lot)[:3] == ["W002", "W033", "W018"]


def test_the_shell_gives_the_same_sample() -> None:
    lot = serials("W001..W012")
    script = "for s in $(seq -f W%03g 1 12); do printf 'seed\\n%s' $s | sha256sum | sed \"s/-/$s/\"; done | sort"
    told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert [line.split()[1] for line in told.splitlines()] == ranked("seed", lot)


@given(st.integers(1, 400), st.integers(1, 60), st.data())
@settings(max_examples=60)
def test_a_lot_is_accepted_exactly_up_to_its_number(size: int, sample: int, data: st.DataObject) -> None:
    accept = data.draw(st.integers(0, sample - 1))
    failed = data.draw(st.integers(0, sample))
    assert (verdict(LotPlan(sample, accept, accept + 1), failed) == "accepted") == (failed <= accept)


def test_the_plan_goes_by_the_size_of_the_lot() -> None:
    rule = LotRule("s", [LotPlan(5, 0, 1, 50), LotPlan(8, 1, 2, 90)])
    assert [plan_for(rule, size) for size in (1, 50, 51, 90)] == [*rule.plans[:1] * 2, *rule.plans[1:] * 2]
    with pytest.raises(NotAllowed) as error:
        plan_for(rule, 91)
    assert (error.value.code, error.value.accepted) == ("no-lot-plan", "<= 90")
    assert plan_for(LotRule("s", [LotPlan(8, 1, 2)]), 10_000) == LotPlan(8, 1, 2)
    assert plan_for(LotRule("s"), 10) is None


def with_lot(plans: str, grade: str = "B") -> str:
    lot = f'[lot]\nsource = "lot"\n{plans}\n[sources]\nlot = {{ clause = "1", text = "t", grade = "{grade}" }}'
    return SMALL.replace("[[items]]", SERIAL, 1).replace("[sources]", lot, 1)


GOOD = "plans = [{ to = 50, sample = 5, accept = 0, reject = 1 }, { sample = 8, accept = 1, reject = 2 }]"


def test_a_rule_with_numbers_or_graded_unknown_loads() -> None:
    assert load(with_lot(GOOD).encode()).procedure.lot is not None
    assert load(with_lot("", "X").encode()).procedure.lot == LotRule("lot")


@pytest.mark.parametrize(
    ("plans", "grade", "accepted"),
    [
        (GOOD, "X", "plans, or a source graded X"),
        ("", "B", "plans, or a source graded X"),
        (GOOD.replace("reject = 2", "reject = 3"), "B", "reject = accept + 1"),
        (GOOD.replace("accept = 1", "accept = 8"), "B", "0 <= accept < sample"),
        (GOOD.replace("accept = 0", "accept = -1"), "B", "0 <= accept < sample"),
        (GOOD.replace("sample = 5", "sample = 0"), "B", "sample >= 1"),
        (GOOD.replace("to = 50, ", ""), "B", "rising to, the last may be open"),
        (GOOD.replace("{ sample = 8", "{ to = 50, sample = 8"), "B", "rising to, the last may be open"),
    ],
)
def test_a_rule_that_cannot_judge_is_refused_with_its_line(plans: str, grade: str, accepted: str) -> None:
    text = with_lot(plans, grade)
    with pytest.raises(BadProcedure) as error:
        load(text.encode())
    assert (error.value.code, error.value.field, error.value.accepted) == ("bad-lot-plan", "lot", accepted)
    fault = faults(text.encode(), "f.toml")[0]
    assert fault.line == text[: text.index("[lot]")].count("\n") + 1
    assert fault.key == "lot"


def test_a_rule_needs_its_source_and_a_serial_number_to_draw_by() -> None:
    with pytest.raises(BadProcedure) as error:
        load(with_lot(GOOD).replace('source = "lot"', 'source = "none"').encode())
    assert error.value.code == "unknown-source"
    with pytest.raises(BadProcedure) as error:
        load(with_lot(GOOD).replace('id = "serial"', 'id = "mark"').encode())
    assert (error.value.code, error.value.field, error.value.value) == ("missing-key", "lot", "serial")


def test_a_sample_that_seed_and_lot_do_not_give_is_seen() -> None:
    lot = serials("A1..A9")
    opened = ev.LotOpened("p", "", "first", "s", lot, {}, 2, 0, 1, "", "")
    order = ranked("x", lot)

    def holds(*events: ev.Event) -> bool:
        return fold("lot:1", [(event, "tech", "") for event in (opened, *events)]).reproduced()

    drawn = ev.SampleDrawn("sha256-rank/1", "x", order[:2])
    assert holds()
    assert holds(drawn)
    assert holds(drawn, ev.SampleReplaced(order[0], order[2], "broken"))
    assert not holds(ev.SampleDrawn("sha256-rank/1", "y", order[:2]))
    assert not holds(ev.SampleDrawn("sha256-rank/2", "x", order[:2]))
    assert not holds(ev.SampleDrawn("sha256-rank/1", "x", order[:1]))
    assert not holds(drawn, ev.SampleReplaced(order[0], order[3], "broken"))


def test_events_of_lots_are_read_back_as_they_were_written() -> None:
    result = ev.LotResult("A1", "run:1", "N1", "fail", 1)
    for event in (
        ev.LotOpened("p", "h", "first", "s", ["A1"], {"dn": "20"}, 1, 0, 1, "7.2", "f"),
        ev.SampleDrawn("sha256-rank/1", "x", ["A1"]),
        ev.SampleReplaced("A1", "A2", "gone"),
        ev.LotAbandoned("typo"),
        ev.LotJudged("rejected", 1, [result]),
        ev.LotPaper("L1", "c", "now", {"lot": "p"}, "FC1:"),
    ):
        assert ev.decode(ev.encode(event)) == event


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("W003, W001, W002", ["W001..W003"]), ("W001, W002", ["W001", "W002"]), ("009~011, 9", ["9", "009..011"]),
        ("A1..A3, B1..B3, A5", ["A1..A3", "A5", "B1..B3"]), ("7a, 8a, 9a", ["7a", "8a", "9a"]),
        ("5-001..5-004", ["5-001..5-004"]),
    ],
)  # fmt: skip
def test_serial_numbers_are_told_as_ranges_where_they_follow_each_other(text: str, short: list[str]) -> None:
    assert ranges(serials(text)) == short


@given(st.lists(st.from_regex(r"\A[A-C]?-?[0-9]{1,3}[x]?\Z"), min_size=1, max_size=60, unique=True))
def test_ranges_read_back_are_the_same_serial_numbers(lot: list[str]) -> None:
    assert sorted(serials("\n".join(ranges(lot)))) == sorted(lot)


def test_a_range_too_long_to_be_read_back_is_told_number_by_number() -> None:
    lot = [f"{'A' * 50}{n}" for n in range(4)]
    assert ranges(lot) == lot
