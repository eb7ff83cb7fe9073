"""Mettler Toledo balances and indicators, MT-SICS level 0 and 1 over a serial line."""

import re
from decimal import Decimal

from fieldcal.driverkit import Driver, Identity, Line, Reading
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceFault

LINE = Line(ending=b"\r\n", limit=128)
# the value stands in ten columns, so a lost byte shows; the look-ahead counts them
WEIGHT = re.compile(rb"S ([SD]) (?=[ \d.-]{10} [a-z]) *(-?\d+(?:\.\d+)?) (g|kg|mg|t|ct|lb)")
SERIAL = re.compile(rb'I4 A "([ -!#-~]+)"')
MODEL = re.compile(rb'I2 A "([ -!#-~]+)"')
FAULTS = {b"+": "overload", b"-": "underload", b"I": "busy", b"L": "rejected"}
SYNTAX = {b"ES": "syntax", b"ET": "transmission", b"EL": "logical"}
PROMPT = 2.0  # s, for what the instrument answers at once
UNITS = {unit.encode(): unit for unit in ("g", "kg", "mg", "t", "ct", "lb")}


def decode(reply: bytes) -> Reading:
    """The weight in a reply to S or SI; anything that is not exactly one is a BadReply."""
    if not (hit := WEIGHT.fullmatch(reply)):
        raise BadReply(f"no weight: {reply!r}")
    state, value, unit = hit.groups()
    return Reading(Decimal(value.decode()), UNITS[unit], state == b"S", reply, "mass")


ANY_WEIGHT = re.compile(r"(S|T|TI|TA) ([SDA]) (?=[ \d.-]{10} [A-Za-z])( *-?[0-9.]+) ([A-Za-z]{1,5})")
REFUSED = re.compile(r"([A-Z]{1,3}[0-9]?) ([IL+-])")
QUOTED = re.compile(r'(I[0-9]|@) A "([ -!#-~]+)"')
DONE = re.compile(r"([A-Z]{1,3}) [AS]")
STATUS = {"+": "overload", "-": "underload", "I": "not_executable", "L": "logic_error"}
SYNTAX_STATUS = {"ES": "syntax_error", "ET": "transmission_error", "EL": "logic_error"}


def decode_frame(wire: Wire) -> Decoded:
    """One line in either direction, with its end. Layout of the reference manual, level 0 and 1."""
    if not wire.data.endswith(b"\r\n"):
        return rejected("truncated")
    if not wire.data.isascii():
        return rejected("bad_format")
    text = wire.data[:-2].decode("ascii")
    if wire.from_host:
        return Decoded("request", "request", details={"command": text})
    return _weight(text) or _word(text) or rejected("bad_format")


def _weight(text: str) -> Decoded | None:
    hit = ANY_WEIGHT.fullmatch(text)
    if hit is None or (value := plain(hit[3])) is None:
        return None
    status = "unstable" if hit[2] == "D" else "stable"
    quantity = "weight" if hit[1] == "S" else "tare"
    return Decoded("reading", status, value, hit[4], details={"quantity": quantity, "command": hit[1]})


def _word(text: str) -> Decoded | None:
    if status := SYNTAX_STATUS.get(text):
        return failed(status, code=text)
    if hit := REFUSED.fullmatch(text):
        return failed(STATUS[hit[2]], command=hit[1], code=hit[2])
    if hit := QUOTED.fullmatch(text):
        return Decoded("identity", details={"text": hit[2], "command": hit[1]})
    if hit := DONE.fullmatch(text):
        return Decoded("ack", "ack", details={"command": hit[1]})
    return None


class Balance(Driver):
    capabilities = frozenset({"identify", "measure-mass", "live-mass", "zero", "tare"})

    def identify(self) -> Identity:
        serial = self._match("I4", SERIAL)
        try:
            model = self._match("I2", MODEL)
        except DeviceFault:  # level 0 instruments need not know I2
            model = "MT-SICS"
        return Identity(maker="Mettler Toledo", model=model, serial=serial)

    def measure_mass(self, *, settle: float) -> Reading:
        """Wait up to `settle` seconds for a stable weight; an unstable one is never returned."""
        reading = decode(self._ask("S", timeout=settle))
        if not reading.stable:
            raise BadReply(f"asked for a stable weight, got {reading.raw!r}")
        return reading

    def live_mass(self) -> Reading:
        return decode(self._ask("SI", timeout=PROMPT, answers_as=b"S"))

    def zero(self) -> None:
        self._do("Z", re.compile(rb"Z A"))

    def tare(self) -> None:
        self._do("T", re.compile(rb"T (?:A|S [ \d.-]{10} [a-z]{1,2})"))

    def _do(self, command: str, shape: re.Pattern[bytes]) -> None:
        reply = self._ask(command, timeout=10.0)  # waits for a stable weight first
        if not shape.fullmatch(reply):
            raise BadReply(f"asked {command!r}, got {reply!r}")

    def _match(self, command: str, shape: re.Pattern[bytes]) -> str:
        reply = self._ask(command, timeout=PROMPT)
        if not (hit := shape.fullmatch(reply)):
            raise BadReply(f"asked {command!r}, got {reply!r}")
        return hit[1].decode("ascii")

    def _ask(self, command: str, *, timeout: float, answers_as: bytes = b"") -> bytes:
        request = command.encode("ascii")
        reply = self.link.exchange(request + b"\r\n", frame=LINE, timeout=timeout)
        name, _, rest = reply.partition(b" ")
        if fault := SYNTAX.get(reply) or (name == (answers_as or request) and FAULTS.get(rest)):
            raise DeviceFault(fault, f"{command} refused: {reply!r}")
        return reply
