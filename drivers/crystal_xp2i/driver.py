"""Crystal XP2i gauges: a value and a unit, each right-aligned in a line of its own."""

import re
from decimal import Decimal

from fieldcal.driverkit import Driver, Fixed, Identity, Reading
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import DeviceFault
from fieldcal.driverkit.settled import agreed

TIMEOUT = 2.0  # s; replies take up to 0.5 s
NUMBER = re.compile(r" *[+-]?[0-9]+\.?[0-9]*")  # the point may be the last character
REQUEST = re.compile(r"[?!][A-Z0-9,.+-]+")
UNITS = frozenset(("psi", "inHg", "inH2O", "mmHg", "mmH2O", "cmH2O", "kPa", "MPa", "Pa", "mbar", "bar", "kg/cm2"))
DONE = {b"A,0\r\n": Decoded("ack", "ack", details={"code": "A,0"}), b"N,0\r\n": failed("not_executable", code="N,0")}


def decode_lines(wire: Wire) -> Decoded:
    """Both lines of an answer to ?P,U, an acknowledgement, or a request. `width` is that of a column."""
    if wire.from_host:
        return _request(wire.data)
    if wire.data in DONE:
        return DONE[wire.data]
    width = _width(wire)
    if len(wire.data) != 2 * width + 4:
        return rejected("bad_length")
    if wire.data[width : width + 2] != b"\r\n" or wire.data[-2:] != b"\r\n":
        return rejected("bad_end")
    number, unit = wire.data[:width].decode("latin-1"), wire.data[width + 2 : -2].decode("latin-1").lstrip(" ")
    if number.lstrip(" ") == "BATT":
        return failed("battery_low", code="BATT")
    if not NUMBER.fullmatch(number) or unit not in UNITS:
        return rejected("bad_format")
    return Decoded("reading", value=plain(number), unit=unit, details={"quantity": "pressure"})


def _request(data: bytes) -> Decoded:
    text = data.decode("latin-1").removesuffix("\n")
    if not text.endswith("\r"):
        return rejected("truncated")
    if not REQUEST.fullmatch(text[:-1]):
        return rejected("bad_format")
    return Decoded("request", "request", details={"command": text[:-1]})


def _width(wire: Wire) -> int:
    return int(str(wire.settings.get("width", 10)))


class Gauge(Driver):
    """The columns count the bytes, so a lost one shows. Asks twice to see whether the pressure holds."""

    capabilities = frozenset({"identify", "measure-pressure"})
    channels = ("pressure",)

    def identify(self) -> Identity:
        """Known by one sound answer; no query for a serial number is known."""
        self._once()
        return Identity(str(self.profile.get("maker", "Crystal")), str(self.profile.get("model", "XP2i")), "")

    def measure_pressure(self, channel: str) -> Reading:
        """In the unit the gauge shows; stable when two answers agree within `stable_within`."""
        if channel not in self.channels:
            raise DeviceFault("no-such-channel", channel)
        return agreed(self._once(), self._once(), Decimal(str(self.profile.get("stable_within", "0"))))

    def _once(self) -> Reading:
        request = f"?P,U{self.profile.get('request_end', chr(13))}".encode("ascii")
        size = 2 * _width(Wire(b"", self.profile)) + 4
        raw = self.link.exchange(request, frame=Fixed(size), timeout=TIMEOUT)
        got = decode_lines(Wire(raw, self.profile))
        return Reading(got.number(), str(got.unit), False, raw, self.channels[0])
