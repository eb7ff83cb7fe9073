"""Weights and steel tapes: the table, room for the uncertainty, whole metres, and what must be asked first."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadInput
from fieldcal.domain.evaluate import Evaluator, ItemOutcome
from fieldcal.domain.plate import Plate, read
from fieldcal.domain.rows import rows
from fieldcal.domain.verdict import Verdict

FOLDER = Path(__file__).parents[2] / "resources/procedures"
WEIGHT = {"nominal": "1kg", "reference_class": "F2", "m_ref": "1000", "u_k2": "16"}
TAPE: dict[str, Any] = {
    "tape_class": "II", "length": "2.5", "marks": ["2.5"], "whole_rule": "round_min_1", "same_material": "no",
    "cm_limit": "1", "mm_limit": "1", "end": "line",
}  # fmt: skip


def shipped(name: str) -> Compiled:
    path = FOLDER / f"{name}.toml"
    return load(path.read_bytes(), path.name)


def weight(**plate: str) -> Plate:
    return read(shipped("jjg99-2022"), "subsequent", {**WEIGHT, **plate})


def evaluate(name: str, item: str, plate: dict[str, Any], **cells: str) -> ItemOutcome:
    compiled = shipped(name)
    values = read(compiled, "subsequent", plate).values
    found = rows(compiled, compiled.procedure.item(item), values)
    typed = {row.index: {key: Decimal(text) for key, text in cells.items()} for row in found}
    return Evaluator(compiled, values).item(compiled.procedure.item(item), found, typed)


def test_the_errors_of_a_class_grow_with_the_mass_and_from_class_to_class() -> None:
    table: Any = shipped("jjg99-2022").procedure.tables["mpe_mg"].values
    classes = [[Decimal(str(mpe)) for mpe in table[name].values()] for name in ("F1", "F2", "M1", "M2", "M3")]
    for column in classes:
        existing = [mpe for mpe in column if mpe]
        assert existing == sorted(existing, reverse=True)
        assert len(set(existing)) == len(existing)
    for mpes in zip(*classes, strict=True):
        existing = [mpe for mpe in mpes if mpe]
        assert existing == sorted(existing)
    assert [len([m for m in c if not m]) for c in classes] == [0, 0, 0, 0, 3]


def test_mass_and_name_of_every_nominal_value_agree() -> None:
    compiled = shipped("jjg99-2022")
    grams: Any = compiled.procedure.tables["nominal_g"].values
    units = {"kg": 1000, "mg": Decimal("0.001"), "g": 1}
    for name, mass in grams.items():
        unit = next(u for u in units if name.endswith(u))
        assert Decimal(name.removesuffix(unit)) * units[unit] == mass


@pytest.mark.parametrize(
    ("u", "deviation", "verdict"),
    [
        ("16", "1000.034", Verdict.PASS),
        ("16", "1000.0341", Verdict.FAIL),
        ("16", "999.966", Verdict.PASS),
        ("16.7", "1000", Verdict.NOT_DONE),
        ("16.7", "1001", Verdict.NOT_DONE),
    ],
)
def test_a_deviation_must_leave_room_for_the_uncertainty_or_nothing_is_decided(
    u: str, deviation: str, verdict: Verdict
) -> None:
    cells = {"a1": "1000", "b1": deviation, "b2": deviation, "a2": "1000"}
    assert evaluate("jjg99-2022", "mass", {**WEIGHT, "u_k2": u}, **cells).verdict is verdict


def test_an_uncertainty_that_decides_nothing_is_refused_before_the_first_weighing() -> None:
    assert [check.id for check in weight(u_k2="16.7").broken] == ["uncertainty"]
    assert weight().broken == []


@pytest.mark.parametrize(("own", "reference"), [("M1", "M1"), ("F1", "F1"), ("F2", "M1")])
def test_a_weight_is_never_verified_with_one_of_its_own_class_or_a_worse_one(own: str, reference: str) -> None:
    broken = weight(weight_class=own, reference_class=reference, u_k2="1").broken
    assert [check.id for check in broken] == ["reference"]


def test_the_warmer_tape_is_longer_so_its_length_at_20_degrees_is_less() -> None:
    warm = evaluate("jjg4-2015", "error", TAPE, reading="2500.5", correction="0", temperature="30")
    assert warm.rows[0].values["l_20"] == Decimal("2500.5") * (1 - Decimal("0.000115"))
    same = evaluate("jjg4-2015", "error", {**TAPE, "same_material": "yes"}, reading="2500.5", correction="0")
    assert same.rows[0].values["l_20"] == Decimal("2500.5")


@pytest.mark.parametrize(
    ("rule", "length", "whole"),
    [
        ("round_min_1", "2.5", 2),  # half to even
        ("round_min_1", "3.5", 4),
        ("round_min_1", "0.2", 1),
        ("next_larger", "2.1", 3),
        ("next_larger", "3", 3),
    ],
)
def test_both_readings_of_whole_metres_can_be_chosen(rule: str, length: str, whole: int) -> None:
    plate = {**TAPE, "whole_rule": rule, "length": length, "marks": [length], "same_material": "yes"}
    row = evaluate("jjg4-2015", "error", plate, reading="1", correction="0").rows[0].values
    assert (row["whole"], row["mpe"]) == (whole, Decimal("0.3") + Decimal("0.2") * whole)


@pytest.mark.parametrize("field", ["whole_rule", "cm_limit", "mm_limit", "same_material"])
def test_what_no_source_settles_has_to_be_filled_in(field: str) -> None:
    with pytest.raises(BadInput) as error:
        read(shipped("jjg4-2015"), "first", {**TAPE, field: ""})
    assert (error.value.code, error.value.field) == ("empty", field)
