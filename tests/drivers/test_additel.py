"""Colon protocol: three ends of a line, refusals by number, answers to somebody else."""

from decimal import Decimal

import pytest

from fieldcal.driverkit import BadReply, DeviceFault
from tests.drivers import polled


def test_no_bytes_make_the_decoder_raise():
    polled.survives("additel")


@pytest.mark.parametrize("end", [b"\0", b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize("profile", ["adt681", "adt681_crlf"])
def test_a_gauge_at_a_line_gives_the_value_of_the_simulator_however_its_lines_end(profile, end):
    with polled.at_a_line(f"additel/{profile}", end=end, unit="MPa", model="ConST211") as (driver, simulator):
        simulator.set(Decimal("-0.095"))
        assert driver.identify().model == "ConST211"
        reading = driver.measure_pressure("pressure")
        assert (str(reading.value), reading.unit, reading.stable) == ("-0.095", "MPa", True)


def test_an_answer_to_another_item_or_from_another_address_is_refused():
    line = b"001:F:MRMD: 101.325:kPa\0"
    assert polled.decoded("additel", line, expect_item="OTEMP").reason == "item_mismatch"
    assert polled.decoded("additel", line, expect_address="002").reason == "address_mismatch"
    assert {polled.decoded("additel", line, expect_address=own).kind for own in ("255", "001", 1)} == {"reading"}


def test_an_echo_is_no_answer():
    assert polled.decoded("additel", b"255:R:MRMD:1\r\n").reason == "wrong_direction"


@pytest.mark.parametrize("line", [b"001:F:MRMD: 101.325", b"001:F:MRMD: 101,325:kPa", b"001:F:MRMD: 101.325:kP"])
def test_a_value_needs_its_point_and_a_known_unit(line):
    assert polled.decoded("additel", line + b"\0").reason == "bad_format"


@pytest.mark.parametrize(("fault", "error"), [("not-allowed", DeviceFault), ("overload", BadReply)])
def test_a_refusal_or_dashes_are_no_pressure(fault, error):
    with polled.at_a_line("additel") as (driver, simulator):
        simulator.switch(fault)
        with pytest.raises(error):
            driver.measure_pressure("pressure")


def test_a_digit_lost_in_one_of_two_answers_is_seen():
    link = polled.Scripted(b"001:F:MRMD: 101.325:kPa\0", b"001:F:MRMD: 10.325:kPa\0")
    with pytest.raises(BadReply):
        polled.driver_on("additel", link).measure_pressure("pressure")


def test_a_pressure_that_moves_is_not_stable():
    link = polled.Scripted(b"001:F:MRMD: 101.325:kPa\0", b"001:F:MRMD: 101.425:kPa\0")
    assert not polled.driver_on("additel", link).measure_pressure("pressure").stable
