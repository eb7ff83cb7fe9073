"""Fluke Hart thermometers of the 152x kind: one line for each reading, labelled or bare."""

import re
from decimal import Decimal

from fieldcal.driverkit import Driver, Identity, Line, Reading, seconds
from fieldcal.driverkit.decoded import Decoded, Wire, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceFault
from fieldcal.driverkit.settled import agreed

PROMPT = 2.0  # s, for what is answered without measuring
UNITS = {"C": "°C", "F": "°F", "K": "K"}
NUMBER = r"([+-]?[0-9]+\.[0-9]+)"
BARE = re.compile(f" *{NUMBER} *")
LABELLED = re.compile(
    rf"t: *{NUMBER} ([CFK])(?: +([0-9]{{2}}-[0-9]{{2}}-[0-9]{{4}} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}))?"
)
IDENTITY = re.compile(r"([ -+\--~]+),([ -+\--~]+),([0-9A-Za-z-]+)(?:,[ -~]*)?")


def decode_line(wire: Wire) -> Decoded:
    """One answer or one request. `reply` tells bare from labelled, `unit` what a bare number is in."""
    text = wire.data.decode("latin-1")
    end = "\r" if wire.from_host else str(wire.settings.get("ending", "\r\n"))
    if not text.endswith(end):
        return rejected("truncated")
    text = text.removesuffix(end)
    if not (text.isascii() and text.isprintable()):
        return rejected("bad_format")
    if wire.from_host:
        return Decoded("request", "request", details={"command": text})
    if wire.settings.get("reply") == "bare":
        hit = BARE.fullmatch(text)
        return _reading(hit[1], wire.settings.get("unit")) if hit else rejected("bad_format")
    hit = LABELLED.fullmatch(text)
    return _reading(hit[1], UNITS[hit[2]], hit[3]) if hit else rejected("bad_format")


def _reading(number: str, unit: str | None, clock: str | None = None) -> Decoded:
    details = {"quantity": "temperature"} | ({"instrument_clock": clock} if clock else {})
    return Decoded("reading", value=plain(number), unit=unit, details=details)


class Thermometer(Driver):
    """Asks twice: a byte lost in one answer makes it shorter than the other."""

    capabilities = frozenset({"identify", "measure-temperature"})
    channels = ("t1",)

    def identify(self) -> Identity:
        maker, model = self._setting("maker", "Fluke Hart"), self._setting("model", "152x")
        if not (command := self._setting("identify", "*IDN?")):
            self._once()
            return Identity(maker, model, "")
        reply = self._ask(command, PROMPT).decode("ascii", "replace")
        if not (hit := IDENTITY.fullmatch(reply)):
            raise BadReply(f"no identity: {reply!r}")
        return Identity(hit[1].strip(), hit[2].strip(), hit[3])

    def measure_temperature(self, channel: str) -> Reading:
        """In the unit of the instrument; stable when two answers agree within `stable_within`."""
        if channel not in self.channels:
            raise DeviceFault("no-such-channel", channel)
        return agreed(self._once(), self._once(), Decimal(self._setting("stable_within", "0")))

    def _once(self) -> Reading:
        raw = self._ask(self._setting("request", "t"), seconds(self.profile, "timeout", PROMPT))
        got = decode_line(Wire(raw + self._ending(), self.profile))
        value = got.number()
        if got.unit is None:
            raise DeviceFault("unit", "the map names no unit for a bare value")
        return Reading(value, got.unit, False, raw, self.channels[0])

    def _ask(self, command: str, timeout: float) -> bytes:
        return self.link.exchange(command.encode("ascii") + b"\r", frame=Line(self._ending(), 128), timeout=timeout)

    def _ending(self) -> bytes:
        return self._setting("ending", "\r\n").encode("ascii")

    def _setting(self, key: str, default: str) -> str:
        return str(self.profile.get(key, default))
