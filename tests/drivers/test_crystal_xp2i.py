"""Crystal gauges: columns that count, a point at the end, a low battery."""

from decimal import Decimal

import pytest

from fieldcal.driverkit import BadReply, DeviceFault
from tests.drivers import polled


def pair(value: bytes, unit: bytes = b"psi", width: int = 10) -> bytes:
    return value.rjust(width) + b"\r\n" + unit.rjust(width) + b"\r\n"


def test_no_bytes_make_the_decoder_raise():
    polled.survives("crystal_xp2i")


@pytest.mark.parametrize(("places", "shown"), [(0, "-12"), (2, "-12.30"), (4, "-12.3000")])
def test_a_gauge_at_a_line_gives_the_value_of_the_simulator(places, shown):
    with polled.at_a_line("crystal_xp2i", places=places, unit="kPa") as (driver, simulator):
        simulator.set(Decimal("-12.3"))
        reading = driver.measure_pressure("pressure")
        assert (str(reading.value), reading.unit, reading.stable) == (shown, "kPa", True)
        assert driver.identify().serial == ""


def test_a_bare_point_at_the_end_is_a_whole_number():
    assert polled.decoded("crystal", pair(b"2478.")).value == "2478"


def test_a_low_battery_is_told_and_no_value():
    with polled.at_a_line("crystal_xp2i") as (driver, simulator):
        simulator.switch("battery")
        with pytest.raises(DeviceFault) as caught:
            driver.measure_pressure("pressure")
    assert caught.value.fault == "battery_low"


@pytest.mark.parametrize("value", [b"14,70", b"1 4.70", b"nan", b"14.70 ", b"", b".", b"--.--"])
def test_a_column_that_is_no_right_aligned_number_is_refused(value):
    assert polled.decoded("crystal", pair(value)).reason == "bad_format"


def test_a_lost_byte_anywhere_changes_the_length():
    whole = pair(b"14.70")
    lost = [whole[:at] + whole[at + 1 :] for at in range(len(whole))]
    assert {polled.decoded("crystal", data).reason for data in lost} == {"bad_length"}


def test_the_width_of_the_columns_is_a_setting():
    assert polled.decoded("crystal", pair(b"14.70", width=12), width="12").value == "14.70"
    assert polled.decoded("crystal", pair(b"14.70", width=12)).reason == "bad_length"


def test_acknowledgement_and_refusal_are_told_apart():
    assert polled.decoded("crystal", b"A,0\r\n").kind == "ack"
    assert polled.decoded("crystal", b"N,0\r\n").status == "not_executable"


def test_a_pressure_that_moves_is_not_stable():
    driver = polled.driver_on("crystal_xp2i", polled.Scripted(pair(b"14.70"), pair(b"14.90")))
    assert not driver.measure_pressure("pressure").stable


def test_two_answers_in_different_units_are_no_pressure():
    driver = polled.driver_on("crystal_xp2i", polled.Scripted(pair(b"14.70"), pair(b"14.70", b"kPa")))
    with pytest.raises(BadReply):
        driver.measure_pressure("pressure")
