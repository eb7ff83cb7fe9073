"""A scale that answers MT-SICS: a load can be placed, it settles, and its errors are known exactly."""

import time
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal

from fieldcal.driverkit import LINE_FAULTS, Line, Profile, Simulator

HALF = Decimal("0.5")
GRAMS = {"g": Decimal(1), "kg": Decimal(1000)}


def no_error(load: Decimal) -> Decimal:
    return Decimal(0)


class Scale(Simulator):
    """All masses in grams. The indication is round((load + error(load)) / d) * d, halves upwards."""

    frame = Line(ending=b"\r\n", limit=128)
    ending = b"\r\n"
    faults = LINE_FAULTS | {"drift", "unstable"}
    stability_timeout = 5.0  # s, after which S gives up with `S I`

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        capacity: Decimal = Decimal(15000),
        d: Decimal = Decimal(5),
        unit: str = "kg",
        settle: float = 0.5,
        noise: Decimal = Decimal(2),
        error: Callable[[Decimal], Decimal] = no_error,
        serial: str = "1234567",
        model: str = "SIM-15",
    ) -> None:
        """`noise` in intervals d while the load settles; `settle` in seconds after each `place`."""
        super().__init__(profile, clock, seed)
        self.capacity, self.d, self.unit, self.settle = capacity, d, unit, settle
        self.noise, self.error, self.serial, self.model = noise, error, serial, model
        self.load = self.zero_point = self.tare_weight = Decimal(0)
        self._since = clock() - settle
        self._asked = ("", 0.0)

    def place(self, grams: Decimal) -> None:
        """Put this whole load on the pan, in place of the one before."""
        with self.lock:
            self.load, self._since = grams, self.clock()

    def stable(self) -> bool:
        return self.fault != "unstable" and self.clock() - self._since >= self.settle

    def gross(self) -> Decimal:
        """What the load cell gives, neither rounded nor tared."""
        value = self.load + self.error(self.load) - self.zero_point
        if self.fault == "drift":
            value += self.d * Decimal(round((self.clock() - self._since) * 10)) / 10
        if not self.stable():
            value += self.d * self.noise * (self.random.randint(-100, 100)) / 100
        return value

    def indication(self) -> Decimal:
        steps = ((self.gross() - self.tare_weight) / self.d + HALF).to_integral_value(ROUND_FLOOR)
        return steps * self.d

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("ascii", "replace")
        if command in ("S", "T", "Z"):
            self._asked, self.waiting = (command, self.clock()), True
            reply = self.held()
            self.waiting = reply is None
            return reply
        immediate = {"SI": self._show, "ZI": self._zero_now, "@": self._reset}
        if action := immediate.get(command):
            return action()
        texts = {"I2": f"{self.model} {self._shown(self.capacity)} {self.unit}", "I4": self.serial}
        return _line(f'{command} A "{texts[command]}"') if command in texts else _line("ES")

    def held(self) -> bytes | None:
        command, since = self._asked
        if not self.stable():
            return _line(f"{command} I") if self.clock() - since >= self.stability_timeout else None
        return {"S": self._show, "T": self._tare, "Z": self._zero}[command]()

    def _reset(self) -> bytes:
        self.tare_weight = Decimal(0)
        return _line(f'I4 A "{self.serial}"')

    def _limit(self) -> str:
        gross = self.gross()
        if gross > self.capacity + 9 * self.d:
            return "+"
        return "-" if gross < -self.capacity / 50 - 9 * self.d else ""

    def _show(self) -> bytes:
        if sign := self._limit():
            return _line(f"S {sign}")
        return self._weight(f"S {'S' if self.stable() else 'D'}", self.indication())

    def _tare(self) -> bytes:
        if sign := self._limit():
            return _line(f"T {sign}")
        self.tare_weight = Decimal(0)
        self.tare_weight = self.indication()
        return self._weight("T S", self.tare_weight)

    def _zero(self) -> bytes:
        return _line(f"Z {self._set_zero() or 'A'}")

    def _zero_now(self) -> bytes:
        return _line(f"ZI {self._set_zero() or ('S' if self.stable() else 'D')}")

    def _set_zero(self) -> str:
        """Zero the gross weight; outside ±2 % of the capacity the sign that says which side."""
        value = self.gross()
        if abs(value + self.zero_point) > self.capacity / 50:
            return "+" if value > 0 else "-"
        self.zero_point += value
        self.tare_weight = Decimal(0)
        return ""

    def _shown(self, grams: Decimal) -> str:
        interval = (self.d / GRAMS[self.unit]).normalize()
        places = max(0, -int(interval.as_tuple().exponent))
        return f"{grams / GRAMS[self.unit]:.{places}f}"

    def _weight(self, head: str, grams: Decimal) -> bytes:
        text = self._shown(grams if grams else Decimal(0))
        return _line(f"{head} {text.rjust(10)} {self.unit}")


def _line(text: str) -> bytes:
    return text.encode("ascii") + b"\r\n"
