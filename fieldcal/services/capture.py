"""A stable reading from the wire: stable means held within a spread for a time, not a count of equal samples."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from fieldcal.domain.quantity import show
from fieldcal.services.ports import Clock, Devices

HOLD = 1.0  # s
TIMEOUT = 5.0  # s
WANDER = Decimal("0.2")  # °C or % within the hold time


@dataclass(frozen=True)
class Live:
    text: str
    value: Decimal
    unit: str
    stable: bool
    elapsed: float
    hold: float
    spread: Decimal
    samples: int
    raw: str


class Window:
    """Samples of the last `hold` seconds; `spread` is what they may differ (0: not at all)."""

    def __init__(self, hold: float = HOLD, spread: Decimal = Decimal(0)) -> None:
        self.hold, self.spread = hold, spread
        self._samples: deque[tuple[float, Decimal]] = deque()
        self._unit = ""

    def feed(self, at: float, value: Decimal, unit: str, quiet: bool) -> tuple[bool, float, Decimal, int]:
        """(stable, seconds held, spread, samples). A moving flag, another unit or a jump starts again."""
        spread = self._spread(value)
        if not quiet or unit != self._unit or spread > self.spread:
            self._samples.clear()
        self._unit = unit
        self._samples.append((at, value))
        held = at - self._samples[0][0]
        return quiet and held >= self.hold and len(self._samples) >= 2, held, self._spread(value), len(self._samples)

    def _spread(self, value: Decimal) -> Decimal:
        values = [v for _, v in self._samples] + [value]
        return max(values) - min(values)


class Capture:
    def __init__(self, devices: Devices, role: str, capability: str, clock: Clock, channel: str = "") -> None:
        self.devices, self.role, self.capability, self.clock, self.channel = devices, role, capability, clock, channel
        self.args: dict[str, Any] = {"channel": channel} if capability == "measure-temperature" else {}
        still = capability == "live-mass"  # a digital scale must not move at all; a sensor wanders by a digit
        self.window = Window(HOLD, Decimal(0) if still else WANDER)

    def poll(self) -> Live:
        """Blocks for one exchange; raises DeviceError."""
        got: Any = self.devices.request(self.role, self.capability, **self.args).result(TIMEOUT)
        if isinstance(got, dict):
            got = cast(dict[str, Any], got)[self.channel]
        stable, held, spread, count = self.window.feed(self.clock.mono(), got.value, got.unit, got.stable)
        raw = got.raw.hex() if isinstance(got.raw, bytes) else str(got.raw)
        return Live(show(got.value), got.value, got.unit, stable, held, self.window.hold, spread, count, raw)

    def wait(self, limit: float = 20.0) -> Live:
        """Polls until stable. Raises TimeoutError after `limit` seconds of this clock."""
        end = self.clock.mono() + limit
        while not (live := self.poll()).stable:
            if self.clock.mono() > end:
                raise TimeoutError(f"{self.role}: not stable within {limit} s")
            self.clock.sleep(0.05)
        return live
