"""Public cases of charging piles, and what their adapter does with cases written otherwise."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fieldcal.domain.errors import BadInput
from fieldcal.services import case_electric
from fieldcal.services.case_types import Unsupported
from fieldcal.services.cases import run_cases
from fieldcal.services.procedures import Library

ROOT = Path(__file__).parents[2]
PUBLIC = json.loads((ROOT / "tests/data/golden/other_instruments.json").read_text("utf-8"))
MINE = [case for case in PUBLIC["cases"] if case["item"] in case_electric.ITEMS]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library([ROOT / "resources/procedures"])


def case(item: str, given: dict[str, Any], kind: str = "subsequent", **instrument: str) -> dict[str, Any]:
    named = {"accuracy_class": "1", **instrument}
    return {"item": item, "regulation": "JJG 1149-2022", "kind": kind, "instrument": named, "given": given}


def test_every_public_case_matches_in_full(library: Library) -> None:
    assert {c["item"] for c in MINE} == {"ev_working_error", "ev_clock", "ev_payment", "ev_minimum_energy"}
    report = run_cases(json.dumps({"topic": "dispensers", "cases": MINE}).encode(), library)
    assert [(r.id, r.differences, r.not_compared) for r in report.cases if r.differences or r.not_compared] == []


def test_a_case_without_limits_takes_those_of_its_class(library: Library) -> None:
    reading = {"readings": [{"w_x_kWh": "20.420", "w_0_kWh": "20.000"}]}
    got = case_electric.working_error(case("ev_working_error", reading, accuracy_class="2"), library)
    assert (got["limit_percent"], got["error_reported_percent"], got["verdict"]) == (2, 2, "pass")


def test_the_mean_is_taken_before_rounding(library: Library) -> None:
    errors = {"errors_percent": ["1.04", "1.04", "1.09"]}
    got = case_electric.working_error(case("ev_working_error", errors), library)
    assert (got["error_reported_percent"], got["verdict"]) == (Decimal("1.1"), "fail")


@pytest.mark.parametrize(
    ("plate", "energy"),
    [
        ({"accuracy_class": "2", "display_step_kWh": "0.01"}, "5"),
        ({"limit_percent": "2", "display_step_kWh": "0.001"}, "0.5"),
    ],
)
def test_the_energy_needed_follows_the_step_and_the_limit(plate: dict[str, str], energy: str, library: Library) -> None:
    asked = {**case("ev_minimum_energy", {}), "regulation": "JJG 1148-2022", "instrument": plate}
    assert case_electric.minimum_energy(asked, library)["minimum_energy_kWh"] == Decimal(energy)


@pytest.mark.parametrize(("kind", "limit", "verdict"), [("first", 5, "fail"), ("in_use", 180, "pass")])
def test_the_limit_of_the_clock_follows_the_kind(kind: str, limit: int, verdict: str, library: Library) -> None:
    given = {"charger_time": "2023-12-31T23:59:50", "reference_time": "2024-01-01T00:00:05"}
    got = case_electric.clock(case("ev_clock", given, kind), library)
    assert (got["clock_error_s"], got["limit_s"], got["verdict"]) == (-15, limit, verdict)


def test_a_charger_without_time_of_use_billing_has_no_clock_to_judge(library: Library) -> None:
    given = {"charger_time": "2024-01-01T00:00:00", "reference_time": "2024-01-01T01:00:00"}
    got = case_electric.clock(case("ev_clock", given, time_of_use_billing="no"), library)
    assert got["verdict"] == "not_applicable"


def test_periods_are_summed_exactly(library: Library) -> None:
    segments = [{"energy_kWh": "1.1", "energy_price_CNY_per_kWh": "0.1"}] * 3
    given = {"segments": segments, "service_price_CNY_per_kWh": "0.5", "displayed_total_CNY": "1.99"}
    got = case_electric.payment(case("ev_payment", given, minimum_payment_variable_CNY="0.01"), library)
    assert (got["energy_fee_CNY"], got["service_fee_CNY"]) == (Decimal("0.33"), Decimal("1.65"))
    assert (got["difference_CNY"], got["verdict"]) == (Decimal("0.01"), "pass")


METER = {"regulation": "JJG 596-2012"}


@pytest.mark.parametrize(
    ("m", "accuracy_class", "near", "verdict"),
    [("1010.5", "1", "1.0", "pass"), ("1010.6", "1", "1.1", "fail"), ("1021", "2", "2.0", "pass")],
)
def test_the_basic_error_is_judged_rounded_to_a_tenth_of_the_class(
    m: str, accuracy_class: str, near: str, verdict: str, library: Library
) -> None:
    given = {"readings": [{"m_imp": m, "m_0_imp": "1000"}] * 2}
    got = case_electric.basic_error({**case("basic_error", given, accuracy_class=accuracy_class), **METER}, library)
    assert (got["error_reported_percent"], got["verdict_rounded"], got["verdict"]) == (Decimal(near), verdict, verdict)
    assert got["verdict_full"] == "fail"


def test_a_limit_in_the_case_replaces_that_of_the_class(library: Library) -> None:
    given = {"errors_percent": ["0.6", "0.6"]}
    own = {"limit_percent": "0.5", "rounding_step_percent": "0.05"}
    got = case_electric.basic_error({**case("basic_error", given, **own), **METER}, library)
    assert (got["limit_percent"], got["verdict"]) == (Decimal("0.5"), "fail")


def test_a_class_without_a_shipped_limit_is_not_judged(library: Library) -> None:
    given = {"errors_percent": ["0.1", "0.1"]}
    got = case_electric.basic_error({**case("basic_error", given, accuracy_class="0.5"), **METER}, library)
    assert got["verdict"] == "no_decision"


@pytest.mark.parametrize("given", [{}, {"readings": []}, {"readings": [{"w_x_kWh": "20.1"}]}])
def test_a_reading_that_is_not_whole_is_named(given: dict[str, Any], library: Library) -> None:
    with pytest.raises(BadInput, match="readings"):
        case_electric.working_error(case("ev_working_error", given), library)


def test_a_regulation_that_is_not_shipped_is_named(library: Library) -> None:
    with pytest.raises(Unsupported, match="JJG 0-1900"):
        case_electric.minimum_energy({**case("ev_minimum_energy", {}), "regulation": "JJG 0-1900"}, library)
