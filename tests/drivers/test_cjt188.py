"""Water and heat meters: public frames, bytes that are none, and the meter at the end of a line."""

import json
import os
import random
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.bench import Bench
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.gateway import Gateway
from fieldcal.devices.serial_link import SerialLink
from fieldcal.driverkit import BadReply, DeviceFault, Wire
from fieldcal.driverkit.benchlink import CountedClock, SimulatorLink
from fieldcal.driverkit.manifest import SerialSettings

ROOT = Path(__file__).parents[2]
CATALOG = Catalog([ROOT / "drivers"])
CASES = json.loads((ROOT / "tests/data/frames/cjt188.json").read_text("utf-8"))["cases"]
BYTES = {case["id"]: bytes.fromhex(case["hex"]) for case in CASES}
READ, WATER, HEAT = BYTES["cj.read_req"], BYTES["cj.read_rsp"], BYTES["ext.cj_real_heat"]
DECODE = CATALOG.decoder("cjt188")
PTY = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")


def resealed(frame: bytes, at: int, new: bytes) -> bytes:
    """The frame with other bytes at a place of its data, counted from the identifier."""
    body = frame.lstrip(b"\xfe")[:-2]
    body = body[: 11 + at] + new + body[11 + at + len(new) :]
    return body + bytes((sum(body) & 0xFF, 0x16))


def on_simulator(profile="cold_water", settings=None, **simulator):
    loaded, clock = CATALOG.load(f"cjt188/{profile}"), CountedClock()
    loaded.profile.update(settings or {})
    meter = loaded.simulator(clock=clock, **simulator)
    return loaded.driver(SimulatorLink(meter, clock)), meter, clock


def test_the_driver_sends_the_public_requests_and_the_meter_answers_with_the_public_frame():
    driver, meter, _ = on_simulator(settings={"address": "0011223344", "maker_code": "7833"})
    driver.measure_volume("current")
    assert driver.link.requests == [READ]
    assert driver.link.replies == [WATER.lstrip(b"\xfe")]
    assert meter.receive(BYTES["cj.addr_req"])[0].data[9] == 0x83


@pytest.mark.parametrize("position", ["after", "before"])
def test_no_bytes_make_the_decoder_raise(position):
    source = random.Random(188)
    for _ in range(600):
        data = bytearray(source.choice([WATER, HEAT, READ + WATER, source.randbytes(source.randrange(70))]))
        for _ in range(source.randrange(5)):
            if data:
                data[source.randrange(len(data))] = source.randrange(256)
        if len(data) > 13 and source.random() < 0.6:
            data = bytearray(bytes(data).lstrip(b"\xfe"))
            data[-2:] = bytes((sum(data[:-2]) & 0xFF, 0x16))
        settings = {"unit_position": position, "check_ser": True}
        found = DECODE(Wire(bytes(data), settings, source.random() < 0.3, source.choice([b"", READ])))
        assert found.kind


@pytest.mark.parametrize("good", [WATER.lstrip(b"\xfe"), HEAT])
def test_no_changed_byte_and_no_part_of_a_reply_passes_as_a_reading(good):
    for at in range(len(good)):
        assert DECODE(Wire(good[:at])).kind == "reject"
        for other in set(range(256)) - {good[at]}:
            assert DECODE(Wire(good[:at] + bytes((other,)) + good[at + 1 :])).kind == "reject"


def test_an_identifier_in_the_other_order_is_another_one_though_the_sum_is_the_same():
    assert DECODE(Wire(WATER, request=READ)).kind == "readings"
    swapped = resealed(WATER, 0, b"\x90\x1f")
    assert swapped[-2] == WATER[-2]
    assert DECODE(Wire(swapped, request=READ)).reason == "di_mismatch"
    driver, meter, _ = on_simulator()
    meter.switch("swapped-identifier")
    with pytest.raises(BadReply, match="di_mismatch"):
        driver.measure_volume("current")


@pytest.mark.parametrize(("frame", "wrong"), [(WATER, "before"), (HEAT, "after")])
def test_a_unit_looked_for_on_the_wrong_side_gives_no_number(frame, wrong):
    found = DECODE(Wire(frame, {"unit_position": wrong}))
    assert found.status == "partly_invalid"
    measured = [value for value in found.values if value.name not in ("supply_temperature", "return_temperature")]
    assert [value.value for value in measured if value.name != "hours"] == [None] * (5 if frame is HEAT else 2)


def test_a_unit_of_the_profile_is_known_and_another_gives_no_number():
    gigajoule = resealed(HEAT, 3, b"\x11\x34\x12\x00\x00")
    found = DECODE(Wire(gigajoule, {"unit_position": "before"}))
    assert (found.values[0].value, found.values[0].status) == (None, "invalid_value")
    units = {"11": {"unit": "GJ", "kind": "energy"}}
    found = DECODE(Wire(gigajoule, {"unit_position": "before", "units": units}))
    assert (found.values[0].value, found.values[0].unit) == ("12.34", "GJ")


def test_the_decimals_of_the_profile_place_the_point():
    flow = resealed(HEAT, 18, b"\x35\x50\x12\x00\x00")
    assert DECODE(Wire(flow, {"unit_position": "before"})).values[3].value == "0.1250"
    assert DECODE(Wire(flow, {"unit_position": "before", "decimals": {"flow": "2"}})).values[3].value == "12.50"


def test_a_clock_that_was_never_set_is_no_time():
    assert DECODE(Wire(resealed(WATER, 13, bytes(7)))).details["time"] is None


def test_the_status_is_only_explained_by_a_profile():
    closed = resealed(WATER, 20, b"\x05")
    assert "valve" not in DECODE(Wire(closed)).details
    bits = {"valve": 3, "closed": 1, "fault": 3, "battery": 4}
    told = DECODE(Wire(closed, {"status": bits})).details
    assert (told["valve"], told["battery_low"]) == ("closed", True)


def test_a_digit_above_nine_rejects_the_frame_and_a_missing_sensor_its_value():
    assert DECODE(Wire(resealed(WATER, 3, b"\x4a"))).reason == "bad_format"
    found = DECODE(Wire(resealed(HEAT, 28, b"\xff\xff\xff"), {"unit_position": "before"}))
    assert (found.values[5].value, found.values[5].status) == (None, "unavailable")


def test_a_reading_of_another_length_is_shown_raw_and_never_guessed():
    body = WATER.lstrip(b"\xfe")[:10] + b"\x17" + WATER.lstrip(b"\xfe")[11:-2] + b"\x00"
    found = DECODE(Wire(body + bytes((sum(body) & 0xFF, 0x16))))
    assert (found.value, found.status) == (None, "length_mismatch")


@pytest.mark.parametrize("fault", ["refuses", "nan"])
def test_a_meter_without_a_value_gives_a_fault(fault):
    driver, meter, _ = on_simulator()
    meter.switch(fault)
    with pytest.raises(DeviceFault):
        driver.measure_volume("current")


def test_after_identify_another_meter_on_the_line_is_refused():
    driver, meter, _ = on_simulator(preamble=4)
    assert driver.identify().serial == "0011223344"
    meter.switch("other-meter")
    with pytest.raises(BadReply, match="address_mismatch"):
        driver.measure_volume("current")


def test_a_meter_of_another_type_is_not_taken_for_ours():
    heat = CATALOG.load("cjt188/heat").simulator()
    water = CATALOG.load("cjt188/cold_water").driver(SimulatorLink(heat, CountedClock()))
    with pytest.raises(BadReply):
        water.identify()


def test_the_echo_of_an_adapter_is_not_the_answer():
    driver, meter, _ = on_simulator(preamble=3)
    meter.switch("echo")
    assert str(driver.measure_volume("current").value) == "123.45"


def test_what_flows_through_is_counted():
    driver, meter, clock = on_simulator("heat")
    meter.set("flow", Decimal("1.5"))
    clock.now += 7200
    assert str(driver.measure_volume("volume").value) == "13.34"
    assert str(driver.measure_volume("supply_temperature").value) == "60.25"
    reading = driver.measure_volume("flow")
    assert (str(reading.value), reading.unit) == ("1.5000", "m³/h")


def test_the_number_of_the_request_is_only_asked_back_where_the_profile_says_so():
    other = BYTES["cj.water_ser1"]
    assert DECODE(Wire(other, request=READ)).kind == "readings"
    assert DECODE(Wire(other, {"check_ser": True}, request=READ)).reason == "di_mismatch"


def test_a_meter_is_read_through_the_whole_stack():
    bench, gateway = Bench("tcp"), Gateway(CATALOG)  # a pseudo-terminal refuses even parity
    try:
        meter = CATALOG.load("cjt188/heat").simulator(number="0040314132", preamble=2)
        assert gateway.bind("meter", "cjt188/heat", bench.attach("meter", meter)).serial == "0040314132"
        reading = gateway.request("meter", "measure-volume", channel="return_temperature").result(4)
        assert (str(reading.value), reading.unit) == ("40.10", "°C")
    finally:
        gateway.close()
        bench.close()


@PTY
@pytest.mark.parametrize("profile", ["cold_water", "cold_water_901f", "gas"])
def test_a_meter_is_read_over_a_pseudo_terminal(profile):
    bench, loaded = Bench(), CATALOG.load(f"cjt188/{profile}")
    link = SerialLink.open(bench.attach("meter", loaded.simulator(preamble=2)), SerialSettings())
    try:
        reading = loaded.driver(link).measure_volume("current")
        assert (str(reading.value), reading.unit) == ("123.45", "m³")
    finally:
        link.close()
        bench.close()
