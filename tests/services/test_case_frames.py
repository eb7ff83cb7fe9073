"""Frame cases: exact texts, unknown protocols, wrong bytes, decoders that break."""

import json

import pytest

from fieldcal import bootstrap
from fieldcal.domain.errors import BadInput
from fieldcal.driverkit import Decoded, Value
from fieldcal.services.cases import run_cases
from fieldcal.services.procedures import Library

STABLE = b"S S     100.00 g\r\n"
READING = {"kind": "reading", "value": "100.00", "unit": "g", "status": "stable"}


def case(data=STABLE, decoded=READING, protocol="mt-sics", **more):
    return {"id": "T", "protocol": protocol, "hex": data.hex(" "), "decoded": decoded, **more}


def run(*cases, decoders=None):
    source = json.dumps({"topic": "protocols", "cases": cases}).encode()
    return run_cases(source, Library([]), None, decoders or bootstrap.decoders()).cases


def test_a_frame_is_decoded_by_the_driver_of_its_protocol():
    assert run(case())[0].match


@pytest.mark.parametrize(("key", "wrong"), [("value", "100.0"), ("value", "100.000"), ("unit", "kg"), ("status", "ok")])
def test_one_nought_too_many_is_another_number(key, wrong):
    found = run(case(decoded={**READING, key: wrong}))[0]
    assert [(d.key, d.expected, d.got) for d in found.differences] == [(key, wrong, READING[key])]


def test_a_detail_that_the_driver_does_not_tell_is_listed_and_no_difference():
    found = run(case(decoded={**READING, "colour": "red"}))[0]
    assert (found.match, found.not_compared) == (True, ["colour"])


def test_another_reason_of_a_refusal_is_listed_and_an_accepted_frame_differs():
    refused = {"kind": "reject", "status": "rejected", "reason": "bad_format"}
    assert run(case(STABLE[:9], refused))[0].not_compared == ["reason"]
    assert not run(case(STABLE, refused))[0].match


def test_a_protocol_without_a_driver_counts_as_differing():
    found = run(case(protocol="smoke-signals"))[0]
    assert found.differences[0].got == "unsupported: smoke-signals"


def test_values_and_frames_are_compared_one_by_one():
    got = Decoded("readings", values=(Value("T", "20.0", "°C"), Value("RH", "50", "%RH")))
    wanted = {
        "kind": "readings",
        "values": [{"name": "T", "value": "20.0", "unit": "°C"}, {"name": "RH", "value": "51"}],
    }
    found = run(case(decoded=wanted), decoders=lambda _: lambda _wire: got)[0]
    assert [d.key for d in found.differences] == ["values[1].value"]


def test_a_decoder_that_breaks_spoils_its_own_case_only():
    def broken(_wire):
        raise ZeroDivisionError("x")

    both = run(case(), case(protocol="broken"), decoders=lambda name: broken if name == "broken" else good)
    assert [one.match for one in both] == [True, False]
    assert "ZeroDivisionError" in both[1].differences[0].got


def good(_wire):
    return Decoded("reading", "stable", "100.00", "g")


@pytest.mark.parametrize(
    ("bad", "field"),
    [({"hex": "5G"}, "hex"), ({"hex": 5}, "hex"), ({"decoded": []}, "decoded"), ({"direction": "up"}, "direction")],
)
def test_a_case_of_another_shape_makes_the_file_unusable(bad, field):
    with pytest.raises(BadInput) as caught:
        run({**case(), **bad})
    assert caught.value.field == f"cases[0].{field}"
