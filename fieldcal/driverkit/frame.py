"""Framers without I/O: `take(buffer)` gives (frame, rest), or None while the frame is not whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fieldcal.driverkit.errors import BadReply


class Frame(Protocol):
    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None: ...


def _refuse_longer_than(limit: int, buffer: bytes) -> None:
    if len(buffer) > limit:
        raise BadReply(f"more than {limit} bytes without an end: {buffer[:32]!r}")


@dataclass(frozen=True, slots=True)
class Line:
    """Text up to `ending`, which is not part of the frame."""

    ending: bytes = b"\r\n"
    limit: int = 256

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        end = buffer.find(self.ending)
        if end < 0 or end > self.limit:
            _refuse_longer_than(self.limit, buffer)
            return None
        return buffer[:end], buffer[end + len(self.ending) :]


@dataclass(frozen=True, slots=True)
class Fixed:
    size: int

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        return None if len(buffer) < self.size else (buffer[: self.size], buffer[self.size :])


@dataclass(frozen=True, slots=True)
class LengthPrefixed:
    """The byte at `at` counts the bytes that follow it; `extra` more (a checksum) stand behind them."""

    at: int
    extra: int = 0

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        if len(buffer) <= self.at:
            return None
        return Fixed(self.at + 1 + buffer[self.at] + self.extra).take(buffer)


@dataclass(frozen=True, slots=True)
class Between:
    """From `start` to `end`, both part of the frame; what stands before `start` is thrown away."""

    start: bytes
    end: bytes
    limit: int = 256

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        first = buffer.find(self.start)
        last = buffer.find(self.end, first + len(self.start)) if first >= 0 else -1
        if last < 0:
            _refuse_longer_than(self.limit, buffer)
            return None
        last += len(self.end)
        return buffer[first:last], buffer[last:]


@dataclass(frozen=True, slots=True)
class SilentGap:
    """Only `gap` seconds of silence end the frame, so the link, which has the clock, calls `end`."""

    gap: float
    limit: int = 256

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        _refuse_longer_than(self.limit, buffer)
        return None

    def end(self, buffer: bytes, /) -> tuple[bytes, bytes]:
        return buffer, b""
