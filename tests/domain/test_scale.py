"""The shipped scale procedure: plate rules, planned rows, evaluation with its explanation."""

from decimal import Decimal

import pytest

from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadInput
from fieldcal.domain.evaluate import Evaluator
from fieldcal.domain.plate import read, shown_unit
from fieldcal.domain.rows import applies, rows
from fieldcal.domain.verdict import Verdict
from tests.domain.support import SMALL, plate, scale

COMPILED = scale()


def planned(name, **raw):
    return rows(COMPILED, COMPILED.procedure.item(name), plate(COMPILED, **raw).values)


def test_a_shop_scale_is_loaded_up_and_down():
    loads = [(str(int(row.values["load"])), row.values["direction"]) for row in planned("weighing")]
    up = ["0", "100", "2500", "7500", "10000", "15000"]
    assert loads == [(x, "up") for x in up] + [(x, "down") for x in reversed(up[:-1])]


def test_a_divided_range_is_loaded_beside_its_changeover():
    raw = {"e": "", "range_mode": "multi_interval", "min": "40", "max_i": ["6000", "15000"], "e_i": ["2", "5"]}
    loads = [int(row.values["load"]) for row in planned("weighing", **raw) if row.values["direction"] == "up"]
    assert loads == [0, 40, 1000, 4000, 5994, 6015, 7500, 10000, 15000]


@pytest.mark.parametrize(("supports", "count"), [("4", 5), ("8", 9)])
def test_every_support_has_its_position_after_the_zero(supports, count):
    assert len(planned("eccentricity", n_supports=supports)) == count


def test_class_i_and_ii_repeat_six_times():
    assert len(planned("repeatability")) == 3
    assert len(planned("repeatability", accuracy_class="II", e="0.1", max="5 kg", min="5")) == 6


@pytest.mark.parametrize(
    ("raw", "broken"),
    [
        ({}, []),
        ({"e": "1", "min": "20"}, ["n_above"]),
        ({"min": "99"}, ["min_below"]),
        ({"max": "400", "min": "100"}, ["n_below"]),
        ({"d": "1"}, ["e_not_d"]),
        ({"accuracy_class": "II", "e": "2"}, ["class_scope"]),
        ({"min": "16000"}, ["min_not_below_max"]),
        ({"e": "", "range_mode": "multi_interval", "min": "40", "max_i": "600 15000", "e_i": "2 5"}, ["partial_range"]),
    ],
)
def test_an_impossible_plate_names_the_broken_rule(raw, broken):
    assert [check.id for check in plate(COMPILED, **raw).broken] == broken


@pytest.mark.parametrize(
    ("raw", "code", "field"),
    [({"max": ""}, "empty", "max"), ({"max": "-1"}, "out-of-range", "max"), ({"e": "5 L"}, "wrong-unit", "e"),
     ({"accuracy_class": "V"}, "bad-choice", "accuracy_class"), ({"colour": "red"}, "unknown-field", "colour")],
)  # fmt: skip
def test_a_bad_plate_field_is_named(raw, code, field):
    with pytest.raises(BadInput) as error:
        plate(COMPILED, **raw)
    assert (error.value.code, error.value.field) == (code, field)


def evaluated(delta="2.5", **raw):
    item, values = COMPILED.procedure.item("weighing"), plate(COMPILED, **raw).values
    table = rows(COMPILED, item, values)
    cells = {row.index: {"indication": row.values["load"], "delta_load": Decimal(delta)} for row in table}
    return Evaluator(COMPILED, values).item(item, table, cells)


def test_a_perfect_scale_passes_and_explains_itself():
    out = evaluated()
    assert (out.verdict, out.results["max_error"]) == (Verdict.PASS, 0)
    explained = out.rows[2].explained["mpe"]
    assert (explained.result, explained.source) == (Decimal("2.5"), "mpe")
    assert explained.inputs == {"mpe_factor": 1, "load_in_e": 500, "e_used": 5}
    assert out.rows[2].judged[0].source == "mpe"


def test_the_zero_error_is_subtracted_from_every_later_row():
    out = evaluated(delta="1.0")
    assert {row.values["error"] for row in out.rows} == {Decimal("1.5")}
    assert {row.values["error_corrected"] for row in out.rows} == {Decimal(0)}


def test_a_missing_reading_leaves_the_item_open():
    item, values = COMPILED.procedure.item("weighing"), plate(COMPILED).values
    out = Evaluator(COMPILED, values).item(item, rows(COMPILED, item, values), {})
    assert (out.verdict, out.results["max_error"]) == (Verdict.NOT_DONE, None)


@pytest.mark.parametrize("change", [("x / e", "x / (e - e)"), ('limit = "2"', 'limit = "2 / (e - e)"')])
def test_what_cannot_be_computed_never_passes(change):
    compiled = load(SMALL.replace(*change).encode())
    item, values = compiled.procedure.item("one"), read(compiled, "first", {"e": "1"}).values
    out = Evaluator(compiled, values).item(item, rows(compiled, item, values), {0: {"x": Decimal(1)}})
    assert out.verdict is Verdict.NOT_DONE


def test_items_follow_the_kind_of_verification():
    values = plate(COMPILED, kind="in_use").values
    done = {item.id for item in COMPILED.procedure.items if applies(COMPILED, item, values)}
    assert "weighing" in done
    assert not done & {"tare", "discrimination", "tare_weighing", "sensitivity", "substitution"}


def test_units_follow_the_indication():
    values = plate(COMPILED, max="60 t", min="400 kg", e="20 kg", unit="t").values
    assert shown_unit(COMPILED, "g", "mass", values) == "t"
    assert shown_unit(COMPILED, "g", "error", values) == "kg"
    assert shown_unit(COMPILED, "g", "error", plate(COMPILED).values) == "g"
