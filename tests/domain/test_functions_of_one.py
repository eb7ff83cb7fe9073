"""Functions of lists that a budget asks of the mean of the runs."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from fieldcal.domain.dual import Dual
from fieldcal.domain.expression import Expression


@pytest.mark.parametrize("name", ["first", "last"])
def test_the_first_and_the_last_of_one_number_are_that_number_with_its_slope(name: str) -> None:
    found = Expression(f"2 * {name}(x)")({"x": Dual(D("5"), D("1"))})
    assert (found.value, found.slope) == (D("10"), D("2"))


def test_the_first_and_the_last_of_a_list_stay_its_ends() -> None:
    names = {"x": [D("1"), D("2"), D("3")]}
    assert Expression("first(x)")(names) == 1
    assert Expression("last(x)")(names) == 3
