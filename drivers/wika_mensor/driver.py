"""WIKA and Mensor pressure standards: the first byte of every answer says whether an error is queued."""

import re
from decimal import Decimal

from fieldcal.driverkit import Driver, Identity, Line, Reading
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceError, DeviceFault
from fieldcal.driverkit.settled import agreed

TIMEOUT = 2.0  # s
NUMBER = r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?"
VALUE = re.compile(f" *({NUMBER}) *")
ADDRESSED = re.compile(f"([0-9A-Z]) ({NUMBER})")
IDENTITY = re.compile(r"([ -+\--~]+),([ -+\--~]+),([ 0-9A-Za-z-]+)(?:,[ -~]*)?")


def decode_line(wire: Wire) -> Decoded:
    """One request or answer. `reply` tells the status byte from the older address, `unit` what the value is in."""
    text = wire.data.decode("latin-1")
    body = text.rstrip("\r\n")
    if body == text:
        return rejected("truncated")
    if not (body.isascii() and body.isprintable()):
        return rejected("bad_format")
    if wire.from_host:
        return Decoded("request", "request", details={"command": body})
    if wire.settings.get("reply") == "address":
        return _addressed(body, wire)
    return _told(body[1:], wire) if body[:1] == " " else _flagged(body)


def _flagged(body: str) -> Decoded:
    return failed("error_queued", code="E") if body[:1] == "E" else rejected("bad_format")


def _told(text: str, wire: Wire) -> Decoded:
    if str(wire.settings.get("query", "")).upper() == "ID?":
        return Decoded("identity", details={"text": text.strip()}) if "," in text else rejected("bad_format")
    return _reading(hit[1], wire) if (hit := VALUE.fullmatch(text)) else rejected("bad_format")


def _addressed(body: str, wire: Wire) -> Decoded:
    if not (hit := ADDRESSED.fullmatch(body)):
        return rejected("bad_format")
    if str(wire.settings.get("expect_address", hit[1])) != hit[1]:
        return rejected("address_mismatch", address=hit[1])
    return _reading(hit[2], wire, address=hit[1])


def _reading(number: str, wire: Wire, **more: str) -> Decoded:
    unit = wire.settings.get("unit")
    details = {"quantity": "pressure"} | more
    return Decoded("reading", value=plain(number), unit=None if unit is None else str(unit), details=details)


class Standard(Driver):
    """Asks twice: a byte lost in one answer makes it shorter than the other."""

    capabilities = frozenset({"identify", "measure-pressure"})
    channels = ("pressure",)

    def identify(self) -> Identity:
        maker = self._setting("maker", "WIKA Mensor")
        if not (command := self._setting("identify", "ID?")):
            self._once()
            return Identity(maker, "", "")
        got, raw = self._ask(command, {"query": "ID?"})
        self._sound(got)
        if got.kind != "identity" or not (hit := IDENTITY.fullmatch(got.details["text"])):
            raise BadReply(f"no identity: {raw!r}")
        return Identity(*(field.strip() for field in hit.groups()))

    def measure_pressure(self, channel: str) -> Reading:
        """In the unit of the map; stable when two answers agree within `stable_within`."""
        if channel not in self.channels:
            raise DeviceFault("no-such-channel", channel)
        return agreed(self._once(), self._once(), Decimal(self._setting("stable_within", "0")))

    def _once(self) -> Reading:
        request = self._setting("request", "A?")
        settings = {"unit": self._setting("unit", "kPa"), "reply": self._setting("reply", "status")}
        if settings["reply"] == "address":
            settings["expect_address"] = request[1:2]
        got, raw = self._ask(request, settings)
        self._sound(got)
        return Reading(got.number(), settings["unit"], False, raw, self.channels[0])

    def _sound(self, got: Decoded) -> None:
        """A queued error is read, which clears it, and raised: what stands behind the E is no value."""
        if got.status != "error_queued":
            return
        told = b""
        if command := self._setting("errors", ""):
            try:
                told = self._ask(command, {})[1]
            except DeviceError:  # the first fault is the one to tell
                told = b"?"
        raise DeviceFault("error_queued", told.decode("ascii", "replace"))

    def _ask(self, command: str, settings: dict[str, str]) -> tuple[Decoded, bytes]:
        ending = self._setting("ending", "\r\n").encode("ascii")
        raw = self.link.exchange(command.encode("ascii") + ending, frame=Line(ending, 128), timeout=TIMEOUT)
        return decode_line(Wire(raw + ending, settings)), raw

    def _setting(self, key: str, default: str) -> str:
        return str(self.profile.get(key, default))
