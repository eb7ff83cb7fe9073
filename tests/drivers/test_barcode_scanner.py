"""A code scanner: text and suffix, noise, and a real line."""

import random
import time
from pathlib import Path

import pytest

from fieldcal.driverkit import BadReply, DeviceFault, ReplyTimeout, Truncated
from fieldcal.driverkit.benchlink import CountedClock, SimulatorLink
from fieldcal.driverkit.conformance import check
from fieldcal.driverkit.folder import load_class, read_profile
from fieldcal.driverkit.transcript import ReplayLink, read_transcript

DRIVERS = Path(__file__).parents[2] / "drivers"
FOLDER = DRIVERS / "barcode_scanner"
Scanner = load_class(FOLDER, "driver:Scanner")


def on_simulator(name: str = "com", **settings):
    profile, clock = {**read_profile(FOLDER, name), **settings}, CountedClock()
    scanner = load_class(FOLDER, "simulator:Scanner")(profile, clock)
    return Scanner(SimulatorLink(scanner, clock), profile), scanner


def on_line(data: bytes, **settings):
    text = "".join(f"\\x{byte:02x}" for byte in data)
    return Scanner(ReplayLink(read_transcript(f">\n< {text}\n")), settings)


def test_the_kit_finds_nothing():
    assert check(FOLDER) == []


@pytest.mark.parametrize("suffix", ["CR", "LF", "CRLF", "TAB"])
@pytest.mark.parametrize("code", ["SN12345", "V1:2026-03-12:SN12345:P", "電子秤 Nº 7", "a,b;c_d"])
def test_a_code_is_read_to_the_letter_with_any_suffix(suffix, code):
    driver, scanner = on_simulator(suffix=suffix)
    scanner.show(code)
    assert driver.read_code(settle=2.0) == code


def test_chinese_in_the_old_encoding_is_read_only_when_the_map_says_so():
    data = "合格证".encode("gb18030") + b"\r"
    assert on_line(data, encoding="gb18030").read_code(settle=1.0) == "合格证"
    with pytest.raises(BadReply):
        on_line(data).read_code(settle=1.0)


@pytest.mark.parametrize("data", [b"\r", b"AB\x1bC\r", b"\x00\r", b"\xff\xfe\r", b"AB\nCD\r"])
def test_what_is_no_plain_text_is_no_code(data):
    with pytest.raises(BadReply):
        on_line(data).read_code(settle=1.0)


def test_noise_raises_errors_of_the_kit_only():
    source = random.Random(20261123)
    for _ in range(400):
        try:
            code = on_line(source.randbytes(source.randrange(1, 60)) + b"\r").read_code(settle=1.0)
        except BadReply:
            continue
        assert code
        assert code.isprintable()


def test_a_code_without_its_suffix_is_not_a_shorter_code():
    with pytest.raises(Truncated):
        on_line(b"SN123").read_code(settle=1.0)


def test_a_prefix_of_the_scanner_is_taken_off_and_must_be_there():
    assert on_line(b"]Q1SN1\r", prefix="]Q1").read_code(settle=1.0) == "SN1"
    with pytest.raises(BadReply):
        on_line(b"SN1\r", prefix="]Q1").read_code(settle=1.0)


def test_a_triggered_scanner_sends_nothing_by_itself():
    driver, scanner = on_simulator("trigger")
    assert scanner.period == 0
    assert driver.read_code(settle=2.0) == scanner.code
    scanner.switch("unreadable")
    with pytest.raises(ReplyTimeout):
        driver.read_code(settle=2.0)


@pytest.mark.parametrize("settings", [{"suffix": "X"}, {"trigger": "zz"}, {"encoding": "nothing"}])
def test_a_map_that_cannot_be_is_a_fault(settings):
    with pytest.raises(DeviceFault) as caught:
        Scanner(ReplayLink([]), settings)
    assert caught.value.fault == "bad-map"


@pytest.mark.parametrize("name", ["com", "trigger"])
def test_the_scanner_on_a_line_gives_its_code(gateway, bench, name):
    scanner = gateway.catalog.load(f"barcode_scanner/{name}").simulator()
    identity = gateway.bind("codes", f"barcode_scanner/{name}", bench.attach("codes", scanner))
    assert identity.serial == ""
    scanner.show("SN-2")
    codes = {gateway.request("codes", "read-code", settle=3.0).result(5) for _ in range(3)}
    assert "SN-2" in codes
    scanner.show("")
    time.sleep(0.2)  # one may still be on its way
    with pytest.raises(ReplyTimeout):
        gateway.request("codes", "read-code", settle=0.6).result(5)
