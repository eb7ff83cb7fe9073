"""The line settings of one type of instrument, and the knobs of a simulator."""

from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.loader import DriverFailed, load
from fieldcal.driverkit import Simulator, knob
from fieldcal.driverkit.folder import manifest_of, profiles_of, read_profile
from fieldcal.driverkit.manifest import line_of, line_problems

DRIVERS = Path(__file__).parents[2] / "drivers"
SHIPPED = sorted(path.parent for path in DRIVERS.glob("*/driver.toml"))


class Kettle(Simulator):
    knobs = (knob("heat", "0", "100", "0.5", "°C"),)
    heat = Decimal(20)


def test_a_map_without_a_line_has_the_line_of_the_manifest():
    manifest, _ = manifest_of(DRIVERS / "mt_sics")
    assert manifest is not None
    assert line_of(manifest, {}) == manifest.serial


def test_each_key_of_a_map_s_line_stands_over_the_manifest_s():
    manifest, _ = manifest_of(DRIVERS / "mt_sics")
    assert manifest is not None
    line = line_of(manifest, {"line": {"baud": 1200, "bits": "7O1", "rts": False}})
    assert (line.baud, line.bits, line.rts, line.dtr) == ((1200,), "7O1", False, manifest.serial.dtr)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"baud": "fast"}, "line.baud: 'fast', accepted: whole numbers above 0"),
        ({"baud": []}, "line.baud: [], accepted"),
        ({"baud": [9600, 0]}, "line.baud: [9600, 0], accepted"),
        ({"bits": "9N1"}, "line.bits: '9N1', accepted: 8N1, 8E1"),
        ({"dtr": 1}, "line.dtr: 1, accepted: true, false"),
        ({"handshake": "xon"}, "line.handshake: 'xon', accepted: none, xonxoff, rtscts"),
        ({"speed": 9600}, "line.speed: 9600, accepted keys: baud"),
        (9600, "line: 9600, accepted: a table"),
    ],
)
def test_a_bad_line_is_told_with_key_value_and_what_is_accepted(line, said):
    assert [problem[: len(said)] for problem in line_problems({"line": line})] == [said]


def test_a_loaded_driver_has_the_line_of_its_map():
    assert load(DRIVERS / "dlt645", "old_1997").serial.baud[0] == 1200
    assert load(DRIVERS / "sartorius_sbi", "columns_16_unit_always").serial.bits == "7O1"
    assert load(DRIVERS / "mt_sics").serial.bits == "8N1"


def test_a_bad_line_of_a_map_is_an_error_of_the_driver():
    loaded = load(DRIVERS / "nmea0183")
    loaded.profile["line"] = {"baud": -1}
    with pytest.raises(DriverFailed, match=r"line\.baud"):
        _ = loaded.serial


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_every_shipped_map_has_a_good_line(folder):
    for name in profiles_of(folder):
        assert line_problems(read_profile(folder, name)) == []


def test_a_knob_is_turned_within_its_range_and_tells_where_it_stands():
    kettle = Kettle()
    kettle.turn("heat", Decimal("99.5"))
    assert kettle.standing("heat") == Decimal("99.5")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("heat", "101", "heat = 101, accepted: 0 to 100 °C"),
        ("heat", "NaN", "heat = NaN"),
        ("tea", "1", "tea, accepted: heat"),
    ],
)
def test_a_knob_that_is_unknown_or_out_of_range_is_refused_and_nothing_moves(name, value, said):
    kettle = Kettle()
    with pytest.raises(ValueError, match=said):
        kettle.turn(name, Decimal(value))
    assert kettle.standing("heat") == 20
