"""Sartorius balances with SBI, lines of 16 or 22 characters."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from fieldcal.driverkit import Driver, Identity, Line, Link, Profile, Reading
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply, ReplyTimeout
from fieldcal.driverkit.settled import PAUSE, is_nought, rest, wait_until

LINE = Line(ending=b"\r\n", limit=64)
PROMPT = 2.0  # s, for what the balance answers at once
SETTLED = 8.0  # s, in which zero and tare must show
MASS = frozenset({"g", "kg", "mg", "t", "ct", "lb"})
# the documented defaults; a data file in maps says otherwise
DEFAULTS: Profile = {
    "maker": "Sartorius",
    "command_end": "",
    "stability": "unit",
    "equal_values": 5,
    "unit": "g",
    "zero": "V",
    "tare": "U",
    "zero_digits": 1,
    "identity_ids": ["Model", "Ser.no"],
    "ids": {"N": "net", "G": "gross", "G#": "gross", "T": "tare", "T2": "tare", "PT2": "tare"},
    "status": {
        "h": "overload",
        "high": "overload",
        "l": "underload",
        "low": "underload",
        "off": "off",
        "c": "not_executable",
        "cal.ext.": "not_executable",
    },
}
COMMANDS = {
    "P": "print", "T": "tare_zero", "U": "tare", "V": "zero", "S": "restart", "Q": "beep",
    "K": "filter_very_stable", "L": "filter_stable", "M": "filter_unstable", "N": "filter_very_unstable",
    "x1_": "model", "x2_": "serial", "x3_": "software",
}  # fmt: skip
REQUEST = re.compile(rb"\x1b([A-Z]|x[0-9]_)(?:\r\n)?")
FIELD = re.compile(r" *([0-9]+(?:\.[0-9]*)?)?(?:\[(\.?[0-9]+)\])?")  # a digit in brackets is not verified
UNIT = re.compile(r"([A-Za-z%/]{1,3}) *")
ERROR = re.compile(r"(?:ERR|(?:APP|DIS|PRT)\.ER)\b *[0-9]{0,3}", re.IGNORECASE)


def decode_sbi(wire: Wire) -> Decoded:
    """One line with its end; what a line says is read as an identity only where `request` asked for one."""
    settings = {**DEFAULTS, **wire.settings}
    if wire.from_host:
        return _request(wire.data)
    if not wire.data.endswith(b"\r\n"):
        return rejected("truncated")
    text = wire.data[:-2].decode("latin-1")
    asked = REQUEST.fullmatch(wire.request)
    if asked and asked[1].startswith(b"x"):
        return _identity(text, asked[1].decode("ascii"), settings)
    wanted = int(str(settings.get("format", 0)))
    if len(text) not in ((wanted - 2,) if wanted else (14, 20)):
        return rejected("bad_length")
    return _line(text, settings) if _prints(text) else rejected("bad_format")


def _prints(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _request(data: bytes) -> Decoded:
    hit = REQUEST.fullmatch(data)
    name = COMMANDS.get(hit[1].decode("ascii")) if hit else None
    return Decoded("request", "request", details={"command": name}) if name else rejected("bad_format")


def _line(text: str, settings: Mapping[str, Any]) -> Decoded:
    name, body = text[:-14].strip(), text[-14:]
    if name.casefold() == "stat":
        return _status(body, settings) or failed("device_error", code=_code(body))
    return _weight(name, body, settings, has_id=len(text) > 14) or _status(body, settings) or rejected("bad_format")


def _code(body: str) -> str:
    return " ".join(body.split())


def _status(body: str, settings: Mapping[str, Any]) -> Decoded | None:
    """The columns of a status differ between models, so only its text counts."""
    code = _code(body)
    if status := settings["status"].get(code.casefold()):
        return failed(str(status), code=code)
    return failed("device_error", code=code) if ERROR.fullmatch(code) else None


def _weight(name: str, body: str, settings: Mapping[str, Any], *, has_id: bool) -> Decoded | None:
    sign, field, gap, end = body[0], FIELD.fullmatch(body[1:10]), body[10], body[11:]
    unit = UNIT.fullmatch(end)
    if sign not in "+- " or field is None or gap != " " or not (unit or end.isspace()):
        return None
    value = plain(f"{sign.strip()}{field[1] or ''}{field[2] or ''}")
    if value is None:
        return None
    mode = settings["ids"].get(name) if has_id else None
    quantity = "tare" if mode == "tare" else "weight" if mode or not has_id else "other"
    details = {"quantity": quantity, "mode": mode, "id": name, "unverified_digits": len((field[2] or "").strip("."))}
    return Decoded("reading", _stability(unit, settings), value, unit[1] if unit else None, details=details)


def _stability(unit: re.Match[str] | None, settings: Mapping[str, Any]) -> str:
    if settings["stability"] == "none":
        return "unknown"
    return "stable" if unit else "unstable"


def _identity(text: str, command: str, settings: Mapping[str, Any]) -> Decoded:
    """A weight that was printed at this moment must not become a serial number."""
    if not _prints(text):
        return rejected("bad_format")
    if len(text) in (14, 20):
        told = _line(text, settings)
        if told.kind != "reject":
            return told if told.kind == "error" else rejected("item_mismatch")
    for name in settings["identity_ids"]:
        if text.startswith(f"{name} "):
            text = text[len(name) :]
    if not text.strip():
        return rejected("bad_format")
    return Decoded("identity", details={"text": text.strip(), "command": COMMANDS.get(command, command)})


class Balance(Driver):
    """Zero and tare have no answer in SBI, so the weight that follows must show them."""

    capabilities = frozenset({"identify", "measure-mass", "live-mass", "zero", "tare"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.settings: Profile = {**DEFAULTS, **self.profile}
        self._unit = str(self.settings["unit"])

    def identify(self) -> Identity:
        return Identity(str(self.settings["maker"]), self._text("x1_"), self._text("x2_"))

    def measure_mass(self, *, settle: float) -> Reading:
        """Ask until the balance says stable, at most `settle` seconds. Where the profile says that a line tells
        nothing of stability, `equal_values` equal ones in a row count as stable."""
        return self._wait(settle, lambda reading: True)

    def live_mass(self) -> Reading:
        return self._print(PROMPT)

    def zero(self) -> None:
        self._silently("zero")

    def tare(self) -> None:
        self._silently("tare")

    def _silently(self, command: str) -> None:
        try:
            reply = self.link.exchange(self._sent(str(self.settings[command])), frame=LINE, timeout=PAUSE)
        except ReplyTimeout:
            pass
        else:
            decode_sbi(Wire(reply + b"\r\n", self.settings)).number()
        digits = int(str(self.settings["zero_digits"]))
        self._wait(SETTLED, lambda reading: is_nought(reading, digits))

    def _wait(self, seconds: float, good: Callable[[Reading], bool]) -> Reading:
        """The first settled reading that is good; where a line tells nothing, after `equal_values` equal ones."""
        derived = self.settings["stability"] == "none"
        equal: list[Decimal] = []

        def settled(reading: Reading) -> bool:
            equal[:] = [*(equal if reading.value in equal else []), reading.value]
            still = len(equal) >= int(str(self.settings["equal_values"])) if derived else reading.stable
            return still and good(reading)

        found = wait_until(lambda left: self._print(max(left, PROMPT)), lambda: rest(self.link, LINE), seconds, settled)
        return Reading(found.value, found.unit, True, found.raw, found.quantity, derived)

    def _print(self, timeout: float) -> Reading:
        request = self._sent("P")
        raw = self.link.exchange(request, frame=LINE, timeout=timeout)
        told = decode_sbi(Wire(raw + b"\r\n", self.settings, request=request))
        value = told.number()
        if told.details["quantity"] != "weight":
            raise BadReply(f"not a weight: {raw!r}")
        unit = told.unit or self._unit
        if unit not in MASS:
            raise BadReply(f"no unit of mass: {raw!r}")
        self._unit = unit
        derived = self.settings["stability"] == "none"
        return Reading(value, unit, told.status == "stable", raw, "mass", derived)

    def _text(self, command: str) -> str:
        request = self._sent(command)
        raw = self.link.exchange(request, frame=LINE, timeout=PROMPT)
        told = decode_sbi(Wire(raw + b"\r\n", self.settings, request=request))
        if told.kind != "identity":
            told.number()
            raise BadReply(f"asked {command!r}, got {raw!r}")
        return str(told.details["text"])

    def _sent(self, command: str) -> bytes:
        return f"\x1b{command}{self.settings['command_end']}".encode("ascii")
