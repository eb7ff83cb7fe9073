"""Rotronic probes, RO-ASCII: one line of fields with a check character, degree sign as one byte."""

import re
from decimal import Decimal
from typing import Any

from fieldcal.driverkit import Driver, Identity, Line, Reading
from fieldcal.driverkit.decoded import Decoded, Value, Wire, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceFault

TIMEOUT = 1.5  # s, also covers the start of a probe just powered
ANY = "99"
HEAD = re.compile(r"\{([A-Z])([0-9]{2})rdd ([0-9]{3})")
REQUEST = re.compile(r"\{([A-Z])([0-9]{2})([A-Z]{3})([ -|~]*)\}")
NUMBER = re.compile(r" *[+-]?[0-9]+\.?[0-9]* *")
NOTHING = re.compile(r" *-+\.?-* *")
ALARM = re.compile(r"[0-9]{3}")
UNITS = {"%rh": "%RH", "°c": "°C", "°f": "°F"}
FIRST, CALCULATED, REST = 1, 9, 14  # fields: RH and T by four, the calculated value by five, the probe itself
FIELDS = 20
KEYS = {"RH": ("humidity", "%RH", "%"), "T": ("temperature", "°C", "°C")}


def check_of(body: bytes) -> bytes:
    return bytes((sum(body) % 64 + 0x20,))


def decode_line(wire: Wire) -> Decoded:
    """One answer to RDD, or one request. A line that ends with } instead of a check is told by `checked`."""
    if not wire.data.endswith(b"\r"):
        return rejected("truncated")
    if wire.from_host:
        return _request(wire.data[:-1].decode("latin-1"))
    body, check = wire.data[:-2], wire.data[-2:-1]
    if len(body) < 2:
        return rejected("bad_length")
    checked = check != b"}"
    if checked and check != (wanted := check_of(body)):
        return rejected("bad_check", expected_check=wanted.decode("ascii"))
    # the check character may itself be a semicolon, so it is off before the fields are parted
    fields = body.decode("latin-1").split(";")
    # what the check vouches for may be shorter or longer behind the values, as older transmitters send it
    sound = len(fields) >= CALCULATED if checked else len(fields) == FIELDS and fields[-1] in ("", "#")
    if not (head := HEAD.fullmatch(fields[0])) or not sound:
        return rejected("bad_format")
    expected = str(wire.settings.get("expect_address", ANY)).zfill(2)
    if expected != ANY and expected != head[2]:
        return rejected("address_mismatch", address=head[2])
    return _readings(fields, {"address": head[2], "checked": checked})


def _request(text: str) -> Decoded:
    hit = REQUEST.fullmatch(text)
    if hit is None:
        return rejected("bad_format")
    return Decoded("request", "request", details={"command": hit[3], "address": hit[2]})


def _readings(fields: list[str], details: dict[str, Any]) -> Decoded:
    found = [_value(name, fields[at : at + 3]) for at, name in ((FIRST, "RH"), (FIRST + 4, "T"))]
    if len(fields) >= REST and (calculated := fields[CALCULATED].strip()) != "nc":
        found.append(_value(calculated, fields[CALCULATED + 1 : CALCULATED + 4]))
    values = tuple(value for value in found if value is not None)
    if len(values) != len(found):
        return rejected("bad_format")
    status = "ok" if all(value.status == "ok" for value in values) else "partly_invalid"
    details |= {"alarms": [fields[FIRST + 2], fields[FIRST + 6]], "trends": [fields[FIRST + 3], fields[FIRST + 7]]}
    if len(fields) == FIELDS:
        details |= dict(
            zip(("firmware", "serial", "name"), (field.strip() for field in fields[REST + 1 :]), strict=False)
        )
    return Decoded("readings", status, values=values, details=details)


def _value(name: str, fields: list[str]) -> Value | None:
    number, unit, alarm = fields
    known = UNITS.get(unit.strip().lower(), "" if name in KEYS else unit.strip())
    if not known or not ALARM.fullmatch(alarm):
        return None
    if NOTHING.fullmatch(number):
        return Value(name, None, known, "unavailable")
    value = plain(number) if NUMBER.fullmatch(number) else None
    return Value(name, value, known) if value is not None else None


class Probe(Driver):
    capabilities = frozenset({"identify", "measure-environment"})

    def identify(self) -> Identity:
        told = self._ask()[0].details
        if not re.fullmatch(r"[0-9A-Za-z-]+", told.get("serial", "")):
            raise BadReply(f"no serial number: {told!r}")
        return Identity(str(self.profile.get("maker", "Rotronic")), told["name"] or "RO-ASCII", told["serial"])

    def measure_environment(self) -> dict[str, Reading]:
        """Temperature in °C, humidity in %; stable when two answers agree within `stable_within`."""
        before, (now, raw) = _known(self._ask()[0]), self._ask()
        readings: dict[str, Reading] = {}
        for name, value in _known(now).items():
            within = Decimal(str(self.profile.get("stable_within", {}).get(name, "0")))
            unit = next(shown for key, _, shown in KEYS.values() if key == name)
            readings[name] = Reading(value, unit, abs(value - before[name]) <= within, raw, name, derived=True)
        return readings

    def _ask(self) -> tuple[Decoded, bytes]:
        address = str(self.profile.get("address", ANY))
        request = f"{{{self.profile.get('id', 'F')}{address}RDD}}\r".encode("ascii")
        raw = self.link.exchange(request, frame=Line(b"\r", 200), timeout=TIMEOUT)
        got = decode_line(Wire(raw + b"\r", {"expect_address": address}))
        if got.kind != "readings":
            got.number()  # raises what stands in place of the values
        if self.profile.get("check_needed", True) and not got.details["checked"]:
            raise BadReply(f"no check character: {raw!r}")
        return got, raw


def _known(got: Decoded) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for value in got.values:
        if value.name in KEYS:
            name, wanted, _ = KEYS[value.name]
            if value.value is None:
                raise DeviceFault(value.status, value.name)
            if value.unit != wanted:
                raise DeviceFault("unit", f"{value.name} in {value.unit}")
            found[name] = Decimal(value.value)
    return found
