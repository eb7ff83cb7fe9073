"""Network ASCII: addresses both ways, an empty value, the sum of two digits."""

from decimal import Decimal

import pytest

from fieldcal.driverkit import BadChecksum, BadReply
from tests.drivers import polled


def test_no_bytes_make_the_decoder_raise():
    polled.survives("druck_740")


@pytest.mark.parametrize("profile", ["dpi740", "dpi740_sum"])
def test_a_barometer_at_a_line_gives_the_value_of_the_simulator(profile):
    with polled.at_a_line(f"druck_740/{profile}") as (driver, simulator):
        simulator.set(Decimal("998.7"))
        assert driver.identify().model == "DPI 740"
        reading = driver.measure_pressure("pressure")
        assert (str(reading.value), reading.unit, reading.stable) == ("998.70", "hPa", True)


def test_a_wrong_sum_is_told_as_such():
    with polled.at_a_line("druck_740/dpi740_sum") as (driver, simulator):
        simulator.switch("wrong-checksum")
        with pytest.raises(BadChecksum):
            driver.measure_pressure("pressure")


def test_the_sum_is_of_all_bytes_before_it():
    body = b"!9900PR=1013.25"
    # 33+57+57+48+48+80+82+61 = 466, and 49+48+49+51+46+50+53 = 346
    assert polled.decoded("druck-740", body + b"12\r\n", check="sum_mod100").value == "1013.25"
    assert polled.decoded("druck-740", body + b"13\r\n", check="sum_mod100").details == {"expected_check": "12"}


def test_an_empty_value_is_no_pressure():
    with polled.at_a_line("druck_740") as (driver, simulator):
        simulator.switch("no-value")
        with pytest.raises(BadReply):
            driver.measure_pressure("pressure")


def test_answers_of_another_address_to_another_request_or_an_echo_are_refused():
    line = b"!9900PR=1013.25\r\n"
    assert polled.decoded("druck-740", line, expect_address="01").reason == "address_mismatch"
    assert polled.decoded("druck-740", line, expect_item="IC").reason == "item_mismatch"
    assert {polled.decoded("druck-740", line, expect_address=own).kind for own in ("00", 0)} == {"reading"}
    assert polled.decoded("druck-740", b"#0099PR?\r\n").reason == "wrong_direction"


def test_an_answer_to_another_listener_is_not_ours():
    driver = polled.driver_on("druck_740", polled.Scripted(b"!9800PR=1013.25\r\n"))
    with pytest.raises(BadReply):
        driver.identify()


def test_a_digit_lost_in_one_of_two_answers_is_seen():
    driver = polled.driver_on("druck_740", polled.Scripted(b"!9900PR=1013.25\r\n", b"!9900PR=113.25\r\n"))
    with pytest.raises(BadReply):
        driver.measure_pressure("pressure")


def test_a_pressure_that_moves_is_not_stable():
    driver = polled.driver_on("druck_740", polled.Scripted(b"!9900PR=1013.25\r\n", b"!9900PR=1013.35\r\n"))
    assert not driver.measure_pressure("pressure").stable
