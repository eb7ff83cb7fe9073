"""Pairs of value and unit: exponents without sign, letters in a mantissa, faults of the instrument."""

from decimal import Decimal

import pytest

from fieldcal.driverkit import BadReply, DeviceFault
from tests.drivers import polled


def test_no_bytes_make_the_decoder_raise():
    polled.survives("fluke_719")


@pytest.mark.parametrize(("profile", "channel"), [("fluke_719", "channel_2"), ("fluke_gauge_700g", "channel_1")])
def test_a_calibrator_at_a_line_gives_the_value_of_the_simulator(profile, channel):
    with polled.at_a_line(f"fluke_719/{profile}", serial="7654321", model="700G27") as (driver, simulator):
        simulator.set(channel, Decimal("-0.012345"), "BAR")
        assert (driver.identify().model, driver.identify().serial) == ("700G27", "7654321")
        reading = driver.measure_pressure(channel)
        assert (reading.value, reading.unit, reading.stable) == (Decimal("-0.012345"), "bar", True)


def test_an_exponent_needs_no_sign_and_keeps_the_digits():
    got = polled.decoded("fluke-719", b"5.830000E-01,PSI,1.000000E02,KPA\r\n")
    assert [(v.value, v.unit) for v in got.values] == [("0.5830000", "psi"), ("100.0000", "kPa")]


@pytest.mark.parametrize("line", [b"5.8E01", b"5.8E01,PSI,1.0E00", b"5.83E,PSI", b"5.8E01,XYZ", b"", b",", b"nan,PSI"])
def test_a_line_that_is_not_whole_pairs_is_refused(line):
    assert polled.decoded("fluke-719", line + b"\r\n").reason == "bad_format"


def test_how_units_are_spelt_is_a_setting():
    assert polled.decoded("fluke-719", b"5.8E01,KGCM\r\n", units={"KGCM": "kg/cm2"}).values[0].unit == "kg/cm2"


def test_the_unit_of_pressure_is_a_setting_of_the_instrument():
    assert polled.decoded("fluke-719", b"PSI\r\n", query="PRES_UNIT?").details == {"text": "PSI"}
    assert polled.decoded("fluke-719", b"5.8E01\r\n", query="PRES_UNIT?").kind == "reject"


def test_no_fault_is_nought():
    assert polled.decoded("fluke-719", b"0\r\n", query="FAULT?").status == "ok"
    assert polled.decoded("fluke-719", b"\r\n", query="FAULT?").kind == "reject"


@pytest.mark.parametrize(("fault", "error"), [("fault", DeviceFault), ("no-module", BadReply)])
def test_a_fault_of_the_instrument_is_no_pressure(fault, error):
    with polled.at_a_line("fluke_719") as (driver, simulator):
        simulator.switch(fault)
        with pytest.raises(error):
            driver.measure_pressure("channel_1")


def test_a_current_is_no_pressure():
    with polled.at_a_line("fluke_719") as (driver, simulator):
        simulator.set("channel_2", Decimal("12.003"), "MA")
        with pytest.raises(DeviceFault) as caught:
            driver.measure_pressure("channel_2")
        assert caught.value.fault == "unit"
        assert driver.measure_pressure("channel_1").unit == "psi"


def test_a_digit_lost_in_one_of_two_answers_is_seen():
    link = polled.Scripted(b"5.830000E01,PSI,0.000000E00,PSI\r\n", b"5.83000E01,PSI,0.000000E00,PSI\r\n")
    with pytest.raises(BadReply):
        polled.driver_on("fluke_719", link).measure_pressure("channel_1")


def test_a_pressure_that_moves_is_not_stable():
    lines = (b"5.830000E01,PSI,0.000000E00,PSI\r\n", b"5.840000E01,PSI,0.000000E00,PSI\r\n", b"0\r\n")
    assert not polled.driver_on("fluke_719", polled.Scripted(*lines)).measure_pressure("channel_1").stable
