"""Druck DPI 740, network ASCII: destination, source, two letters and a value in each line."""

import re
from decimal import Decimal

from fieldcal.driverkit import Driver, Identity, Line, Reading
from fieldcal.driverkit.decoded import Decoded, Wire, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceFault
from fieldcal.driverkit.settled import agreed

TIMEOUT = 2.0  # s
END = b"\r\n"
REQUEST = re.compile(r"#([0-9]{2})([0-9]{2})([A-Z]{2})(\?|=[ -~]+)?")
ANSWER = re.compile(r"!([0-9]{2})([0-9]{2})([A-Z]{2})=([ -~]*)")
NUMBER = re.compile(r" *([+-]?[0-9]+(?:\.[0-9]*)?) *")


def check_of(body: bytes) -> bytes:
    return f"{sum(body) % 100:02d}".encode("ascii")


def decode_line(wire: Wire) -> Decoded:
    """One line with its end; `check` says whether two digits stand before it, `unit` what a pressure is in."""
    if not wire.data.endswith(END):
        return rejected("truncated")
    body = wire.data[: -len(END)]
    if wire.settings.get("check") == "sum_mod100":
        body, found = body[:-2], body[-2:]
        if found != (wanted := check_of(body)):
            return rejected("bad_check", expected_check=wanted.decode("ascii"))
    hit = (REQUEST if wire.from_host else ANSWER).fullmatch(body.decode("latin-1"))
    if hit is None:
        return rejected("wrong_direction" if not wire.from_host and body[:1] == b"#" else "bad_format")
    about = {"destination": hit[1], "source": hit[2], "command": hit[3]}
    if wire.from_host:
        return Decoded("request", "request", details=about)
    if str(wire.settings.get("expect_address", hit[2])).zfill(2) != hit[2]:
        return rejected("address_mismatch", **about)
    if str(wire.settings.get("expect_item", hit[3])) != hit[3]:
        return rejected("item_mismatch", **about)
    return _value(hit[4], about, wire)


def _value(text: str, about: dict[str, str], wire: Wire) -> Decoded:
    if about["command"] != str(wire.settings.get("item", "PR")):
        return Decoded("setting", details={"text": text} | about) if text.strip() else rejected("bad_format")
    if not (hit := NUMBER.fullmatch(text)):
        return rejected("bad_format")
    unit = wire.settings.get("unit")
    details = {"quantity": "pressure"} | about
    return Decoded("reading", value=plain(hit[1]), unit=None if unit is None else str(unit), details=details)


class Barometer(Driver):
    """Asks twice: a byte lost in one answer makes it shorter than the other."""

    capabilities = frozenset({"identify", "measure-pressure"})
    channels = ("pressure",)

    def identify(self) -> Identity:
        """Known by one sound answer; no request for a serial number is known."""
        self._once()
        return Identity(self._setting("maker", "Druck"), self._setting("model", "DPI 740"), "")

    def measure_pressure(self, channel: str) -> Reading:
        """In the unit of the map; stable when two answers agree within `stable_within`."""
        if channel not in self.channels:
            raise DeviceFault("no-such-channel", channel)
        return agreed(self._once(), self._once(), Decimal(self._setting("stable_within", "0")))

    def _once(self) -> Reading:
        item, check = self._setting("item", "PR"), self._setting("check", "none")
        address = self._setting("address", "00")
        request = f"#{address}{self._setting('own', '99')}{item}?".encode("ascii")
        request += check_of(request) if check == "sum_mod100" else b""
        raw = self.link.exchange(request + END, frame=Line(END, 80), timeout=TIMEOUT)
        settings = {"check": check, "item": item, "expect_item": item, "expect_address": address}
        got = decode_line(Wire(raw + END, settings))
        if got.kind == "reading" and got.details["destination"] != self._setting("own", "99"):
            raise BadReply(f"an answer to somebody else: {raw!r}")
        return Reading(got.number(), self._setting("unit", "hPa"), False, raw, self.channels[0])

    def _setting(self, key: str, default: str) -> str:
        return str(self.profile.get(key, default))
