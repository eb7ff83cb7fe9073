"""Scales with the standard communication protocol of the Scale Manufacturers Association, SCP-0499."""

import re
from collections.abc import Mapping
from typing import Any

from fieldcal.driverkit import Between, Driver, Identity, Link, Profile, Reading
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply
from fieldcal.driverkit.settled import is_nought, rest, wait_until

FRAME = Between(start=b"\n", end=b"\r", limit=80)
SIZE = 20
ABOUT_LINES = 16
PROMPT = 2.0  # s, for what the scale answers at once
SETTLED = 8.0  # s, in which zero and tare must show
MASS = frozenset({"g", "kg", "mg", "t", "ct", "lb"})
# the documented defaults; a data file in maps says otherwise
DEFAULTS: Profile = {
    "maker": "SMA",
    "model": "SCP-0499",
    "request": "W",
    "identify": "about",
    "serial_fields": ["SN", "SNR", "SER"],
    "zero_digits": 1,
    "status": {"O": "overload", "U": "underload", "E": "zero_error", "T": "tare_error"},
}
MODES = {"G": "gross", "N": "net", "T": "tare"}
REQUEST = re.compile(rb"\n([WPHQRSZTMAB])\r")
FIELDS = re.compile(r"(.)([0-9])([GNTgnt])([ M])(.)(.{10})(.{3})")
NUMBER = re.compile(r" *([+-]?) *([0-9]+(?:\.[0-9]*)?)")
ABOUT = re.compile(r"([A-Z][A-Z0-9/]{1,3}):(.*)")


def decode_sma(wire: Wire) -> Decoded:
    """One frame from LF to CR; what it says is read as a line about the scale only where `request` asked for one."""
    settings = {**DEFAULTS, **wire.settings}
    asked = REQUEST.fullmatch(wire.data if wire.from_host else wire.request)
    if wire.from_host:
        return (
            Decoded("request", "request", details={"command": asked[1].decode()}) if asked else rejected("bad_format")
        )
    if not wire.data.endswith(b"\r"):
        return rejected("bad_end" if len(wire.data) == SIZE else "truncated")
    text = wire.data[1:-1].decode("latin-1")
    about = asked is not None and asked[1] in b"AB"
    if text != "?" and len(wire.data) != SIZE and not about:
        return rejected("bad_length")
    if not (wire.data[0] == 0x0A and text.isascii() and text.isprintable()):
        return rejected("bad_format")
    if text == "?":
        return failed("syntax_error", code="?")
    return _about(text) if about else _weight(text, settings)


def _weight(text: str, settings: Mapping[str, Any]) -> Decoded:
    hit = FIELDS.fullmatch(text)
    if hit is None:
        return rejected("bad_format")
    if status := settings["status"].get(hit[1]):
        return failed(str(status), code=hit[1])
    number, unit = NUMBER.fullmatch(hit[6]), hit[7].strip()
    value = plain(f"{number[1]}{number[2]}") if number else None
    if value is None or hit[1] not in " Z" or not unit.isalpha():
        return rejected("bad_format")
    mode = MODES[hit[3].upper()]
    details = {
        "quantity": "tare" if mode == "tare" else "weight",
        "mode": mode,
        "range": hit[2],
        "centre_of_zero": hit[1] == "Z",
        "high_resolution": hit[3].islower(),
    }
    return Decoded("reading", "unstable" if hit[4] == "M" else "stable", value, unit, details=details)


def _about(text: str) -> Decoded:
    """A weight that was sent at this moment has no name and colon."""
    hit = ABOUT.fullmatch(text)
    if hit is None:
        return rejected("item_mismatch" if FIELDS.fullmatch(text) else "bad_format")
    return Decoded("identity", details={"text": hit[2].strip(), "field": hit[1]})


class Scale(Driver):
    """Zero and tare are answered with a weight or an error; they are done when a stable weight of nought follows."""

    capabilities = frozenset({"identify", "measure-mass", "live-mass", "zero", "tare"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.settings: Profile = {**DEFAULTS, **self.profile}

    def identify(self) -> Identity:
        """A scale that does not understand A, or is not to be asked, is known by one good weight."""
        told = self._about() if self.settings["identify"] == "about" else {}
        if not told:
            self._weigh()
        maker, model = told.get("MFG") or str(self.settings["maker"]), told.get("MOD") or str(self.settings["model"])
        serials = [told[name] for name in self.settings["serial_fields"] if told.get(name)]
        return Identity(maker, model, serials[0] if serials else "")

    def measure_mass(self, *, settle: float) -> Reading:
        """Ask until the scale is without motion, at most `settle` seconds; a moving weight is never returned."""
        return self._wait(settle, nought=False)

    def live_mass(self) -> Reading:
        return self._weigh()

    def zero(self) -> None:
        self._do("Z")

    def tare(self) -> None:
        self._do("T")

    def _about(self) -> dict[str, str]:
        told: dict[str, str] = {}
        for place in range(ABOUT_LINES):
            raw, line = self._ask("B" if place else "A", PROMPT)
            if line.status == "syntax_error" and not place:
                return {}
            if line.kind != "identity":
                line.number()
                raise BadReply(f"no line about the scale: {raw!r}")
            if line.details["field"] == "END":
                return told
            told[line.details["field"]] = line.details["text"]
        raise BadReply(f"more than {ABOUT_LINES} lines about the scale")

    def _do(self, command: str) -> None:
        _, told = self._ask(command, PROMPT)
        told.number()
        self._wait(SETTLED, nought=True)

    def _wait(self, seconds: float, *, nought: bool) -> Reading:
        digits = int(str(self.settings["zero_digits"]))

        def good(reading: Reading) -> bool:
            return reading.stable and (not nought or is_nought(reading, digits))

        return wait_until(lambda left: self._weigh(), lambda: rest(self.link, FRAME), seconds, good)

    def _weigh(self) -> Reading:
        raw, told = self._ask(str(self.settings["request"]), PROMPT)
        value = told.number()
        if told.kind != "reading" or told.details["quantity"] != "weight" or told.unit not in MASS:
            raise BadReply(f"not a weight: {raw!r}")
        return Reading(value, str(told.unit), told.status == "stable", raw, "mass")

    def _ask(self, command: str, timeout: float) -> tuple[bytes, Decoded]:
        request = f"\n{command}\r".encode("ascii")
        raw = self.link.exchange(request, frame=FRAME, timeout=timeout)
        return raw, decode_sma(Wire(raw, self.settings, request=request))
