"""An indicator that answers SCP-0499: a load can be placed, it settles; zero and tare answer with the weight."""

import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from fieldcal.driverkit import LINE_FAULTS, Between, Profile, Simulator

GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "lb": Decimal("453.59237")}
DASHES = "-" * 10


class Indicator(Simulator):
    """All masses in grams, the interval `d` in the unit shown."""

    frame = Between(start=b"\n", end=b"\r", limit=80)
    faults = LINE_FAULTS | {"drift", "unstable", "overload", "underload", "zero-error", "tare-error"}

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        capacity: Decimal = Decimal(60000),
        d: Decimal = Decimal("0.005"),
        unit: str = "kg",
        settle: float = 0.5,
        serial: str = "S-20417",
        model: str = "SIM-60",
    ) -> None:
        """`settle` in seconds after each `place`."""
        super().__init__(profile, clock, seed)
        self.capacity, self.d, self.unit, self.settle = capacity, d, unit, settle
        self.about = ["SMA:1/1.0", "MFG:SIMULATED", f"MOD:{model}", "REV:1.0", f"SN:{serial}", "END:"]
        self.load = Decimal(1000)
        self.zero_point = self.tare_weight = Decimal(0)
        self._since = clock() - settle
        self._line, self._high = 0, False

    def place(self, grams: Decimal) -> None:
        """Put this whole load on the pan, in place of the one before."""
        with self.lock:
            self.load, self._since = grams, self.clock()

    def stable(self) -> bool:
        return self.fault != "unstable" and self.clock() - self._since >= self.settle

    def gross(self) -> Decimal:
        """What the cell gives in the unit shown, neither rounded nor tared."""
        value = (self.load - self.zero_point) / GRAMS[self.unit]
        if self.fault == "drift":
            value += self.d * Decimal(round((self.clock() - self._since) * 10)) / 10
        return value if self.stable() else value + self.d * self.random.randint(-500, 500) / 100

    def indication(self, step: Decimal) -> Decimal:
        return ((self.gross() - self.tare_weight) / step).to_integral_value(ROUND_HALF_UP) * step

    def answer(self, request: bytes) -> bytes | None:
        command = request[1:-1].decode("ascii", "replace")
        if command in ("W", "H"):
            return self._show(high=command == "H")
        if command in ("P", "Q"):
            self._high, self.waiting = command == "Q", not self.stable()
            return None if self.waiting else self._show(self._high)
        actions = {"Z": self._zero, "T": self._tare, "A": self._first, "B": self._next}
        return actions[command]() if command in actions else b"\n?\r"

    def held(self) -> bytes | None:
        return self._show(self._high) if self.stable() else None

    def _first(self) -> bytes:
        self._line = -1
        return self._next()

    def _next(self) -> bytes:
        self._line = min(self._line + 1, len(self.about) - 1)
        return f"\n{self.about[self._line]}\r".encode("ascii")

    def _zero(self) -> bytes:
        if self.fault == "zero-error" or not self.stable() or abs(self.load) > self.capacity / 50:
            return self._frame("E", " ", DASHES, "")
        self.zero_point, self.tare_weight = self.load, Decimal(0)
        return self._show()

    def _tare(self) -> bytes:
        if self.fault == "tare-error" or not self.stable():
            return self._frame("T", " ", DASHES, "")
        self.tare_weight = Decimal(0)
        self.tare_weight = self.indication(self.d)
        return self._show()

    def _show(self, high: bool = False) -> bytes:
        gross, capacity = self.gross(), self.capacity / GRAMS[self.unit]
        if self.fault == "overload" or gross > capacity + 9 * self.d:
            return self._frame("O", " ", DASHES, "")
        if self.fault == "underload" or gross < -capacity / 50:
            return self._frame("U", " ", DASHES, "")
        step = self.d / 10 if high else self.d
        places = max(0, -int(step.normalize().as_tuple().exponent))
        state = "Z" if abs(gross) < self.d / 4 else " "
        value = self.indication(step)
        shown = f"{value if value else Decimal(0):.{places}f}".rjust(10)
        return self._frame(state, " " if self.stable() else "M", shown, self.unit, high)

    def _frame(self, state: str, motion: str, shown: str, unit: str, high: bool = False) -> bytes:
        mode = "N" if self.tare_weight else "G"
        return f"\n{state}1{mode.lower() if high else mode}{motion} {shown}{unit:<3}\r".encode("ascii")
