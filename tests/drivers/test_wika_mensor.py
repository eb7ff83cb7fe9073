"""Mensor answers: the first byte, the error queue, the older form with an address."""

from decimal import Decimal

import pytest

from fieldcal.driverkit import BadReply, DeviceFault
from tests.drivers import polled


def standard(*replies: bytes):
    link = polled.Scripted(*replies)
    return polled.driver_on("wika_mensor", link), link


def test_no_bytes_make_the_decoder_raise():
    polled.survives("wika_mensor")


@pytest.mark.parametrize("profile", ["cpg2500", "legacy"])
def test_a_standard_at_a_line_gives_the_value_of_the_simulator(profile):
    with polled.at_a_line(f"wika_mensor/{profile}", serial="712345") as (driver, simulator):
        simulator.set(Decimal("-0.0731"))
        assert driver.identify().serial == ("712345" if profile == "cpg2500" else "")
        reading = driver.measure_pressure("pressure")
        assert (str(reading.value), reading.unit, reading.stable) == ("-0.0731", "kPa", True)


def test_a_queued_error_is_read_and_told_and_its_value_is_not_used():
    driver, link = standard(b"E101.3250\r\n", b" E01-unknown command\r\n")
    with pytest.raises(DeviceFault, match="E01") as caught:
        driver.measure_pressure("pressure")
    assert caught.value.fault == "error_queued"
    assert link.requests == [b"A?\r\n", b"ERR?\r\n"]


def test_after_its_queue_is_read_the_standard_measures_again():
    with polled.at_a_line("wika_mensor") as (driver, simulator):
        simulator.queue.append("E02")
        with pytest.raises(DeviceFault):
            driver.measure_pressure("pressure")
        assert driver.measure_pressure("pressure").value == Decimal("101.325")


def test_the_exponent_of_an_error_is_not_the_letter_of_a_number():
    assert polled.decoded("mensor", b"E1\r\n", unit="kPa").status == "error_queued"
    assert polled.decoded("mensor", b" 1.013E+02\r\n", unit="kPa").value == "101.3"


@pytest.mark.parametrize("line", [b" 101,325", b" ", b"", b" 101.325 kPa", b" E101.3", b"\xa0101.3"])
def test_an_answer_that_is_no_number_is_refused(line):
    assert polled.decoded("mensor", line + b"\r\n", unit="kPa").reason == "bad_format"


def test_the_older_form_needs_the_address_that_was_asked():
    settings = {"reply": "address", "unit": "kPa"}
    assert polled.decoded("mensor", b"1 +101.325\r", **settings).value == "101.325"
    assert polled.decoded("mensor", b"2 +101.325\r", expect_address="1", **settings).reason == "address_mismatch"


def test_a_digit_lost_in_one_of_two_answers_is_seen():
    driver, _ = standard(b" 101.3250\r\n", b" 10.3250\r\n")
    with pytest.raises(BadReply):
        driver.measure_pressure("pressure")


def test_a_pressure_that_moves_is_not_stable():
    driver, _ = standard(b" 101.3250\r\n", b" 101.4250\r\n")
    assert not driver.measure_pressure("pressure").stable
