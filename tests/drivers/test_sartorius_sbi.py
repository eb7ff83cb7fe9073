"""SBI: its frames, its traps, and the driver on a pseudo-terminal."""

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
CASES = json.loads((ROOT / "tests/data/frames/sartorius_sbi.json").read_text("utf-8"))["cases"]
DECODE = CATALOG.decoder("sartorius-sbi")
WIDTHS = ["columns_16", "columns_22", "columns_16_unit_always"]


def told(text: str, **settings):
    return DECODE(Wire(text.encode("latin-1") + b"\r\n", settings))


def replayed(lines: str, profile: str = "columns_16"):
    return CATALOG.load(f"sartorius_sbi/{profile}").driver(ReplayLink(read_transcript(lines)))


def test_no_bytes_make_the_decoder_raise():
    source = random.Random(31)
    frames = [bytes.fromhex(case["hex"]) for case in CASES]
    kinds = set()
    for _ in range(1500):
        data = bytearray(source.choice(frames))
        for _ in range(source.randrange(4)):
            data[source.randrange(len(data))] = source.randrange(256)
        wire = Wire(bytes(data[source.randrange(3) :]), {"format": source.choice([0, 16, "22"])}, source.random() < 0.2)
        kinds.add(DECODE(wire).kind)
        DECODE(Wire(source.randbytes(20) + b"\r\n", request=b"\x1bx2_"))
    assert kinds == {"reading", "error", "request", "reject"}


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
@pytest.mark.parametrize("profile", WIDTHS)
def test_the_load_on_a_simulated_balance_is_read_over_a_line(on_a_line, profile):
    driver, scale = on_a_line(f"sartorius_sbi/{profile}", settle=0.3)
    assert (driver.identify().model, driver.identify().serial) == ("SIM-3100", "91205273")
    scale.place(Decimal("1234.56"))
    assert not driver.live_mass().stable
    reading = driver.measure_mass(settle=4.0)
    assert (str(reading.value), reading.unit, reading.stable) == ("1234.56", "g", True)
    driver.tare()
    scale.place(Decimal("1134.56"))
    assert driver.measure_mass(settle=4.0).value == Decimal("-100.00")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_zero_is_done_only_when_the_balance_shows_it(on_a_line):
    driver, scale = on_a_line("sartorius_sbi/columns_22", settle=0.3)
    scale.place(Decimal("20.00"))
    driver.zero()
    assert driver.measure_mass(settle=2.0).value == 0


def test_a_zero_that_the_balance_ignores_is_an_error():
    asked = "> \\x1bP\n< +   500.00 g  \\r\\n\n>\n" * 60
    with pytest.raises(DeviceFault) as caught:
        replayed("> \\x1bV\n" + asked).zero()
    assert caught.value.fault == "rejected"


def test_a_line_of_another_width_than_the_profile_says_is_refused():
    assert told("+    58.27 g  ", format=22).reason == "bad_length"
    assert told("N     +    58.27 g  ", format="16").reason == "bad_length"


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("Stat         High   ", "overload", "High"),
        ("Stat     low        ", "underload", "low"),
        ("Stat       OFF      ", "off", "OFF"),
        ("Stat     Err 54     ", "device_error", "Err 54"),
        ("Stat     APP.ER 12  ", "device_error", "APP.ER 12"),
        ("Stat     news       ", "device_error", "news"),
        ("      H       ", "overload", "H"),
        ("   Err 054    ", "device_error", "Err 054"),
        ("  C           ", "not_executable", "C"),
    ],
)
def test_a_status_is_known_by_its_text_wherever_it_stands(text, status, code):
    found = told(text)
    assert (found.kind, found.status, found.details["code"], found.value) == ("error", status, code, None)


def test_a_digit_in_brackets_is_read_and_marked():
    found = told("+ 123.5[6] g  ")
    assert (found.value, found.unit, found.details["unverified_digits"]) == ("123.56", "g", 1)


@pytest.mark.parametrize(
    "text",
    [
        "+    5x.27 g  ",
        "+    58.2 7g  ",
        "+   1e5   g   ",
        "+    5 .27 g  ",
        "+          g  ",
        "+  5[8].27 g  ",
        "+    58,27 g  ",
    ],
)
def test_what_is_no_number_in_its_columns_is_refused(text):
    assert (told(text).kind, told(text).reason) == ("reject", "bad_format")


def test_a_tare_or_a_count_is_no_weight():
    for name, quantity in (("PT2   ", "tare"), ("Qnt   ", "other"), ("      ", "other")):
        assert told(f"{name}+    58.27 g  ").details["quantity"] == quantity
        with pytest.raises(BadReply):
            replayed(f"> \\x1bP\n< {name}+    58.27 g  \\r\\n\n", "columns_22").live_mass()
    with pytest.raises(BadReply):
        replayed("> \\x1bP\n< +       12 pcs\\r\\n\n").live_mass()


def test_a_weight_printed_at_the_wrong_moment_is_no_serial_number():
    with pytest.raises(BadReply):
        replayed("> \\x1bx1_\n< +    58.27 g  \\r\\n\n").identify()


def test_a_unit_seen_once_is_the_unit_of_the_unstable_lines_after_it():
    driver = replayed("> \\x1bP\n< +   1.2345 kg \\r\\n\n> \\x1bP\n< +   1.2340    \\r\\n\n")
    assert driver.live_mass().unit == "kg"
    assert (driver.live_mass().unit, driver.link.ended) == ("kg", True)


def test_where_the_unit_is_always_sent_one_line_is_not_stable_but_five_equal_ones_are():
    line = "> \\x1bP\n< +    58.27 g  \\r\\n\n"
    other = "> \\x1bP\n< +    58.28 g  \\r\\n\n"
    assert not replayed(line, "columns_16_unit_always").live_mass().stable
    driver = replayed(
        ">\n".join([line, line, line, line, other, line, line, line, line, line]), "columns_16_unit_always"
    )
    assert driver.measure_mass(settle=5.0).stable
    assert driver.link.ended
