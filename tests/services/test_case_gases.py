"""Worked cases of gas dispensers; the public note names the item, its keys follow those of fuel dispensers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fieldcal.domain.errors import BadInput
from fieldcal.services import case_dispensers, case_gases
from fieldcal.services.case_types import Unsupported
from fieldcal.services.procedures import Library

ROOT = Path(__file__).parents[2]
CNG, LPG, LNG = "JJG 996-2012", "JJG 997-2015", "JJG 1114-2015"


@pytest.fixture(scope="module")
def library() -> Library:
    return Library([ROOT / "resources/procedures"])


def case(regulation: str, runs: Any, **instrument: str) -> dict[str, Any]:
    given = {"runs": runs}
    return {"item": "mass_flow_point", "regulation": regulation, "instrument": instrument, "given": given}


def masses(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"m_j_kg": shown, "m_s_kg": reference} for shown, reference in pairs]


def test_the_point_is_found_through_the_dispensers_topic(library: Library) -> None:
    runs = masses(("20.10", "20.00"), ("20.12", "20.00"), ("20.08", "20.00"))
    got = case_dispensers.evaluate(case(CNG, runs), library)
    assert [run["error_percent"] for run in got["runs"]] == [Decimal("0.5"), Decimal("0.6"), Decimal("0.4")]
    assert (got["error_mean_percent"], got["error_mean_reported_percent"]) == (Decimal("0.5"), Decimal("0.50"))
    assert (got["range_percent"], got["d_n"]) == (Decimal("0.2"), Decimal("1.69"))
    assert (got["repeatability_percent"], got["repeatability_reported_percent"]) == (
        Decimal("0.118343"),
        Decimal("0.12"),
    )
    assert (got["verdict_full"], got["verdict_rounded"], got["verdict"]) == ("pass", "pass", "pass")


@pytest.mark.parametrize(("regulation", "verdict"), [(CNG, "fail"), (LNG, "pass")])
def test_the_limit_is_that_of_the_gas(regulation: str, verdict: str, library: Library) -> None:
    assert case_gases.mass_flow_point(case(regulation, masses(("10.12", "10.00"))), library)["verdict"] == verdict


def test_full_and_rounded_comparison_that_differ_are_borderline(library: Library) -> None:
    got = case_gases.mass_flow_point(case(CNG, masses(("101.0049", "100"))), library)
    assert (got["verdict_full"], got["verdict_rounded"], got["verdict"]) == ("fail", "pass", "borderline")
    assert "repeatability_percent" not in got


def test_lpg_is_judged_in_litres_or_kg_with_the_limit_of_the_case(library: Library) -> None:
    litres = [
        {"v_j_L": "50.2", "v_s_L": "50.0"},
        {"v_j_L": "50.4", "v_s_L": "50.0"},
        {"v_j_L": "50.2", "v_s_L": "50.0"},
    ]
    limit = {"repeatability_limit_percent": "0.2"}
    assert case_gases.mass_flow_point(case(LPG, litres, **limit), library)["verdict"] == "fail"
    assert case_gases.mass_flow_point(case(LPG, masses(("50.2", "50")), **limit), library)["verdict"] == "pass"


def test_lpg_without_a_limit_of_repeatability_is_not_judged(library: Library) -> None:
    runs = masses(("50.2", "50"), ("50.2", "50"))
    assert case_gases.mass_flow_point(case(LPG, runs), library)["verdict"] == "no_decision"


@pytest.mark.parametrize("runs", [[], [{}], [{"m_j_kg": "20"}]])
def test_runs_that_say_nothing_are_named(runs: Any, library: Library) -> None:
    with pytest.raises(BadInput, match="runs"):
        case_gases.mass_flow_point(case(CNG, runs), library)


def test_a_regulation_that_is_not_shipped_is_named(library: Library) -> None:
    with pytest.raises(Unsupported, match="JJG 0-1900"):
        case_gases.mass_flow_point(case("JJG 0-1900", masses(("1", "1"))), library)
