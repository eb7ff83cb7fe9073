"""A byte line inside the process, for systems without pseudo-terminals; its ports are `sim://name`."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Lock

from fieldcal.devices.link import Listener, StreamLink
from fieldcal.driverkit import Disconnected

SCHEME = "sim://"


class MemoryLine:
    """Both directions of one cable; `send` is the far end's way in, `to_far` its ear."""

    def __init__(self, to_far: Callable[[bytes], None]) -> None:
        self.to_far = to_far
        self.data, self.cut, self.change = b"", False, Condition()

    def send(self, data: bytes) -> None:
        with self.change:
            self.data += data
            self.change.notify_all()

    def unplug(self) -> None:
        with self.change:
            self.cut = True
            self.change.notify_all()


_lines: dict[str, MemoryLine] = {}
_lines_lock = Lock()


def offer(url: str, line: MemoryLine) -> None:
    with _lines_lock:
        _lines[url] = line


def withdraw(url: str) -> None:
    with _lines_lock:
        line = _lines.pop(url, None)
    if line:
        line.unplug()


class MemoryLink(StreamLink):
    def __init__(self, line: MemoryLine, listener: Listener | None = None) -> None:
        super().__init__(listener)
        self._line = line

    @classmethod
    def open(cls, url: str, listener: Listener | None = None) -> MemoryLink:
        with _lines_lock:
            line = _lines.get(url)
        if line is None:
            raise Disconnected(f"no port {url}")
        return cls(line, listener)

    def cancel(self) -> None:
        super().cancel()
        with self._line.change:
            self._line.change.notify_all()

    def close(self) -> None:
        """The line stays: another link may open it."""

    def _read(self, wait: float) -> bytes:
        with self._line.change:
            self._line.change.wait_for(lambda: self._line.data or self._line.cut, wait)
            data, self._line.data = self._line.data, b""
        if not data and self._line.cut:
            raise OSError("unplugged")
        return data

    def _write(self, data: bytes) -> None:
        if self._line.cut:
            raise OSError("unplugged")
        self._line.to_far(data)

    def _waiting(self) -> int:
        if self._line.cut:
            raise OSError("unplugged")
        return len(self._line.data)
