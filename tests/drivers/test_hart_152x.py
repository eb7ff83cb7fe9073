"""Hart lines: labelled and bare values, the clock behind them, dashes of an open probe."""

from decimal import Decimal

import pytest

from fieldcal.driverkit import BadReply
from tests.drivers import polled


def test_no_bytes_make_the_decoder_raise():
    polled.survives("hart_152x")


@pytest.mark.parametrize(("profile", "places"), [("hart_bare_1504", 4), ("hart_1521", 3), ("hart_1523", 3)])
def test_a_thermometer_at_a_line_gives_the_value_of_the_simulator(profile, places):
    with polled.at_a_line(f"hart_152x/{profile}", serial="B77001") as (driver, simulator):
        simulator.set(Decimal("-38.834"))
        assert driver.identify().serial == "B77001"
        reading = driver.measure_temperature("t1")
        assert (reading.value, reading.unit, reading.stable) == (Decimal("-38.834"), "°C", True)
        assert reading.value.as_tuple().exponent == -places


def test_the_clock_is_no_part_of_the_value():
    with polled.at_a_line("hart_152x/hart_1521", shows_clock=False) as (driver, simulator):
        simulator.set(Decimal("125.745"))
        assert driver.measure_temperature("t1").value == Decimal("125.745")
    got = polled.decoded("hart-152x", b"t: 125.745 C 03-01-1999 15:49:15\r\n")
    assert (got.value, got.details["instrument_clock"]) == ("125.745", "03-01-1999 15:49:15")


@pytest.mark.parametrize(
    "line", [b"t: 25.587 C 03-01-1999\r\n", b"t: 25.587\r\n", b"25.587\r\n", b"t: 25,587 C\r\n", b"\r\n"]
)
def test_a_labelled_line_that_is_not_whole_is_refused(line):
    assert polled.decoded("hart-152x", line + b"\r\n").reason == "bad_format"


def test_a_line_without_its_end_is_cut():
    assert polled.decoded("hart-152x", b"t: 25.587 C\r").reason == "truncated"


def test_a_bare_value_is_only_taken_where_the_map_says_so_and_has_the_unit_of_the_map():
    assert polled.decoded("hart-152x", b"t: 25.587 C\r\n", reply="bare", unit="°C").kind == "reject"
    assert polled.decoded("hart-152x", b"25.587\r\n", reply="bare").unit is None


def test_fahrenheit_keeps_its_unit():
    with polled.at_a_line("hart_152x/hart_1521", unit="F") as (driver, _):
        assert driver.measure_temperature("t1").unit == "°F"


def test_an_open_probe_gives_no_value():
    with polled.at_a_line("hart_152x/hart_1521") as (driver, simulator):
        simulator.switch("open-probe")
        with pytest.raises(BadReply):
            driver.measure_temperature("t1")


def test_a_digit_lost_in_one_of_two_answers_is_seen():
    driver = polled.driver_on("hart_152x/hart_1523", polled.Scripted(b"t: 25.587 C\r\n", b"t: 5.587 C\r\n"))
    with pytest.raises(BadReply):
        driver.measure_temperature("t1")


def test_a_temperature_that_moves_is_not_stable():
    driver = polled.driver_on("hart_152x/hart_1523", polled.Scripted(b"t: 25.587 C\r\n", b"t: 25.598 C\r\n"))
    assert not driver.measure_temperature("t1").stable
