"""Optics, traffic and meters: public cases reach the shipped procedures, and adapters gloss over nothing."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from fieldcal import bootstrap
from fieldcal.services.case_types import CaseResult
from fieldcal.services.cases import run_cases
from fieldcal.services.procedures import Library

CASES = Path(__file__).parents[2] / "resources/procedures/cases"
NAMES = {
    "other_kinds": ("jjg580-2005", "jjg892-2022", "jjg657-2019", "jjg527-2015", "jjg528-2015"),
    "dispensers": ("jjg162-2019", "jjg577-2012", "jjg517-2016"),
}
PUBLIC: dict[str, tuple[str, dict[str, Any]]] = {
    case["id"]: (topic, case)
    for topic, names in NAMES.items()
    for name in names
    for case in json.loads((CASES / f"{name}-public.json").read_text("utf-8"))["cases"]
}


@pytest.fixture(scope="module")
def library() -> Library:
    return bootstrap.library()


def run(library: Library, topic: str, case: dict[str, Any]) -> CaseResult:
    return run_cases(json.dumps({"topic": topic, "cases": [case]}).encode(), library).cases[0]


def changed(name: str, path: tuple[Any, ...], value: Any) -> tuple[str, dict[str, Any]]:
    topic, case = deepcopy(PUBLIC[name])
    place: Any = case
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return topic, case


@pytest.mark.parametrize("name", PUBLIC)
def test_every_detail_of_the_public_case_is_compared_and_matches(library: Library, name: str) -> None:
    result = run(library, *PUBLIC[name])
    assert (result.differences, result.not_compared) == ([], ["trap"] * ("trap" in PUBLIC[name][1]["expect"]))


@pytest.mark.parametrize(
    ("name", "path", "wrong"),
    [
        ("FM-002", ("given", "nominal"), "+15"),
        ("FM-004", ("given", "d_std"), "+10.00"),
        ("FM-005", ("given", "readings", 2), "+5.05"),
        ("FM-006", ("given", "std"), "1.90"),
        ("AR-001", ("given", "std"), "+9.90"),
        ("AR-004", ("given", "readings", 0), "+2.50"),
        ("AR-005", ("given", "has_pd"), False),
        ("BA-002", ("kind",), "first"),
        ("BA-003", ("given", "assumed_limits", "first", "rel_pct"), "4"),
        ("SP-001", ("given", "f0_GHz"), "10.525"),
        ("SP-004", ("given", "angle_deg"), "21"),
        ("SP-007", ("given", "assumed_limits", "low"), "-6"),
        ("SP-008", ("given", "assumed_limits", "high"), "1"),
        ("SP-010", ("given", "limit"), "0.9"),
        ("D-026", ("given", "water_temperature_C"), "31"),
        ("D-027", ("given", "p_m_kPa_abs"), "101.325"),
        ("D-028", ("instrument", "k_rev_per_km"), "1020"),
    ],
)
def test_a_changed_input_changes_what_is_computed(
    library: Library, name: str, path: tuple[Any, ...], wrong: Any
) -> None:
    assert not run(library, *changed(name, path, wrong)).match


def test_a_refractor_without_pupil_distance_has_nothing_to_judge(library: Library) -> None:
    topic, case = changed("AR-005", ("given", "has_pd"), False)
    case["expect"] = {"verdict": "not_applicable"}
    assert run(library, topic, case).differences == []


def test_the_limits_of_2022_are_not_known_so_nothing_is_decided(library: Library) -> None:
    topic, case = changed("AR-001", ("given", "limits_edition"), "2022")
    case["expect"] = {"verdict": "no_decision"}
    assert run(library, topic, case).differences == []


def test_a_water_meter_below_q2_is_judged_in_the_lower_zone(library: Library) -> None:
    topic, case = changed("D-026", ("given", "flow_m3_per_h"), "0.03")
    case["expect"] = {"zone": "lower", "mpe_percent": "5", "verdict": "pass"}
    assert run(library, topic, case).differences == []


@pytest.mark.parametrize(("count", "verdict"), [("2042", "fail"), ("1939", "fail"), ("2041", "pass"), ("1941", "pass")])
def test_the_limits_of_a_taximeter_are_not_symmetric(library: Library, count: str, verdict: str) -> None:
    topic, case = changed("D-028", ("given", "rig_count_rev"), count)
    case["expect"] = {"verdict": verdict}
    assert run(library, topic, case).differences == []


def test_an_unknown_item_of_a_known_regulation_says_so(library: Library) -> None:
    topic, case = PUBLIC["FM-001"]
    result = run(library, topic, {**case, "item": "abbe_number"})
    assert result.differences[0].got == "unsupported: abbe_number"
