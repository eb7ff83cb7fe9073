"""Base of the simulators of scales: a load that settles, rounding, tare and zero, and the errors a scale can have."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from fieldcal.driverkit.driver import Profile
from fieldcal.driverkit.linefaults import LINE_FAULTS
from fieldcal.driverkit.simulator import Knob, Simulator, knob

GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "mg": Decimal("0.001"),
    "t": Decimal(1000000),
    "lb": Decimal("453.59237"),
}
HALF, MINUTE = Decimal("0.5"), Decimal(60)
CORNERS = (Decimal(0), Decimal(1), Decimal(-1), HALF, -HALF)  # middle and four corners, in parts of corner_error
SETTINGS = frozenset({"capacity", "d", "unit", "load", "settle", "swing", "serial", "model", "error"})
WORDS = frozenset({"unit", "comma", "nan"})


def no_error(load: Decimal) -> Decimal:
    return Decimal(0)


class ScaleSimulator(Simulator):
    """Loads and the interval `d` in the unit `mass`, times in seconds. The indication is
    round((load + errors) / d) · d, halves upwards.

    Knobs: `drift` in mass units per minute since it was turned; `corner` 0 for the middle, 1 to 4; `corner_error` in
    mass units at a third of the capacity; `noise` in intervals, always there, above one nothing is stable; `cheat`
    is a hidden factor, 1 for an honest scale.
    """

    mass = "g"
    faults = LINE_FAULTS | WORDS | {"drift", "unstable", "overload", "underload"}

    capacity, d, unit, load = Decimal(3000), Decimal(1), "g", Decimal(0)
    settle, swing = 0.5, Decimal(5)  # s after each `place`, and intervals to either side until then
    serial, model = "", ""
    error: Callable[[Decimal], Decimal] = staticmethod(no_error)

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        **settings: Any,
    ) -> None:
        """`settings`: capacity, d, unit (the one shown), load, settle, swing, serial, model, and error, a function of
        the load; each in place of what the class has."""
        super().__init__(profile, clock, seed)
        if unknown := set(settings) - SETTINGS:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        for name, value in settings.items():
            setattr(self, name, value)
        self.zero_point = self.tare_weight = self.noise = self.drift = self.corner_error = Decimal(0)
        self.corner, self.cheat = Decimal(0), Decimal(1)
        self._since, self._drifts = clock() - self.settle, clock()
        self.knobs = self._ranges()

    def _ranges(self) -> tuple[Knob, ...]:
        load, step, mass = self.capacity * 6 / 5, self.d, self.mass
        return (
            Knob("load", -self.capacity / 10, load, step, mass),
            Knob("drift", -100 * step, 100 * step, step / 10, f"{mass}/min"),
            knob("corner", "0", "4", "1"),
            Knob("corner_error", -20 * step, 20 * step, step / 10, mass),
            knob("noise", "0", "20", "0.1", "d"),
            knob("swing", "0", "100", "1", "d"),
            knob("cheat", "0.9", "1.1", "0.0001"),
            knob("settle", "0", "60", "0.1", "s"),
            Knob("tare_weight", Decimal(0), self.capacity, step, mass),
            Knob("zero_point", -self.capacity, self.capacity, step, mass),
            Knob("capacity", step, Decimal(10) ** 9, step, mass),
            Knob("d", Decimal("0.000001"), Decimal(10) ** 6, Decimal("0.000001"), mass),
        )

    def place(self, load: Decimal) -> None:
        """Put this whole load on the pan, in place of the one before."""
        with self.lock:
            self.load, self._since = load, self.clock()

    def stable(self) -> bool:
        return self.fault != "unstable" and self.noise <= 1 and self.clock() - self._since >= self.settle

    def gross(self) -> Decimal:
        """What the cell gives, neither rounded nor tared."""
        return self.rest() + self.d * (self.noise + (0 if self.stable() else self.swing)) * self._shake()

    def rest(self) -> Decimal:
        """What the cell gives once it is at rest."""
        value = self.load * self.cheat + self.error(self.load) + self._eccentric() - self.zero_point
        value += self.drift * Decimal(str(round(self.clock() - self._drifts, 3))) / MINUTE
        if self.fault == "drift":
            value += self.d * Decimal(round((self.clock() - self._since) * 10)) / 10
        return value

    def indication(self, step: Decimal | None = None) -> Decimal:
        """The net weight rounded to `step`, to `d` if none is given."""
        return _rounded(self.gross() - self.tare_weight, step or self.d)

    def limit(self) -> str:
        """`overload` above capacity and nine intervals, `underload` below a fiftieth of it."""
        gross = self.gross()
        if self.fault == "overload" or gross > self.capacity + 9 * self.d:
            return "overload"
        return "underload" if self.fault == "underload" or gross < -self.capacity / 50 - 9 * self.d else ""

    def zeroed(self) -> bool:
        """Zero the scale, which takes the tare away too; outside ±2 % of the capacity nothing is done."""
        value = self.rest()
        if abs(value + self.zero_point) > self.capacity / 50:
            return False
        self.zero_point += value
        self.tare_weight = Decimal(0)
        return True

    def tared(self) -> None:
        self.tare_weight = _rounded(self.rest(), self.d)

    def told(self, value: Decimal, step: Decimal | None = None) -> tuple[str, str]:
        """A mass as it is shown: the number with its decimals, and the unit; the fault `unit` shows pounds."""
        unit = "lb" if self.fault == "unit" else self.unit
        interval = (step or self.d) * GRAMS[self.mass] / GRAMS[self.unit]
        places = max(0, -int(interval.normalize().as_tuple().exponent))
        shown = value * GRAMS[self.mass] / GRAMS[unit]
        return f"{shown if shown else Decimal(0):.{places}f}", unit

    def _turned(self, name: str, value: Decimal) -> None:
        if name == "load":
            self.place(value)
        elif name == "settle":
            self.settle = float(value)
        else:
            self._drifts = self.clock() if name == "drift" else self._drifts
            setattr(self, name, value)
            self.knobs = self._ranges()  # the capacity and the interval bound the others

    def _stands(self, name: str) -> Decimal:
        return Decimal(str(getattr(self, name)))

    def _eccentric(self) -> Decimal:
        return CORNERS[int(self.corner)] * self.corner_error * self.load * 3 / self.capacity

    def _shake(self) -> Decimal:
        """Between minus one and one."""
        return Decimal(self.random.randint(-100, 100)) / 100


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return (value / step + HALF).to_integral_value(ROUND_FLOOR) * step
