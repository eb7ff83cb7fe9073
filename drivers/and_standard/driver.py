"""A&D balances, standard format (and its form with commas)."""

import re
from collections.abc import Mapping
from typing import Any

from fieldcal.driverkit import Driver, Frame, Identity, Line, Link, Profile, Reading
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply, ReplyTimeout, Truncated
from fieldcal.driverkit.settled import PAUSE, is_nought, rest, wait_until

LINE = Line(ending=b"\r\n", limit=64)
ACK = b"\x06"
PROMPT = 2.0  # s, for what the balance answers at once
SETTLED = 8.0  # s, in which zero and tare must be done
MASS = frozenset({"g", "kg", "mg", "t", "ct", "lb"})
# the documented defaults; a data file in maps says otherwise
DEFAULTS: Profile = {
    "maker": "A&D",
    "model": "A&D",
    "layout": "standard",
    "decimal": ".",
    "unit_width": 3,
    "acknowledge": False,
    "identify": "numbers",
    "zero": "Z",
    "tare": "T",
    "zero_digits": 1,
    "minus_overload": "negative_overload",
}
HEADERS = {
    "ST": ("stable", "weight"),
    "US": ("unstable", "weight"),
    "WT": ("stable", "weight"),
    "QT": ("stable", "count"),
}
MODES = {"NT": "net", "GS": "gross", "TR": "tare"}
OVER = re.compile(r"OL[,;](?:(?:NT|GS|TR)[,;])?([+-])[0-9.,E+]+[,;]? *[A-Za-z%]{0,3}")
HEADED = re.compile(r"(?:ST|US|WT|QT|OL|EC)[,;]")
SHORTEST = 4  # characters of a type or serial number
REFUSED = re.compile(r"EC,(E[0-9]{2})")
NUMBERS = re.compile(rb"\?(ID|SN|TN)(?:\r\n)?")
REQUEST = re.compile(r"\?(?:ID|SN|TN|PT)|PT:[ -~]+|[A-Z]{1,4}")


class Acknowledged:
    """Both acknowledgements as one frame, so that the second is never left for the next request; a first line that is
    no ACK is the whole frame."""

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        first = LINE.take(buffer)
        if first is None or first[0] != ACK:
            return first
        second = LINE.take(first[1])
        return (first[0] + b"\r\n" + second[0], second[1]) if second else None


def decode_and(wire: Wire) -> Decoded:
    """One line with its end. Without `digits` in the settings any width of the value will do."""
    settings = {**DEFAULTS, **wire.settings}
    if not wire.data.endswith(b"\r\n"):
        return rejected("truncated")
    text = wire.data[:-2].decode("latin-1")
    if wire.from_host:
        known = REQUEST.fullmatch(text)
        return Decoded("request", "request", details={"command": text}) if known else rejected("bad_format")
    if text == "\x06":
        return Decoded("ack", "ack", details={"command": None})
    if not (text.isascii() and text.isprintable()):
        return rejected("bad_format")
    asked = NUMBERS.fullmatch(wire.request)
    told = _told(text, settings)
    return _identity(text, asked[1].decode("ascii"), told) if asked else told


def _told(text: str, settings: Mapping[str, Any]) -> Decoded:
    """The header first: a decimal parser takes the nines of an overload for a number."""
    if hit := REFUSED.fullmatch(text):
        return failed("device_error", code=hit[1])
    if text.startswith("OL"):
        hit = OVER.fullmatch(text)
        status = "overload" if hit and hit[1] == "+" else str(settings["minus_overload"])
        return failed(status, code="OL", header="OL") if hit else rejected("bad_format")
    return _weight(text, settings)


def _weight(text: str, settings: Mapping[str, Any]) -> Decoded:
    csv, comma = settings["layout"] == "csv", settings["decimal"] == ","
    apart, point = (";", ",") if csv and comma else (",", ",") if comma else (",", ".")
    value = rf"([+-])([0-9]+(?:{re.escape(point)}[0-9]*)?)"
    unit = rf"{apart}( *[A-Za-z%]{{1,3}})" if csv else r"( *[A-Za-z%]{1,3})"
    hit = re.fullmatch(rf"(ST|US|WT|QT){apart}(?:(NT|GS|TR){apart})?{value}{unit}", text)
    number = plain(f"{hit[3]}{hit[4].replace(point, '.')}") if hit else None
    if hit is None or number is None:
        return rejected("bad_format")
    digits = int(str(settings.get("digits", 0)))
    if digits and (len(hit[4]), len(hit[5])) != (digits, int(str(settings["unit_width"]))):
        return rejected("bad_length")
    status, quantity = HEADERS[hit[1]]
    mode = MODES.get(hit[2])
    details = {"quantity": "tare" if mode == "tare" else quantity, "header": hit[1], "mode": mode}
    return Decoded("reading", status, number, hit[5].strip(), details=details)


def _identity(text: str, command: str, told: Decoded) -> Decoded:
    """A weight that was sent at this moment, sound or not, must not become a serial number."""
    if told.kind == "error":
        return told
    name = text.removeprefix(f"{command},").strip()
    if HEADED.match(text) or not name:
        return rejected("item_mismatch")
    return Decoded("identity", details={"text": name, "command": f"?{command}"})


class Balance(Driver):
    """Zero and tare are done when they are acknowledged twice, or, with erCd 0, when the weight shows them."""

    capabilities = frozenset({"identify", "measure-mass", "live-mass", "zero", "tare"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.settings: Profile = {**DEFAULTS, "digits": 8, **self.profile}

    def identify(self) -> Identity:
        maker, model = str(self.settings["maker"]), str(self.settings["model"])
        if self.settings["identify"] == "weight":
            self._weigh("Q", PROMPT)
            return Identity(maker, model, "")
        return Identity(maker, self._number("?TN") or model, self._number("?SN"))

    def measure_mass(self, *, settle: float) -> Reading:
        """Wait up to `settle` seconds for a stable weight; an unstable one is never returned."""
        try:
            reading = self._weigh("S", settle)
        except (ReplyTimeout, Truncated):
            self._silently("C")  # otherwise the weight would come later, as the answer to something else
            raise
        if not reading.stable:
            raise BadReply(f"asked for a stable weight, got {reading.raw!r}")
        return reading

    def live_mass(self) -> Reading:
        return self._weigh("Q", PROMPT)

    def zero(self) -> None:
        self._do(str(self.settings["zero"]))

    def tare(self) -> None:
        self._do(str(self.settings["tare"]))

    def _do(self, command: str) -> None:
        if self.settings["acknowledge"]:
            raw = self._exchange(command, Acknowledged(), SETTLED)
            for line in raw.split(b"\r\n"):
                told = decode_and(Wire(line + b"\r\n", self.settings))
                if told.kind != "ack":
                    told.number()
                    raise BadReply(f"asked {command!r}, got {raw!r}")
            return
        self.measure_mass(settle=SETTLED)  # a weight asked for while zero waits would take its place
        self._silently(command)
        self._wait_for_nought()

    def _wait_for_nought(self) -> None:
        digits = int(str(self.settings["zero_digits"]))
        wait_until(
            lambda left: self.measure_mass(settle=max(left, PROMPT)),
            lambda: rest(self.link, LINE),
            SETTLED,
            lambda reading: is_nought(reading, digits),
        )

    def _silently(self, command: str) -> None:
        """A request that may stay without an answer; one that is refused raises."""
        try:
            raw = self._exchange(command, LINE, PAUSE)
        except (ReplyTimeout, Truncated, BadReply):
            return
        told = decode_and(Wire(raw + b"\r\n", self.settings))
        if told.kind == "error":
            told.number()

    def _weigh(self, command: str, timeout: float) -> Reading:
        raw = self._exchange(command, LINE, timeout)
        told = decode_and(Wire(raw + b"\r\n", self.settings))
        value = told.number()
        if told.details["quantity"] != "weight" or told.unit not in MASS:
            raise BadReply(f"not a weight: {raw!r}")
        return Reading(value, str(told.unit), told.status == "stable", raw, "mass")

    def _number(self, command: str) -> str:
        """The text behind ?TN or ?SN, empty where the balance does not know the request."""
        raw = self._exchange(command, LINE, PROMPT)
        told = decode_and(Wire(raw + b"\r\n", self.settings, request=command.encode("ascii")))
        if told.kind == "error" and told.details["code"] == "E01":
            return ""
        if told.kind != "identity":
            told.number()
            raise BadReply(f"asked {command!r}, got {raw!r}")
        text = str(told.details["text"])
        if len(text) < SHORTEST:  # what any other instrument says to a request it doesn't know
            raise BadReply(f"asked {command!r}, got {raw!r}")
        return text

    def _exchange(self, command: str, frame: Frame, timeout: float) -> bytes:
        return self.link.exchange(command.encode("ascii") + b"\r\n", frame=frame, timeout=timeout)
