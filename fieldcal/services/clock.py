"""The clocks: the machine's, and the demo's, which runs faster and says so in the journal."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from threading import Lock


class SystemClock:
    def __init__(self) -> None:
        self._session = uuid.uuid4().hex

    def now(self) -> datetime:
        return datetime.now(UTC)

    def mono(self) -> float:
        return time.monotonic()

    def session(self) -> str:
        return self._session

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class DemoClock(SystemClock):
    """`speed` times as fast; with `jump`, sleeping only moves the clock on; from `start` instead of now. Never outside
    a demo workspace."""

    def __init__(self, speed: int = 1, jump: bool = False, start: datetime | None = None) -> None:
        super().__init__()
        self.speed, self.jump = speed, jump
        self._start, self._zero = start or datetime.now(UTC), time.monotonic()
        self._skipped, self._lock = 0.0, Lock()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.mono())

    def mono(self) -> float:
        with self._lock:
            return (time.monotonic() - self._zero) * self.speed + self._skipped

    def sleep(self, seconds: float) -> None:
        if self.jump:
            with self._lock:
                self._skipped += seconds
        else:
            time.sleep(seconds / self.speed)
