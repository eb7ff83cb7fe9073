"""What a row is about, in the unit of the dial, not in the one that the procedure reckons in."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from fieldcal import bootstrap
from fieldcal.domain.units import convert
from fieldcal.services.present import show_nominal

LIBRARY = bootstrap.library()


@pytest.mark.parametrize("unit", ["MPa", "bar", "kgf/cm2", "psi"])
def test_a_mark_is_told_in_the_unit_of_the_dial(unit: str) -> None:
    compiled = LIBRARY.get("jjg927-2013")
    at = {"mark": convert(D("2.5"), unit, "MPa")}
    assert show_nominal(compiled, compiled.procedure.item("error"), at, {"unit": unit}) == f"2.5 {unit}"


def test_a_row_that_is_about_no_value_has_no_such_words() -> None:
    compiled = LIBRARY.get("jjg692-2010")
    assert show_nominal(compiled, compiled.procedure.item("environment"), {"point": D(1)}, {}) == ""
