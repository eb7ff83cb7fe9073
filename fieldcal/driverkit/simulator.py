"""Base of simulators: request bytes in, timed chunks out, and faults that can be switched on."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from fieldcal.driverkit.driver import Profile
from fieldcal.driverkit.errors import BadReply
from fieldcal.driverkit.frame import Frame, Line
from fieldcal.driverkit.linefaults import LINE_FAULTS, SPOILERS, Chunk, Spoken


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
    overdue = 3.0  # s, by which the first answer comes once `late-answer` is on
    worded_inside = False  # it calls `worded` itself, before a checksum is made
    points = re.compile(rb"(?<=[0-9])\.(?=[0-9])")  # the points of its numbers, for the fault `comma`
    numerals = re.compile(rb"[0-9]+\.[0-9]+")  # its values, for the fault `nan`
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
        self._said: dict[bytes, bytes] = {}  # its last answer to each request
        self._held_for = b""
        self._owes = False

    def switch(self, fault: str) -> None:
        """Switch one fault on, or all off with an empty text."""
        if fault and fault not in self.faults:
            raise ValueError(f"{type(self).__name__} has no fault {fault!r}")
        with self.lock:
            self.fault, self._owes = fault, fault == "late-answer"

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

    def stir(self) -> None:
        """Let it measure something else, so that an old answer shows; for tests."""
        if self.knobs:
            self._move(self.knobs[0].name, 100 * self.knobs[0].step)

    def _move(self, name: str, by: Decimal) -> None:
        at = self.standing(name)
        self.turn(name, at + by if at + by <= self._knob(name).high else at - by)

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
            return self._spoken(b"", self.push())

    def spoil(self, reply: bytes) -> bytes:
        """The reply with a wrong checksum; only for protocols that have one."""
        return reply

    def receive(self, data: bytes) -> list[Chunk]:
        with self.lock:
            if self.fault == "stuck":
                return []
            self._buffer += data
            chunks: list[Chunk] = []
            while (request := self._next_request()) is not None:
                self.waiting = False
                self._held_for = request + self.ending
                reply = self.answer(request)
                chunks += self._spoken(request + self.ending, reply)
            return chunks

    def poll(self) -> list[Chunk]:
        """What a held reply has become; call it now and then while `waiting`."""
        with self.lock:
            if not self.waiting or (reply := self.held()) is None:
                return []
            self.waiting = False
            return self._spoken(self._held_for, reply)

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

    def _spoken(self, request: bytes, reply: bytes | None) -> list[Chunk]:
        """The reply with the fault that is on; an instrument that is `stale` says again what it said last."""
        if reply and self.fault == "stale":
            reply = self._said.setdefault(request, reply)
        elif reply:
            reply = reply if self.worded_inside else self.worded(reply)
            self._said[request] = reply = self.spoil(reply) if self.fault == "wrong-checksum" else reply
        fault = self.fault if self.fault != "late-answer" or (request and self._owed(reply)) else ""
        if fault not in SPOILERS:
            return [Chunk(reply)] if reply else []
        it = Spoken(request, reply or b"", self.random, self.late_by, self.overdue)
        return [chunk for chunk in SPOILERS[fault](it) if chunk.data or chunk.unplug]

    def _owed(self, reply: bytes | None) -> bool:
        """Only the first answer is late."""
        owes, self._owes = self._owes and bool(reply), self._owes and not reply
        return owes

    def worded(self, reply: bytes) -> bytes:
        """The reply as it stands under a fault of what is said: a decimal comma, or dashes for a number."""
        if self.fault == "comma":
            return self.points.sub(b",", reply)
        if self.fault == "nan":
            return self.numerals.sub(lambda hit: b"-" * len(hit[0]), reply)
        return reply
