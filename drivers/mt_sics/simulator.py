"""A scale that answers MT-SICS: a load can be placed, it settles, and its errors are known exactly."""

from decimal import Decimal

from fieldcal.driverkit import Line, ScaleSimulator

SIGNS = {"overload": "+", "underload": "-"}


class Scale(ScaleSimulator):
    """All masses in grams; `unit` is the one shown."""

    frame = Line(ending=b"\r\n", limit=128)
    ending = b"\r\n"
    stability_timeout = 5.0  # s, after which S gives up with `S I`

    capacity, d, unit, swing = Decimal(15000), Decimal(5), "kg", Decimal(2)
    serial, model = "1234567", "SIM-15"
    asked = ("", 0.0)  # the command that is held, and since when

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("ascii", "replace")
        if command in ("S", "T", "Z"):
            self.asked, self.waiting = (command, self.clock()), True
            reply = self.held()
            self.waiting = reply is None
            return reply
        immediate = {"SI": self._show, "ZI": self._zero_now, "@": self._reset}
        if action := immediate.get(command):
            return action()
        number, unit = self.told(self.capacity)
        texts = {"I2": f"{self.model} {number} {unit}", "I4": self.serial}
        return _line(f'{command} A "{texts[command]}"') if command in texts else _line("ES")

    def held(self) -> bytes | None:
        command, since = self.asked
        if not self.stable():
            return _line(f"{command} I") if self.clock() - since >= self.stability_timeout else None
        return {"S": self._show, "T": self._tare, "Z": self._zero}[command]()

    def _reset(self) -> bytes:
        self.tare_weight = Decimal(0)
        return _line(f'I4 A "{self.serial}"')

    def _show(self) -> bytes:
        if limit := self.limit():
            return _line(f"S {SIGNS[limit]}")
        return self._weight(f"S {'S' if self.stable() else 'D'}", self.indication())

    def _tare(self) -> bytes:
        if limit := self.limit():
            return _line(f"T {SIGNS[limit]}")
        self.tared()
        return self._weight("T S", self.tare_weight)

    def _zero(self) -> bytes:
        return _line(f"Z {self._set_zero() or 'A'}")

    def _zero_now(self) -> bytes:
        return _line(f"ZI {self._set_zero() or ('S' if self.stable() else 'D')}")

    def _set_zero(self) -> str:
        """Empty when it is done, else the sign that says which side the load is on."""
        return "" if self.zeroed() else "+" if self.gross() > 0 else "-"

    def _weight(self, head: str, grams: Decimal) -> bytes:
        number, unit = self.told(grams)
        return _line(f"{head} {number.rjust(10)} {unit}")


def _line(text: str) -> bytes:
    return text.encode("ascii") + b"\r\n"
