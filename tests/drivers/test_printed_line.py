"""A scale that only prints: the map describes the line, the doctor writes the map."""

import json
import random
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.catalog import Catalog
from fieldcal.devices.doctor import diagnose
from fieldcal.devices.gateway import Gateway
from fieldcal.driverkit import Wire
from fieldcal.driverkit.conformance import check
from fieldcal.driverkit.folder import load_decoder
from fieldcal.services.doctor import Form, Print, pack_of_proposal
from fieldcal.services.port_pack import from_text, to_text

FOLDER = Path(__file__).parents[2] / "drivers" / "printed_line"
CATALOG = Catalog([FOLDER.parent])
decode = load_decoder(FOLDER, "driver:decode_line")
GOOD = b"      58.2 g\r\n"
ODD = [b"WT> -0012.30 kg <\r", b"WT> +0104.75 kg <\r", b"WT> +1200.50 kg <\r"]  # no driver knows it


def test_the_kit_finds_nothing():
    assert check(FOLDER) == []


def test_a_line_of_the_map_is_read_to_the_digit():
    told = decode(Wire(GOOD))
    assert (told.kind, told.value, told.unit, told.status) == ("reading", "58.2", "g", "unknown")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"      58.2 g\r", "truncated"),
        (b"     58.2 g\r\n", "bad_length"),
        (b"      5.82 g\r\n", "bad_format"),
        (b"      58.2kg\r\n", "bad_format"),
        (b"      58,2 g\r\n", ""),
        (b"      5\xb2.2 g\r\n", "bad_format"),
    ],
)
def test_a_line_that_differs_from_the_map_is_refused(line, reason):
    assert decode(Wire(line)).reason == reason


def test_any_bytes_give_a_result():
    rng = random.Random(7)
    for _ in range(5000):
        assert decode(Wire(rng.randbytes(rng.randrange(40)))).kind in ("reading", "reject")


def test_three_prints_that_no_driver_knows_give_a_map_and_the_map_goes_through_a_pack(bench):
    found = diagnose([Print(9600, line) for line in ODD], CATALOG)
    assert isinstance(found.form, Form)
    proposal = found.proposals[0]
    assert (proposal.driver, proposal.values, proposal.unit) == ("printed_line", ("-12.30", "104.75", "1200.50"), "kg")
    assert proposal.settings["before"] == "WT>"
    pack = pack_of_proposal(proposal, found.form, [Print(9600, line) for line in ODD], "Odd scale")
    again = from_text(to_text(pack))
    assert json.loads(to_text(pack))["settings"]["after"] == " kg <"
    simulator = CATALOG.load("printed_line").simulator_class(dict(again.settings))
    gateway = Gateway(CATALOG)
    try:
        identity = gateway.bind("scale", again.driver, bench.attach("x", simulator), again.line, again.settings)
        assert identity.model == "printed line"
        simulator.place(Decimal("104.75"))
        reading = gateway.request("scale", "measure-mass", settle=8.0).result(10)
    finally:
        gateway.close()
    assert (str(reading.value), reading.unit, reading.derived) == ("104.75", "kg", True)
