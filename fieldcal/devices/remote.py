"""A driver in a process of its own, as the program sees it: requests in, Futures out, ended at any time."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections import deque
from concurrent.futures import Future, InvalidStateError
from pathlib import Path
from threading import RLock, Thread, Timer
from time import monotonic
from typing import Any

import msgspec

from fieldcal.devices.errors import DriverFailed, Slept, Stuck
from fieldcal.devices.messages import (
    Call,
    Cancel,
    Close,
    Done,
    Failed,
    Forget,
    Heard,
    Message,
    Open,
    Pipe,
    State,
    Told,
    error_of,
    unpacked,
)
from fieldcal.devices.tap import Tap
from fieldcal.driverkit import Cancelled, DeviceError, DeviceFault, Identity
from fieldcal.driverkit.capability import result_problem
from fieldcal.driverkit.manifest import Manifest

FLAG = "--driver-process"  # what a frozen program is started with to be one
ROOT = Path(__file__).parents[2]
CRASHES, WITHIN = 3, 60.0  # so many ends in so many seconds, and it's not started again by itself


def command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, FLAG]
    return [sys.executable, "-m", "fieldcal.devices.worker"]


def environment() -> dict[str, str]:
    """Without what a driver has no business with; the program's own folder first, wherever we were started."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("FIELDCAL")}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))}


class RemoteSession:
    """Thread-safe. A process that ends, hangs or says nonsense fails what was asked of it, and is started again."""

    GRACE, SILENT = 3.5, 6.0  # s: from a cancel to the end of the process, without a sign of life while asked

    def __init__(self, manifest: Manifest, asked: Open, tap: Tap) -> None:
        self._manifest, self._asked, self._tap = manifest, asked, tap
        self._lock = RLock()
        self._pending: dict[int, tuple[str, Future[Any]]] = {}
        self._count = 0
        self._ends = deque[float](maxlen=CRASHES)
        self._over = False
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Pipe | None = None
        self._life = monotonic()
        self._state = State(False, asked.expected, "", None, [], [])
        self._start()

    @property
    def linked(self) -> bool:
        return self._state.linked and not self._over

    @property
    def identity(self) -> Identity | None:
        return self._state.identity

    @property
    def found(self) -> Identity | None:
        """Who answers in the place of the bound instrument."""
        return self._state.found

    @property
    def error(self) -> str:
        return self._state.error

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset(self._state.capabilities or self._manifest.capabilities)

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(self._state.channels)

    @property
    def process(self) -> int | None:
        """The process's number, while there is one."""
        return self._process.pid if self._process else None

    def submit(self, capability: str, **args: Any) -> Future[Any]:
        """A Future of what the driver's method returns; it fails with a DeviceError and nothing else."""
        future: Future[Any] = Future()
        with self._lock:
            if self._over:
                future.set_exception(Cancelled("closed"))
            elif capability not in self.capabilities:
                future.set_exception(DeviceFault("not-capable", capability))
            else:
                self._ask(capability, args, future)
        return future

    def cancel(self) -> None:
        """Stop what runs; if the driver is not back in time its process is ended."""
        with self._lock:
            asked = set(self._pending)
            if asked:
                self._send(Cancel())
                watchdog = Timer(self.GRACE, self._judge, [asked])
                watchdog.daemon = True
                watchdog.start()

    def slept(self) -> None:
        """The computer slept: what was asked is void."""
        with self._lock:
            self._life = monotonic()
            self._fail_all(Slept("the computer slept"))
            self._send(Forget())

    def look(self) -> None:
        """Ends a process that gives no sign of life while something was asked of it."""
        with self._lock:
            if self._pending and monotonic() - self._life > self.SILENT:
                self._end(Stuck("no sign of life"))

    def close(self) -> None:
        """Never waits for a driver: a port that hangs goes with its process."""
        with self._lock:
            self._over = True
            self._fail_all(Cancelled("closed"))
            self._send(Close())
            process, self._process = self._process, None
        if process:
            reap(process)

    def _start(self) -> None:
        self._life = monotonic()
        process, pipe = started(Told)
        self._process, self._pipe = process, pipe
        self._send(msgspec.structs.replace(self._asked, expected=self.identity))
        Thread(target=self._listen, args=(process, pipe), daemon=True, name="driver").start()

    def _ask(self, capability: str, args: dict[str, Any], future: Future[Any]) -> None:
        if self._process is None:
            self._start()
        if not self._pending:
            self._life = monotonic()
        self._count += 1
        self._pending[self._count] = capability, future
        future.set_running_or_notify_cancel()
        self._send(Call(self._count, capability, args))

    def _send(self, message: Message) -> None:
        with contextlib.suppress(OSError, ValueError):  # `_listen` sees the end as well
            if self._pipe and self._process:
                self._pipe.send(message)

    def _listen(self, process: subprocess.Popen[bytes], pipe: Pipe) -> None:
        for message in pipe.messages():
            self._life = monotonic()
            self._hear(process, message)
        assert process.stdout
        process.stdout.close()
        with self._lock:
            if self._process is process:
                self._ended(process)

    def _hear(self, process: subprocess.Popen[bytes], message: Told) -> None:
        if isinstance(message, Heard):
            self._tap.keep(message.sent, message.data, message.mono, message.wall)
            return
        with self._lock:
            if self._process is not process:
                return
            if isinstance(message, State):
                self._state = message
            elif isinstance(message, Failed):
                self._settle(message.id, error=error_of(message))
                if message.code == Stuck.code:
                    self._end(Stuck(message.text))
            elif isinstance(message, Done):
                self._done(message)

    def _done(self, message: Done) -> None:
        capability = self._pending.get(message.id, ("", None))[0]
        try:
            value = unpacked(capability, message.value)
        except msgspec.MsgspecError as error:
            self._settle(message.id, error=DriverFailed(str(error)))
            return
        problem = result_problem(capability, value) if capability else None
        self._settle(message.id, value, DriverFailed(problem) if problem else None)

    def _settle(self, number: int, value: Any = None, error: DeviceError | None = None) -> None:
        _, future = self._pending.pop(number, ("", None))
        if future is None:
            return  # given up meanwhile
        with contextlib.suppress(InvalidStateError):
            if error:
                future.set_exception(error)
            else:
                future.set_result(value)

    def _fail_all(self, error: DeviceError) -> None:
        for number in list(self._pending):
            self._settle(number, error=error)

    def _judge(self, asked: set[int]) -> None:
        with self._lock:
            if asked & set(self._pending):
                self._end(Stuck("no answer to a cancel"))

    def _end(self, error: DeviceError) -> None:
        process, self._process = self._process, None
        self._state = State(False, self.identity, error.code, None, [], [])
        self._fail_all(error)
        if process:
            process.kill()
            self._again(process)

    def _ended(self, process: subprocess.Popen[bytes]) -> None:
        """It ended by itself, which a driver's process never does."""
        self._process = None
        error = DriverFailed(f"its process ended with {process.wait()}")
        self._state = State(False, self.identity, error.code, None, [], [])
        self._fail_all(error)
        self._again(process)

    def _again(self, process: subprocess.Popen[bytes]) -> None:
        """A bound instrument is taken up again at once, but not for ever."""
        Thread(target=reap, args=(process,), daemon=True, name="reaper").start()
        self._ends.append(monotonic())
        often = len(self._ends) == CRASHES and self._ends[-1] - self._ends[0] < WITHIN
        if not self._over and self.identity and not often:
            with contextlib.suppress(DeviceError):  # the next request tries again, and says why not
                self._start()


def started(kind: Any) -> tuple[subprocess.Popen[bytes], Pipe]:
    """A new process, and the pipe to it that gives messages of this kind. Raises DriverFailed."""
    try:
        process = subprocess.Popen(
            command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
    except OSError as error:
        raise DriverFailed(f"no process for the driver: {error}") from error
    assert process.stdin
    assert process.stdout
    return process, Pipe(process.stdout, process.stdin, kind)


def reap(process: subprocess.Popen[bytes]) -> None:
    """Half a second to close its port, then it is ended; one that the system holds is left to it."""
    with contextlib.suppress(OSError):
        if process.stdin:
            process.stdin.close()
    for end in (process.kill, None):
        try:
            process.wait(0.5)
            return
        except subprocess.TimeoutExpired:
            if end:
                end()
