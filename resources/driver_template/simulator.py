"""The invented gauge: `pressure` can be set and turned, and `overload` switched on beside the faults of the line."""

from decimal import Decimal
from typing import Any

from fieldcal.driverkit import Gauge, Line


class Bench(Gauge):
    """Pressure in kPa, shown with three decimals."""

    frame = Line(ending=b"\r\n", limit=64)
    ending = b"\r\n"
    faults = Gauge.faults | {"overload", "nan", "comma"}
    serial = "12345678"

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__("pressure", Decimal("101.325"), Decimal("0.001"), "kPa", *given, **settings)

    def answer(self, request: bytes) -> bytes | None:
        if request == b"ID?":
            return b"ID=" + self.serial.encode("ascii") + b"\r\n"
        if request == b"PV?":
            return b"PV=OVER\r\n" if self.fault == "overload" else f"PV={self.shown():10.3f} kPa\r\n".encode("ascii")
        return b"ERR\r\n"
