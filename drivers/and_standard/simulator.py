"""An A&D balance: a load can be placed, it settles; with erCd 1 it acknowledges on receipt and on completion."""

import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from fieldcal.driverkit import LINE_FAULTS, Line, Profile, Simulator

GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "mg": Decimal("0.001")}
ACK = b"\x06\r\n"


class Scale(Simulator):
    """All masses in grams; `unit` is the unit shown, `d` its interval in grams."""

    frame = Line(ending=b"\r\n", limit=64)
    ending = b"\r\n"
    faults = LINE_FAULTS | {"drift", "unstable", "overload", "negative-overload", "not-executable"}
    stability_timeout = 5.0  # s, after which zero and tare give up

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        capacity: Decimal = Decimal(3100),
        d: Decimal = Decimal("0.01"),
        unit: str = "g",
        settle: float = 0.5,
        serial: str = "T0012345",
        model: str = "SIM-3000",
    ) -> None:
        """`settle` in seconds after each `place`."""
        super().__init__(profile, clock, seed)
        self.capacity, self.d, self.unit, self.settle = capacity, d, unit, settle
        self.serial, self.model = serial, model
        self.load = Decimal("23.45")
        self.zero_point = self.tare_weight = Decimal(0)
        self._since = clock() - settle
        self._asked = ("", 0.0)

    def place(self, grams: Decimal) -> None:
        """Put this whole load on the pan, in place of the one before."""
        with self.lock:
            self.load, self._since = grams, self.clock()

    def stable(self) -> bool:
        return self.fault != "unstable" and self.clock() - self._since >= self.settle

    def gross(self) -> Decimal:
        """What the cell gives, neither rounded nor tared."""
        value = self.load - self.zero_point
        if self.fault == "drift":
            value += self.d * Decimal(round((self.clock() - self._since) * 10)) / 10
        return value if self.stable() else value + self.d * self.random.randint(-500, 500) / 100

    def indication(self) -> Decimal:
        steps = ((self.gross() - self.tare_weight) / self.d).to_integral_value(ROUND_HALF_UP)
        return steps * self.d

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
        command, since = self._asked
        if self.stable():
            return self._show() if command == "S" else self._done(command)
        if command == "S" or self.clock() - since < self.stability_timeout:
            return None
        return b"EC,E11\r\n" if self._acknowledges() else b""

    def _begin(self, command: str) -> bytes | None:
        if self.fault == "not-executable":
            return b"EC,E02\r\n"
        self._asked = (command, self.clock())
        self.waiting = True
        return ACK if command != "S" and self._acknowledges() else None

    def _acknowledges(self) -> bool:
        return bool(self.profile.get("acknowledge"))

    def _done(self, command: str) -> bytes:
        if command == "T":
            self.tare_weight = Decimal(0)
            self.tare_weight = self.indication()
        elif abs(self.load) <= self.capacity / 50:
            self.zero_point, self.tare_weight = self.load, Decimal(0)
        else:
            return b"EC,E02\r\n" if self._acknowledges() else b""
        return ACK if self._acknowledges() else b""

    def _show(self) -> bytes:
        gross = self.gross()
        if self.fault == "overload" or gross > self.capacity + 9 * self.d:
            return b"OL,+9999999E+19\r\n"
        if self.fault == "negative-overload" or gross < -self.capacity / 50:
            return b"OL,-9999999E+19\r\n"
        return self._weight(self.indication())

    def _weight(self, grams: Decimal) -> bytes:
        scale, profile = GRAMS[self.unit], self.profile
        width = int(str(profile.get("digits", 8)))
        places = max(0, -int((self.d / scale).normalize().as_tuple().exponent))
        apart = "," if profile.get("layout") == "csv" else ""
        second = ("NT," if self.tare_weight else "GS,") if width == 9 else ""
        head = f"{'ST' if self.stable() else 'US'},{second}{'-' if grams < 0 else '+'}"
        unit = self.unit.rjust(int(str(profile.get("unit_width", 3))))
        return f"{head}{abs(grams) / scale:0{width}.{places}f}{apart}{unit}\r\n".encode("ascii")
