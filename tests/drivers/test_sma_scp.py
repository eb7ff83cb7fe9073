"""SMA SCP-0499: its frames, its traps, and the driver on a pseudo-terminal."""

import json
import os
import random
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.catalog import Catalog
from fieldcal.driverkit import BadReply, DeviceFault, Identity, ReplyTimeout, Wire
from fieldcal.driverkit.transcript import ReplayLink, read_transcript

ROOT = Path(__file__).parents[2]
CATALOG = Catalog([ROOT / "drivers"])
CASES = json.loads((ROOT / "tests/data/frames/sma_scp.json").read_text("utf-8"))["cases"]
DECODE = CATALOG.decoder("sma")
needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")


def told(text: str, request: bytes = b"", **settings):
    return DECODE(Wire(b"\n" + text.encode("latin-1") + b"\r", settings, request=request))


def replayed(lines: str, profile: str = "scp_0499"):
    return CATALOG.load(f"sma_scp/{profile}").driver(ReplayLink(read_transcript(lines)))


def test_no_bytes_make_the_decoder_raise():
    source = random.Random(34)
    frames = [bytes.fromhex(case["hex"]) for case in CASES] + [b"\nMFG:SIMULATED\r"]
    kinds = set()
    for _ in range(1500):
        data = bytearray(source.choice(frames))
        for _ in range(source.randrange(3)):
            data[source.randrange(len(data))] = source.randrange(256)
        asked = source.choice([b"", b"\nA\r", b"\nW\r"])
        kinds.add(DECODE(Wire(bytes(data), {}, source.random() < 0.2, asked)).kind)
        DECODE(Wire(b"\n" + source.randbytes(18) + b"\r", request=asked))
        DECODE(Wire(source.randbytes(source.randrange(24)), request=asked))
    assert kinds == {"reading", "error", "identity", "request", "reject"}


@needs_pty
def test_the_load_on_a_simulated_indicator_is_read_over_a_line(on_a_line):
    driver, indicator = on_a_line("sma_scp", settle=0.3)
    assert driver.identify() == Identity("SIMULATED", "SIM-60", "S-20417")
    indicator.place(Decimal(20000))
    assert not driver.live_mass().stable
    reading = driver.measure_mass(settle=4.0)
    assert (str(reading.value), reading.unit, reading.stable) == ("20.000", "kg", True)
    driver.tare()
    indicator.place(Decimal(19000))
    assert driver.measure_mass(settle=4.0).value == Decimal("-1.000")
    indicator.place(Decimal(1000))
    driver.measure_mass(settle=4.0)
    driver.zero()
    assert driver.live_mass().value == 0


@needs_pty
def test_high_resolution_gives_one_decimal_more(on_a_line):
    driver, indicator = on_a_line("sma_scp/scp_0499_high_resolution", settle=0.3, unit="lb", d=Decimal("0.01"))
    indicator.place(Decimal(10000))
    assert driver.identify() == Identity("SMA", "SCP-0499", "")
    reading = driver.measure_mass(settle=4.0)
    assert (str(reading.value), reading.unit) == ("22.046", "lb")


@needs_pty
def test_zero_under_a_load_that_is_too_big_is_refused_by_the_indicator(on_a_line):
    driver, indicator = on_a_line("sma_scp", settle=0.3)
    indicator.load = Decimal(5000)
    with pytest.raises(DeviceFault) as caught:
        driver.zero()
    assert caught.value.fault == "zero_error"


@pytest.mark.parametrize(
    ("text", "value", "status", "mode", "fine"),
    [
        ("Z1G       0.000kg ", "0.000", "stable", "gross", False),
        (" 2nM    -5.0251kg ", "-5.0251", "unstable", "net", True),
        (" 1T       1.500 kg", "1.500", "stable", "tare", False),
        (" 1G  -    5.025lb ", "-5.025", "stable", "gross", False),
    ],
)
def test_every_place_of_the_frame_has_its_meaning(text, value, status, mode, fine):
    found = told(text)
    assert (found.value, found.status, found.details["mode"]) == (value, status, mode)
    assert found.details["high_resolution"] is fine
    assert found.details["centre_of_zero"] is (text[0] == "Z")
    assert found.details["quantity"] == ("tare" if mode == "tare" else "weight")


@pytest.mark.parametrize(
    ("letter", "status"), [("O", "overload"), ("U", "underload"), ("E", "zero_error"), ("T", "tare_error")]
)
def test_a_number_beside_a_fault_is_no_weight(letter, status):
    found = told(f"{letter}1G       5.025lb ")
    assert (found.kind, found.status, found.value) == ("error", status, None)


@pytest.mark.parametrize(
    "text",
    ["X1G       5.025lb ", " 1Q       5.025lb ", " 1Gm      5.025lb ", " 1G       5.025   ", " 1G       5 025lb ",
     " 1G       5.025l1 ", " 1G  ----------lb ", " 1G        5.0E1lb"],
)  # fmt: skip
def test_what_has_no_meaning_in_its_place_is_refused(text):
    assert (told(text).kind, told(text).reason) == ("reject", "bad_format")


def test_a_frame_of_twenty_bytes_without_its_end_is_not_the_same_as_a_cut_one():
    assert DECODE(Wire(b"\n 1G       5.025lb X")).reason == "bad_end"
    assert DECODE(Wire(b"\n 1G       5.0")).reason == "truncated"


def test_a_weight_sent_at_the_wrong_moment_says_nothing_about_the_scale():
    assert told(" 1G       5.025lb ", b"\nA\r").reason == "item_mismatch"
    with pytest.raises(BadReply):
        replayed("> \\nA\\r\n< \\n 1G       5.025lb \\r\n").identify()


def test_an_echo_is_neither_a_weight_nor_a_line_about_the_scale():
    for call, letter in (("live_mass", "W"), ("identify", "A")):
        with pytest.raises(BadReply):
            getattr(replayed(f"> \\n{letter}\\r\n< \\n{letter}\\r\n"), call)()


def test_about_lines_without_an_end_are_refused():
    endless = "> \\nA\\r\n< \\nSMA:1/1.0\\r\n" + "> \\nB\\r\n< \\nREV:1.0\\r\n" * 20
    with pytest.raises(BadReply):
        replayed(endless).identify()


def test_a_tare_weight_and_a_strange_unit_are_no_reading():
    for line in (" 1T       5.025lb ", " 1G       5.025pcs"):
        with pytest.raises(BadReply):
            replayed(f"> \\nW\\r\n< \\n{line}\\r\n").live_mass()


def test_a_zero_without_an_answer_or_without_effect_is_an_error():
    with pytest.raises(ReplyTimeout):
        replayed("> \\nZ\\r\n").zero()
    weight = "\\n 1G       5.025lb \\r\n"
    with pytest.raises(DeviceFault) as caught:
        replayed(f"> \\nZ\\r\n< {weight}" + f"> \\nW\\r\n< {weight}>\n" * 60).zero()
    assert caught.value.fault == "rejected"
