"""Sums and moments in expressions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fieldcal.domain.expression import BadExpression, Expression


def number(source: str, **values: str) -> Decimal:
    return Expression(source)({name: Decimal(text) for name, text in values.items()})


def test_a_sum_is_exact_where_a_mean_times_a_count_is_not() -> None:
    values = {"fees": [Decimal("0.1"), Decimal("0.1"), Decimal("0.2")]}
    assert Expression("total(fees)")(values) == Decimal("0.4")


@pytest.mark.parametrize(
    ("later", "seconds"),
    [(("20240603", "140308"), "183"), (("20240604", "140005"), "86400"), (("20240603", "140005.5"), "0.5")],
)
def test_two_moments_differ_by_their_date_and_their_time(later: tuple[str, str], seconds: str) -> None:
    found = number("moment(a, b) - moment(20240603, 140005)", a=later[0], b=later[1])
    assert found == Decimal(seconds)


def test_a_year_boundary_and_a_leap_day_count() -> None:
    assert number("moment(20240301, 0) - moment(20240228, 235959)") == 86401
    assert number("moment(20250101, 0) - moment(20241231, 235959)") == 1


@pytest.mark.parametrize(
    ("day", "clock"),
    [("20230229", "0"), ("20240603.5", "0"), ("20240603", "240000"), ("20240603", "126000"), ("20240603", "120060")],
)
def test_what_no_calendar_and_no_clock_shows_is_not_computable(day: str, clock: str) -> None:
    with pytest.raises(BadExpression):
        number("moment(a, b)", a=day, b=clock)


def test_a_time_before_midnight_is_refused() -> None:
    with pytest.raises(BadExpression):
        number("moment(a, b)", a="20240603", b="-1")
