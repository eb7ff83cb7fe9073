from datetime import date
from pathlib import Path

import pytest

from fieldcal.services.effective import covering
from fieldcal.services.procedures import Library

LIBRARY = Library([Path(__file__).parents[2] / "resources/procedures"])


@pytest.mark.parametrize(
    ("day", "price", "covers"),
    [
        ("2027-01-07", "yes", "jjg539-2016"),
        ("2027-01-08", "yes", "jjg1204-2025"),
        ("2027-01-08", "no", "jjg539-2016"),
        ("2027-01-08", "", "jjg1204-2025"),
    ],
)
def test_price_computing_scales_leave_their_old_regulation_on_the_day_of_the_new_one(day, price, covers):
    found = covering(LIBRARY, LIBRARY.get("jjg539-2016"), {"price_computing": price}, date.fromisoformat(day))
    assert found.procedure.id == covers


def test_a_procedure_that_nothing_supersedes_stays():
    own = LIBRARY.get("jjg1204-2025")
    assert covering(LIBRARY, own, {}, date(2030, 1, 1)) is own
