"""A Crystal gauge that answers ?P,U; pressure and unit can be set, the battery can run low."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import Gauge as OneValue
from fieldcal.driverkit import Line, Profile

PSI = Decimal("6.894757")  # kPa


class Gauge(OneValue):
    frame = Line(b"\r", 80)
    ending = b"\r"
    faults = OneValue.faults | {"battery", "nan", "comma", "unit"}
    runs, shakes = 10, 50

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
        super().__init__("pressure", Decimal("14.70"), Decimal(1).scaleb(-places), unit, profile, clock, seed)
        self.unit, self.places = unit, places

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("latin-1").lstrip("\n")
        if command == "?P,U":
            return self._column(self._text()) + self._column("kPa" if self.fault == "unit" else self.unit)
        return b"A,0\r\n" if command == "!NAO" else b"N,0\r\n"

    def _column(self, text: str) -> bytes:
        return text.rjust(int(str(self.profile.get("width", 10)))).encode("ascii") + b"\r\n"

    def _text(self) -> str:
        if self.fault == "battery":
            return "BATT"
        value = self.shown()
        value = (value * PSI).quantize(value) if self.fault == "unit" else value
        return f"{value}" + ("" if self.places else ".")
