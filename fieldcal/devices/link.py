"""One exchange at a time on a byte stream, with one deadline for all of it; the stream is a subclass."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock
from time import monotonic

from fieldcal.driverkit import (
    BadReply,
    Cancelled,
    DeviceError,
    Disconnected,
    Frame,
    Noisy,
    ReplyTimeout,
    SilentGap,
    Truncated,
)

Listener = Callable[[bool, bytes], None]  # (sent by us, the bytes)


class StreamLink:
    """After any fault the line is dirty: the next exchange first waits for silence, then asks."""

    GONE: tuple[type[Exception], ...] = (OSError,)  # what a port raises that is not there any more
    SLICE, QUIET, DRAIN = 0.1, 0.08, 1.0  # s: one blocking read, silence that ends a drain, a drain at most
    AFTER = 0.3  # s, in which a second answer shows that the first was for an older question

    def __init__(self, listener: Listener | None = None) -> None:
        self._lock, self._stop, self._listener = Lock(), Event(), listener
        self._dirty = True  # whatever lies in the buffer was not asked for by us
        self._owed = 0.0  # s, how long an answer that missed its deadline is waited for before the next question

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        with self._lock:
            try:
                owed, self._owed = self._owed, 0.0
                if self._dirty or self._waiting():
                    self._drain(owed)
                self._dirty = True  # until a whole reply, and nothing but it, has come
                self._heard(True, request)
                self._write(request)
                self._owed = min(timeout, self.DRAIN)
                reply, rest = self._receive(frame, timeout)
                self._owed = 0.0
                if owed:
                    self._only_one(rest)
                self._dirty = bool(rest)
                return reply
            except self.GONE as error:
                raise Disconnected(str(error)) from error

    def listen(self, frame: Frame, timeout: float) -> bytes:
        """The next frame of an instrument that speaks unasked; the line is never silent, so nothing is drained."""
        with self._lock:
            try:
                while self._waiting():
                    self._heard(False, self._read(0))
                self._dirty = True
                return self._receive(frame, timeout)[0]
            except self.GONE as error:
                raise Disconnected(str(error)) from error

    def tell(self, data: bytes) -> None:
        """Send what has no answer; what the instrument says meanwhile stays for the next `listen`."""
        with self._lock:
            try:
                self._heard(True, data)
                self._write(data)
            except self.GONE as error:
                raise Disconnected(str(error)) from error

    def renew(self) -> None:
        """Somebody else asks from now on, as on a port just opened: no late answer is waited for."""
        self._owed, self._dirty = 0.0, True

    def distrust(self) -> None:
        """The last reply was refused, so what follows it is not trusted either."""
        self._dirty = True

    def check(self) -> None:
        """Raise Disconnected if the port is gone; bytes that came unasked stay for the drain."""
        try:
            self._waiting()
        except self.GONE as error:
            raise Disconnected(str(error)) from error

    def cancel(self) -> None:
        """Final: a cancelled link is closed, and its owner opens a new one."""
        self._stop.set()

    def close(self) -> None:
        raise NotImplementedError

    def _read(self, wait: float) -> bytes:
        """What is there, after at most `wait` seconds; OSError once the port is gone."""
        raise NotImplementedError

    def _write(self, data: bytes) -> None:
        raise NotImplementedError

    def _waiting(self) -> int:
        raise NotImplementedError

    def _receive(self, frame: Frame, timeout: float) -> tuple[bytes, bytes]:
        buffer, deadline = b"", monotonic() + timeout
        while (left := deadline - monotonic()) > 0:
            if self._stop.is_set():
                raise Cancelled("stopped by the operator")
            gap = frame.gap if isinstance(frame, SilentGap) and buffer else self.SLICE
            data = self._read(min(left, gap))
            if data:
                self._heard(False, data)
                buffer += data
                if (hit := frame.take(buffer)) is not None:
                    return hit
            elif buffer and isinstance(frame, SilentGap):
                return frame.end(buffer)
        raise self._late(buffer, timeout)

    def _late(self, buffer: bytes, timeout: float) -> DeviceError:
        return Truncated(f"{buffer!r} after {timeout} s") if buffer else ReplyTimeout(f"nothing in {timeout} s")

    def _only_one(self, rest: bytes) -> None:
        """Behind a late answer comes the one to this question; which of them was given cannot be told."""
        if rest:
            raise BadReply(f"a second answer: {rest!r}")
        if more := self._read(self.AFTER):
            self._heard(False, more)
            raise BadReply(f"a second answer: {more!r}")

    def _drain(self, owed: float = 0.0) -> None:
        """Read until the line is silent, for as long as a late answer may still come."""
        end = monotonic() + self.DRAIN + owed
        while data := self._read(max(self.QUIET, owed)):
            self._heard(False, data)
            if self._stop.is_set():
                raise Cancelled("stopped by the operator")
            if monotonic() > end:
                raise Noisy("the line does not fall silent")

    def _heard(self, sent: bool, data: bytes) -> None:
        if self._listener:
            self._listener(sent, data)
