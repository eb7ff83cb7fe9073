"""Sees once a second whether the computer slept, and whether the drivers' processes are alive."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread

TICK = 1.0  # s
GAP = 3.0  # s: later than that a tick comes only after a sleep, or after the whole program was held


def asleep() -> float:
    """Seconds this computer has slept since it was started, where the system tells (elsewhere the clock runs on)."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(boot) - time.monotonic() if boot is not None else 0.0


class Watch(Thread):
    def __init__(self, look: Callable[[], None], slept: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="device-watch")
        self._look, self._slept, self._stop = look, slept, Event()
        self._before, self._sleep = time.monotonic(), asleep()

    def run(self) -> None:
        while not self._stop.wait(TICK):
            self.tick(time.monotonic(), asleep())

    def tick(self, now: float, sleep: float) -> None:
        """One look; `now` and `sleep` in seconds as `time.monotonic` and `asleep` give them."""
        held = now - self._before > TICK + GAP or sleep - self._sleep > GAP
        self._before, self._sleep = now, sleep
        (self._slept if held else self._look)()

    def stop(self) -> None:
        self._stop.set()
