"""Yaohua XK3190: public frames of four formats, noise, their traps, and a real line for each map."""

import random
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.driverkit import BadChecksum, DeviceFault, Wire
from fieldcal.driverkit.benchlink import CountedClock, SimulatorLink
from fieldcal.driverkit.conformance import check
from fieldcal.driverkit.folder import load_class, load_decoder, profiles_of, read_profile

DRIVERS = Path(__file__).parents[2] / "drivers"
FOLDER = DRIVERS / "yaohua_xk3190"
DECODERS = {name: load_decoder(FOLDER, f"driver:decode_{name}") for name in ("stx", "eq", "a12", "cmd")}
STX = bytes.fromhex("02 2B 30 30 31 32 33 34 31 31 45 03")
REPLY = bytes.fromhex("02 41 42 2B 30 30 31 32 33 34 31 31 44 03")
MAPS = ["a12", "command", "eq_fwd", "eq_rev", "stx"]


def decode(name: str, data: bytes, **settings):
    return DECODERS[name](Wire(data, settings))


def on_simulator(name: str, **settings):
    profile, clock = {**read_profile(FOLDER, name), **settings}, CountedClock()
    scale = load_class(FOLDER, "simulator:Scale")(profile, clock, settle=0.0)
    return load_class(FOLDER, "driver:Indicator")(SimulatorLink(scale, clock), profile), scale


def test_the_kit_finds_nothing_with_any_map():
    assert profiles_of(FOLDER) == MAPS
    assert check(FOLDER) == []


def test_no_bytes_make_a_decoder_raise():
    source = random.Random(20261123)
    good = [STX, REPLY, REPLY[:3] + b"03\x03", b"=070.1500", b"=0003.000" * 2, b"WG004.139kg3D\r\n"]
    settings = [{}, {"format": "eq_rev"}, {"format": "eq_fwd"}, {"dialect": "A22", "nibble": "plus30"}]
    for round_ in range(800):
        data = bytearray(source.choice(good))
        for _ in range(source.randrange(3)):
            data[source.randrange(len(data))] = source.randrange(256)
        noise = bytes(data) if round_ % 2 else source.randbytes(source.randrange(40))
        for decoder in DECODERS.values():
            found = decoder(Wire(noise, source.choice(settings), from_host=round_ % 5 == 0, request=good[2]))
            assert found.kind in {"reading", "error", "reject", "stream", "request", "ack"}


@pytest.mark.parametrize(
    ("name", "frame"), [("stx", STX), ("cmd", REPLY), ("a12", b"WG004.139kg3D\r\n")], ids=["stx", "cmd", "a12"]
)
def test_every_single_changed_bit_of_a_checked_frame_is_refused(name, frame):
    for at in range(len(frame)):
        for bit in range(8):
            spoilt = frame[:at] + bytes((frame[at] ^ 1 << bit,)) + frame[at + 1 :]
            assert decode(name, spoilt).kind == "reject"


def test_a_nibble_above_nine_is_a_letter_or_a_sign_as_the_map_says():
    other = STX[:10] + b"\x3e\x03"
    assert decode("stx", other, nibble="plus30").value == "123.4"
    assert decode("stx", other).reason == "bad_check"
    assert decode("stx", STX, nibble="plus30").reason == "bad_check"


def test_the_two_directions_of_the_equals_format_are_never_guessed():
    assert decode("eq", b"=070.1500", format="eq_rev").value == "51.070"
    assert decode("eq", b"=070.1500", format="eq_fwd").value == "70.1500"
    assert decode("eq", b"=070.1500").kind == "reject"


def test_an_a22_writes_the_sign_as_a_digit():
    assert decode("eq", b"=00.10001", format="eq_rev", dialect="A22").value == "-1.00"
    assert decode("eq", b"=00.10001", format="eq_rev").kind == "reject"


def test_a_frame_without_check_counts_only_if_the_next_one_follows_at_once():
    found = decode("eq", b"=0003.000=0003.0005=0003.000", format="eq_fwd")
    assert [frame.value for frame in found.frames] == ["3.000", "3.000"]
    assert found.details["discarded_bytes"] == 10


def test_a_stream_joined_late_loses_its_first_frame_only():
    found = decode("eq", b"03.000=0003.000=-003.000", format="eq_fwd")
    assert [frame.value for frame in found.frames] == ["3.000", "-3.000"]


def test_an_underload_and_an_overload_have_the_same_check_and_other_words():
    assert decode("a12", b"         OL23\r\n").status == "overload"
    assert decode("a12", b"         LO23\r\n").status == "underload"


def test_a_reply_of_another_address_or_to_another_command_is_refused():
    other = DECODERS["cmd"](Wire(REPLY, request=b"\x02BB00\x03"))
    assert other.reason == "address_mismatch"
    assert DECODERS["cmd"](Wire(REPLY, request=b"\x02AD05\x03")).reason == "item_mismatch"


def test_an_echoed_request_is_never_an_indicator():
    driver, scale = on_simulator("command")
    scale.switch("echo")
    with pytest.raises(Exception) as caught:
        driver.identify()
    assert caught.value.code == "bad-reply"


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("load", ["123.4", "-1.5", "0.0"])
def test_every_map_gives_the_load_with_its_decimals(name, load):
    driver, scale = on_simulator(name)
    scale.place(Decimal(load))
    reading = driver.measure_mass(settle=3.0)
    assert (str(reading.value), reading.unit, reading.stable) == (load, "kg", True)
    live = driver.live_mass()
    assert (str(live.value), live.stable) == (load, False)


@pytest.mark.parametrize("name", MAPS)
def test_a_weight_that_moves_is_a_fault_and_never_a_mean(name):
    driver, scale = on_simulator(name)
    scale.switch("unstable")
    with pytest.raises(DeviceFault) as caught:
        driver.measure_mass(settle=3.0)
    assert caught.value.fault == "unstable"


@pytest.mark.parametrize(
    ("name", "size"), [("stx", 12 * 20), ("a12", 15 * 16), ("eq_rev", 9 * 20), ("command", 14 * 11)]
)
def test_all_frames_that_show_two_seconds_at_rest_are_kept(name, size):
    driver, _ = on_simulator(name)
    assert len(driver.measure_mass(settle=3.0).raw) == size


def test_twenty_frames_are_not_stable_where_eighty_come_in_a_second():
    driver, scale = on_simulator("stx", rate=80)
    assert len(driver.measure_mass(settle=3.0).raw) == 160 * 12
    scale.place(Decimal(5))
    with pytest.raises(DeviceFault):
        driver.measure_mass(settle=1.0)


def test_the_weight_of_a_reply_that_drifts_is_not_stable():
    driver, scale = on_simulator("command")
    link = driver.link
    exchange = link.exchange

    def slow(*args, **kwargs):
        link.clock.now += 0.2
        return exchange(*args, **kwargs)

    link.exchange = slow
    scale.switch("drift")
    with pytest.raises(DeviceFault):
        driver.measure_mass(settle=3.0)


def test_a_wrong_check_on_the_line_is_a_bad_checksum():
    for name in ("stx", "a12", "command"):
        driver, scale = on_simulator(name)
        scale.switch("wrong-checksum")
        with pytest.raises(BadChecksum):
            driver.live_mass()


def test_an_a12_tells_its_overload():
    driver, scale = on_simulator("a12")
    scale.place(Decimal(3001))
    with pytest.raises(DeviceFault) as caught:
        driver.live_mass()
    assert caught.value.fault == "overload"


@pytest.mark.parametrize("name", MAPS)
def test_the_scale_on_a_line_gives_its_weight_once_it_rests(gateway, bench, name):
    scale = gateway.catalog.load(f"yaohua_xk3190/{name}").simulator()
    gateway.bind("scale", f"yaohua_xk3190/{name}", bench.attach("scale", scale))
    scale.place(Decimal("123.4"))
    reading = gateway.request("scale", "measure-mass", settle=5.0).result(8)
    assert (str(reading.value), reading.unit, reading.stable) == ("123.4", "kg", True)
    assert scale.stable()
