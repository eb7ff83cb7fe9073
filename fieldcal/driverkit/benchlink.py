"""A link straight into a simulator, on a clock that is counted and never waited for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from fieldcal.driverkit.errors import BadReply, Disconnected, Noisy, ReplyTimeout, Truncated
from fieldcal.driverkit.frame import Frame, SilentGap
from fieldcal.driverkit.linefaults import Chunk
from fieldcal.driverkit.simulator import Simulator

LOUD = 2000  # bytes without a frame
QUIET, DRAIN, AFTER = 0.08, 1.0, 0.3  # s, as a real link has them


class CountedClock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class SimulatorLink:
    """As a real link: what lies there is thrown away before a request, and what misses its deadline is waited for."""

    STEP = 0.02  # s, between two looks at a held reply
    OVERDUE = 0.3  # s behind its deadline comes an answer of the fault `late-answer`

    def __init__(self, simulator: Simulator, clock: CountedClock) -> None:
        self.simulator, self.clock = simulator, clock
        self.replies: list[bytes] = []
        self.requests: list[bytes] = []
        self.spoil: Callable[[bytes], bytes] = bytes
        self._due: deque[tuple[float, Chunk]] = deque()
        self._owed = 0.0

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        owed, self._owed = self._owed, min(timeout, DRAIN)
        self._drain(max(QUIET, owed), DRAIN + owed)
        self.requests.append(request)
        deadline = self.clock.now + timeout
        self.simulator.overdue = timeout + self.OVERDUE
        self._plan(self.simulator.receive(request))
        self.replies.append(self._heard(frame, deadline))
        reply, left = self._cut(self.spoil(self.replies[-1]), frame, deadline)
        self._owed = 0.0
        if owed and (left or self._next(self.clock.now + AFTER) is not None):
            raise BadReply("a second answer")
        return reply

    def listen(self, frame: Frame, timeout: float) -> bytes:
        deadline, buffer = self.clock.now + timeout, b""
        self.requests.append(b"")
        self._due.clear()
        while self.clock.now <= deadline and len(buffer) <= LOUD:
            self.clock.now += self.simulator.period or timeout + self.STEP
            if self.simulator.period:
                self._plan(self.simulator.emit())
            buffer += self._taken(min(self.clock.now, deadline))
            if buffer and frame.take(self.spoil(buffer)) is not None:
                break
        self.replies.append(buffer)
        return self._cut(self.spoil(buffer), frame, deadline)[0]

    def tell(self, data: bytes) -> None:
        self.requests.append(data)
        self.simulator.receive(data)

    def _plan(self, chunks: list[Chunk]) -> None:
        when = max(self.clock.now, self._due[-1][0] if self._due else 0.0)
        for chunk in chunks:
            when += chunk.delay
            self._due.append((when, chunk))

    def _taken(self, until: float) -> bytes:
        """What is due by then. Raises Disconnected where the cable is pulled."""
        data = b""
        while self._due and self._due[0][0] <= until:
            chunk = self._due.popleft()[1]
            data += chunk.data
            if chunk.unplug:
                raise Disconnected("unplugged")
        return data

    def _next(self, until: float) -> float | None:
        """When something comes, at the latest `until`; a held reply is looked for meanwhile."""
        while self.simulator.waiting and not self._due and self.clock.now < until:
            self.clock.now += self.STEP
            self._plan(self.simulator.poll())
        return self._due[0][0] if self._due and self._due[0][0] <= until else None

    def _heard(self, frame: Frame, deadline: float) -> bytes:
        buffer = b""
        while (when := self._next(deadline)) is not None and len(buffer) <= LOUD:
            if buffer and isinstance(frame, SilentGap) and when - self.clock.now >= frame.gap:
                break
            self.clock.now = max(self.clock.now, when)
            buffer += self._taken(self.clock.now)
            if _ends(frame, buffer):
                break
        return buffer

    def _drain(self, quiet: float, longest: float) -> None:
        end = self.clock.now + longest
        while (when := self._next(self.clock.now + quiet)) is not None:
            if when > end:
                raise Noisy("the line does not fall silent")
            self.clock.now = max(self.clock.now, when)
            self._taken(self.clock.now)
        if quiet > QUIET:
            self.clock.now += quiet

    def _cut(self, buffer: bytes, frame: Frame, deadline: float) -> tuple[bytes, bytes]:
        """The frame and what stands behind it."""
        if buffer and (hit := frame.take(buffer)) is not None:
            return hit
        if buffer and isinstance(frame, SilentGap):
            return frame.end(buffer)
        self.clock.now = deadline
        if buffer:
            raise Truncated(repr(buffer))
        raise ReplyTimeout("no reply")


def _ends(frame: Frame, buffer: bytes) -> bool:
    """A frame is whole, or never will be."""
    try:
        return frame.take(buffer) is not None
    except BadReply:
        return True
