"""Cosine in Decimal: known values, symmetry and digits beyond a float's."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fieldcal.domain.expression import Expression
from fieldcal.domain.trigonometry import cosine


@pytest.mark.parametrize(
    ("degrees", "value"),
    [
        ("0", "1"),
        ("60", "0.5"),
        ("90", "0"),
        ("120", "-0.5"),
        ("180", "-1"),
        ("270", "0"),
        ("300", "0.5"),
        ("360", "1"),
        ("-60", "0.5"),
    ],
)
def test_cosine_of_a_known_angle_is_exact(degrees: str, value: str) -> None:
    assert cosine(Decimal(degrees)) == Decimal(value)


def test_cosine_squared_of_45_degrees_is_one_half_beyond_a_floats_digits() -> None:
    assert abs(cosine(Decimal(45)) ** 2 - Decimal("0.5")) < Decimal("1E-26")


@pytest.mark.parametrize("degrees", ["1.5", "20", "37.25", "89"])
def test_angles_that_add_to_half_a_turn_have_opposite_cosines(degrees: str) -> None:
    angle = Decimal(degrees)
    assert cosine(180 - angle) == cosine(angle).copy_negate()
    assert cosine(angle) == cosine(360 + angle)


def test_an_expression_of_a_procedure_may_use_it() -> None:
    shown = Expression("v * cosine(angle)")({"v": Decimal(80), "angle": Decimal(20)})
    assert round(shown, 2) == Decimal("75.18")
