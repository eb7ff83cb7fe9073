"""SCPI answers: numbers that are none, the error queue, echo and prompt, and being remote."""

from decimal import Decimal

import pytest

from fieldcal.driverkit import BadReply, DeviceFault, Wire
from tests.drivers import polled


def meter(*replies: bytes):
    link = polled.Scripted(*replies)
    driver = polled.driver_on("scpi_rs232/thermometer", link)
    return driver, link


def test_no_bytes_make_the_decoder_raise():
    polled.survives("scpi_rs232")


@pytest.mark.parametrize(("profile", "maker"), [("fluke_8846a", "FLUKE"), ("keysight_34401a", "HEWLETT-PACKARD")])
def test_a_multimeter_at_a_line_gives_the_value_of_the_simulator(profile, maker):
    with polled.at_a_line(f"scpi_rs232/{profile}", serial="MY4100") as (driver, simulator):
        simulator.set("voltage_dc", Decimal("-0.00123456"))
        assert (driver.identify().maker, driver.identify().serial) == (maker, "MY4100")
        reading = driver.measure_electrical("voltage_dc")
        assert (reading.value, reading.unit, reading.stable) == (Decimal("-0.00123456"), "V", True)
        assert simulator.remote


def test_a_thermometer_at_a_line_gives_the_value_of_the_simulator():
    with polled.at_a_line("scpi_rs232/thermometer") as (driver, simulator):
        simulator.set("t1", Decimal("-38.8344"))
        reading = driver.measure_temperature("t1")
        assert (reading.value, reading.unit) == (Decimal("-38.8344"), "°C")
        assert "measure-electrical" not in driver.capabilities


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"+9.90000000E+37", "overload"),
        (b"9.9E37", "overload"),
        (b"-9.90000000E+37", "negative_overload"),
        (b"9.91E37", "not_a_number"),
        (b"+9.910000E+37", "not_a_number"),
    ],
)
def test_numbers_that_stand_for_no_value_are_errors_however_they_are_written(text, status):
    got = polled.decoded("scpi", text + b"\r\n", unit="V")
    assert (got.kind, got.status, got.value) == ("error", status, None)


@pytest.mark.parametrize(
    "text", [b"1,5", b"1_5", b"nan", b"inf", b"+ 1.0", b"1.0 V", b"", b"1.0\x00", b"1e", b".", b"1.0 2"]
)
def test_what_is_not_exactly_one_number_is_refused(text):
    assert polled.decoded("scpi", text + b"\r\n", unit="V").reason == "bad_format"


def test_digits_in_an_identity_are_no_reading():
    assert polled.decoded("scpi", b"8846\r\n", query="*IDN?").kind == "reject"


def test_an_entry_of_the_error_queue_is_told_with_its_code():
    got = polled.decoded("scpi", b'-113,"Undefined header"\r\n')
    assert (got.status, got.details) == ("device_error", {"code": -113, "text": "Undefined header"})


def test_echo_and_prompt_of_terminal_mode_are_taken_off():
    settings = {"mode": "terminal", "query": "MEAS:VOLT:DC?", "unit": "V"}
    got = polled.decoded("scpi", b"MEAS:VOLT:DC?\r\n+1.50000000E+00\r\n3> ", **settings)
    assert (got.value, got.unit) == ("1.50000000", "V")
    assert polled.decoded("scpi", b"MEAS:VOLT:DC?\r\n+1.50000000E+00", **settings).reason == "truncated"
    assert polled.decoded("scpi", b"MEAS:VOLT:DC?\r\n3>", **settings).reason == "truncated"
    asked = Wire(b"READ?\r\n1.5\r\n3>", {"mode": "terminal"}, request=b"READ?\n")
    assert polled.decoder("scpi")(asked).value == "1.5"


def test_an_instrument_that_stays_local_says_why_it_does_not_answer():
    with polled.at_a_line("scpi_rs232/fluke_8846a") as (driver, simulator):
        simulator.switch("local")
        with pytest.raises(DeviceFault, match="550"):
            driver.measure_electrical("resistance")
        simulator.switch("")
        assert driver.measure_electrical("resistance").value == Decimal("100.012")


def test_a_digit_lost_in_one_of_two_answers_is_seen():
    driver, _ = meter(b"+2.34120000E+01\r\n", b"+2.3412000E+01\r\n")
    with pytest.raises(BadReply):
        driver.measure_temperature("t1")


def test_values_that_move_between_two_answers_are_not_stable():
    driver, link = meter(b"+2.34120000E+01\r\n", b"+2.34320000E+01\r\n")
    reading = driver.measure_temperature("t1")
    assert (reading.stable, reading.value, len(link.requests)) == (False, Decimal("23.4320000"), 2)


def test_another_instrument_than_the_map_describes_is_refused():
    driver = polled.driver_on("scpi_rs232/fluke_8846a", polled.Scripted(b"ACME,8846A,1,1\r\n"))
    with pytest.raises(BadReply):
        driver.identify()


def test_an_overload_is_a_fault_and_never_a_value():
    driver, _ = meter(b"+9.90000000E+37\r\n")
    with pytest.raises(DeviceFault) as caught:
        driver.measure_temperature("t1")
    assert caught.value.fault == "overload"
