"""What can go wrong between an instrument and the program, made out of the bytes that were meant."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

LINE_FAULTS = frozenset(
    {
        "silence", "cut", "late", "garbage", "echo", "unplug", "wrong-baud", "stale", "overflow", "late-answer",
        "drip", "early", "stuck",
    }
)  # fmt: skip
DRIP = 0.2  # s between two bytes
FLOOD = (12, 512, 0.05)  # chunks, bytes of each, s between them: more than any frame, less than a port holds


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that come together, `delay` seconds after the ones before; `unplug` pulls the cable then."""

    data: bytes
    delay: float = 0.0
    unplug: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """One reply as it was meant; `late_by` and `overdue` in seconds."""

    request: bytes
    reply: bytes
    source: random.Random
    late_by: float
    overdue: float


def misread(data: bytes, sent: int, heard: int) -> bytes:
    """What a port set to `heard` baud makes of bytes sent at `sent` baud, both with 8 data bits and no parity.

    Times are counted in parts of a bit, so that nothing is rounded; a missing stop bit does not stop the port.
    """
    levels = [level for byte in data for level in (0, *(byte >> bit & 1 for bit in range(8)), 1)]
    wide, end = 2 * heard, 2 * heard * len(levels)  # parts of one sent bit, and of all
    found, at = bytearray(), 0
    while (start := _falls(levels, wide, at)) < end:
        # half a heard bit behind the edge stands the start bit; noise shorter than that is none
        samples = [_level(levels, wide, start + (2 * place + 1) * sent) for place in range(10)]
        if samples[0] == 0:
            found.append(sum(level << bit for bit, level in enumerate(samples[1:9])))
            at = start + 19 * sent
        else:
            at = start + sent
    return bytes(found)


def _level(levels: list[int], wide: int, at: int) -> int:
    place = at // wide
    return levels[place] if place < len(levels) else 1


def _falls(levels: list[int], wide: int, at: int) -> int:
    """When the line falls next, at `at` or later."""
    place = -(-at // wide)
    while place < len(levels) and not (levels[place] == 0 and (place == 0 or levels[place - 1] == 1)):
        place += 1
    return place * wide


def _cut(it: Spoken) -> list[Chunk]:
    return [Chunk(it.reply[: len(it.reply) // 2])]


def _unplug(it: Spoken) -> list[Chunk]:
    return [Chunk(it.reply[: len(it.reply) // 2], unplug=True)]


def _garbage(it: Spoken) -> list[Chunk]:
    return [Chunk(it.source.randbytes(len(it.reply)))] if it.reply else []


def _late(it: Spoken) -> list[Chunk]:
    return [Chunk(it.reply, it.late_by)]


def _overdue(it: Spoken) -> list[Chunk]:
    return [Chunk(it.reply, it.overdue)]


def _echo(it: Spoken) -> list[Chunk]:
    return [Chunk(it.request), Chunk(it.reply)]


def _wrong_baud(it: Spoken) -> list[Chunk]:
    return [Chunk(misread(it.reply, 4800, 9600))]


def _overflow(it: Spoken) -> list[Chunk]:
    count, size, delay = FLOOD
    return [Chunk(b"8" * size, delay) for _ in range(count)] if it.reply else []


def _drip(it: Spoken) -> list[Chunk]:
    return [Chunk(it.reply[at : at + 1], DRIP) for at in range(len(it.reply))]


def _early(it: Spoken) -> list[Chunk]:
    """The frame once more: it lies there before the next request is sent."""
    return [Chunk(it.reply), Chunk(it.reply)]


SPOILERS: dict[str, Callable[[Spoken], list[Chunk]]] = {
    "silence": lambda it: [],
    "stuck": lambda it: [],
    "cut": _cut,
    "unplug": _unplug,
    "garbage": _garbage,
    "late": _late,
    "late-answer": _overdue,
    "echo": _echo,
    "wrong-baud": _wrong_baud,
    "overflow": _overflow,
    "drip": _drip,
    "early": _early,
}
