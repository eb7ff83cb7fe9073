"""Gas detectors: the shipped procedures on worked cases, and what an adapter must not gloss over."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from fieldcal import bootstrap
from fieldcal.domain.errors import BadInput
from fieldcal.services.case_gas import alarm, conversion, drift, either_of, error
from fieldcal.services.case_print import near
from fieldcal.services.procedures import Library

DRIFT: dict[str, Any] = {
    "kind": "first",
    "instrument": {"mounting": "portable", "full_scale": "100"},
    "given": {
        "zero_readings": ["0", "0", "3", "3", "3", "3", "3"],
        "span_readings": ["60", "60", "63", "63", "63", "63", "63"],
        "assumed_limits": {
            "candidate_a": {"zero_pctFS": "3", "span_pctFS": "2"},
            "candidate_b": {"zero_pctFS": "2", "span_pctFS": "3"},
        },
    },
    "expect": {},
}


@pytest.fixture(scope="module")
def library() -> Library:
    return bootstrap.library()


def test_candidates_of_an_unknown_limit_that_disagree_give_no_decision(library: Library) -> None:
    out = drift(DRIFT, library)
    assert (out["verdict_candidate_a"], out["verdict_candidate_b"]) == ("pass", "fail")
    assert out["verdict"] == "no_decision"


def test_an_alarm_value_without_a_limit_is_computed_but_not_judged(library: Library) -> None:
    given = {"set_point": "25", "alarm_readings": ["25", "26", "24"]}
    case: dict[str, Any] = {"kind": "in_use", "instrument": {"full_scale": "100"}, "given": given, "expect": {}}
    out = alarm(case, library)
    assert (str(out["alarm_value_approx"]), out["verdict"]) == ("25", "no_decision")
    assert alarm({**case, "given": {**given, "limit": "0"}}, library)["verdict"] == "pass"


def test_the_full_and_the_rounded_comparison_are_told_apart(library: Library) -> None:
    point = {"c_std": "39.97", "readings": ["45", "45", "45"]}
    given = {"points": [point], "limit_pctFS": "5"}
    out = error({"kind": "in_use", "instrument": {"full_scale": "100"}, "given": given, "expect": {}}, library)
    assert (out["verdict_full"], out["verdict_rounded"], out["verdict"]) == ("fail", "pass", "fail")


def test_one_of_the_two_limits_of_carbon_monoxide_suffices_at_every_point(library: Library) -> None:
    near_zero, high = {"c_std": "30", "readings": ["34", "34", "35"]}, {"c_std": "200", "readings": ["219"] * 3}
    both = {"c_std": "50", "readings": ["56", "55", "57"]}
    case: dict[str, Any] = {"kind": "subsequent", "instrument": {}, "expect": {}}
    assert either_of({**case, "given": {"points": [near_zero, high]}}, library)["verdict"] == "pass"
    out = either_of({**case, "given": {"points": [near_zero, high, both]}}, library)
    assert [point["verdict"] for point in out["points"]] == ["pass", "pass", "fail"]
    assert out["verdict"] == "fail"


def test_a_volume_fraction_needs_the_limit_that_the_maker_used(library: Library) -> None:
    given = {"vol_pct": "2.02", "lel_vol_pct": "5.0"}
    case: dict[str, Any] = {"kind": "first", "instrument": {"full_scale": "100"}, "given": given, "expect": {}}
    assert conversion(case, library)["lel_pct"] == conversion(case, library)["lel_pct_approx"]
    wrong = deepcopy(case)
    wrong["given"]["lel_vol_pct"] = "five"
    with pytest.raises(BadInput):
        conversion(wrong, library)


def test_only_values_called_approximate_are_rounded_and_only_to_the_digits_shown() -> None:
    from decimal import Decimal

    third = Decimal(1) / 3
    out = near(
        {"a_approx": third, "b": third, "rows": [{"c_approx": third}]},
        {"a_approx": "0.33", "rows": [{"c_approx": "0.3"}]},
    )
    assert (str(out["a_approx"]), out["b"], str(out["rows"][0]["c_approx"])) == ("0.33", third, "0.3")
