"""RO-ASCII lines: the check character, the degree sign, values that are not there."""

from decimal import Decimal

import pytest

from fieldcal.driverkit import BadChecksum, BadReply, DeviceFault
from tests.drivers import polled

CASES = polled.frames("rotronic")
REAL = bytes.fromhex(next(case["hex"] for case in CASES if case["id"] == "rot.real"))


def signed(body: bytes) -> bytes:
    return body + bytes((sum(body) % 64 + 0x20,)) + b"\r"


def changed(old: bytes, new: bytes) -> bytes:
    assert old in REAL
    return signed(REAL[:-2].replace(old, new))


def values(data: bytes, **settings):
    return [(v.name, v.value, v.unit) for v in polled.decoded("rotronic", data, **settings).values]


def test_no_bytes_make_the_decoder_raise():
    polled.survives("rotronic")


def test_a_probe_at_a_line_gives_the_air_of_the_simulator():
    with polled.at_a_line("rotronic", serial="0061234567") as (driver, simulator):
        simulator.set("T", Decimal("-3.07"))
        simulator.set("RH", Decimal("100"))
        assert driver.identify().serial == "0061234567"
        assert driver.identify().model == "HygroClip 2"
        assert polled.told(driver.measure_environment()) == {
            "temperature": ("-3.07", "°C"),
            "humidity": ("100.00", "%"),
        }


@pytest.mark.parametrize(("fault", "error"), [("wrong-checksum", BadChecksum), ("unchecked", BadReply)])
def test_an_answer_without_a_right_check_is_refused(fault, error):
    with polled.at_a_line("rotronic") as (driver, simulator):
        simulator.switch(fault)
        with pytest.raises(error):
            driver.measure_environment()


def test_a_brace_in_place_of_the_check_is_told():
    got = polled.decoded("rotronic", REAL[:-2] + b"}\r")
    assert (got.kind, got.details["checked"]) == ("readings", False)


def test_a_degree_sign_of_two_bytes_is_refused():
    assert polled.decoded("rotronic", REAL.replace(b"\xb0", "°".encode())).reason == "bad_check"


def test_a_check_that_is_itself_a_semicolon_ends_no_field():
    for serial in range(64):
        data = changed(b"0060257484", b"%010d" % serial)
        if data[-2:-1] == b";":
            assert values(data) == [("RH", "42.47", "%RH"), ("T", "23.31", "°C")]
            return
    pytest.fail("no serial number gave a semicolon")


def test_a_hash_before_the_check_is_part_of_the_sum():
    assert values(signed(REAL[:-2] + b"#"))[0] == ("RH", "42.47", "%RH")


def test_a_shorter_line_is_understood_when_its_check_is_right():
    short = REAL.split(b"nc;")[0]
    assert values(signed(short)) == [("RH", "42.47", "%RH"), ("T", "23.31", "°C")]
    assert polled.decoded("rotronic", short + b"}\r").reason == "bad_format"
    assert polled.decoded("rotronic", signed(REAL[:30])).reason == "bad_format"


def test_a_calculated_value_is_passed_on():
    data = changed(b"nc;---.- ;\xb0C", b"Dp; 9.75;\xb0C")
    assert values(data)[2] == ("Dp", "9.75", "°C")


def test_dashes_are_no_value():
    with polled.at_a_line("rotronic") as (driver, simulator):
        simulator.switch("no-sensor")
        with pytest.raises(DeviceFault) as caught:
            driver.measure_environment()
    assert caught.value.fault == "unavailable"


def test_the_answer_of_another_address_is_not_ours():
    assert polled.decoded("rotronic", REAL, expect_address="01").reason == "address_mismatch"
    assert polled.decoded("rotronic", REAL, expect_address=0).kind == "readings"


def test_fahrenheit_is_refused_and_not_converted():
    with polled.at_a_line("rotronic", unit="°F") as (driver, _), pytest.raises(DeviceFault) as caught:
        driver.measure_environment()
    assert caught.value.fault == "unit"
