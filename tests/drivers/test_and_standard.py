"""A&D standard format: its frames, its traps, and the driver on a pseudo-terminal."""

import json
import os
import random
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.catalog import Catalog
from fieldcal.driverkit import BadReply, DeviceFault, ReplyTimeout, Truncated, Wire
from fieldcal.driverkit.transcript import ReplayLink, read_transcript

ROOT = Path(__file__).parents[2]
CATALOG = Catalog([ROOT / "drivers"])
CASES = json.loads((ROOT / "tests/data/frames/and_standard.json").read_text("utf-8"))["cases"]
DECODE = CATALOG.decoder("and")
PROFILES = ["standard_8", "standard_8_acknowledged", "standard_9_unit_4", "standard_csv"]
needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")


def told(text: str, **settings):
    return DECODE(Wire(text.encode("latin-1") + b"\r\n", settings))


def replayed(lines: str, profile: str = "standard_8"):
    return CATALOG.load(f"and_standard/{profile}").driver(ReplayLink(read_transcript(lines)))


def test_no_bytes_make_the_decoder_raise():
    source = random.Random(32)
    frames = [bytes.fromhex(case["hex"]) for case in CASES] + [b"OL,+9999999E+19\r\n", b"ST,+00123.45,  g\r\n"]
    kinds = set()
    for _ in range(1500):
        data = bytearray(source.choice(frames))
        for _ in range(source.randrange(4)):
            data[source.randrange(len(data))] = source.randrange(256)
        settings = {"digits": source.choice([0, 8, "9"]), "layout": source.choice(["standard", "csv"])}
        asked = source.choice([b"", b"?SN", b"Q\r\n"])
        kinds.add(DECODE(Wire(bytes(data), settings, source.random() < 0.2, asked)).kind)
        DECODE(Wire(source.randbytes(16) + b"\r\n", settings, request=asked))
    assert kinds == {"reading", "error", "ack", "identity", "reject"}


@needs_pty
@pytest.mark.parametrize("profile", PROFILES)
def test_the_load_on_a_simulated_balance_is_read_over_a_line(on_a_line, profile):
    driver, scale = on_a_line(f"and_standard/{profile}", settle=0.3)
    named = driver.identify()
    assert named.serial == ("" if profile == "standard_9_unit_4" else "T0012345")
    scale.place(Decimal("1234.50"))
    assert not driver.live_mass().stable
    reading = driver.measure_mass(settle=4.0)
    assert (str(reading.value), reading.unit, reading.stable) == ("1234.50", "g", True)
    driver.tare()
    scale.place(Decimal("1134.50"))
    assert driver.measure_mass(settle=4.0).value == Decimal("-100.00")
    scale.place(Decimal("12.00"))
    driver.zero()
    assert driver.live_mass().value == 0


@needs_pty
def test_a_weight_that_did_not_come_in_time_never_answers_a_later_request(on_a_line):
    driver, scale = on_a_line("and_standard/standard_8_acknowledged", settle=0.3)
    scale.settle = 0.6
    scale.place(Decimal("100.00"))
    with pytest.raises(ReplyTimeout):
        driver.measure_mass(settle=0.2)
    assert not scale.waiting
    scale.place(Decimal("5.00"))
    assert driver.measure_mass(settle=3.0).value == Decimal("5.00")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("OL,+9999999E+19", "overload"),
        ("OL,-9999999E+19", "negative_overload"),
        ("OL,+9999999E+19,  g", "overload"),
        ("OL,GS,+9999999", "overload"),
    ],
)
def test_the_nines_of_an_overload_are_no_number(text, status):
    assert (told(text).kind, told(text).status, told(text).value) == ("error", status, None)


@pytest.mark.parametrize(
    ("text", "value", "unit", "mode"),
    [
        ("ST,+0004775.7   g", "4775.7", "g", None),
        ("ST,NT,+0004775.7   g", "4775.7", "g", "net"),
        ("US,GS,-000012.30  kg", "-12.30", "kg", "gross"),
        ("ST,-00000.00  g", "0.00", "g", None),
    ],
)
def test_any_width_and_a_second_header_are_read_where_no_width_is_set(text, value, unit, mode):
    found = told(text)
    assert (found.kind, found.value, found.unit, found.details["mode"]) == ("reading", value, unit, mode)


def test_a_lost_nought_shows_where_the_width_is_set():
    assert told("ST,+0123.45  g", digits="8").reason == "bad_length"
    assert told("ST,+00123.45 g", digits=8).reason == "bad_length"


def test_a_decimal_comma_makes_the_separators_semicolons():
    found = told("ST;+00123,45;  g", layout="csv", decimal=",", digits=8)
    assert (found.value, found.unit) == ("123.45", "g")
    assert told("ST,+00123,45,  g", layout="csv", decimal=",").reason == "bad_format"
    assert told("ST,+00123,45  g").reason == "bad_format"


@pytest.mark.parametrize("text", ["ST,+00123.45", "ST,+1E5  g", "XX,+00123.45  g", "ST, 00123.45  g", "ST,+00.23.4  g"])
def test_what_is_no_weight_in_this_format_is_refused(text):
    assert (told(text).kind, told(text).reason) == ("reject", "bad_format")


def test_a_count_and_a_tare_are_no_weight():
    assert told("ST,TR,+00000.50  g").details["quantity"] == "tare"
    for line in ("QT,+00000012 PC", "ST,TR,+00123.45  g", "ST,+00012.00  %"):
        with pytest.raises(BadReply):
            replayed(f"> Q\\r\\n\n< {line}\\r\\n\n").live_mass()


def test_zero_is_done_with_the_second_acknowledgement_and_not_with_the_first():
    one = "> Z\\r\\n\n< \\x06\\r\\n\n"
    with pytest.raises(Truncated):
        replayed(one, "standard_8_acknowledged").zero()
    driver = replayed(f"{one}@900\n< \\x06\\r\\n\n", "standard_8_acknowledged")
    driver.zero()
    assert driver.link.ended


def test_a_refusal_behind_the_first_acknowledgement_is_an_error():
    driver = replayed("> T\\r\\n\n< \\x06\\r\\n\n@900\n< EC,E11\\r\\n\n", "standard_8_acknowledged")
    with pytest.raises(DeviceFault) as caught:
        driver.tare()
    assert "E11" in str(caught.value)


def test_a_zero_that_nobody_acknowledges_is_done_only_when_the_weight_shows_it():
    weight = "> S\\r\\n\n< ST,+00500.00  g\\r\\n\n"
    with pytest.raises(DeviceFault) as caught:
        replayed(f"{weight}> Z\\r\\n\n" + f"{weight}>\n" * 60).zero()
    assert caught.value.fault == "rejected"


def test_an_unstable_weight_is_no_answer_to_a_stable_request():
    with pytest.raises(BadReply):
        replayed("> S\\r\\n\n< US,+00123.45  g\\r\\n\n").measure_mass(settle=1.0)


def test_a_weight_sent_at_the_wrong_moment_is_no_serial_number():
    for line in ("ST,+00123.45  g", "ST,+001x3.45  g"):
        with pytest.raises(BadReply):
            replayed(f"> ?TN\\r\\n\n< {line}\\r\\n\n").identify()


def test_a_balance_that_knows_no_numbers_has_no_serial_number():
    driver = replayed("> ?TN\\r\\n\n< EC,E01\\r\\n\n> ?SN\\r\\n\n< EC,E01\\r\\n\n")
    assert (driver.identify().model, driver.link.ended) == ("A&D", True)
