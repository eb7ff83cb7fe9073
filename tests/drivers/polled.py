"""What the tests of a driver share: its frames as cases, noise for its decoder, its simulator at a real line."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fieldcal.devices.bench import Bench
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.serial_link import SerialLink
from fieldcal.driverkit import Decoded, Decoder, Wire
from fieldcal.driverkit.manifest import SerialSettings
from fieldcal.services.case_frames import compare, decode
from fieldcal.services.case_types import CaseResult

ROOT = Path(__file__).parents[2]
CATALOG = Catalog([ROOT / "drivers"])
KINDS = {"reading", "readings", "request", "ack", "identity", "setting", "error", "error_queue", "reject"}


def frames(driver_id: str) -> list[dict[str, Any]]:
    path = ROOT / "tests" / "data" / "frames" / f"{driver_id}.json"
    return json.loads(path.read_text("utf-8"))["cases"]


def judged(case: dict[str, Any]) -> CaseResult:
    result = CaseResult(case["id"])
    compare(case["decoded"], decode(case, CATALOG.decoder), result)
    return result


def decoder(protocol: str) -> Decoder:
    found = CATALOG.decoder(protocol)
    assert found is not None
    return found


def decoded(protocol: str, data: bytes, **settings: Any) -> Decoded:
    return decoder(protocol)(Wire(data, settings))


def fuzzed(cases: list[dict[str, Any]], rounds: int = 400) -> Iterator[Wire]:
    """Sound frames with bytes changed, lost or put in, and pure noise; always the same ones."""
    source = random.Random(20260102)
    for _ in range(rounds):
        case = source.choice(cases)
        data = bytearray(bytes.fromhex(case["hex"]))
        for _ in range(source.randrange(1, 4)):
            at = source.randrange(len(data)) if data else 0
            data[at : at + source.randrange(2)] = source.randbytes(source.randrange(2))
        noise = source.randbytes(source.randrange(40))
        wire = noise if source.random() < 0.2 else bytes(data)
        yield Wire(wire, case["profile"], case["direction"] == "host_to_device" and source.random() < 0.5)


def survives(driver_id: str) -> None:
    """Whatever the bytes, the decoder gives a frame of a known kind, and a value only where it is a number."""
    cases = frames(driver_id)
    decode = decoder(cases[0]["protocol"])
    for wire in fuzzed(cases):
        got = decode(wire)
        assert got.kind in KINDS
        if got.kind == "reading":
            assert got.number().is_finite()


@contextmanager
def at_a_line(driver_id: str, **settings: Any) -> Iterator[tuple[Any, Any]]:
    """The driver and, at the other end of a pseudo-terminal, its simulator."""
    bench, loaded = Bench(), CATALOG.load(driver_id)
    simulator = loaded.simulator(**settings)
    # a pseudo-terminal has neither parity nor seven bits
    link = SerialLink.open(bench.attach("it", simulator), SerialSettings())
    try:
        yield loaded.driver(link), simulator
    finally:
        link.close()
        bench.close()


class Scripted:
    """A link that gives these replies in turn, each taken by the frame of the request."""

    def __init__(self, *replies: bytes) -> None:
        self.replies, self.requests = list(replies), list[bytes]()

    def exchange(self, request: bytes, frame: Any, timeout: float) -> bytes:
        self.requests.append(request)
        hit = frame.take(self.replies.pop(0))
        assert hit is not None
        return hit[0]


def driver_on(driver_id: str, link: Any) -> Any:
    return CATALOG.load(driver_id).driver(link)


def told(readings: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {name: (str(reading.value), reading.unit) for name, reading in readings.items()}
