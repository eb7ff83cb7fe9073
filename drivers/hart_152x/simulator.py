"""A Hart thermometer with one probe; temperature, unit and clock can be set."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, Line, Profile, Simulator

READS = frozenset({"T", "READ?", "MEAS?", "FETCH?", "FETC?"})
PLACES = {"bare": Decimal("0.0001"), "labelled": Decimal("0.001")}


class Thermometer(Simulator):
    frame = Line(b"\r", 80)
    ending = b"\r"
    faults = LINE_FAULTS | {"drift", "unstable", "open-probe"}

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        serial: str = "A51234",
        unit: str = "C",
        shows_clock: bool = True,
    ) -> None:
        super().__init__(profile, clock, seed)
        self.value, self.serial, self.unit, self.shows_clock = Decimal("23.4125"), serial, unit, shows_clock
        self.bare = self.profile.get("reply") == "bare"
        self._start = clock()

    def set(self, value: Decimal) -> None:
        """In the unit that is shown."""
        with self.lock:
            self.value = value

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("ascii", "replace").strip().upper()
        if command == "*IDN?":
            return f"HART,{self.profile.get('model', '1521')},{self.serial},1.10\r\n".encode("ascii")
        if command not in READS:
            return None
        return f"{self._line(clock=command == 'T')}\r\n".encode("ascii")

    def _line(self, *, clock: bool) -> str:
        shown = "------" if self.fault == "open-probe" else str(self._now())
        if self.bare:
            return shown
        return f"t: {shown} {self.unit}" + (" 03-01-1999 15:49:15" if clock and self.shows_clock else "")

    def _now(self) -> Decimal:
        step = PLACES["bare" if self.bare else "labelled"]
        value = self.value
        if self.fault == "drift":
            value += step * int((self.clock() - self._start) * 100)
        if self.fault == "unstable":
            value += step * self.random.randint(-500, 500)
        return value.quantize(step)
