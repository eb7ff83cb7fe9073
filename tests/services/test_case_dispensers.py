"""Worked cases of fuel dispensers against JJG 443-2023, compared by value."""

from __future__ import annotations

import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fieldcal.domain.errors import BadInput
from fieldcal.services import case_dispensers
from fieldcal.services.case_types import Unsupported
from fieldcal.services.procedures import Library

ROOT = Path(__file__).parents[2]


def read(path: str) -> list[dict[str, Any]]:
    return json.loads((ROOT / path).read_text("utf-8"))["cases"]


KNOWN = {case["id"]: case for case in read("resources/procedures/cases/jjg443-2023.json")}


@pytest.fixture(scope="module")
def library() -> Library:
    return Library([ROOT / "resources/procedures"])


def agrees(expected: Any, got: Any) -> None:
    if isinstance(expected, dict):
        for key in expected.keys() - {"trap"}:
            agrees(expected[key], got[key])
    elif isinstance(expected, list):
        assert len(expected) == len(got)
        for one, other in zip(expected, got, strict=True):
            agrees(one, other)
    elif isinstance(got, Decimal):
        assert Decimal(expected) == got
    else:
        assert expected == got


def case(item: str, given: dict[str, Any], **instrument: str) -> dict[str, Any]:
    return {"item": item, "kind": "subsequent", "instrument": {"fuel": "petrol", **instrument}, "given": given}


@pytest.mark.parametrize("name", KNOWN)
def test_a_public_case_gives_the_expected_values(name: str, library: Library) -> None:
    agrees(KNOWN[name]["expect"], case_dispensers.evaluate(KNOWN[name], library))


def test_the_public_cases_are_all_there() -> None:
    assert {c["item"] for c in KNOWN.values()} == {"flow_point", "mmq", "neck", "payment", "rounding"}
    assert len(KNOWN) == 17


def test_a_case_of_an_item_that_no_family_has_is_refused_by_name(library: Library) -> None:
    with pytest.raises(Unsupported) as caught:
        case_dispensers.evaluate(case("moon_phase", {}), library)
    assert caught.value.value == "moon_phase"


def test_the_limit_of_the_case_replaces_that_of_the_file(library: Library) -> None:
    tight = deepcopy(KNOWN["D-008"])
    tight["instrument"]["mpe_percent"] = "0.20"
    assert case_dispensers.evaluate(tight, library)["verdict"] == "fail"


def test_coefficients_of_the_file_serve_a_case_that_gives_none(library: Library) -> None:
    bare = deepcopy(KNOWN["D-001"])
    del bare["given"]["beta_y_per_C"], bare["given"]["measure"]["beta_b_per_C"]
    agrees(bare["expect"], case_dispensers.evaluate(bare, library))


def test_a_run_without_its_volume_is_named(library: Library) -> None:
    broken = deepcopy(KNOWN["D-004"])
    del broken["given"]["runs"][0]["v_b_L"]
    with pytest.raises(BadInput, match="runs"):
        case_dispensers.evaluate(broken, library)


@pytest.mark.parametrize(("count", "d_n"), [(2, "1.13"), (3, "1.69"), (4, "2.06"), (5, "2.33"), (6, "2.53")])
def test_the_range_coefficient_follows_the_number_of_runs(count: int, d_n: str, library: Library) -> None:
    errors = ["0.10", *["0.05"] * (count - 1)]
    got = case_dispensers.evaluate(case("repeatability", {"errors_percent": errors}), library)
    assert (got["d_n"], got["verdict"]) == (Decimal(d_n), "pass")
    assert abs(got["repeatability_percent"] - Decimal("0.05") / Decimal(d_n)) < Decimal("0.000001")


def test_the_dispenser_error_is_the_point_with_the_largest_magnitude(library: Library) -> None:
    given = {"points": [{"name": "Q1", "error_mean_percent": "0.12"}, {"name": "Q2", "error_mean_percent": "-0.31"}]}
    got = case_dispensers.evaluate(case("dispenser_error", given), library)
    assert (got["dispenser_error_percent"], got["verdict"]) == (Decimal("-0.31"), "fail")


@pytest.mark.parametrize(("seconds", "flow", "verdict"), [("120", "50", "in_band"), ("150", "40", "warning")])
def test_a_flow_outside_the_band_only_warns(seconds: str, flow: str, verdict: str, library: Library) -> None:
    given = {"v_j_L": "100", "t_fill_s": seconds, "q_max_L_per_min": "50", "point": "Q1"}
    got = case_dispensers.evaluate(case("flow_rate", given), library)
    assert (got["q_L_per_min"], got["verdict"]) == (Decimal(flow), verdict)


@pytest.mark.parametrize(
    ("t_j", "verdict"), [("22.0", "ok"), ("17.9", "warning"), ("24.0", "warning"), ("24.1", "reason_required")]
)
def test_a_temperature_difference_warns_then_asks_a_reason(t_j: str, verdict: str, library: Library) -> None:
    given = {"t_j_C": t_j, "t_b_C": "20.0"}
    got = case_dispensers.evaluate(case("temperature_check", given), library)
    assert (got["difference_C"], got["verdict"]) == (Decimal(t_j) - 20, verdict)


def test_a_measure_grows_with_its_temperature(library: Library) -> None:
    given = {"v_20_L": "100", "t_C": "30", "measure": {"material": "carbon_steel"}}
    assert case_dispensers.evaluate(case("measure_temperature", given), library)["v_t_L"] == Decimal("100.033")


def test_a_short_delivery_is_plus_in_china_and_minus_in_the_us(library: Library) -> None:
    given = {"v_j_L": "20", "v_b_L": "19.9"}
    got = case_dispensers.evaluate(case("sign_convention", given), library)
    assert got["error_percent"] == Decimal("0.502513")
    assert got["delivered_minus_indicated_percent"] == Decimal("-0.5")
