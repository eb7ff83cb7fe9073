"""Mettler Toledo balances and indicators, MT-SICS level 0 and 1 over a serial line."""

import re
from decimal import Decimal

from fieldcal.driverkit import BadReply, DeviceFault, Driver, Identity, Line, Reading

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
