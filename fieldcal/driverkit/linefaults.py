"""What can go wrong between an instrument and the program, made out of the bytes that were meant."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from fieldcal.driverkit.misread import misread

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
