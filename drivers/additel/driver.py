"""Additel and ConST pressure gauges, colon protocol: address, kind, item and parameters between colons."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fieldcal.driverkit import Driver, Identity, Reading
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceFault
from fieldcal.driverkit.settled import agreed

TIMEOUT = 2.0  # s
LIMIT = 128  # bytes
ANY, NUL = "255", "\0"
PRESSURES = ("MRMD", "MRMN")
SHAPE = re.compile(r"([0-9]{3}):([RWFE]):([A-Z0-9]{1,12})((?::[ -9;-~]*)*)")
NUMBER = re.compile(r" *([+-]?[0-9]+(?:\.[0-9]*)?) *")
METRIC = ("Pa", "hPa", "kPa", "MPa", "bar", "mbar", "kgf/cm2", "gf/cm2", "mmH2O", "cmH2O", "mH2O", "mmHg", "torr")
UNITS = frozenset((*METRIC, "psi", "inHg", "inH2O", "ftH2O", "atm", "at"))
MEANINGS = {"1000": "buffer_overrun", "1001": "not_allowed", "1004": "bad_code", "1005": "unit_not_available"}


@dataclass(frozen=True, slots=True)
class Ended:
    """A line that ends with NUL, CR or LF, whichever the instrument was built with; the end is no part of it."""

    limit: int = LIMIT

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        hit = re.match(rb"[\0\r\n]*([^\0\r\n]+)[\0\r\n]", buffer)
        if hit is None and len(buffer) > self.limit:
            raise BadReply(f"more than {self.limit} bytes without an end: {buffer[:32]!r}")
        return (hit[1], buffer[hit.end() :]) if hit else None


def decode_line(wire: Wire) -> Decoded:
    """One request or answer with its end; `expect_address` and `expect_item` say what was asked."""
    body = wire.data.rstrip(b"\0\r\n")
    if body == wire.data:
        return rejected("truncated")
    hit = SHAPE.fullmatch(body.decode("latin-1"))
    if hit is None:
        return rejected("bad_format")
    address, kind, item, rest = hit.groups()
    about: dict[str, Any] = {"address": address, "item": item}
    if (kind in "RW") != wire.from_host:
        return rejected("wrong_direction", **about)
    parameters = rest.split(":")[1:]
    if wire.from_host:
        given = [text for text in parameters if text]
        return Decoded("request", "request", details={"command": kind, "parameters": given} | about)
    if str(wire.settings.get("expect_address", ANY)).zfill(3) not in (ANY, address):
        return rejected("address_mismatch", **about)
    if str(wire.settings.get("expect_item", item)) != item:
        return rejected("item_mismatch", **about)
    return _refusal(parameters, about) if kind == "E" else _answer(item, parameters, about)


def _refusal(parameters: list[str], about: dict[str, Any]) -> Decoded:
    if len(parameters) != 1 or not re.fullmatch("[0-9]{4}", parameters[0]):
        return rejected("bad_format")
    return failed("device_error", code=parameters[0], meaning=MEANINGS.get(parameters[0], "unknown"), **about)


def _answer(item: str, parameters: list[str], about: dict[str, Any]) -> Decoded:
    if item not in PRESSURES:
        text = ":".join(parameters).strip()
        return Decoded("setting", details={"text": text} | about) if text else rejected("bad_format")
    if len(parameters) != 2 or not (hit := NUMBER.fullmatch(parameters[0])) or parameters[1].strip() not in UNITS:
        return rejected("bad_format")
    return Decoded("reading", value=plain(hit[1]), unit=parameters[1].strip(), details=about)


class Gauge(Driver):
    """Asks twice: a byte lost in one answer makes it shorter than the other."""

    capabilities = frozenset({"identify", "measure-pressure"})
    channels = ("pressure",)

    def identify(self) -> Identity:
        """The type; the protocol tells no serial number."""
        got, raw = self._ask("OTYPE")
        if got.kind != "setting":
            got.number()
            raise BadReply(f"no type: {raw!r}")
        return Identity(str(self.profile.get("maker", "")), got.details["text"], "")

    def measure_pressure(self, channel: str) -> Reading:
        """In the unit the gauge shows; stable when two answers agree within `stable_within`."""
        if channel not in self.channels:
            raise DeviceFault("no-such-channel", channel)
        return agreed(self._once(channel), self._once(channel), Decimal(str(self.profile["stable_within"])))

    def _once(self, channel: str) -> Reading:
        got, raw = self._ask("MRMD")
        return Reading(got.number(), str(got.unit), False, raw, channel)

    def _ask(self, item: str) -> tuple[Decoded, bytes]:
        address = str(self.profile.get("address", ANY))
        end = f"{self.profile.get('parameter', '')}{self.profile.get('ending', NUL)}"
        raw = self.link.exchange(f"{address}:R:{item}:{end}".encode("ascii"), frame=Ended(), timeout=TIMEOUT)
        return decode_line(Wire(raw + b"\0", {"expect_address": address, "expect_item": item})), raw
