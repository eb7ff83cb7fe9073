"""A balance that answers SBI: a load can be placed, it settles, and zero and tare are carried out silently."""

import re
from decimal import Decimal

from fieldcal.driverkit import ScaleSimulator

LIMITS = {"overload": ("H", "High"), "underload": ("L", "Low"), "": ("", "")}
COMMAND = re.compile(rb"\x1b([A-Z]|x[0-9]_)(?:\r\n)?")


class Escapes:
    """ESC and what belongs to it; whatever stands before is thrown away."""

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        hit = COMMAND.search(buffer)
        return (hit[0], buffer[hit.end() :]) if hit else None


class Scale(ScaleSimulator):
    """All masses in grams; `unit` is the one shown."""

    frame = Escapes()
    faults = ScaleSimulator.faults | {"error-054"}

    capacity, d, load = Decimal(3100), Decimal("0.01"), Decimal("58.27")
    serial, model = "91205273", "SIM-3100"

    def answer(self, request: bytes) -> bytes | None:
        hit = COMMAND.fullmatch(request)
        actions = {b"P": self._show, b"V": self._zero, b"U": self.tared, b"T": self.tared}
        if hit and (action := actions.get(hit[1])):
            return action()
        texts = {b"x1_": self.model, b"x2_": self.serial, b"x3_": "01-42-01"}
        text = texts.get(hit[1]) if hit else None
        return text.ljust(self._columns() - 2).encode("ascii") + b"\r\n" if text else None

    def _columns(self) -> int:
        return int(str(self.profile.get("format", 16)))

    def _zero(self) -> None:
        """The combined key takes any load for nought."""
        if not self.zeroed() and self.profile.get("zero") == "T":
            self.tared()

    def _limit(self) -> tuple[str, str]:
        """The status as short and as long lines tell it."""
        return ("Err 054", "ERR 054") if self.fault == "error-054" else LIMITS[self.limit()]

    def _show(self) -> bytes:
        short, long = self._limit()
        if short:
            line = short.center(14) if self._columns() == 16 else f"Stat     {long}".ljust(20)
        else:
            mode = ("N" if self.tare_weight else "G").ljust(6) if self._columns() == 22 else ""
            line = mode + self._weight(self.indication())
        return line.encode("ascii") + b"\r\n"

    def _weight(self, grams: Decimal) -> str:
        number, unit = self.told(abs(grams))
        sign = "-" if grams < 0 else "+" if grams else " "
        shown = self.stable() or self.profile.get("stability") == "none"
        return f"{sign}{number:>9} {unit if shown else '':<3}"
