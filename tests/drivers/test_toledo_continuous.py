"""Toledo continuous output: public frames, noise, the traps of the layout, and a real line."""

import os
import random
import time
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.driverkit import BadChecksum, BadReply, DeviceFault, ReplyTimeout, Wire
from fieldcal.driverkit.benchlink import CountedClock, SimulatorLink
from fieldcal.driverkit.conformance import check
from fieldcal.driverkit.folder import load_class, load_decoder, read_profile
from fieldcal.driverkit.transcript import ReplayLink, read_transcript
from tests.drivers import polled

DRIVERS = Path(__file__).parents[2] / "drivers"
FOLDER = DRIVERS / "toledo_continuous"
GOOD = bytes.fromhex("02 2B 30 20 30 30 31 32 33 34 30 30 30 30 30 30 0D 2C")
decode = load_decoder(FOLDER, "driver:decode_frame")


@pytest.fixture
def scale(bench, gateway):
    simulator = gateway.catalog.load("toledo_continuous").simulator(settle=0.3)
    gateway.bind("scale", "toledo_continuous", bench.attach("scale", simulator))
    return simulator


def checked(frame: bytes) -> bytes:
    """The frame with its check, computed apart from the driver."""
    return frame + bytes((128 - sum(byte & 127 for byte in frame) % 128 & 127,))


def driver_on(text: str, **settings):
    link = ReplayLink(read_transcript(text))
    return load_class(FOLDER, "driver:Indicator")(link, {**read_profile(FOLDER, "continuous"), **settings})


def test_the_kit_finds_nothing():
    assert check(FOLDER) == []


def test_no_bytes_make_the_decoder_raise():
    source = random.Random(20261123)
    settings = [{}, {"check": "none"}, {"check": "sum8"}, {"length": "short"}, {"units": {"1": "g"}}]
    for round_ in range(600):
        data = bytearray(GOOD * source.randrange(1, 3))
        for _ in range(source.randrange(4)):
            data[source.randrange(len(data))] = source.randrange(256)
        noise = bytes(data) if round_ % 2 else source.randbytes(source.randrange(40))
        found = decode(Wire(noise, settings[round_ % 5], from_host=round_ % 7 == 0))
        assert found.kind in {"reading", "error", "reject", "stream", "request"}


def test_every_single_changed_bit_below_parity_is_refused():
    for at in range(len(GOOD)):
        for bit in range(7):
            spoilt = GOOD[:at] + bytes((GOOD[at] ^ 1 << bit,)) + GOOD[at + 1 :]
            assert decode(Wire(spoilt)).kind == "reject"


def test_parity_in_bit_seven_changes_nothing():
    even = bytes(byte | (byte.bit_count() % 2 << 7) for byte in GOOD)
    assert even != GOOD
    assert decode(Wire(even)) == decode(Wire(GOOD))


def test_the_plain_sum_is_another_check_and_must_be_asked_for():
    frame = GOOD[:-1] + bytes((sum(GOOD[:-1]) & 0xFF,))
    assert decode(Wire(frame, {"check": "sum8"})).value == "123.4"
    assert decode(Wire(frame)).reason == "bad_check"


def test_digits_of_a_frame_out_of_range_are_never_a_value():
    found = decode(Wire(checked(b"\x02\x2b\x34\x20123456000000\r")))
    assert (found.kind, found.status, found.value) == ("error", "out_of_range", None)
    with pytest.raises(DeviceFault):
        found.number()


@pytest.mark.parametrize(
    ("swb", "status"), [(0x7E, "out_of_range"), (0x78, "not_zeroed"), (0x38, "unstable"), (0x30, "stable")]
)
def test_the_worst_state_is_the_one_told(swb, status):
    assert decode(Wire(checked(b"\x02\x2b" + bytes((swb,)) + b"\x20000100000000\r"))).status == status


def test_the_zeros_of_high_decimal_codes_are_a_setting():
    frame = checked(b"\x02\x28\x30\x20000123000000\r")
    assert decode(Wire(frame)).value == "12300"
    assert decode(Wire(frame, {"fixed_zeros": "contained"})).value == "123"


def test_fixed_bits_that_clones_set_otherwise_are_not_tested():
    assert decode(Wire(checked(b"\x02\x5b\x10\x00001234000000\r"))).value == "123.4"


def test_a_unit_code_nobody_named_is_refused_by_the_driver():
    frame = checked(b"\x02\x2b\x30\x27000100000000\r")
    text = ">\n< " + "".join(f"\\x{byte:02x}" for byte in frame) + "\n"
    assert decode(Wire(frame)).unit is None
    with pytest.raises(BadReply):
        driver_on(text).live_mass()


def test_an_expanded_display_is_refused_unless_the_map_says_otherwise():
    frame = checked(b"\x02\x2b\x30\x30001234000000\r")
    text = ">\n< " + "".join(f"\\x{byte:02x}" for byte in frame) + "\n"
    with pytest.raises(DeviceFault) as caught:
        driver_on(text).live_mass()
    assert caught.value.fault == "expanded"
    assert driver_on(text, expanded="as_sent").live_mass().value == Decimal("123.4")


def test_a_check_that_looks_like_a_start_does_not_hide_the_next_frame():
    first = next(f for n in range(999999, 0, -1) if (f := checked(b"\x02\x2b\x30\x20%06d000000\r" % n))[-1] == 0x02)
    found = decode(Wire(first + GOOD))
    assert [frame.value for frame in found.frames][1] == "123.4"
    tail = "".join(f"\\x{byte:02x}" for byte in first[9:] + GOOD)
    assert driver_on(f">\n< {tail}\n").live_mass().value == Decimal("123.4")


def test_a_frame_with_a_wrong_check_is_a_bad_checksum_and_not_silence():
    text = ">\n< " + "".join(f"\\x{byte:02x}" for byte in GOOD[:-1] + b"\x2d") + "\n"
    with pytest.raises(BadChecksum):
        driver_on(text).live_mass()


def test_the_scale_on_a_line_gives_its_weight_once_it_rests(gateway, scale):
    scale.place(Decimal("123.4"))
    assert not gateway.live("scale").result(4).stable
    reading = gateway.request("scale", "measure-mass", settle=3.0).result(5)
    assert (str(reading.value), reading.unit, reading.stable) == ("123.4", "kg", True)
    assert decode(Wire(reading.raw)).value == "123.4"
    assert gateway.state()[0].identity.serial == ""


def test_a_scale_that_never_rests_is_a_fault_and_no_weight(gateway, scale):
    scale.switch("unstable")
    with pytest.raises(DeviceFault) as caught:
        gateway.request("scale", "measure-mass", settle=0.6).result(5)
    assert caught.value.fault == "unstable"


def test_an_overload_ends_the_wait_at_once(gateway, scale):
    scale.place(Decimal(16000))
    begin = time.monotonic()
    with pytest.raises(DeviceFault) as caught:
        gateway.request("scale", "measure-mass", settle=20.0).result(5)
    assert caught.value.fault == "out_of_range"
    assert time.monotonic() - begin < 4


def test_a_silent_line_times_out(gateway, scale):
    scale.switch("silence")
    time.sleep(0.3)
    with pytest.raises(ReplyTimeout):
        gateway.request("scale", "measure-mass", settle=0.5).result(5)


def test_the_tare_key_of_the_simulator_shows_net(gateway):
    scale = gateway.catalog.load("toledo_continuous").simulator(settle=0.0)
    scale.place(Decimal("10.0"))
    scale.receive(b"T")
    scale.place(Decimal("12.5"))
    found = decode(Wire(scale.push()))
    assert (found.value, found.details["mode"], found.details["tare"]) == ("2.5", "net", "10.0")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_the_keys_zero_and_tare_are_done_when_the_weight_shows_them(on_a_line):
    driver, scale = on_a_line("toledo_continuous/continuous", settle=0.2)
    scale.place(Decimal("12.5"))
    driver.tare()
    assert (driver.live_mass().value, scale.standing("tare_weight")) == (0, Decimal("12.5"))
    driver.zero()
    assert (scale.standing("tare_weight"), scale.standing("zero_point")) == (0, Decimal("12.5"))


def test_a_key_that_the_indicator_does_not_take_is_rejected():
    clock = CountedClock()
    loaded = polled.CATALOG.load("toledo_continuous")
    link = SimulatorLink(loaded.simulator(clock=clock, load=Decimal(5000)), clock)
    with pytest.raises(DeviceFault, match="no settled value"):
        loaded.driver(link).zero()  # more than a fiftieth of the capacity is on the pan
    assert link.simulator.standing("zero_point") == 0
