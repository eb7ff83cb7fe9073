"""Fluke pressure calibrators of the 719 kind: pairs of value and unit for each VAL?."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fieldcal.driverkit import Driver, Identity, Line, Link, Profile, Reading
from fieldcal.driverkit.decoded import Decoded, Value, Wire, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceFault
from fieldcal.driverkit.settled import agreed

TIMEOUT = 3.0  # s
END = b"\r\n"
NUMBER = re.compile(r"[+-]?[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]{1,2})?")
IDENTITY = re.compile(r"[ -+\--~]+(?:,[ -+\--~]*){3}")
CODE = re.compile(r"[+-]?[0-9]{1,5}")
PRESSURES = frozenset(("psi", "bar", "mbar", "Pa", "hPa", "kPa", "MPa", "inHg", "mmHg", "inH2O", "mmH2O", "kg/cm2"))
SPELT = {unit.upper(): unit for unit in PRESSURES} | {"MA": "mA", "V": "V", "C": "°C", "F": "°F"}


def decode_line(wire: Wire) -> Decoded:
    """One request or answer; `query` says what was asked, `units` how the instrument spells its units."""
    text = wire.data.decode("latin-1")
    body = text.removesuffix("\n").removesuffix("\r")
    if body == text or not (wire.from_host or wire.data.endswith(END)):
        return rejected("truncated")
    if not (body.isascii() and body.isprintable()):
        return rejected("bad_format")
    if wire.from_host:
        return Decoded("request", "request", details={"command": body})
    query = str(wire.settings.get("query", "VAL?")).upper()
    if query == "*IDN?":
        return Decoded("identity", details={"text": body}) if IDENTITY.fullmatch(body) else rejected("bad_format")
    units = wire.settings.get("units", SPELT)
    if query == "PRES_UNIT?":
        return Decoded("setting", details={"text": body}) if body in units else rejected("bad_format")
    return _fault(body) if query == "FAULT?" else _pairs(body.split(","), units)


def _fault(text: str) -> Decoded:
    if not CODE.fullmatch(text):
        return rejected("bad_format")
    return Decoded("error_queue", "device_error" if int(text) else "ok", details={"code": int(text), "text": None})


def _pairs(fields: list[str], units: Mapping[str, Any]) -> Decoded:
    pairs = list(zip(fields[::2], fields[1::2], strict=False))
    if len(fields) % 2 or not all(NUMBER.fullmatch(number) and unit in units for number, unit in pairs):
        return rejected("bad_format")
    values = (Value(f"channel_{at}", plain(number), str(units[unit])) for at, (number, unit) in enumerate(pairs, 1))
    return Decoded("readings", values=tuple(values))


class Calibrator(Driver):
    """Asks twice: a byte lost in one answer makes it shorter than the other."""

    capabilities = frozenset({"identify", "measure-pressure"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.channels = tuple(self.profile.get("channels", ("channel_1", "channel_2")))

    def identify(self) -> Identity:
        got, raw = self._ask("*IDN?")
        text = str(got.details.get("text", ""))
        if got.kind != "identity" or not re.match(str(self.profile.get("identity", "FLUKE,")), text):
            raise BadReply(f"not the instrument of this map: {raw!r}")
        maker, model, serial, _ = (field.strip() for field in text.split(","))
        return Identity(maker, model, serial)

    def measure_pressure(self, channel: str) -> Reading:
        """In the unit of this channel; DeviceFault `unit` when it measures no pressure, `device_error` with the code
        while the instrument has a fault. Stable when two answers agree within `stable_within`."""
        if channel not in self.channels:
            raise DeviceFault("no-such-channel", channel)
        within = Decimal(str(self.profile.get("stable_within", "0")))
        reading = agreed(self._once(channel), self._once(channel), within)
        if command := self.profile.get("faults", "FAULT?"):
            self._no_fault(str(command))
        return reading

    def _once(self, channel: str) -> Reading:
        got, raw = self._ask(str(self.profile.get("request", "VAL?")))
        if got.kind != "readings":
            got.number()  # raises what stands in place of the values
        found = next((value for value in got.values if value.name == channel), None)
        if found is None or found.value is None or len(got.values) != len(self.channels):
            raise BadReply(f"not the channels of the map: {raw!r}")
        if found.unit not in PRESSURES:
            raise DeviceFault("unit", f"{channel} in {found.unit}")
        return Reading(Decimal(found.value), found.unit, False, raw, channel)

    def _no_fault(self, command: str) -> None:
        got, raw = self._ask(command)
        if got.kind != "error_queue":
            raise BadReply(f"asked {command!r}, got {raw!r}")
        if got.details["code"]:
            raise DeviceFault("device_error", str(got.details["code"]))

    def _ask(self, command: str) -> tuple[Decoded, bytes]:
        request = f"{command}{self.profile.get('request_end', chr(10))}".encode("ascii")
        raw = self.link.exchange(request, frame=Line(END), timeout=TIMEOUT)
        return decode_line(Wire(raw + END, {**self.profile, "query": command})), raw
