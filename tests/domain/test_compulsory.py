"""Rates of what must be verified: no instrument is dropped, none is called valid without a reason."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fieldcal.domain.compulsory import Judged, Kind, Rate, Registered, State, capable, judge, rate

TODAY = date(2026, 11, 23)


def one(mode: Any = "periodic", **known: Any) -> Registered:
    return Registered(mode, **known)


def state(told: Registered, convention: str = "") -> tuple[str, str]:
    found = judge(told, TODAY, convention)
    return str(found.state), found.reason


def test_the_last_day_of_validity_counts_and_the_day_after_does_not() -> None:
    assert state(one(last_result="pass", valid_until=TODAY)) == ("valid", "")
    assert state(one(last_result="pass", valid_until=TODAY - timedelta(1))) == ("invalid", "overdue")


@pytest.mark.parametrize("result", ["fail", "voided", "never"])
def test_a_date_in_the_future_does_not_outweigh_a_result_that_is_no_pass(result: Any) -> None:
    assert state(one(last_result=result, valid_until=TODAY + timedelta(90))) == ("invalid", f"result-{result}")


def test_what_is_overdue_is_invalid_even_where_its_result_is_not_known() -> None:
    assert state(one(valid_until=date(2026, 1, 1))) == ("invalid", "overdue")


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"last_result": "pass"}, "date-unknown"),
        ({"valid_until": date(2027, 1, 1)}, "result-unknown"),
        ({"mode": "", "last_result": "pass", "valid_until": date(2027, 1, 1)}, "mode-unknown"),
        ({"regime": "", "last_result": "pass", "valid_until": date(2027, 1, 1)}, "regime-unknown"),
        ({"use": "", "last_result": "fail"}, "use-unknown"),
        ({"state": "", "last_result": "fail"}, "state-unknown"),
    ],
)
def test_what_cannot_be_told_is_unknown_with_its_reason(known: dict[str, Any], reason: str) -> None:
    assert state(one(**known)) == ("unknown", reason)


def test_out_of_service_needs_a_paper_of_today_or_before() -> None:
    late: dict[str, Any] = {"last_result": "pass", "valid_until": date(2026, 1, 1)}
    assert state(one(state="sealed", evidence=TODAY, **late)) == ("excluded", "sealed")
    assert state(one(state="scrapped", evidence=None, **late)) == ("unknown", "no-evidence")
    assert state(one(state="stopped", evidence=TODAY + timedelta(1), **late)) == ("invalid", "overdue")


def test_type_approval_alone_and_use_outside_the_law_do_not_count() -> None:
    assert state(one(regime="P", last_result="fail")) == ("excluded", "type-approval-only")
    assert state(one(use="non_compulsory", state="stopped", evidence=None)) == ("excluded", "non-compulsory")


def rotated(first: date, **known: Any) -> Registered:
    return one("first_only_rotation", first_result="pass", first_date=first, rotation_months=72, **known)


def test_a_meter_under_rotation_is_valid_until_its_years_are_over() -> None:
    assert state(rotated(date(2020, 11, 25))) == ("valid", "")
    assert state(rotated(date(2020, 11, 22))) == ("invalid", "rotation-due")
    assert state(one("first_only_rotation", first_result="pass", rotation_until=TODAY)) == ("valid", "")
    assert state(one("first_only_rotation", first_result="pass")) == ("unknown", "date-unknown")


def test_the_one_day_between_both_conventions_is_judged_only_once_the_convention_is_settled() -> None:
    meter = rotated(date(2020, 11, 23))
    assert state(meter) == ("unknown", "rotation-day-unsettled")
    assert state(meter, "SAME_DAY") == ("valid", "")
    assert state(meter, "MINUS_ONE") == ("invalid", "rotation-due")


def test_a_thermometer_verified_once_is_valid_until_reported_wrong() -> None:
    assert state(one("first_only_scrap", first_result="pass")) == ("valid", "")
    assert state(one("first_only_scrap", first_result="pass", out_of_tolerance=True)) == ("invalid", "out-of-tolerance")
    assert state(one("first_only_scrap", first_result="fail")) == ("invalid", "result-fail")
    assert state(one("first_only_scrap")) == ("unknown", "result-unknown")


def test_a_rate_keeps_the_unknown_apart_and_tells_its_bounds() -> None:
    found = rate([State.VALID, State.VALID, State.INVALID, State.EXCLUDED, State.UNKNOWN])
    assert found == Rate(valid=2, counted=3, excluded=1, unknown=1)
    assert (found.percent, found.least, found.most) == (Decimal("66.7"), Decimal("50.0"), Decimal("75.0"))


def test_a_rate_of_nothing_is_no_number() -> None:
    assert rate([State.EXCLUDED]).percent is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind("V", True, True), Judged(State.VALID)),
        (Kind("P+V", True, False), Judged(State.INVALID, "no-standard")),
        (Kind("P", True, True), Judged(State.EXCLUDED, "type-approval-only")),
        (Kind("V", False, True), Judged(State.EXCLUDED, "not-present")),
        (Kind("", True, True), Judged(State.UNKNOWN, "regime-unknown")),
        (Kind("V", None, True), Judged(State.UNKNOWN, "presence-unknown")),
        (Kind("V", True, None), Judged(State.UNKNOWN, "standard-unknown")),
    ],
)
def test_a_kind_counts_only_where_it_is_present_and_must_be_verified(kind: Kind, expected: Judged) -> None:
    assert capable(kind) == expected
