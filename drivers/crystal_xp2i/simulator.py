"""A Crystal gauge that answers ?P,U; pressure and unit can be set, the battery can run low."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, Line, Profile, Simulator


class Gauge(Simulator):
    frame = Line(b"\r", 80)
    ending = b"\r"
    faults = LINE_FAULTS | {"drift", "unstable", "battery"}

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        unit: str = "psi",
        places: int = 2,
    ) -> None:
        """`places`: decimals; without any the gauge shows a bare point."""
        super().__init__(profile, clock, seed)
        self.value, self.unit, self.places = Decimal("14.70"), unit, places
        self._start = clock()

    def set(self, value: Decimal) -> None:
        """In the unit that is shown."""
        with self.lock:
            self.value = value

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("latin-1").lstrip("\n")
        if command == "?P,U":
            return self._column(self._shown()) + self._column(self.unit)
        return b"A,0\r\n" if command == "!NAO" else b"N,0\r\n"

    def _column(self, text: str) -> bytes:
        return text.rjust(int(str(self.profile.get("width", 10)))).encode("ascii") + b"\r\n"

    def _shown(self) -> str:
        if self.fault == "battery":
            return "BATT"
        step = Decimal(1).scaleb(-self.places)
        value = self.value
        if self.fault == "drift":
            value += step * int((self.clock() - self._start) * 10)
        if self.fault == "unstable":
            value += step * self.random.randint(-50, 50)
        return f"{value.quantize(step)}" + ("" if self.places else ".")
