"""Vaisala lines: names, units, asterisks, states and the checks of a FORM line."""

from decimal import Decimal

import pytest

from fieldcal.driverkit import BadChecksum, BadReply, DeviceFault
from tests.drivers import polled

LINE = b"RH= 45.2 %RH T= 21.3 'C"


def answers(*lines: bytes) -> polled.Scripted:
    return polled.Scripted(*(b"SEND\r\n" + line + b"\r\n>" for line in lines))


def test_no_bytes_make_the_decoder_raise():
    polled.survives("vaisala")


@pytest.mark.parametrize("profile", ["hmt330", "hmt330_cs2", "ptu300"])
def test_a_transmitter_at_a_line_gives_the_air_of_the_simulator(profile):
    with polled.at_a_line(f"vaisala/{profile}", serial="K1250007") as (driver, simulator):
        simulator.set("T", Decimal("-8.4"))
        simulator.set("RH", Decimal("7.9"))
        assert driver.identify().serial == "K1250007"
        found = polled.told(driver.measure_environment())
        pressure = {"pressure": ("1013.2", "hPa")} if profile == "ptu300" else {}
        assert found == {"temperature": ("-8.4", "°C"), "humidity": ("7.9", "%")} | pressure


def test_a_wrong_check_is_told_as_such():
    with polled.at_a_line("vaisala/hmt330_cs2") as (driver, simulator):
        simulator.switch("wrong-checksum")
        with pytest.raises(BadChecksum):
            driver.measure_environment()


@pytest.mark.parametrize(("check", "end"), [("CS2", b"DE"), ("CS4", b"04DE"), ("CSX", b"16")])
def test_each_check_covers_the_blank_before_it(check, end):
    assert polled.decoded("vaisala", LINE + b" " + end + b"\r\n", check=check).kind == "readings"
    assert polled.decoded("vaisala", LINE + end + b"\r\n", check=check).reason == "bad_check"


def test_older_and_formed_spacing_is_understood():
    older = polled.decoded("vaisala", b"RH 43.0 %RH T 21.0 'C\r\n")
    formed = polled.decoded("vaisala", b"RH= 16.03%RH T= 74.66'F\r\n")
    assert [(v.value, v.unit) for v in older.values] == [("43.0", "%RH"), ("21.0", "°C")]
    assert [(v.value, v.unit) for v in formed.values] == [("16.03", "%RH"), ("74.66", "°F")]


def test_a_heated_sensor_gives_no_values_unless_the_setting_allows_it():
    assert polled.decoded("vaisala", b"N " + LINE + b"\r\n").status == "ok"
    assert polled.decoded("vaisala", b"X " + LINE + b"\r\n").kind == "error"
    assert polled.decoded("vaisala", b"X " + LINE + b"\r\n", usable_states="NX").status == "ok"


def test_asterisks_are_no_humidity():
    link = answers(b"RH= **** %RH T= 21.3 'C")
    with pytest.raises(DeviceFault) as caught:
        polled.driver_on("vaisala/hmt330", link).measure_environment()
    assert caught.value.fault == "unavailable"


def test_a_digit_lost_in_one_of_two_answers_is_seen():
    link = answers(LINE, LINE.replace(b"45.2", b"4.2"))
    with pytest.raises(BadReply):
        polled.driver_on("vaisala/hmt330", link).measure_environment()


def test_fahrenheit_is_refused_and_not_converted():
    link = answers(LINE.replace(b"'C", b"'F"))
    with pytest.raises(DeviceFault) as caught:
        polled.driver_on("vaisala/hmt330", link).measure_environment()
    assert caught.value.fault == "unit"


def test_air_that_moves_between_two_answers_is_not_stable():
    link = answers(LINE, LINE.replace(b"21.3", b"21.9"))
    readings = polled.driver_on("vaisala/hmt330", link).measure_environment()
    assert not readings["temperature"].stable
    assert readings["humidity"].stable


def test_kilopascals_become_hectopascals_exactly():
    line = b"P= 101.32 kPa T= 31.1 'C RH= 38.3 %RH"
    readings = polled.driver_on("vaisala/ptu300", answers(line, line)).measure_environment()
    assert polled.told(readings)["pressure"] == ("1013.2", "hPa")
