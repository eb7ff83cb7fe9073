"""Stored bytes through the driver again."""

import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.loader import load
from fieldcal.devices.replay import Wanted, replay
from fieldcal.driverkit.transcript import read_transcript, write_transcript

DRIVERS = Path(__file__).parents[2] / "drivers"
TALK = """# mt_sics 1234567
> SI\\r\\n
< S D      1.995 kg\\r\\n
> SI\\r\\n
< S S      2.0
@30
< 00 kg\\r\\n
> SI\\r\\n
< S S      5.000 kg\\r\\n
"""


def wanted(raw, value, unit="kg"):
    return Wanted("weighing:1", raw, Decimal(value), unit, "live-mass")


def test_each_stored_value_comes_again_from_its_own_bytes():
    both = [wanted(b"S S      2.000 kg", "2.000"), wanted(b"S S      5.000 kg", "5.000")]
    assert [one.problem for one in replay(load(DRIVERS / "mt_sics"), TALK, both)] == ["", ""]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (wanted(b"S S      2.000 kg", "2.00"), "2.000 kg instead of 2.00 kg"),
        (wanted(b"S S      2.000 kg", "2.000", "g"), "2.000 kg instead of 2.000 g"),
        (wanted(b"S S      2.001 kg", "2.001"), "no exchange holds"),
    ],
)
def test_a_value_that_its_bytes_do_not_give_is_told(changed, said):
    assert said in replay(load(DRIVERS / "mt_sics"), TALK, [changed])[0].problem


def test_a_transcript_with_a_changed_byte_gives_another_value():
    changed = TALK.replace("S S      5.000", "S S      5.005")
    outcome = replay(load(DRIVERS / "mt_sics"), changed, [wanted(b"5.005 kg", "5.000")])
    assert outcome[0].problem == "5.005 kg instead of 5.000 kg"


def test_a_call_of_two_exchanges_is_replayed_with_both():
    loaded = load(DRIVERS / "modbus_generic", "thermo_hygrometer")
    simulator = loaded.simulator()
    ask = [bytes.fromhex("010300000001840a"), bytes.fromhex("010300010001d5ca")]
    lines = []
    for request in ask:
        reply = b"".join(chunk.data for chunk in simulator.receive(request))
        lines += [f"> {escaped(request)}", f"< {escaped(reply)}"]
    results = {"humidity": ask[0], "temperature": ask[1]}
    found = []
    for channel, request in results.items():
        raw = b"".join(chunk.data for chunk in simulator.receive(request))
        value = Decimal(int.from_bytes(raw[3:5], "big")) * Decimal("0.1")
        unit = "°C" if channel == "temperature" else "%"
        found.append(Wanted(channel, raw, value, unit, "measure-environment", channel))
    assert [one.problem for one in replay(loaded, "\n".join([*lines, ""]), found)] == ["", ""]


def escaped(data):
    return "".join(f"\\x{byte:02x}" for byte in data)


def test_a_transcript_that_an_earlier_version_stored_is_read_byte_for_byte_and_gives_its_values():
    """Kept by version 0.1.0 at the price item of a scale: 93 exchanges, the values 1.000, 2.000 and 3.000 kg."""
    data = (Path(__file__).parents[1] / "data" / "transcripts" / "mt_sics-0.1.0.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest() == "73f2fc84c64058ee1bc23b34ee47084790c627a9f9cfc9b105bffac354b8424d"
    text = data.decode("ascii")
    assert write_transcript(read_transcript(text), "mt_sics 1234567").encode("ascii") == data
    values = [wanted(f"S S {value:>10} kg".encode(), value) for value in ("1.000", "2.000", "3.000")]
    outcomes = replay(load(DRIVERS / "mt_sics"), text, values)
    assert [(one.problem, one.text) for one in outcomes] == [("", f"{n}.000 kg") for n in (1, 2, 3)]


def test_what_differs_has_a_code_and_what_came_instead():
    loaded = load(DRIVERS / "mt_sics")
    outcomes = replay(loaded, TALK, [wanted(b"S S      5.000 kg", "5.005"), wanted(b"S S      5.005 kg", "5.005")])
    assert [(one.code, one.text) for one in outcomes] == [("differs", "5.000 kg"), ("missing", "")]
