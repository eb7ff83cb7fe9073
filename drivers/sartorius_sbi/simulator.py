"""A balance that answers SBI: a load can be placed, it settles, and zero and tare are carried out silently."""

import re
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from fieldcal.driverkit import LINE_FAULTS, Profile, Simulator

GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "mg": Decimal("0.001")}
COMMAND = re.compile(rb"\x1b([A-Z]|x[0-9]_)(?:\r\n)?")


class Escapes:
    """ESC and what belongs to it; whatever stands before is thrown away."""

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        hit = COMMAND.search(buffer)
        return (hit[0], buffer[hit.end() :]) if hit else None


class Scale(Simulator):
    """All masses in grams; `unit` is the unit shown, `d` its interval in grams."""

    frame = Escapes()
    faults = LINE_FAULTS | {"drift", "unstable", "overload", "underload", "error-054"}

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        capacity: Decimal = Decimal(3100),
        d: Decimal = Decimal("0.01"),
        unit: str = "g",
        settle: float = 0.5,
        serial: str = "91205273",
        model: str = "SIM-3100",
    ) -> None:
        """`settle` in seconds after each `place`."""
        super().__init__(profile, clock, seed)
        self.capacity, self.d, self.unit, self.settle = capacity, d, unit, settle
        self.serial, self.model = serial, model
        self.columns = int(str(self.profile.get("format", 16)))
        self.load = Decimal("58.27")
        self.zero_point = self.tare_weight = Decimal(0)
        self._since = clock() - settle

    def place(self, grams: Decimal) -> None:
        """Put this whole load on the pan, in place of the one before."""
        with self.lock:
            self.load, self._since = grams, self.clock()

    def stable(self) -> bool:
        return self.fault != "unstable" and self.clock() - self._since >= self.settle

    def gross(self) -> Decimal:
        """What the cell gives, neither rounded nor tared."""
        value = self.load - self.zero_point
        if self.fault == "drift":
            value += self.d * Decimal(round((self.clock() - self._since) * 10)) / 10
        return value if self.stable() else value + self.d * self.random.randint(-500, 500) / 100

    def indication(self) -> Decimal:
        steps = ((self.gross() - self.tare_weight) / self.d).to_integral_value(ROUND_HALF_UP)
        return steps * self.d

    def answer(self, request: bytes) -> bytes | None:
        hit = COMMAND.fullmatch(request)
        actions = {b"P": self._show, b"V": self._zero, b"U": self._tare, b"T": self._tare}
        if hit and (action := actions.get(hit[1])):
            return action()
        texts = {b"x1_": self.model, b"x2_": self.serial, b"x3_": "01-42-01"}
        text = texts.get(hit[1]) if hit else None
        return text.ljust(self.columns - 2).encode("ascii") + b"\r\n" if text else None

    def _zero(self) -> None:
        if abs(self.load) <= self.capacity / 50 or self.profile.get("zero") == "T":
            self.zero_point, self.tare_weight = self.load, Decimal(0)

    def _tare(self) -> None:
        self.tare_weight = Decimal(0)
        self.tare_weight = self.indication()

    def _limit(self) -> tuple[str, str]:
        """The status as short and as long lines tell it."""
        gross = self.gross()
        if self.fault == "error-054":
            return "Err 054", "ERR 054"
        if self.fault == "overload" or gross > self.capacity + 9 * self.d:
            return "H", "High"
        return ("L", "Low") if self.fault == "underload" or gross < -self.capacity / 50 else ("", "")

    def _show(self) -> bytes:
        short, long = self._limit()
        if short:
            line = short.center(14) if self.columns == 16 else f"Stat     {long}".ljust(20)
        else:
            mode = ("N" if self.tare_weight else "G").ljust(6) if self.columns == 22 else ""
            line = mode + self._weight(self.indication())
        return line.encode("ascii") + b"\r\n"

    def _weight(self, grams: Decimal) -> str:
        scale = GRAMS[self.unit]
        places = max(0, -int((self.d / scale).normalize().as_tuple().exponent))
        sign = "-" if grams < 0 else "+" if grams else " "
        shown = self.stable() or self.profile.get("stability") == "none"
        return f"{sign}{abs(grams) / scale:>9.{places}f} {self.unit if shown else '':<3}"
