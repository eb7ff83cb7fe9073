"""Satellite receivers that send NMEA 0183: RMC for place, time and date, GGA for the quality of the fix."""

import re
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from fieldcal.driverkit import Driver, Identity, seconds, xor8
from fieldcal.driverkit.decoded import Decoded, Wire, plain, rejected, stream
from fieldcal.driverkit.errors import BadReply

LIMIT = 8192  # bytes heard while waiting for one kind of sentence
SENTENCE = re.compile(rb"\$([ -#%-)+-~]+)\*([0-9A-Fa-f]{2})\r\n")
NAME = re.compile(r"[A-Z][A-Z0-9]{2,7}")
TIME = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])((?:[0-5][0-9]|60)(?:\.[0-9]+)?)")
DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")
ANGLE = re.compile(r"([0-9]{2,3})([0-5][0-9](?:\.[0-9]+)?)")
SIXTH = Decimal("0.000001")
PLACES = {"RMC": 2, "GGA": 1}  # field before latitude
FEWEST = {"RMC": 10, "GGA": 11}  # fields with the name, as old receivers send them


class Malformed(Exception):
    """A field is not what the sentence says it is."""


def decode_frame(wire: Wire) -> Decoded:
    """One sentence with its end, or what a receiver sent for a while."""
    data = wire.data
    if not data.startswith(b"$") or data.count(b"$") > 1:
        found = stream(data, _first)
        return found if found.frames else rejected("bad_format")
    return _sentence(data, wire.from_host)


def _first(data: bytes) -> tuple[Decoded, int] | None:
    if not (hit := SENTENCE.match(data)):
        return None
    found = _sentence(hit[0], from_host=False)
    return None if found.kind == "reject" else (found, hit.end())


def _sentence(data: bytes, from_host: bool) -> Decoded:
    if not data.endswith(b"\r\n"):
        return rejected("truncated")
    if not (hit := SENTENCE.fullmatch(data)):
        return rejected("bad_format")
    wanted = f"{xor8(hit[1]):02X}"
    if wanted != hit[2].decode("ascii").upper():
        return rejected("bad_check", expected_check=wanted)
    fields = hit[1].decode("ascii").split(",")
    if not NAME.fullmatch(fields[0]):
        return rejected("bad_format")
    if from_host:
        return Decoded("request", "request", details={"command": fields[0]})
    try:
        return _fix(fields)
    except Malformed:
        return rejected("bad_format")


def _fix(fields: list[str]) -> Decoded:
    kind = fields[0][2:]
    if kind not in PLACES:
        return rejected("item_mismatch", sentence=fields[0])
    if len(fields) < FEWEST[kind]:
        raise Malformed
    at = PLACES[kind] + 1
    lat, lon = _angle(fields[at], fields[at + 1], "NS", 2, 90), _angle(fields[at + 2], fields[at + 3], "EW", 3, 180)
    details: dict[str, Any] = {"sentence": fields[0], "time": _time(fields[1])}
    valid = _rmc(fields, details) if kind == "RMC" else _gga(fields, details)
    if not valid or lat is None or lon is None:  # a place that is told all the same is an old one
        return Decoded("fix", "void", details={**details, "lat": None, "lon": None})
    return Decoded("fix", "ok", details={**details, "lat": lat, "lon": lon})


def _rmc(fields: list[str], details: dict[str, Any]) -> bool:
    details["date"] = _date(fields[9])
    if len(fields) > 12:
        details["mode"] = fields[12]
    if fields[2] not in ("A", "V", ""):
        raise Malformed
    return fields[2] == "A"


def _gga(fields: list[str], details: dict[str, Any]) -> bool:
    if not re.fullmatch(r"[0-9]?", fields[6], re.ASCII):
        raise Malformed
    details["quality"] = int(fields[6] or 0)
    if fields[9]:
        if (altitude := plain(fields[9])) is None:
            raise Malformed
        details |= {"altitude": altitude, "altitude_unit": fields[10].lower()}
    return details["quality"] > 0


def _time(text: str) -> str | None:
    if not text:
        return None
    if not (hit := TIME.fullmatch(text)):
        raise Malformed
    return ":".join(hit.groups())


def _date(text: str) -> str | None:
    """Two digits of a year: 80 to 99 are of the last century."""
    if not text:
        return None
    if not (hit := DATE.fullmatch(text)):
        raise Malformed
    day, month, year = map(int, hit.groups())
    try:
        return date(year + (1900 if year >= 80 else 2000), month, day).isoformat()
    except ValueError as error:
        raise Malformed from error


def _angle(text: str, side: str, sides: str, digits: int, most: int) -> str | None:
    """Degrees and minutes as signed degrees with six decimals."""
    if not text:
        return None
    hit = ANGLE.fullmatch(text)
    if not hit or len(hit[1]) != digits or len(side) != 1 or side not in sides:
        raise Malformed
    value = Decimal(hit[1]) + Decimal(hit[2]) / 60
    if value > most:
        raise Malformed
    value = value.quantize(SIXTH, ROUND_HALF_EVEN)
    return f"{'-' if side == sides[1] and value else ''}{value:f}"


class Heard:
    """The next sentence of one kind, from whichever system of satellites, in a stream joined anywhere."""

    def __init__(self, kind: bytes) -> None:
        self._shape = re.compile(rb"\$[A-Z]{2}" + kind + rb",[ -#%-)+-~]*\*[0-9A-Fa-f]{2}\r\n")

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        if hit := self._shape.search(buffer):
            return hit[0], buffer[hit.end() :]
        if len(buffer) > LIMIT:
            raise BadReply(f"{len(buffer)} bytes without the sentence")
        return None


class Receiver(Driver):
    capabilities = frozenset({"identify", "position"})

    def identify(self) -> Identity:
        """A receiver has no way to tell its serial number; one good sentence shows that it is there."""
        self._hear(b"RMC")
        maker, model = self.profile.get("maker", ""), self.profile.get("model", "NMEA 0183")
        return Identity(str(maker), str(model), "")

    def position(self) -> dict[str, str]:
        """Place by RMC; `ok` only if GGA, where the map wants it, has a fix too. `time` is ISO 8601, UTC."""
        rmc = self._hear(b"RMC")
        valid = rmc.status == "ok" and rmc.details.get("mode", "A") in str(self.profile.get("modes", "ADFRP"))
        if self.profile.get("gga", True):
            gga = self._hear(b"GGA")
            qualities = str(self.profile.get("qualities", "12345"))
            valid = valid and gga.status == "ok" and str(gga.details["quality"]) in qualities
        told = rmc.details
        when = f"{told['date']}T{told['time']}Z" if told["date"] and told["time"] else ""
        if not (valid and when):
            return {"lat": "", "lon": "", "time": when, "status": "void"}
        return {"lat": told["lat"], "lon": told["lon"], "time": when, "status": "ok"}

    def _hear(self, kind: bytes) -> Decoded:
        timeout = 2.5 * seconds(self.profile, "every", 1)
        raw = self.link.listen(Heard(kind), timeout=timeout)
        found = decode_frame(Wire(raw, self.profile))
        if found.kind == "reject":
            found.number()
        if found.kind != "fix":
            raise BadReply(repr(raw))
        return found
