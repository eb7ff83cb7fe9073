"""Base of the simulators of everything but scales: named values that can be set, drift, and tremble."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from fieldcal.driverkit.driver import Profile
from fieldcal.driverkit.linefaults import LINE_FAULTS
from fieldcal.driverkit.simulator import Knob, Simulator, knob

MINUTE = Decimal(60)
WIDE = Decimal(1000)  # to either side, in the unit shown
LIMITS = {"°C": ("-90", "1700"), "°F": ("-130", "3092"), "K": ("0", "2000"), "%": ("0", "100"), "°": ("-180", "180")}


class Quantities(Simulator):
    """`values` by name, each in its unit of `units` and shown in `steps`.

    Knobs: the values; `drift` in steps per minute since it was turned, `noise` in steps to either side, for all.
    Faults: `drift` runs away, `unstable` trembles more than any instrument may that stands still.
    """

    faults = LINE_FAULTS | {"drift", "unstable"}
    rounding = ROUND_HALF_EVEN
    runs, shakes = 100, 500  # steps: in a second of the fault `drift`, to either side in the fault `unstable`

    def __init__(
        self,
        values: Mapping[str, tuple[Decimal, Decimal, str]],
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
    ) -> None:
        """Each name with its value, the step it is shown in, and the unit of both."""
        super().__init__(profile, clock, seed)
        self.values: dict[str, Decimal] = {name: value for name, (value, _, _) in values.items()}
        self.steps = {name: step for name, (_, step, _) in values.items()}
        self.units = {name: unit for name, (_, _, unit) in values.items()}
        self.drift = self.noise = Decimal(0)
        self._start = self._drifts = clock()
        own = [self._range(name) for name in self.values]
        drift, noise = knob("drift", "-100000", "100000", "1", "steps/min"), knob("noise", "0", "10000", "1", "steps")
        self.knobs = (*own, drift, noise)

    def put(self, name: str, value: Decimal) -> None:
        """ValueError for a name it has not."""
        with self.lock:
            if name not in self.values:
                raise ValueError(f"{name}, accepted: {', '.join(self.values)}")
            self.values[name] = value

    def now(self, name: str) -> Decimal:
        """What is shown at this moment, rounded to the step."""
        value, step = self.values[name], self.steps[name]
        value += step * self.drift * Decimal(str(round(self.clock() - self._drifts, 3))) / MINUTE
        value += step * self.noise * self.random.randint(-100, 100) / 100
        if self.fault == "drift":
            value += step * int((self.clock() - self._start) * self.runs)
        if self.fault == "unstable":
            value += step * self.random.randint(-self.shakes, self.shakes)
        return value.quantize(step, self.rounding)

    def stir(self) -> None:
        for name in self.steps:
            self._move(name, 100 * self.steps[name])

    def _range(self, name: str) -> Knob:
        unit, step = self.units[name], self.steps[name]
        span = max(WIDE, abs(self.values[name]) * 100).quantize(step)
        low, high = LIMITS.get(unit, (-span, span))
        return Knob(name, Decimal(low), Decimal(high), step, unit)

    def _turned(self, name: str, value: Decimal) -> None:
        if name in self.values:
            self.put(name, value)
        else:
            self._drifts = self.clock() if name == "drift" else self._drifts
            setattr(self, name, value)

    def _stands(self, name: str) -> Decimal:
        return self.values[name] if name in self.values else super()._stands(name)


class Named(Quantities):
    """Several values, each set by its name."""

    def set(self, name: str, value: Decimal) -> None:
        """In the unit that is shown. ValueError for a name it has not."""
        self.put(name, value)


class Gauge(Quantities):
    """One value, set without its name."""

    def __init__(
        self,
        name: str,
        value: Decimal,
        step: Decimal,
        unit: str,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
    ) -> None:
        super().__init__({name: (value, step, unit)}, profile, clock, seed)
        self.name = name

    def set(self, value: Decimal) -> None:
        """In the unit that is shown."""
        self.put(self.name, value)

    def shown(self) -> Decimal:
        return self.now(self.name)
