"""A Hart thermometer with one probe; temperature, unit and clock can be set."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import Gauge, Line, Profile

READS = frozenset({"T", "READ?", "MEAS?", "FETCH?", "FETC?"})
PLACES = {"bare": Decimal("0.0001"), "labelled": Decimal("0.001")}


class Thermometer(Gauge):
    frame = Line(b"\r", 80)
    ending = b"\r"
    faults = Gauge.faults | {"open-probe", "nan", "comma"}

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
        bare = (profile or {}).get("reply") == "bare"
        step = PLACES["bare" if bare else "labelled"]
        super().__init__("t1", Decimal("23.4125"), step, f"°{unit}", profile, clock, seed)
        self.serial, self.unit, self.shows_clock, self.bare = serial, unit, shows_clock, bare
        if not bare:
            self.faults = self.faults | {"unit"}

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("ascii", "replace").strip().upper()
        if command == "*IDN?":
            return f"HART,{self.profile.get('model', '1521')},{self.serial},1.10\r\n".encode("ascii")
        if command not in READS:
            return None
        return f"{self._line(clock=command == 'T')}\r\n".encode("ascii")

    def _line(self, *, clock: bool) -> str:
        shown = "------" if self.fault == "open-probe" else str(self._degrees())
        if self.bare:
            return shown
        unit = "F" if self.fault == "unit" else self.unit
        return f"t: {shown} {unit}" + (" 03-01-1999 15:49:15" if clock and self.shows_clock else "")

    def _degrees(self) -> Decimal:
        value = self.shown()
        return (value * 9 / 5 + 32).quantize(value) if self.fault == "unit" else value
