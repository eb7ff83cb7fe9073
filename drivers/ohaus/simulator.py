"""An Ohaus balance with any of the documented print lines: a load can be placed, it settles."""

import re
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from fieldcal.driverkit import LINE_FAULTS, Profile, Simulator

GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "mg": Decimal("0.001")}
COMMAND = re.compile(rb"([A-Z0-9?]{1,6})(\r\n?)")
DEFENDER = {"polarity": 1, "weight": 7, "unit": 5, "gap": 0, "legend": 3, "legend_gap": 0}


class Requests:
    """Commands that end with CR or with CR LF."""

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        hit = COMMAND.search(buffer)
        return (hit[1], buffer[hit.end() :]) if hit else None


class Scale(Simulator):
    """All masses in grams; `unit` is the unit shown, `d` its interval in grams."""

    frame = Requests()
    ending = b"\r\n"
    faults = LINE_FAULTS | {"drift", "unstable", "overload", "underload"}

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        capacity: Decimal = Decimal(6000),
        d: Decimal = Decimal("0.1"),
        unit: str = "g",
        settle: float = 0.5,
        version: str = "Sr 1.23",
    ) -> None:
        """`settle` in seconds after each `place`."""
        super().__init__(profile, clock, seed)
        self.capacity, self.d, self.unit, self.settle = capacity, d, unit, settle
        self.version = version
        self.load = Decimal("92.2")
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
        command = request.decode("ascii", "replace")
        actions = {"P": self._show, "IP": self._show, "SP": self._begin, "T": self._tare, "Z": self._zero}
        if action := actions.get(command):
            return action()
        return f"{self.version}\r\n".encode("ascii") if command == "V" else b"ES\r\n"

    def held(self) -> bytes | None:
        return self._show() if self.stable() else None

    def _begin(self) -> bytes | None:
        self.waiting = not self.stable()
        return None if self.waiting else self._show()

    def _zero(self) -> None:
        if abs(self.load) <= self.capacity / 50:
            self.zero_point, self.tare_weight = self.load, Decimal(0)

    def _tare(self) -> None:
        self.tare_weight = Decimal(0)
        self.tare_weight = self.indication()

    def _show(self) -> bytes:
        gross = self.gross()
        if self.fault == "overload" or gross > self.capacity + 9 * self.d:
            return b"Err 8.3\r\n"
        if self.fault == "underload" or gross < -self.capacity / 50:
            return b"Err 8.4\r\n"
        return self._line(self.indication()).encode("ascii") + b"\r\n"

    def _width(self, name: str) -> int:
        return int(str(self.profile.get(name, DEFENDER[name])))

    def _line(self, grams: Decimal) -> str:
        scale = GRAMS[self.unit]
        places = max(0, -int((self.d / scale).normalize().as_tuple().exponent))
        sign, size = "-" if grams < 0 else "", f"{abs(grams) / scale:.{places}f}"
        if self._width("polarity"):
            head = f"{sign or ' '} {size.rjust(self._width('weight'))}"
        else:
            head = f"{sign}{size}".rjust(self._width("weight"))
        unit = self.unit.ljust(self._width("unit")) + " " * self._width("gap")
        legend = ("NET" if self.tare_weight else "G").ljust(3)[: self._width("legend")]
        return f"{head} {unit}{' ' if self.stable() else '?'}{' ' * self._width('legend_gap')}{legend}"
