"""Budgets after JJF 1059.1; GTC (Measurement Standards Laboratory of New Zealand) is the judge."""

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcal.domain.errors import BadInput
from fieldcal.domain.student import PROBABILITIES, ROWS, student_t
from fieldcal.domain.uncertainty import (
    Part,
    aligned,
    bessel,
    by_range,
    combine,
    decide,
    interval_of,
    one_third,
    plainly,
    rounded,
    second_order,
    standard,
)

D = Decimal
SMALL = st.decimals(min_value="0.001", max_value="100", places=3)
FREEDOM = st.integers(min_value=2, max_value=60)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SMALL, SMALL, FREEDOM), min_size=2, max_size=6))
def test_combined_uncertainty_and_degrees_of_freedom_agree_with_gtc(rows):
    gtc = pytest.importorskip("GTC")
    ours = combine([Part(str(i), u, c, D(nu)) for i, (u, c, nu) in enumerate(rows)])
    theirs = sum(float(c) * gtc.ureal(1.0, float(u), nu) for u, c, nu in rows)
    assert math.isclose(float(ours.u), gtc.uncertainty(theirs), rel_tol=1e-12)
    assert math.isclose(float(ours.freedom), gtc.dof(theirs), rel_tol=1e-9)


@settings(max_examples=40, deadline=None)
@given(SMALL, SMALL, st.decimals(min_value="-1", max_value="1", places=2))
def test_correlated_parts_combine_as_gtc_combines_them(a, b, r):
    gtc = pytest.importorskip("GTC")
    x, y = gtc.ureal(1.0, float(a), independent=False), gtc.ureal(1.0, float(b), independent=False)
    gtc.set_correlation(float(r), x, y)
    ours = combine([Part("x", a), Part("y", b, D(-2))], {("y", "x"): r})
    assert math.isclose(float(ours.u), gtc.uncertainty(x - 2 * y), rel_tol=1e-6, abs_tol=1e-6)


@pytest.mark.parametrize("freedom", sorted(ROWS))
@pytest.mark.parametrize("probability", PROBABILITIES)
def test_the_table_of_t_is_right_in_its_last_digit(probability, freedom):
    stats = pytest.importorskip("scipy.stats")
    exact = stats.t.ppf((1 + float(probability)) / 2, freedom)
    assert abs(float(student_t(D(probability), freedom)) - exact) <= 0.000501


def test_between_two_rows_of_t_the_larger_factor_holds():
    assert student_t(D("0.95"), 39) == student_t(D("0.95"), 35) == D("2.030")
    assert student_t(D("0.95"), 1_000_000) > student_t(D("0.95"), None) == D("1.960")


def test_a_probability_without_a_table_is_refused():
    for probability, freedom in ((D("0.8"), 5), (D("0.95"), 0)):
        with pytest.raises(BadInput):
            student_t(probability, freedom)


def test_each_distribution_has_its_own_divisor():
    squares = {"normal": 1, "rect": 3, "triangular": 6, "u_shaped": 2, "step": 12}
    for distribution, square in squares.items():
        assert abs(standard(D(6), distribution) ** 2 * square - 36) < D("1E-30")
    assert standard(D(6), "normal", D(2)) == 3


def test_type_a_from_the_range_needs_a_known_number_of_readings():
    assert abs(by_range([D(1), D(2), D(3)]) * D("1.69") - 2) < D("1E-30")
    with pytest.raises(BadInput):
        by_range([D(1)])
    with pytest.raises(ValueError, match="two"):
        bessel([D(1)])


@pytest.mark.parametrize(
    ("expanded", "printed"),
    [
        ("1.4686", "1.5"), ("0.0778", "0.08"), ("0.2501", "0.26"), ("0.301", "0.4"), ("0.95", "1.0"),
        ("2.0", "2.0"), ("0.096", "0.10"), ("10.47", "11"), ("347", "400"), ("0.30", "0.3"),
    ],
)  # fmt: skip
def test_u_is_printed_with_two_digits_if_it_starts_with_1_or_2_and_never_rounded_down(expanded, printed):
    found = rounded(D(expanded))
    assert found == D(printed)
    assert found >= D(expanded)


def test_the_value_ends_where_its_uncertainty_ends():
    expanded = D("0.0278")
    assert aligned(D("10.05762"), interval_of(expanded)) == D("10.058")


def test_an_uncertainty_of_nothing_has_no_digits():
    with pytest.raises(BadInput):
        interval_of(D(0))


def test_a_third_of_the_limit_still_decides_plainly_and_a_little_more_does_not():
    assert one_third(D("0.1"), D("0.3"))
    assert not one_third(D("0.1001"), D("0.3"))
    assert decide(D("0.3"), D("0.3"), D("0.1")) == plainly(D("0.3"), D("0.3")) == "pass"
    assert decide(D("0.3"), D("0.3"), D("0.11")) == "undetermined"
    assert decide(D("-0.41"), D("0.3"), D("0.11")) == "fail"
    assert decide(D("0.19"), D("0.3"), D("0.11")) == "pass"


def test_an_uncertainty_above_the_limit_lets_nothing_pass():
    assert decide(D(0), D("0.3"), D("0.31")) == "undetermined"


def test_terms_of_second_order_of_a_product_are_exact():
    mean, variance = second_order([[D(0), D(1)], [D(1), D(0)]], [[D(4), D(0)], [D(0), D(9)]])
    assert (mean, variance) == (0, 36)  # variance of x y beyond first order: u(x)^2 u(y)^2
