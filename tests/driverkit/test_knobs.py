"""The knobs of every shipped simulator: each can be turned over its range, and a scale has the errors scales have."""

from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.loader import load
from fieldcal.driverkit.benchlink import CountedClock
from fieldcal.driverkit.folder import profiles_of

DRIVERS = Path(__file__).parents[2] / "drivers"
MAPS = [
    pytest.param(path.parent, name, id=f"{path.parent.name}-{name}")
    for path in sorted(DRIVERS.glob("*/driver.toml"))
    for name in profiles_of(path.parent) or [""]
]
SCALE = {"load", "drift", "corner", "corner_error", "noise", "cheat", "settle"}


@pytest.fixture
def scale():
    clock = CountedClock()
    simulator = load(DRIVERS / "mt_sics").simulator(clock=clock, d=Decimal(1), capacity=Decimal(3000))
    simulator.turn("load", Decimal(1000))
    clock.now = 10.0
    return simulator


@pytest.mark.parametrize(("folder", "name"), MAPS)
def test_every_knob_of_every_simulator_stands_where_it_was_turned_to(folder, name):
    simulator = load(folder, name).simulator()
    for one in simulator.knobs:
        assert one.low < one.high
        assert one.step > 0
        assert one.low <= simulator.standing(one.name) <= one.high
    for one in simulator.knobs:
        if one.name in ("capacity", "d"):
            continue  # they bound the others
        for value in (one.low, one.high):
            simulator.turn(one.name, value)
            assert simulator.standing(one.name) == value
        with pytest.raises(ValueError, match=one.name):
            simulator.turn(one.name, one.high + one.step)


@pytest.mark.parametrize(("folder", "name"), MAPS)
def test_every_decimal_of_a_simulator_can_be_turned(folder, name):
    simulator = load(folder, name).simulator()
    public = {key for key in dir(simulator) if not key.startswith("_")}
    assert {key for key in public if isinstance(getattr(simulator, key), Decimal)} <= {k.name for k in simulator.knobs}


def test_scales_have_the_knobs_of_scales():
    for folder in (
        "mt_sics",
        "sartorius_sbi",
        "and_standard",
        "ohaus",
        "sma_scp",
        "toledo_continuous",
        "yaohua_xk3190",
    ):
        simulator = load(DRIVERS / folder).simulator()
        assert {one.name for one in simulator.knobs} >= SCALE, folder
        assert simulator.knobs[0].name == "load"


def test_a_scale_that_cheats_shows_more_than_lies_on_it(scale):
    scale.turn("cheat", Decimal("1.003"))
    assert scale.indication() == 1003


def test_a_corner_error_shows_off_the_middle_and_with_its_sign(scale):
    scale.turn("corner_error", Decimal(4))  # at a third of the capacity, which is what lies there
    shown = {}
    for corner in range(5):
        scale.turn("corner", Decimal(corner))
        shown[corner] = scale.indication()
    assert shown == {0: 1000, 1: 1004, 2: 996, 3: 1002, 4: 998}


def test_drift_runs_from_the_moment_it_is_turned_on(scale):
    scale.turn("drift", Decimal(6))
    assert scale.indication() == 1000
    scale.clock.now += 30
    assert scale.indication() == 1003


def test_noise_above_an_interval_leaves_nothing_stable(scale):
    assert scale.stable()
    scale.turn("noise", Decimal("0.9"))
    assert scale.stable()
    scale.turn("noise", Decimal(3))
    assert not scale.stable()
    assert len({scale.indication() for _ in range(50)}) > 3


def test_a_new_load_settles_in_the_time_that_is_set(scale):
    scale.turn("settle", Decimal("2.5"))
    scale.turn("load", Decimal(500))
    scale.clock.now += 2.4
    assert not scale.stable()
    scale.clock.now += 0.2
    assert scale.stable()
    assert scale.indication() == 500


def test_a_sensor_drifts_and_trembles_in_steps_of_its_display():
    clock = CountedClock()
    probe = load(DRIVERS / "rotronic").simulator(clock=clock)
    probe.turn("drift", Decimal(60))
    clock.now = 10.0
    assert probe.now("T") == Decimal("23.41")
    probe.turn("drift", Decimal(0))
    probe.turn("noise", Decimal(5))
    assert 1 < len({probe.now("T") for _ in range(100)}) <= 11
