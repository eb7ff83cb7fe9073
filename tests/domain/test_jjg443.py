"""The procedure file JJG 443-2023 itself: it loads, every item evaluates, wrong inputs are named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadInput
from fieldcal.domain.evaluate import Evaluator, ItemOutcome
from fieldcal.domain.plate import read
from fieldcal.domain.rows import rows
from fieldcal.domain.verdict import Verdict

FILE = Path(__file__).parents[2] / "resources/procedures/jjg443-2023.toml"
PRINTED = {"mmq_mpe": "0.50", "mmq_rep": "0.25", "q2_low": "36", "q2_high": "44"}
PLATE = {"qmax": "50", "unit_price": "7.65", "v_n": "100.02", "h_0": "200", "d": "4.0", **PRINTED}
RUN = {"preset": "no", "t_fill": 125, "v_j": 100, "amount": 765, "t_j": 20, "t_b": 20, "h": 200, "drip": 121}
SLOW = {**RUN, "t_fill": 300}


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return load(FILE.read_bytes(), FILE.name)


def numbers(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: cell if name == "preset" else Decimal(str(cell)) for name, cell in cells.items()}


def evaluate(compiled: Compiled, name: str, cells: list[dict[str, Any]], **plate: str) -> ItemOutcome:
    values = read(compiled, "subsequent", {**PLATE, **plate}).values
    item = compiled.procedure.item(name)
    table = rows(compiled, item, values)
    assert len(table) == len(cells)
    return Evaluator(compiled, values).item(item, table, {i: numbers(c) for i, c in enumerate(cells)})


def warned(outcome: ItemOutcome) -> set[str]:
    return {j.source for row in outcome.rows for j in row.judged if j.verdict is Verdict.WARNING}


def test_two_points_of_three_runs_pass_without_a_warning(compiled: Compiled) -> None:
    outcome = evaluate(compiled, "flow", [RUN] * 3 + [SLOW] * 3)
    assert outcome.verdict is Verdict.PASS
    assert outcome.results["dispenser_error_percent"].quantize(Decimal("0.000001")) == Decimal("-0.019996")
    assert len(outcome.per_point["error_mean_percent"]) == 2
    assert [outcome.rows[i].values["q"] for i in (0, 3)] == [Decimal(48), Decimal(20)]
    assert warned(outcome) == set()


@pytest.mark.parametrize(
    ("change", "source"),
    [
        ({"drip": 119}, "drip"),
        ({"t_fill": 150}, "q1"),
        ({"t_j": "22.1"}, "t_diff"),
        ({"t_j": "15.9"}, "t_reason"),
        ({"amount": "765.01"}, "arithmetic"),
    ],
)
def test_each_guard_of_a_run_warns(compiled: Compiled, change: dict[str, Any], source: str) -> None:
    assert source not in warned(evaluate(compiled, "flow", [RUN] * 3 + [SLOW] * 3))
    assert source in warned(evaluate(compiled, "flow", [{**RUN, **change}, RUN, RUN] + [SLOW] * 3))


def test_an_amount_beyond_the_minimum_payment_variable_fails_the_item(compiled: Compiled) -> None:
    at_limit, beyond = {**RUN, "amount": "765.19125"}, {**RUN, "amount": "765.20"}
    assert evaluate(compiled, "flow", [at_limit, RUN, RUN] + [SLOW] * 3).verdict is Verdict.PASS
    assert evaluate(compiled, "flow", [beyond, RUN, RUN] + [SLOW] * 3).verdict is Verdict.FAIL


def test_a_point_between_full_and_rounded_comparison_is_borderline(compiled: Compiled) -> None:
    high = {**RUN, "v_j": "100.305", "amount": "767.33"}
    outcome = evaluate(compiled, "flow", [high] * 3 + [{**high, "t_fill": 300}] * 3, v_n="100")
    assert outcome.verdict is Verdict.BORDERLINE


def test_the_mmq_has_its_own_measure_and_limits(compiled: Compiled) -> None:
    run = {"v_j": 5, "t_j": 20, "t_b": 20, "h": 100, "drip": 121}
    own = {"mmq_v_n": "5.02", "mmq_h_0": "100", "mmq_d": "1"}
    outcome = evaluate(compiled, "mmq", [run] * 3, **own)
    assert outcome.verdict is Verdict.PASS
    assert outcome.rows[0].values["v_b"] == Decimal("5.02")
    assert evaluate(compiled, "mmq", [run] * 3, **{**own, "mmq_v_n": "5.03"}).verdict is Verdict.FAIL


def test_payment_passes_with_an_arithmetic_warning(compiled: Compiled) -> None:
    cells = {"price": "7.65", "volume": "20.03", "amount": "153.24"}
    outcome = evaluate(compiled, "payment", [cells])
    assert outcome.verdict is Verdict.PASS
    assert warned(outcome) == {"arithmetic"}
    assert outcome.rows[0].values["minimum_payment_variable"] == Decimal("0.19125")


@pytest.mark.parametrize(("end", "verdict"), [("25", Verdict.PASS), ("25.1", Verdict.FAIL)])
def test_the_temperature_may_change_by_five_degrees(compiled: Compiled, end: str, verdict: Verdict) -> None:
    cells = [{"temperature": 20, "humidity": 50}, {"temperature": end, "humidity": 50}]
    assert evaluate(compiled, "environment", cells).verdict is verdict


@pytest.mark.parametrize(("seconds", "verdict"), [(120, Verdict.PASS), (119, Verdict.FAIL)])
def test_wetting_needs_the_whole_drip_time(compiled: Compiled, seconds: int, verdict: Verdict) -> None:
    assert evaluate(compiled, "wetting", [{"drip": seconds}]).verdict is verdict


def test_the_drip_time_of_the_measure_wins_over_that_of_practice(compiled: Compiled) -> None:
    assert read(compiled, "first", PLATE).values["drip_s"] == 120
    assert read(compiled, "first", {**PLATE, "drip_own": "150"}).values["drip_s"] == 150


def test_every_drip_column_asks_for_the_minimum(compiled: Compiled) -> None:
    found = [c for item in compiled.procedure.items for c in item.columns if c.id == "drip"]
    assert len(found) == 3
    assert all(column.source == "timed" and column.seconds == "drip_s" for column in found)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"qmax": ""}, "qmax"),
        ({"q2_low": ""}, "q2_low"),
        ({"mmq_mpe": ""}, "mmq_mpe"),
        ({"fuel": "water"}, "fuel"),
        ({"fuel": "e10"}, "beta_e10"),
        ({"v_n": "100 kg"}, "v_n"),
    ],
)
def test_a_wrong_input_is_named(compiled: Compiled, change: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(compiled, "first", {**PLATE, **change})
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("change", "broken"),
    [({}, []), ({"runs": "2"}, ["runs_range"]), ({"fuel": "diesel"}, ["viscous_drip"]), ({"runs": "6"}, [])],
)
def test_rules_over_the_inputs_point_at_what_is_missing(
    compiled: Compiled, change: dict[str, str], broken: list[str]
) -> None:
    assert [check.id for check in read(compiled, "first", {**PLATE, **change}).broken] == broken


def test_the_coefficient_of_e10_is_the_one_entered(compiled: Compiled) -> None:
    values = read(compiled, "first", {**PLATE, "fuel": "e10", "beta_e10": "0.0011"}).values
    assert values["beta_fuel"] == Decimal("0.0011")


def test_unconfirmed_values_are_graded_as_such(compiled: Compiled) -> None:
    grades = {name: source.grade for name, source in compiled.procedure.sources.items()}
    assert [grades[name] for name in ("q2", "mmq", "beta_e10", "drip_viscous")] == ["X"] * 4
    assert (grades["mpe"], grades["rep"], grades["d_3"]) == ("A", "A", "A")
