"""An indicator that answers SCP-0499: a load can be placed, it settles; zero and tare answer with the weight."""

from decimal import Decimal
from typing import Any

from fieldcal.driverkit import Between, ScaleSimulator
from fieldcal.driverkit.scale import GRAMS

DASHES = "-" * 10


class Indicator(ScaleSimulator):
    """All masses in grams; `unit` is the one shown."""

    frame = Between(start=b"\n", end=b"\r", limit=80)
    faults = ScaleSimulator.faults | {"zero-error", "tare-error"}

    capacity, d, unit, load = Decimal(60000), Decimal("0.005"), "kg", Decimal(1000)
    serial, model = "S-20417", "SIM-60"

    def __init__(self, *given: Any, **settings: Any) -> None:
        """`d` in the unit shown."""
        super().__init__(*given, **settings)
        self.d *= GRAMS[self.unit]
        self.knobs = self._ranges()
        self.about = ["SMA:1/1.0", "MFG:SIMULATED", f"MOD:{self.model}", "REV:1.0", f"SN:{self.serial}", "END:"]
        self._line, self._high = 0, False

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
        if self.fault == "zero-error" or not self.stable() or not self.zeroed():
            return self._frame("E", " ", DASHES, "")
        return self._show()

    def _tare(self) -> bytes:
        if self.fault == "tare-error" or not self.stable():
            return self._frame("T", " ", DASHES, "")
        self.tared()
        return self._show()

    def _show(self, high: bool = False) -> bytes:
        if limit := self.limit():
            return self._frame("O" if limit == "overload" else "U", " ", DASHES, "")
        step = self.d / 10 if high else self.d
        number, unit = self.told(self.indication(step), step)
        state = "Z" if abs(self.gross()) < self.d / 4 else " "
        return self._frame(state, " " if self.stable() else "M", number.rjust(10), unit, high)

    def _frame(self, state: str, motion: str, shown: str, unit: str, high: bool = False) -> bytes:
        mode = "N" if self.tare_weight else "G"
        return f"\n{state}1{mode.lower() if high else mode}{motion} {shown}{unit:<3}\r".encode("ascii")
