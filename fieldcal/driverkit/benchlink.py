"""A link straight into a simulator, on a clock that is counted and never waited for."""

from __future__ import annotations

from collections.abc import Callable

from fieldcal.driverkit.errors import Disconnected, ReplyTimeout, Truncated
from fieldcal.driverkit.frame import Frame, SilentGap
from fieldcal.driverkit.simulator import Chunk, Simulator

LOUD = 2000  # bytes without a frame


class CountedClock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class SimulatorLink:
    """Each exchange starts on a silent line; `longest` is the longest timeout asked for, in seconds."""

    STEP = 0.02  # s, between two looks at a held reply

    def __init__(self, simulator: Simulator, clock: CountedClock) -> None:
        self.simulator, self.clock = simulator, clock
        self.replies: list[bytes] = []
        self.requests: list[bytes] = []
        self.spoil: Callable[[bytes], bytes] = bytes

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        self.requests.append(request)
        deadline = self.clock.now + timeout
        buffer = b""
        for chunk in self._chunks(request, deadline):
            if self.clock.now + chunk.delay > deadline:
                break
            self.clock.now += chunk.delay
            buffer += chunk.data
            if chunk.unplug:
                raise Disconnected("unplugged")
        self.replies.append(buffer)
        buffer = self.spoil(buffer)
        return self._cut(buffer, frame, deadline)

    def listen(self, frame: Frame, timeout: float) -> bytes:
        deadline, buffer = self.clock.now + timeout, b""
        self.requests.append(b"")
        self.clock.now += self.simulator.period
        while self.clock.now <= deadline:
            for chunk in self.simulator.emit() if self.simulator.period else []:
                self.clock.now += chunk.delay
                buffer += chunk.data
                if chunk.unplug:
                    raise Disconnected("unplugged")
            if buffer and frame.take(self.spoil(buffer)) is not None:
                break
            self.clock.now += self.simulator.period or timeout
            if len(buffer) > LOUD:
                break
        self.replies.append(buffer)
        return self._cut(self.spoil(buffer), frame, deadline)

    def _chunks(self, request: bytes, deadline: float) -> list[Chunk]:
        chunks = self.simulator.receive(request)
        while self.simulator.waiting and self.clock.now < deadline:
            self.clock.now += self.STEP
            chunks += self.simulator.poll()
        return chunks

    def _cut(self, buffer: bytes, frame: Frame, deadline: float) -> bytes:
        if buffer and (hit := frame.take(buffer)) is not None:
            return hit[0]
        if buffer and isinstance(frame, SilentGap):
            return frame.end(buffer)[0]
        self.clock.now = deadline
        if buffer:
            raise Truncated(repr(buffer))
        raise ReplyTimeout("no reply")
