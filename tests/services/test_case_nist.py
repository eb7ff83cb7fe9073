"""Public cases of US motor-fuel dispensers, and the tolerances of other drafts and tests."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fieldcal.domain.errors import BadInput
from fieldcal.services import case_nist
from fieldcal.services.cases import run_cases
from fieldcal.services.procedures import Library

ROOT = Path(__file__).parents[2]
PUBLIC = json.loads((ROOT / "tests/data/golden/other_instruments.json").read_text("utf-8"))
MINE = [case for case in PUBLIC["cases"] if case["item"] == "nist_test"]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library([ROOT / "resources/procedures"])


def case(deltas: Any, kind: str = "first", **instrument: str) -> dict[str, Any]:
    return {
        "item": "nist_test", "kind": kind, "instrument": {"draft_gal": "5", **instrument},
        "given": {"delivered_minus_indicated_in3": deltas},
    }  # fmt: skip


def test_every_public_case_matches_in_full(library: Library) -> None:
    assert len(MINE) == 3
    report = run_cases(json.dumps({"topic": "dispensers", "cases": MINE}).encode(), library)
    assert [(r.id, r.differences, r.not_compared) for r in report.cases if r.differences or r.not_compared] == []


@pytest.mark.parametrize(
    ("kind", "stated", "tolerance"),
    [("first", "", 3), ("in_use", "", 6), ("subsequent", "", 6), ("subsequent", "acceptance", 3)],
)
def test_the_tolerance_follows_the_kind_unless_the_case_states_it(
    kind: str, stated: str, tolerance: int, library: Library
) -> None:
    got = case_nist.nist_test(case(["-3"], kind, tolerance=stated), library)
    assert (got["tolerance_in3"], got["verdict"]) == (tolerance, "pass")


def test_a_large_draft_has_a_percentage_of_its_class(library: Library) -> None:
    got = case_nist.nist_test(case(["-23.2"], draft_gal="50", accuracy_class="0.3"), library)
    assert (got["tolerance_in3"], got["error_percent"], got["verdict"]) == (Decimal("23.1"), [Decimal("-0.20")], "fail")


def test_too_much_is_judged_like_too_little(library: Library) -> None:
    assert case_nist.nist_test(case(["3.01"]), library)["verdict"] == "fail"


def test_a_slow_delivery_of_a_large_draft_has_its_own_tolerance(library: Library) -> None:
    slow = case(["-57.75"], draft_gal="50", accuracy_class="0.3")
    slow["given"]["test"] = "special"
    got = case_nist.nist_test(slow, library)
    assert (got["tolerance_in3"], got["verdict"]) == (Decimal("57.75"), "pass")


def test_two_deliveries_have_no_range(library: Library) -> None:
    assert "range_in3" not in case_nist.nist_test(case(["-1", "-3"]), library)


def test_a_case_without_a_delivery_is_named(library: Library) -> None:
    with pytest.raises(BadInput, match="delivered_minus_indicated_in3"):
        case_nist.nist_test(case([]), library)
