"""Zero tracking: about 10 e leaves its range, and a display that stays at zero has swallowed the small weights."""

from decimal import Decimal as D

import pytest

from fieldcal.domain.zeroing import escape, swallowed


@pytest.mark.parametrize(("load", "e", "wanted"), [("0", "5", "50"), ("20", "5", "50"), ("0", "0.5", "5.0")])
def test_below_10_e_the_load_that_leaves_zero_tracking_is_told(load, e, wanted):
    assert str(escape(D(load), D(e))) == wanted


@pytest.mark.parametrize("load", ["50", "-50", "7500"])
def test_from_10_e_on_nothing_needs_to_be_added(load):
    assert escape(D(load), D("5")) is None


@pytest.mark.parametrize(
    ("load", "shown", "added", "told"),
    [("0", "0", "4.0", True), ("0", "0.000", "3.75", False), ("0", "0.005", "4.0", False), ("50", "0", "4.0", False)],
)
def test_more_than_a_good_scale_takes_and_still_nought_means_swallowed(load, shown, added, told):
    assert swallowed(D(load), D(shown), D(added), D("5")) is told
