"""The invented gauge: `pressure` can be set, and `overload` switched on beside the faults of the line."""

from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, Line, Simulator


class Bench(Simulator):
    """Pressure in kPa, shown with three decimals."""

    frame = Line(ending=b"\r\n", limit=64)
    ending = b"\r\n"
    faults = LINE_FAULTS | {"overload"}
    pressure = Decimal("101.325")
    serial = "12345678"

    def answer(self, request: bytes) -> bytes | None:
        if request == b"ID?":
            return b"ID=" + self.serial.encode("ascii") + b"\r\n"
        if request == b"PV?":
            return b"PV=OVER\r\n" if self.fault == "overload" else f"PV={self.pressure:10.3f} kPa\r\n".encode("ascii")
        return b"ERR\r\n"
