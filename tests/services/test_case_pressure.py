"""Pressure gauges, weights and tapes: worked cases reach the shipped procedures, and adapters gloss over nothing."""

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
NAMES = ("jjg52-2013", "jjg875-2019", "jjg927-2013", "jjg99-2022", "jjg4-2015")
PUBLIC: dict[str, dict[str, Any]] = {
    case["id"]: case
    for name in NAMES
    for case in json.loads((CASES / f"{name}-public.json").read_text("utf-8"))["cases"]
}


@pytest.fixture(scope="module")
def library() -> Library:
    return bootstrap.library()


def run(library: Library, case: dict[str, Any]) -> CaseResult:
    return run_cases(json.dumps({"topic": "other_kinds", "cases": [case]}).encode(), library).cases[0]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_detail_of_the_public_case_is_compared_and_matches(library: Library, name: str) -> None:
    result = run(library, PUBLIC[name])
    assert (result.differences, result.not_compared) == ([], ["arithmetic"] * ("arithmetic" in PUBLIC[name]["expect"]))


@pytest.mark.parametrize(
    ("name", "path", "wrong"),
    [
        ("PG-001", ("given", "readings", 1, "up_after_tap"), "0.83"),
        ("PG-003", ("given", "hysteresis_tap_basis"), None),
        ("PG-005", ("given", "standard_class"), "0.25"),
        ("PG-009", ("given", "dut_below_standard_m"), "-0.5"),
        ("PG-010", ("given", "zero_readings", 4), "0.7"),
        ("WT-001", ("given", "U_k2_mg"), "334"),
        ("WT-004", ("instrument", "count"), "4"),
        ("TP-002", ("given", "L_rule"), "next_larger"),
        ("TP-004", ("given", "t_degC"), "20"),
    ],
)
def test_a_changed_input_changes_what_is_computed(
    library: Library, name: str, path: tuple[Any, ...], wrong: Any
) -> None:
    case = deepcopy(PUBLIC[name])
    place: Any = case
    for key in path[:-1]:
        place = place[key]
    if wrong is None:
        del place[path[-1]]
    else:
        place[path[-1]] = wrong
    assert not run(library, case).match


def test_readings_in_another_unit_come_back_in_that_unit(library: Library) -> None:
    case = deepcopy(PUBLIC["PG-010"])
    case["given"]["unit"], case["expect"] = "Pa", {"drift": "400", "limit": "600", "verdict": "pass"}
    case["given"]["zero_readings"] = ["0", "200", "300", "300", "400"]
    assert run(library, case).differences == []


def test_a_tyre_gauge_is_judged_only_with_limits_that_the_case_brings(library: Library) -> None:
    case = deepcopy(PUBLIC["PG-011"])
    case["given"]["limits"], case["expect"]["verdict"] = {"mpe_percent": "1"}, "pass"
    assert run(library, case).match
    case["given"]["limits"], case["expect"]["verdict"] = {"mpe_percent": "0.9"}, "fail"
    assert run(library, case).match


def test_failed_quantities_are_all_named_with_their_mark(library: Library) -> None:
    case = deepcopy(PUBLIC["PG-001"])
    case["given"]["readings"][0] |= {"up_before_tap": "0.40", "up_after_tap": "0.43"}
    case["given"]["readings"][2] |= {"down_after_tap": "1.17", "down_before_tap": "1.18"}
    failed = [{"item": "error", "at": "0.4"}, {"item": "tap", "at": "0.4"}, {"item": "hysteresis", "at": "1.2"}]
    case["expect"] = {"failed": failed, "verdict": "fail"}
    assert run(library, case).differences == []


def test_an_unknown_item_of_a_known_regulation_says_what_there_is(library: Library) -> None:
    result = run(library, {**PUBLIC["PG-001"], "item": "burst_pressure"})
    assert result.differences[0].got == "unsupported: burst_pressure"
    result = run(library, {**PUBLIC["PG-001"], "regulation": "JJG 1-1999"})
    assert result.differences[0].got == "unsupported: JJG 1-1999"
