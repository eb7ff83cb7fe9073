"""An A&D balance: a load can be placed, it settles; with erCd 1 it acknowledges on receipt and on completion."""

from decimal import Decimal

from fieldcal.driverkit import Line, ScaleSimulator

ACK = b"\x06\r\n"


class Scale(ScaleSimulator):
    """All masses in grams; `unit` is the one shown."""

    frame = Line(ending=b"\r\n", limit=64)
    ending = b"\r\n"
    faults = ScaleSimulator.faults | {"not-executable"}
    stability_timeout = 5.0  # s, after which zero and tare give up

    capacity, d, load = Decimal(3100), Decimal("0.01"), Decimal("23.45")
    serial, model = "T0012345", "SIM-3000"
    asked = ("", 0.0)  # the command that is held, and since when

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("ascii", "replace")
        if command in ("Q", "SI"):
            return self._show()
        if command in ("S", "Z", "R", "T"):
            return self._begin(command)
        texts = {"?SN": self.serial, "?TN": self.model, "?ID": "LAB-0001"}
        if command in texts:
            return f"{command[1:]},{texts[command]}\r\n".encode("ascii")
        if not self._acknowledges():
            return None
        return ACK if command == "C" else b"EC,E01\r\n"

    def held(self) -> bytes | None:
        command, since = self.asked
        if self.stable():
            return self._show() if command == "S" else self._done(command)
        if command == "S" or self.clock() - since < self.stability_timeout:
            return None
        return b"EC,E11\r\n" if self._acknowledges() else b""

    def _begin(self, command: str) -> bytes | None:
        if self.fault == "not-executable":
            return b"EC,E02\r\n"
        self.asked = (command, self.clock())
        self.waiting = True
        return ACK if command != "S" and self._acknowledges() else None

    def _acknowledges(self) -> bool:
        return bool(self.profile.get("acknowledge"))

    def _done(self, command: str) -> bytes:
        if command == "T":
            self.tared()
        elif not self.zeroed():
            return b"EC,E02\r\n" if self._acknowledges() else b""
        return ACK if self._acknowledges() else b""

    def _show(self) -> bytes:
        if limit := self.limit():
            return b"OL,%b9999999E+19\r\n" % (b"+" if limit == "overload" else b"-")
        return self._weight(self.indication())

    def _weight(self, grams: Decimal) -> bytes:
        (number, unit), profile = self.told(abs(grams)), self.profile
        width = int(str(profile.get("digits", 8)))
        apart = "," if profile.get("layout") == "csv" else ""
        second = ("NT," if self.tare_weight else "GS,") if width == 9 else ""
        head = f"{'ST' if self.stable() else 'US'},{second}{'-' if grams < 0 else '+'}"
        unit = unit.rjust(int(str(profile.get("unit_width", 3))))
        return f"{head}{number.rjust(width, '0')}{apart}{unit}\r\n".encode("ascii")
