"""Blood-pressure instruments: the shipped procedures on worked cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fieldcal import bootstrap
from fieldcal.services.case_medical import JJG1162, JJG1164, leak, repeatability, static, zero
from fieldcal.services.procedures import Library


@pytest.fixture(scope="module")
def library() -> Library:
    return bootstrap.library()


def case(kind: str, **given: Any) -> dict[str, Any]:
    return {"kind": kind, "instrument": {}, "given": {"unit": "mmHg", **given}, "expect": {}}


def test_a_series_that_passes_by_s_and_fails_by_the_range_gives_no_decision(library: Library) -> None:
    readings = ["117", "123", "120", "122", "118", "121", "120", "119", "121", "122"]
    out = repeatability(case("first", readings=readings), library)
    assert (out["verdict_s"], out["verdict_range"], out["verdict"]) == ("pass", "fail", "no_decision")


def test_one_error_passes_a_subsequent_and_fails_a_first_verification(library: Library) -> None:
    readings = [{"std": "200.3", "up": "204", "down": "203"}]
    found = [static(case(kind, readings=readings), library) for kind in ("first", "subsequent", "in_use")]
    assert [out["verdict"] for out in found] == ["fail", "pass", "pass"]
    assert [str(out["limit"]) for out in found] == ["3", "4", "4"]


def test_four_millimetres_pass_and_their_value_in_kilopascal_does_not(library: Library) -> None:
    four = case("in_use", readings=[{"std": "200", "up": "204", "down": "200"}])
    same = case("in_use", unit="kPa", readings=[{"std": "26.66", "up": "27.19", "down": "26.66"}])
    assert (static(four, library)["verdict"], static(same, library)["verdict"]) == ("pass", "fail")


def test_a_leak_is_divided_by_the_real_duration_and_exact_at_the_limit(library: Library) -> None:
    given = {"unit": "kPa", "p_start": "33.3", "p_end": "29.3", "duration_min": "5", "stabilise_s": "60"}
    out = leak(case("first", **given), library)
    assert (str(out["leak_kPa_per_min"]), out["verdict"]) == ("0.8", "pass")
    assert leak(case("first", **given | {"p_end": "29.29"}), library)["verdict"] == "fail"


@pytest.mark.parametrize(
    ("reading", "verdict"), [("3.75", "pass"), ("3.76", "fail"), ("-1.5", "pass"), ("-1.6", "fail")]
)
def test_the_zero_of_a_mercury_instrument_has_two_different_limits(
    library: Library, reading: str, verdict: str
) -> None:
    assert zero(case("subsequent", zero_reading=reading), library)["verdict"] == verdict


def test_a_good_mean_of_an_ear_thermometer_excuses_no_single_reading(library: Library) -> None:
    points = [{"t_ref": "37.00", "readings": ["37.0", "37.3", "37.0"]}]
    out = JJG1164["indication_error_every_single_reading"](case("first", unit="degC", points=points), library)
    assert (out["points"][0]["mean_error_approx"], out["verdict"]) == (Decimal("0.1"), "fail")


@pytest.mark.parametrize(
    ("items", "at", "limit"), [(JJG1162, "41.00", "0.1"), (JJG1162, "41.01", "0.2"), (JJG1164, "41.01", "0.2")]
)
def test_each_kind_of_thermometer_has_its_own_limits(
    library: Library, items: dict[str, Any], at: str, limit: str
) -> None:
    points = [{"t_ref": at, "readings": [at]}]
    out = items["indication_error_every_single_reading"](case("first", unit="degC", points=points), library)
    found = out["points"][0]
    assert (found["limit_high"], found["limit_low"]) == (Decimal(limit), -Decimal(limit))
