"""Vaisala HMT, PTU and PTB transmitters: one line of named values for each SEND."""

import re
from decimal import Decimal

from fieldcal.driverkit import Driver, Identity, Line, Reading, sum8, xor8
from fieldcal.driverkit.decoded import Decoded, Value, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceFault

PROMPT = 2.0  # s, for one answer at the slowest rate
LIMIT = 1024  # bytes, of the longest answer to the identify request
UNITS = {unit: unit for unit in ("hPa", "kPa", "Pa", "mbar", "mmHg", "inHg", "psi", "torr", "g/m3", "g/kg", "ppm")}
UNITS |= {"%RH": "%RH", "'C": "°C", "'F": "°F", "kJ/kg": "kJ/kg", "bar": "bar"}
UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
ONE = rf"([A-Za-z][A-Za-z0-9]{{0,7}}) ?(?:= *| )([+-]?[0-9]+(?:\.[0-9]+)?|\*+) *({UNIT})"
ITEM = re.compile(ONE)
ITEMS = re.compile(rf"{ONE}(?: +{ONE})* *")
STATE = re.compile(r"([NXHS]) +(.*)")
CHECKS = {
    "CS2": lambda body: f"{sum8(body):02X}",
    "CS4": lambda body: f"{sum(body) & 0xFFFF:04X}",
    "CSX": lambda body: f"{xor8(body):02X}",
}
KEYS = {"T": "temperature", "RH": "humidity", "P": "pressure"}
WANTED = {"temperature": {"°C": 0}, "humidity": {"%RH": 0}, "pressure": {"hPa": 0, "mbar": 0, "kPa": 1, "Pa": -2}}
SHOWN = {"temperature": "°C", "humidity": "%", "pressure": "hPa"}


def decode_line(wire: Wire) -> Decoded:
    """One line of values, or one request. The check covers everything before it, the blank too."""
    if wire.from_host:
        return _request(wire.data)
    if not wire.data.endswith(b"\r\n"):
        return rejected("truncated")
    body = wire.data[:-2]
    if make := CHECKS.get(str(wire.settings.get("check"))):
        size = len(make(b""))
        body, found = body[:-size], body[-size:]
        if found != (wanted := make(body)).encode():
            return rejected("bad_check", expected_check=wanted)
    return _values(body.decode("ascii"), wire) if body.isascii() else rejected("bad_format")


def _request(data: bytes) -> Decoded:
    if not data.endswith(b"\r"):
        return rejected("truncated")
    text = data[:-1].decode("ascii", "replace")
    return Decoded("request", "request", details={"command": text}) if text.isprintable() else rejected("bad_format")


def _values(text: str, wire: Wire) -> Decoded:
    details: dict[str, str] = {}
    if hit := STATE.fullmatch(text):
        details, text = {"state": hit[1]}, hit[2]
    if not ITEMS.fullmatch(text):
        return rejected("bad_format")
    if details and details["state"] not in str(wire.settings.get("usable_states", "N")):
        return failed("unavailable", code=details["state"], **details)  # heating, purging or cooling
    values = tuple(_value(*hit) for hit in ITEM.findall(text))
    if len({value.name for value in values}) != len(values):
        return rejected("bad_format")
    status = "ok" if all(value.status == "ok" for value in values) else "partly_invalid"
    return Decoded("readings", status, values=values, details=dict(details))


def _value(name: str, number: str, unit: str) -> Value:
    value = plain(number)
    return Value(name, value, UNITS[unit], "unavailable" if value is None else "ok")


class Transmitter(Driver):
    """Asks twice: a byte lost in one answer makes it shorter than the other."""

    capabilities = frozenset({"identify", "measure-environment"})

    def identify(self) -> Identity:
        lines = [line.decode("ascii", "replace").strip() for line in self._ask(self._setting("identify", "?"))]
        label = re.compile(re.escape(self._setting("serial_label", "Serial number")) + r" *: *([0-9A-Za-z-]+)")
        serial = next((hit[1] for line in lines if (hit := label.fullmatch(line))), "")
        model = re.fullmatch(r"([A-Z]{3}[0-9A-Z]+) / [0-9.]+[A-Z]?", lines[0]) if lines else None
        if model is None or not serial:
            raise BadReply(f"no identity: {lines!r}")
        return Identity(self._setting("maker", "Vaisala"), model[1], serial)

    def measure_environment(self) -> dict[str, Reading]:
        """Temperature in °C, humidity in %, pressure in hPa. Other units raise DeviceFault `unit`."""
        (before, first), (now, second) = self._once(), self._once()
        if len(first) != len(second) or set(before) != set(now):
            raise BadReply(f"two answers differ in length: {first!r} {second!r}")
        if missing := {"temperature", "humidity"} - set(now):
            raise DeviceFault("unavailable", f"no {sorted(missing)} in {second!r}")
        return {
            name: Reading(value, SHOWN[name], self._calm(name, value - before[name]), second, name, derived=True)
            for name, value in now.items()
        }

    def _once(self) -> tuple[dict[str, Decimal], bytes]:
        lines = self._ask(self._setting("request", "SEND"))
        if len(lines) != 1:
            raise BadReply(f"more than one line: {lines!r}")
        got = decode_line(Wire(lines[0] + b"\r\n", self.profile))
        if got.kind != "readings":
            got.number()  # raises what stands in place of the values
        return {KEYS[value.name]: _number(value) for value in got.values if value.name in KEYS}, lines[0]

    def _ask(self, command: str) -> list[bytes]:
        request = command.encode("ascii")
        ending = b"\r\n" + self._setting("prompt", ">").encode("ascii")
        lines = self.link.exchange(request + b"\r", frame=Line(ending, LIMIT), timeout=PROMPT).split(b"\r\n")
        if self.profile.get("echo", True) and lines.pop(0) != request:
            raise BadReply(f"no echo of {command!r}")
        return lines

    def _calm(self, name: str, moved: Decimal) -> bool:
        return abs(moved) <= Decimal(str(self.profile.get("stable_within", {}).get(name, "0")))

    def _setting(self, key: str, default: str) -> str:
        return str(self.profile.get(key, default))


def _number(value: Value) -> Decimal:
    name = KEYS[value.name]
    if value.value is None:
        raise DeviceFault(value.status, value.name)
    if value.unit not in WANTED[name]:
        raise DeviceFault("unit", f"{value.name} in {value.unit}")
    return Decimal(value.value).scaleb(WANTED[name][value.unit])
