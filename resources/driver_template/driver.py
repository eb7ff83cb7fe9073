"""An invented pressure gauge: `ID?` tells the serial number, `PV?` the pressure in ten columns with its unit."""

import re

from fieldcal.driverkit import Driver, Identity, Line, Reading
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply

LINE = Line(ending=b"\r\n", limit=64)
PROMPT = 1.0  # s, for what the instrument answers at once
VALUE = re.compile(r"PV=(?=[ \d.-]{10} )( *-?\d+\.\d+) (kPa|MPa)")  # the look-ahead counts the columns
SERIAL = re.compile(rb"ID=([0-9]{8})")


def decode_frame(wire: Wire) -> Decoded:
    """One line with its end, in either direction; whatever the bytes are, a Decoded comes out."""
    if not wire.data.endswith(b"\r\n"):
        return rejected("truncated")
    if not wire.data.isascii():
        return rejected("bad_format")
    text = wire.data[:-2].decode("ascii")
    if wire.from_host:
        return Decoded("request", "request", details={"command": text})
    if text == "PV=OVER":
        return failed("overload", code=text)
    hit = VALUE.fullmatch(text)
    value = plain(hit[1]) if hit else None
    if hit is None or value is None:
        return rejected("bad_format")
    return Decoded("reading", "ok", value, hit[2], details={"quantity": "pressure"})


class Gauge(Driver):
    capabilities = frozenset({"identify", "measure-pressure"})
    channels = ("p",)

    def identify(self) -> Identity:
        reply = self.link.exchange(b"ID?\r\n", frame=LINE, timeout=PROMPT)
        if not (hit := SERIAL.fullmatch(reply)):
            raise BadReply(f"no serial number: {reply!r}")
        return Identity(maker="Maker", model="Gauge", serial=hit[1].decode("ascii"))

    def measure_pressure(self, channel: str) -> Reading:
        reply = self.link.exchange(b"PV?\r\n", frame=LINE, timeout=PROMPT)
        decoded = decode_frame(Wire(reply + LINE.ending))
        return Reading(decoded.number(), decoded.unit or "", True, reply, "pressure")
