"""An Ohaus balance with any of the documented print lines: a load can be placed, it settles."""

import re
from decimal import Decimal

from fieldcal.driverkit import ScaleSimulator

COMMAND = re.compile(rb"([A-Z0-9?]{1,6})(\r\n?)")
DEFENDER = {"polarity": 1, "weight": 7, "unit": 5, "gap": 0, "legend": 3, "legend_gap": 0}


class Requests:
    """Commands that end with CR or with CR LF."""

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        hit = COMMAND.search(buffer)
        return (hit[1], buffer[hit.end() :]) if hit else None


class Scale(ScaleSimulator):
    """All masses in grams; `unit` is the one shown."""

    frame = Requests()
    ending = b"\r\n"

    capacity, d, load = Decimal(6000), Decimal("0.1"), Decimal("92.2")
    model = "Sr 1.23"  # its version

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("ascii", "replace")
        actions = {"P": self._show, "IP": self._show, "SP": self._begin, "T": self.tared, "Z": self._zero}
        if action := actions.get(command):
            return action()
        return f"{self.model}\r\n".encode("ascii") if command == "V" else b"ES\r\n"

    def held(self) -> bytes | None:
        return self._show() if self.stable() else None

    def _begin(self) -> bytes | None:
        self.waiting = not self.stable()
        return None if self.waiting else self._show()

    def _zero(self) -> None:
        self.zeroed()

    def _show(self) -> bytes:
        if limit := self.limit():
            return b"Err 8.3\r\n" if limit == "overload" else b"Err 8.4\r\n"
        return self._line(self.indication()).encode("ascii") + b"\r\n"

    def _width(self, name: str) -> int:
        return int(str(self.profile.get(name, DEFENDER[name])))

    def _line(self, grams: Decimal) -> str:
        sign, (size, name) = "-" if grams < 0 else "", self.told(abs(grams))
        if self._width("polarity"):
            head = f"{sign or ' '} {size.rjust(self._width('weight'))}"
        else:
            head = f"{sign}{size}".rjust(self._width("weight"))
        unit = name.ljust(self._width("unit")) + " " * self._width("gap")
        legend = ("NET" if self.tare_weight else "G").ljust(3)[: self._width("legend")]
        return f"{head} {unit}{' ' if self.stable() else '?'}{' ' * self._width('legend_gap')}{legend}"
