"""Every byte of one port in both directions with its time, the newest kept, as text on demand."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Lock
from time import monotonic, time

from fieldcal.driverkit import Chunk
from fieldcal.driverkit.transcript import Exchange, write_transcript


@dataclass(frozen=True, slots=True)
class Heard:
    """`mono` in seconds of this process, `wall` in seconds since 1970 UTC."""

    sent: bool
    data: bytes
    mono: float
    wall: float


class Tap:
    def __init__(self, size: int = 20000) -> None:
        self._ring: deque[Heard] = deque(maxlen=size)
        self._count = self._told = 0  # pieces heard, and those that a transcript has had
        self._lock = Lock()

    def __call__(self, sent: bool, data: bytes) -> None:
        self.keep(sent, data, monotonic(), time())

    def keep(self, sent: bool, data: bytes, mono: float, wall: float) -> None:
        with self._lock:
            self._ring.append(Heard(sent, data, mono, wall))
            self._count += 1

    def entries(self) -> list[Heard]:
        with self._lock:
            return list(self._ring)

    def clear(self) -> None:
        with self._lock:
            self._ring.clear()

    def transcript(self, title: str = "") -> bytes:
        """What was heard since the last one; nothing if nothing was."""
        with self._lock:
            fresh = min(self._count - self._told, len(self._ring))
            news = list(self._ring)[len(self._ring) - fresh :]
            self._told = self._count
        return _written(news, title) if news else b""


def _written(news: list[Heard], title: str) -> bytes:
    exchanges: list[Exchange] = []
    before = 0.0
    for heard in news:
        if heard.sent:
            exchanges.append(Exchange(heard.data))
        else:
            if not exchanges:
                exchanges.append(Exchange(b""))
            exchanges[-1].chunks.append(Chunk(heard.data, heard.mono - before if before else 0.0))
        before = heard.mono
    return write_transcript(exchanges, title).encode("ascii", "backslashreplace")
