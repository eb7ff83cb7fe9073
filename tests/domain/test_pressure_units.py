"""kgf/cm2 and psi: typed as they stand on the dial, judged as if nothing had been converted."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldcal.domain.errors import BadInput
from fieldcal.domain.expression import ARITHMETIC, Expression
from fieldcal.domain.plate import measure
from fieldcal.domain.quantity import show
from fieldcal.domain.units import convert, decimal, known

D = Decimal
PSI = Fraction("4.4482216152605") / Fraction("0.0254") ** 2  # Pa
FACTOR = convert(D(1), "psi", "Pa")
typed = st.decimals(min_value="-99999", max_value="99999", places=2)


def test_kgf_per_square_centimetre_is_exact() -> None:
    assert convert(D("10.0"), "kgf/cm2", "MPa") == D("0.980665")
    assert convert(D("0.980665"), "MPa", "kgf/cm2") == 10


def test_psi_is_that_of_pound_and_inch_to_one_part_in_1e20() -> None:
    assert abs(Fraction(FACTOR) / PSI - 1) < Fraction(1, 10**20)
    assert show(convert(D("1"), "psi", "kPa")).startswith("6.894757293168361")


@pytest.mark.parametrize("unit", ["psi", "kgf/cm2"])
@given(value=typed)
def test_what_was_typed_is_shown_again_digit_by_digit(unit: str, value: Decimal) -> None:
    there = convert(value, unit, "MPa")
    assert show(convert(there, "MPa", unit)) == show(value)


@pytest.mark.parametrize("unit", ["psi", "kgf/cm2"])
@given(reading=typed, standard=typed, span=st.decimals(min_value=1, max_value=99999, places=1))
def test_a_gauge_is_judged_as_in_its_own_unit_ties_included(unit: str, reading: D, standard: D, span: D) -> None:
    holds = Expression("abs(reading - standard) <= 1.6 / 100 * span")
    own = {"reading": reading, "standard": standard, "span": span}
    tie = {**own, "reading": standard + D("1.6") * span / 100}
    with localcontext(ARITHMETIC):
        for names in (own, tie, {**tie, "reading": tie["reading"] + D("0.0001")}):
            assert holds({k: convert(v, unit, "MPa") for k, v in names.items()}) == holds(names)


@given(reading=st.integers(1, 999999), standard=st.integers(1, 99999999))
def test_beside_megapascals_no_comparison_turns(reading: int, standard: int) -> None:
    """The psi that is nearest to each standard, from both sides."""
    for value in (reading, int(standard * 10**6 / 10**4 / PSI)):
        left, right = D(value) / 10, D(standard) / 10**4
        exactly = Fraction(left) * PSI - Fraction(right) * 10**6
        assert (convert(left, "psi", "MPa") > right) == (exactly > 0)


def test_what_is_measured_in_megapascals_is_shown_with_no_less_than_its_own_resolution() -> None:
    assert show(convert(D("1"), "MPa", "psi")) == "145.03774"
    assert show(convert(D("0.30012"), "MPa", "psi")) == "43.528726"
    assert show(convert(D("0.30012345678"), "MPa", "psi")) == "43.529227211"
    assert show(convert(D("0.3"), "MPa", "kgf/cm2")) == "3.0591486"
    assert convert(D("0.000"), "MPa", "psi") == 0


def test_a_plate_takes_the_unit_as_people_write_it() -> None:
    assert measure("10 kgf/cm²", "MPa", "range_max") == D("0.980665")
    assert measure("100psi", "kPa", "range_max") == 100 * FACTOR / 1000


def test_a_weight_is_no_pressure_and_the_refusal_names_what_is() -> None:
    with pytest.raises(BadInput) as refused:
        convert(D(1), "kg", "psi")
    assert (refused.value.code, refused.value.accepted) == ("wrong-unit", "Pa, hPa, mbar, kPa, bar, MPa, kgf/cm2, psi")


def test_a_procedure_may_show_psi_but_not_reckon_in_it() -> None:
    assert known("psi")
    assert not decimal("psi")
    assert decimal("MPa")
