"""Ohaus balances and indicators, the documented layouts of their print line."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from fieldcal.driverkit import Driver, Identity, Line, Link, Profile, Reading
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply, ReplyTimeout
from fieldcal.driverkit.settled import PAUSE, is_nought, rest, wait_until

LINE = Line(ending=b"\r\n", limit=80)
PROMPT = 2.0  # s, for what the balance answers at once
SETTLED = 8.0  # s, in which zero and tare must show
MASS = frozenset({"g", "kg", "mg", "t", "ct", "lb"})
# the documented defaults; a data file in maps says otherwise
DEFAULTS: Profile = {
    "maker": "Ohaus",
    "model": "",
    "command_end": "\r\n",
    "request": "IP",
    "identify": "version",
    "zero": "Z",
    "tare": "T",
    "zero_digits": 1,
    "accepted": ["OK!"],
    "legends": {"G": "gross", "NET": "net", "N": "net", "T": "tare", "PT": "tare"},
    "status": {"es": "syntax_error", "err8.3": "overload", "err8.4": "underload"},
}
COLUMNS = ("polarity", "weight", "unit", "gap", "legend", "legend_gap")
Layout = Mapping[str, Any]
LAYOUTS: list[Layout] = [
    dict(zip(COLUMNS, columns, strict=True))
    for columns in (
        (1, 7, 5, 0, 3, 0),
        (0, 9, 5, 1, 0, 0),
        (0, 10, 0, 1, 0, 0),
        (0, 11, 0, 1, 0, 0),
        (0, 12, 0, 1, 0, 0),
    )
]
NUMBER = re.compile(r" *([+-]?) *([0-9]+(?:\.[0-9]*)?)")
UNIT = re.compile(r"([A-Za-z%:/]{1,5}) *")
FAULT = re.compile(r"err(?:or)?[0-9.]+")
REQUEST = re.compile(rb"(IP|SP|CP|SLP|SLZP|[0-9]{0,4}P|PM|T|V|LE|Z|\?|[0-9]{1,3}A|[0-9]{1,2}M)(?:\r\n|\r)")


def decode_ohaus(wire: Wire) -> Decoded:
    """One line with its end. Settings that name no layout leave the choice between the documented ones."""
    settings = {**DEFAULTS, **wire.settings}
    asked = REQUEST.fullmatch(wire.data if wire.from_host else wire.request)
    if wire.from_host:
        return (
            Decoded("request", "request", details={"command": asked[1].decode()}) if asked else rejected("bad_format")
        )
    if not wire.data.endswith(b"\r\n"):
        return rejected("truncated")
    text = wire.data[:-2].decode("latin-1")
    if not (text.isascii() and text.isprintable()):
        return rejected("bad_format")
    told = _status(text, settings) or _weight(text, settings)
    return _version(text, told) if asked and asked[1] == b"V" else told


def _status(text: str, settings: Mapping[str, Any]) -> Decoded | None:
    code = "".join(text.split()).casefold()
    if status := settings["status"].get(code):
        return failed(str(status), code=text.strip())
    return failed("device_error", code=text.strip()) if FAULT.fullmatch(code) else None


def _weight(text: str, settings: Mapping[str, Any]) -> Decoded:
    named = {key: settings[key] for key in COLUMNS if key in settings}
    layouts: list[Layout] = [{**LAYOUTS[0], **named}] if named else LAYOUTS
    for layout in layouts:
        if told := _columns(text, layout, settings["legends"]):
            return told
    return rejected("bad_format" if any(_fits(len(text), layout) for layout in layouts) else "bad_length")


def _width(layout: Layout, name: str) -> int:
    return int(str(layout[name]))


def _fits(length: int, layout: Layout) -> bool:
    wide = 2 * _width(layout, "polarity") + 2 + sum(_width(layout, name) for name in COLUMNS[1:])
    return length == wide if _width(layout, "unit") else wide + 1 <= length <= wide + 5


def _columns(text: str, layout: Layout, legends: Mapping[str, str]) -> Decoded | None:
    """Cut at its columns: the mark may stand directly before the legend, and a lost blank must show."""
    sign = "([ +-]) " if _width(layout, "polarity") else "()"
    size = _width(layout, "unit")
    unit = f"(.{{{size}}})" if size else r"([A-Za-z%:/]{1,5})"
    mark = " " * _width(layout, "gap") + "([ ?])" + " " * _width(layout, "legend_gap")
    tail = f"(.{{{_width(layout, 'legend')}}})"
    hit = re.fullmatch(f"{sign}(.{{{_width(layout, 'weight')}}}) {unit}{mark}{tail}", text)
    number, name = (NUMBER.fullmatch(hit[2]), UNIT.fullmatch(hit[3])) if hit else (None, None)
    if not (hit and number and name) or (hit[1] and number[1]):
        return None
    value = plain(f"{(hit[1] or number[1]).strip()}{number[2]}")
    legend = hit[5].strip()
    mode = legends.get(legend)
    quantity = "tare" if mode == "tare" else "weight" if mode or not legend else "other"
    status = "unstable" if hit[4] == "?" else "stable"
    return Decoded("reading", status, value, name[1], details={"quantity": quantity, "mode": mode, "legend": legend})


def _version(text: str, told: Decoded) -> Decoded:
    """A weight that was printed at this moment must not become a version."""
    if told.kind == "error":
        return told
    if told.kind == "reading" or not text.strip():
        return rejected("item_mismatch")
    return Decoded("identity", details={"text": text.strip(), "command": "V"})


class Balance(Driver):
    """What a balance answers to zero and tare is not documented, so the weight that follows must show them."""

    capabilities = frozenset({"identify", "measure-mass", "live-mass", "zero", "tare"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.settings: Profile = {**DEFAULTS, **LAYOUTS[0], **self.profile}

    def identify(self) -> Identity:
        """Ohaus documents no request for the serial number that holds for all families: it stays empty."""
        maker, model = str(self.settings["maker"]), str(self.settings["model"])
        if self.settings["identify"] == "weight":
            self._print(PROMPT)
            return Identity(maker, model, "")
        raw, told = self._ask("V", PROMPT)
        if told.kind != "identity":
            told.number()
            raise BadReply(f"asked for the version, got {raw!r}")
        return Identity(maker, f"{model} {told.details['text']}".strip(), "")

    def measure_mass(self, *, settle: float) -> Reading:
        """Ask until the balance says stable, at most `settle` seconds; an unstable weight is never returned."""
        return self._wait(settle, lambda reading: reading.stable)

    def live_mass(self) -> Reading:
        return self._print(PROMPT)

    def zero(self) -> None:
        self._silently(str(self.settings["zero"]))

    def tare(self) -> None:
        self._silently(str(self.settings["tare"]))

    def _silently(self, command: str) -> None:
        try:
            raw, told = self._ask(command, PAUSE)
        except ReplyTimeout:
            pass
        else:
            if raw.decode("latin-1").strip() not in self.settings["accepted"]:
                told.number()
        digits = int(str(self.settings["zero_digits"]))
        self._wait(SETTLED, lambda reading: reading.stable and is_nought(reading, digits))

    def _wait(self, seconds: float, good: Callable[[Reading], bool]) -> Reading:
        return wait_until(lambda left: self._print(max(left, PROMPT)), lambda: rest(self.link, LINE), seconds, good)

    def _print(self, timeout: float) -> Reading:
        raw, told = self._ask(str(self.settings["request"]), timeout)
        value = told.number()
        if told.details["quantity"] != "weight" or told.unit not in MASS:
            raise BadReply(f"not a weight: {raw!r}")
        return Reading(value, str(told.unit), told.status == "stable", raw, "mass")

    def _ask(self, command: str, timeout: float) -> tuple[bytes, Decoded]:
        request = f"{command}{self.settings['command_end']}".encode("ascii")
        raw = self.link.exchange(request, frame=LINE, timeout=timeout)
        return raw, decode_ohaus(Wire(raw + b"\r\n", self.settings, request=request))
