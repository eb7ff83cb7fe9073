"""General, digital and tyre-pressure gauges: order of work, who is judged by what, and what must be asked first."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadInput
from fieldcal.domain.evaluate import Evaluator, ItemOutcome
from fieldcal.domain.judge import wanted
from fieldcal.domain.plate import read
from fieldcal.domain.rows import rows
from fieldcal.domain.verdict import Verdict

FOLDER = Path(__file__).parents[2] / "resources/procedures"
STANDARD = {"std_percent": "0.1", "std_max": "1", "std_min": "-0.1"}
GENERAL: dict[str, Any] = {
    **STANDARD, "accuracy_class": "1.6", "range_max": "0.2", "division": "0.01", "marks": ["0.1", "0.2"],
    "zero_pin": "no", "boundary": "inclusive", "basis": "point", "medium": "gas",
}  # fmt: skip
DIGITAL: dict[str, Any] = {
    **STANDARD, "accuracy_class": "0.5", "range_max": "1", "marks": ["0", "1"], "least_points": "2", "cycles": "two",
    "medium": "gas",
}  # fmt: skip
TYRE: dict[str, Any] = {
    **STANDARD, "build": "pointer", "range_max": "1", "marks": ["0.5", "1"], "least_points": "2", "mpe_percent": "2.5",
    "hysteresis_percent": "2.5", "tap_percent": "1.25", "std_ratio": "4",
}  # fmt: skip
PLATES = {"jjg52-2013": GENERAL, "jjg875-2019": DIGITAL, "jjg927-2013": TYRE}


def shipped(name: str) -> Compiled:
    path = FOLDER / f"{name}.toml"
    return load(path.read_bytes(), path.name)


def table(compiled: Compiled, item: str, plate: dict[str, Any]):
    values = read(compiled, "subsequent", plate).values
    return values, rows(compiled, compiled.procedure.item(item), values)


def evaluate(name: str, item: str, plate: dict[str, Any], cells: list[dict[str, str]]) -> ItemOutcome:
    compiled = shipped(name)
    values, found = table(compiled, item, plate)
    assert len(found) == len(cells)
    typed = {i: {key: Decimal(text) for key, text in cell.items()} for i, cell in enumerate(cells)}
    return Evaluator(compiled, values).item(compiled.procedure.item(item), found, typed)


def gauge(*readings: tuple[str, str]) -> list[dict[str, str]]:
    """Up 0.1, 0.2, down 0.2, 0.1: before and after tapping."""
    cells = [{"p_std": p, "before": b, "after": a} for p, (b, a) in zip(["0.1", "0.2"] * 2, readings, strict=True)]
    cells[2]["p_std"], cells[3]["p_std"], cells[2]["hold"] = "0.2", "0.1", "180"
    return cells


@pytest.mark.parametrize("name", PLATES)
def test_every_input_that_stands_for_an_unknown_value_is_asked_and_never_proposed(name: str) -> None:
    compiled = shipped(name)
    asked = [entry for entry in compiled.procedure.inputs if "printed text" in entry.text.en]
    assert asked
    assert all(entry.required and not entry.default for entry in asked)
    for entry in asked:
        if entry.id in PLATES[name]:
            with pytest.raises(BadInput) as error:
                read(compiled, "subsequent", {**PLATES[name], entry.id: ""})
            assert (error.value.code, error.value.field) == ("empty", entry.id)


def test_the_hold_is_timed_once_where_the_pressure_turns() -> None:
    compiled = shipped("jjg52-2013")
    values, found = table(compiled, "error", GENERAL)
    item, evaluator = compiled.procedure.item("error"), Evaluator(compiled, values)
    outcome = evaluator.item(item, found, {})
    timed = [row.row.index for row in outcome.rows if "hold" in [c.id for c in wanted(evaluator, item, row.values)]]
    assert timed == [2]


def test_a_vacuum_gauge_is_led_away_from_zero_and_back() -> None:
    plate = {**GENERAL, "type": "vacuum", "range_min": "-0.1", "range_max": "0", "vacuum_marks": ["0.05", "0.1"]}
    values, found = table(shipped("jjg52-2013"), "error", {**plate, "marks": "", "std_percent": "0.1", "std_max": "0"})
    outcome = Evaluator(shipped("jjg52-2013"), values).item(shipped("jjg52-2013").procedure.item("error"), found, {})
    assert [str(row.values["p"]) for row in outcome.rows] == ["-0.05", "-0.1", "-0.1", "-0.05"]
    assert {row.values["mpe"] for row in outcome.rows} == {Decimal("0.0016")}


def test_each_of_the_four_limits_can_fail_alone() -> None:
    good = [("0.100", "0.100"), ("0.200", "0.200"), ("0.200", "0.200"), ("0.100", "0.100")]
    assert evaluate("jjg52-2013", "error", GENERAL, gauge(*good)).verdict is Verdict.PASS

    def failed(place: int, reading: tuple[str, str]) -> set[str]:
        outcome = evaluate("jjg52-2013", "error", GENERAL, gauge(*good[:place], reading, *good[place + 1 :]))
        judged = [j for row in outcome.rows for j in row.judged] + outcome.judged
        return {j.name for j in judged if j.verdict is Verdict.FAIL}

    assert failed(0, ("0.1033", "0.1032")) == {"error_before"}
    assert failed(0, ("0.1020", "0.1001")) == {"shift"}
    assert failed(1, ("0.2052", "0.2051")) == {"error_before", "error_after", "hysteresis"}
    assert failed(3, ("0.0970", "0.0969")) == set()  # hysteresis 0.0031 <= 0.0032
    assert failed(3, ("0.0968", "0.0967")) == {"error_after", "hysteresis"}


def test_two_cycles_have_a_hysteresis_each() -> None:
    readings = ["0", "1", "1", "0", "0.004", "1", "1", "0"]
    cells = [{"p_std": p, "reading": r} for p, r in zip("01100110", readings, strict=True)]
    outcome = evaluate("jjg875-2019", "error", DIGITAL, cells)
    assert outcome.per_point["hysteresis"] == [0, 0, Decimal("0.004"), 0]
    assert outcome.verdict is Verdict.PASS


def test_zero_is_read_for_a_whole_hour_whatever_the_interval() -> None:
    compiled = shipped("jjg875-2019")
    counts = [len(table(compiled, "drift", {**DIGITAL, "drift_every": s})[1]) for s in ("900", "3600", "1000")]
    assert counts == [5, 2, 5]


def test_a_stick_gauge_has_no_way_down_and_no_tapping() -> None:
    plate = {**TYRE, "build": "stick", "hysteresis_percent": "", "tap_percent": ""}
    outcome = evaluate(
        "jjg927-2013", "error", plate, [{"p_std": "0.5", "after": "0.525"}, {"p_std": "1", "after": "1"}]
    )
    assert outcome.verdict is Verdict.PASS
    assert {j.name for row in outcome.rows for j in row.judged} == {"error_after"}
