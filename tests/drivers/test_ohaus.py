"""Ohaus print lines: their layouts, their traps, and the driver on a pseudo-terminal."""

import json
import os
import random
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.catalog import Catalog
from fieldcal.driverkit import BadReply, DeviceFault, Wire
from fieldcal.driverkit.transcript import ReplayLink, read_transcript

ROOT = Path(__file__).parents[2]
CATALOG = Catalog([ROOT / "drivers"])
CASES = json.loads((ROOT / "tests/data/frames/ohaus.json").read_text("utf-8"))["cases"]
DECODE = CATALOG.decoder("ohaus")
PROFILES = ["defender_3000", "scout_10", "scout_11", "scout_12", "series_as"]
SCOUT_10 = {"polarity": 0, "weight": "10", "unit": "0", "gap": 1, "legend": 0, "legend_gap": 0}


def told(text: str, **settings):
    return DECODE(Wire(text.encode("latin-1") + b"\r\n", settings))


def replayed(lines: str, profile: str = "defender_3000"):
    return CATALOG.load(f"ohaus/{profile}").driver(ReplayLink(read_transcript(lines)))


def test_no_bytes_make_the_decoder_raise():
    source = random.Random(33)
    frames = [bytes.fromhex(case["hex"]) for case in CASES] + [b"    192.21 g ?\r\n", b"Err 8.3\r\n"]
    kinds = set()
    for _ in range(1500):
        data = bytearray(source.choice(frames))
        for _ in range(source.randrange(3)):
            data[source.randrange(len(data))] = source.randrange(256)
        asked, settings = source.choice([b"", b"V\r\n", b"IP\r\n"]), source.choice([{}, SCOUT_10])
        kinds.add(DECODE(Wire(bytes(data), settings, source.random() < 0.2, asked)).kind)
        DECODE(Wire(source.randbytes(19) + b"\r\n", settings, request=asked))
    assert kinds == {"reading", "error", "identity", "request", "reject"}


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
@pytest.mark.parametrize("profile", PROFILES)
def test_the_load_on_a_simulated_balance_is_read_over_a_line(on_a_line, profile):
    driver, scale = on_a_line(f"ohaus/{profile}", settle=0.3)
    assert driver.identify().model.endswith("Sr 1.23")
    scale.place(Decimal("1234.5"))
    assert not driver.live_mass().stable
    reading = driver.measure_mass(settle=4.0)
    assert (str(reading.value), reading.unit, reading.stable) == ("1234.5", "g", True)
    driver.tare()
    scale.place(Decimal("1134.5"))
    assert driver.measure_mass(settle=4.0).value == Decimal("-100.0")
    scale.place(Decimal("0.0"))
    driver.zero()
    assert driver.live_mass().value == 0


@pytest.mark.parametrize(
    ("text", "value", "unit", "status", "mode"),
    [
        ("    12.34 kg   ?NET", "12.34", "kg", "unstable", "net"),
        ("-   12.34 kg    G  ", "-12.34", "kg", "stable", "gross"),
        ("   -92.21 g     ?", "-92.21", "g", "unstable", None),
        ("    192.21 g  ", "192.21", "g", "stable", None),
        ("     192.21 kg ?", "192.21", "kg", "unstable", None),
        ("    -192.210 g ?", "-192.210", "g", "unstable", None),
    ],
)
def test_every_layout_is_known_by_its_columns(text, value, unit, status, mode):
    found = told(text)
    assert (found.value, found.unit, found.status, found.details["mode"]) == (value, unit, status, mode)


def test_a_lost_question_mark_does_not_make_a_weight_stable():
    assert told("    192.21 g ?", **SCOUT_10).status == "unstable"
    assert told("    192.21 g ", **SCOUT_10).reason == "bad_length"
    assert told("    12.34 kg   NET", polarity=1).reason == "bad_length"


@pytest.mark.parametrize(
    "text",
    ["    12.3A kg    NET", "    1 .34 kg    NET", "-  -12.34 kg    NET", "    12.34       NET", "   1E+234 kg    NET"],
)
def test_what_does_not_fit_its_columns_is_refused(text):
    assert (told(text).kind, told(text).reason) == ("reject", "bad_format")


def test_a_line_of_another_layout_than_the_profile_names_is_refused():
    assert told("   192.21 g      ", polarity=1).reason == "bad_length"
    with pytest.raises(BadReply):
        replayed("> IP\\r\\n\n<    192.21 g      \\r\\n\n").live_mass()


@pytest.mark.parametrize(
    "line", ["    12.34 kg    T  ", "    12.34 kg    XY ", "      120 PCS      ", "    12.34 %        "]
)
def test_a_tare_a_count_and_a_percentage_are_no_weight(line):
    with pytest.raises(BadReply):
        replayed(f"> IP\\r\\n\n< {line[:-1]}\\x{ord(line[-1]):02x}\\r\\n\n").live_mass()


@pytest.mark.parametrize(
    ("line", "fault"), [("Err 8.3", "overload"), ("Err8.4", "underload"), ("Err 53", "device_error")]
)
def test_a_fault_is_told_by_its_own_text(line, fault):
    with pytest.raises(DeviceFault) as caught:
        replayed(f"> IP\\r\\n\n< {line}\\r\\n\n").live_mass()
    assert caught.value.fault == fault


def test_a_refused_zero_is_an_error_and_an_accepted_one_is_still_looked_at():
    with pytest.raises(DeviceFault) as caught:
        replayed("> Z\\r\\n\n< ES\\r\\n\n").zero()
    assert caught.value.fault == "syntax_error"
    weight = "> IP\\r\\n\n<     50.00 kg    G\\x20\\x20\\r\\n\n>\n"
    with pytest.raises(DeviceFault) as caught:
        replayed("> Z\\r\\n\n< OK!\\r\\n\n" + weight * 60).zero()
    assert caught.value.fault == "rejected"


def test_a_weight_printed_at_the_wrong_moment_is_no_version():
    with pytest.raises(BadReply):
        replayed("> V\\r\\n\n<     12.34 kg    NET\\r\\n\n").identify()
