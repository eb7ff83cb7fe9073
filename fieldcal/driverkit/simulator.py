"""Base of simulators: request bytes in, timed chunks out, and faults that can be switched on."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from fieldcal.driverkit.driver import Profile
from fieldcal.driverkit.errors import BadReply
from fieldcal.driverkit.frame import Frame, Line

LINE_FAULTS = frozenset({"silence", "cut", "late", "garbage", "echo", "unplug"})


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that come together, `delay` seconds after the ones before; `unplug` pulls the cable then."""

    data: bytes
    delay: float = 0.0
    unplug: bool = False


@dataclass(frozen=True, slots=True)
class Knob:
    """One quantity of a simulator that can be turned, from `low` to `high` in steps of `step`."""

    name: str
    low: Decimal
    high: Decimal
    step: Decimal
    unit: str


def knob(name: str, low: str, high: str, step: str, unit: str = "") -> Knob:
    return Knob(name, Decimal(low), Decimal(high), Decimal(step), unit)


class Simulator:
    """One instrument. `answer` gives the reply to one request, None while it is held back.

    A held reply comes from `held`, which is asked again and again while `waiting` is true; a new
    request drops it, as an instrument does that takes one command at a time.
    """

    frame: Frame = Line()
    ending = b""  # what the framer took off
    faults: frozenset[str] = LINE_FAULTS | {"drift", "unstable"}
    late_by = 0.6  # s
    knobs: tuple[Knob, ...] = ()
    period = 0.0  # s between two frames of an instrument that speaks unasked

    def __init__(
        self, profile: Profile | None = None, clock: Callable[[], float] = time.monotonic, seed: int = 1
    ) -> None:
        self.profile: Profile = profile or {}
        self.clock, self.random, self.lock = clock, random.Random(seed), threading.RLock()
        self.fault = ""
        self.waiting = False
        self._buffer = b""

    def switch(self, fault: str) -> None:
        """Switch one fault on, or all off with an empty text."""
        if fault and fault not in self.faults:
            raise ValueError(f"{type(self).__name__} has no fault {fault!r}")
        with self.lock:
            self.fault = fault

    def turn(self, name: str, value: Decimal) -> None:
        """Set one knob. ValueError with the name, the value and the range when it cannot stand there."""
        found = self._knob(name)
        if not (value.is_finite() and found.low <= value <= found.high):
            raise ValueError(f"{name} = {value}, accepted: {found.low} to {found.high} {found.unit}".rstrip())
        with self.lock:
            self._turned(name, value)

    def standing(self, name: str) -> Decimal:
        """Where a knob stands."""
        self._knob(name)
        with self.lock:
            return self._stands(name)

    def _knob(self, name: str) -> Knob:
        for one in self.knobs:
            if one.name == name:
                return one
        raise ValueError(f"{name}, accepted: {', '.join(one.name for one in self.knobs) or 'nothing'}")

    def _turned(self, name: str, value: Decimal) -> None:
        setattr(self, name, value)

    def _stands(self, name: str) -> Decimal:
        return Decimal(getattr(self, name))

    def answer(self, request: bytes) -> bytes | None:
        raise NotImplementedError

    def held(self) -> bytes | None:
        return None

    def push(self) -> bytes:
        """What it says unasked, every `period` seconds."""
        return b""

    def emit(self) -> list[Chunk]:
        with self.lock:
            return self._spoilt(b"", self.push())

    def spoil(self, reply: bytes) -> bytes:
        """The reply with a wrong checksum; only for protocols that have one."""
        return reply

    def receive(self, data: bytes) -> list[Chunk]:
        with self.lock:
            self._buffer += data
            chunks: list[Chunk] = []
            while (request := self._next_request()) is not None:
                self.waiting = False
                reply = self.answer(request)
                chunks += self._spoilt(request + self.ending, reply)
            return chunks

    def poll(self) -> list[Chunk]:
        """What a held reply has become; call it now and then while `waiting`."""
        with self.lock:
            if not self.waiting or (reply := self.held()) is None:
                return []
            self.waiting = False
            return self._spoilt(b"", reply)

    def _next_request(self) -> bytes | None:
        try:
            hit = self.frame.take(self._buffer)
        except BadReply:
            self._buffer = b""
            return None
        if hit is None:
            return None
        self._buffer = hit[1]
        return hit[0]

    def _spoilt(self, request: bytes, reply: bytes | None) -> list[Chunk]:
        if self.fault == "unplug":
            return [Chunk((reply or b"")[: len(reply or b"") // 2], unplug=True)]
        echo = [Chunk(request)] if self.fault == "echo" and request else []
        if not reply or self.fault == "silence":
            return echo
        if self.fault == "cut":
            return [Chunk(reply[: len(reply) // 2])]
        if self.fault == "garbage":
            return [Chunk(self.random.randbytes(len(reply)))]
        if self.fault == "wrong-checksum":
            return [Chunk(self.spoil(reply))]
        return [*echo, Chunk(reply, self.late_by if self.fault == "late" else 0.0)]
