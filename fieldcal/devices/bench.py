"""A simulated bench: each simulator is served by a thread, on a real pseudo-terminal where there are any."""

from __future__ import annotations

import os
import select
import tempfile
from collections import deque
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from fieldcal.devices.memory_link import SCHEME, MemoryLine, offer, withdraw
from fieldcal.driverkit import Chunk, Simulator

HAS_PTY = hasattr(os, "openpty")
POLL = 0.02  # s, between two looks at a held reply
PREFIX = "fieldcal-bench-"


def is_simulated(port: str) -> bool:
    return port.startswith(SCHEME) or Path(port).parent.name.startswith(PREFIX)


class _Server(Thread):
    """Serves one plugging of one simulator; `port` is gone when it ends."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(daemon=True, name="bench")
        self._simulator, self._due = simulator, deque[tuple[float, Chunk]]()
        self._next = 0.0  # when it speaks unasked

    def run(self) -> None:
        try:
            while (data := self._hear(self._patience())) is not None:
                self._plan(self._simulator.receive(data) if data else self._simulator.poll())
                self._speak()
                if not self._send_due():
                    break
        finally:
            self._shut()

    def stop(self) -> None:
        self._wake()
        self.join(2)

    def _speak(self) -> None:
        """What the instrument says unasked."""
        period = self._simulator.period
        if period and monotonic() >= self._next:
            self._next = monotonic() + period
            self._plan(self._simulator.emit())

    def _patience(self) -> float:
        wait = POLL if self._simulator.waiting else 3600.0
        if self._simulator.period:
            wait = min(wait, max(0.0, self._next - monotonic()))
        return max(0.0, min(wait, self._due[0][0] - monotonic())) if self._due else wait

    def _plan(self, chunks: list[Chunk]) -> None:
        when = max(monotonic(), self._due[-1][0] if self._due else 0.0)
        for chunk in chunks:
            when += chunk.delay
            self._due.append((when, chunk))

    def _send_due(self) -> bool:
        while self._due and self._due[0][0] <= monotonic():
            _, chunk = self._due.popleft()
            self._say(chunk.data)
            if chunk.unplug:
                return False
        return True

    def _hear(self, wait: float) -> bytes | None:
        """The next bytes, nothing after `wait` seconds, None when the cable is to be pulled."""
        raise NotImplementedError

    def _say(self, data: bytes) -> None:
        raise NotImplementedError

    def _wake(self) -> None:
        raise NotImplementedError

    def _shut(self) -> None:
        raise NotImplementedError


class _PtyServer(_Server):
    def __init__(self, simulator: Simulator, port: Path) -> None:
        import tty

        super().__init__(simulator)
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self._ear, self._bell = os.pipe()
        self._port = port
        port.symlink_to(os.ttyname(self._slave))  # the name stays when the cable is plugged in again

    def _hear(self, wait: float) -> bytes | None:
        ready, _, _ = select.select([self._master, self._ear], [], [], wait)
        if self._ear in ready:
            return None
        return os.read(self._master, 4096) if ready else b""

    def _say(self, data: bytes) -> None:
        if data:
            os.write(self._master, data)

    def _wake(self) -> None:
        if self.is_alive():
            os.write(self._bell, b"!")

    def _shut(self) -> None:
        self._port.unlink(missing_ok=True)
        for handle in (self._slave, self._master, self._ear):
            os.close(handle)

    def stop(self) -> None:
        super().stop()
        os.close(self._bell)


class _MemoryServer(_Server):
    def __init__(self, simulator: Simulator, url: str) -> None:
        super().__init__(simulator)
        self._inbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._url, self._line = url, MemoryLine(self._inbox.put)
        offer(url, self._line)

    def _hear(self, wait: float) -> bytes | None:
        try:
            return self._inbox.get(timeout=wait)
        except Empty:
            return b""

    def _say(self, data: bytes) -> None:
        self._line.send(data)

    def _wake(self) -> None:
        self._inbox.put(None)

    def _shut(self) -> None:
        withdraw(self._url)


class Bench:
    def __init__(self, pty: bool = HAS_PTY) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX)) if pty else None
        self._simulators: dict[str, Simulator] = {}
        self._servers: dict[str, _Server] = {}

    def attach(self, name: str, simulator: Simulator) -> str:
        """Serve `simulator`; the port to open, which keeps its name over unplug and replug."""
        self._simulators[name] = simulator
        self.replug(name)
        return self.port(name)

    def port(self, name: str) -> str:
        return str(self._folder / name) if self._folder else f"{SCHEME}{name}"

    def unplug(self, name: str) -> None:
        if server := self._servers.pop(name, None):
            server.stop()

    def replug(self, name: str) -> None:
        self.unplug(name)
        simulator = self._simulators[name]
        port = self.port(name)
        server = _PtyServer(simulator, Path(port)) if self._folder else _MemoryServer(simulator, port)
        self._servers[name] = server
        server.start()

    def close(self) -> None:
        for name in list(self._servers):
            self.unplug(name)
        if self._folder and self._folder.exists():
            self._folder.rmdir()
