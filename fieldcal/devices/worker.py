"""The process of one driver on one port: it has the port and the driver's code, and nothing of the record."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from time import monotonic, sleep, time
from typing import Any

from fieldcal.devices import apart
from fieldcal.devices.errors import DriverFailed
from fieldcal.devices.link import StreamLink
from fieldcal.devices.loader import Loaded, load
from fieldcal.devices.messages import (
    Asked,
    Beat,
    Call,
    Cancel,
    Close,
    Done,
    Forget,
    Heard,
    Open,
    Pipe,
    State,
    failure,
    packed,
)
from fieldcal.devices.ports import open_link
from fieldcal.devices.serial_link import list_ports
from fieldcal.devices.session import DeviceSession
from fieldcal.driverkit import DeviceError, Disconnected
from fieldcal.driverkit.imports import import_problems

BEAT = 1.0  # s
MEMORY = 1 << 30  # bytes a driver may have


class Opener:
    """Opens the port under the name its adapter has by now; another adapter under the old name is left alone."""

    def __init__(self, asked: Open, heard: Callable[[bool, bytes], None]) -> None:
        self._asked, self._heard = asked, heard

    def __call__(self) -> StreamLink:
        return open_link(self._name(), self._asked.line, self._heard)

    def _name(self) -> str:
        usb = self._asked.usb
        if usb is None or not usb[0]:
            return self._asked.port
        if name := next((port.name for port in list_ports() if port.identity == usb), ""):
            return name
        raise Disconnected(f"the adapter {':'.join(usb)} is not plugged in")


class Worker:
    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._told: State | None = None

    def serve(self) -> None:
        """Until the program closes us or is gone."""
        messages = self._pipe.messages()
        asked = next(messages, None)
        if not isinstance(asked, Open):
            if asked is not None:
                apart.serve(self._pipe, asked, messages)
            return
        try:
            loaded = sound(asked)
        except DeviceError as error:
            self._refuse(error)
            for message in messages:
                if isinstance(message, Call):
                    self._pipe.send(failure(message.id, error))
            return
        session = DeviceSession(Opener(asked, self._hear), loaded, asked.expected, self._state)
        Thread(target=self._beat, daemon=True, name="beat").start()
        for message in messages:
            if isinstance(message, Close):
                break
            self._do(session, message)
        session.close()

    def _do(self, session: DeviceSession, message: Asked) -> None:
        if isinstance(message, Call):
            future = session.submit(message.capability, **message.args)
            future.add_done_callback(lambda done: self._answer(message.id, done))
        elif isinstance(message, Cancel):
            session.cancel()
        elif isinstance(message, Forget):
            session.forget()

    def _answer(self, number: int, done: Future[Any]) -> None:
        error = done.exception()
        if error is None:
            self._pipe.send(Done(number, packed(done.result())))
        else:
            self._pipe.send(failure(number, error if isinstance(error, DeviceError) else DriverFailed(repr(error))))

    def _hear(self, sent: bool, data: bytes) -> None:
        self._pipe.send(Heard(sent, data, monotonic(), time()))

    def _state(self, session: DeviceSession) -> None:
        known, channels = sorted(session.capabilities), list(session.channels)
        state = State(session.linked, session.identity, session.error, session.found, known, channels)
        if state != self._told:
            self._told = state
            self._pipe.send(state)

    def _refuse(self, error: DeviceError) -> None:
        self._pipe.send(State(False, None, error.code, None, [], []))

    def _beat(self) -> None:
        while True:
            sleep(BEAT)
            self._pipe.send(Beat())


def sound(asked: Open) -> Loaded:
    """The driver, if its files are the ones that were judged. Raises DriverFailed."""
    loaded = checked(Path(asked.folder), asked.profile)
    if loaded.driver_hash != asked.driver_hash:
        raise DriverFailed("its files changed while it was loaded")
    return loaded


def checked(folder: Path, profile: dict[str, Any]) -> Loaded:
    """The driver, if it imports nothing it may not. Raises DriverFailed."""
    if problems := import_problems(folder):
        raise DriverFailed("; ".join(problems))
    return load(folder).with_profile(profile)


def private_pipe() -> Pipe:
    """The two pipes we were started with, out of reach of whatever prints or reads."""
    inward, outward = os.dup(0), os.dup(1)
    silent = os.open(os.devnull, os.O_RDWR)
    os.dup2(silent, 0)
    os.dup2(silent, 1)
    return Pipe(os.fdopen(inward, "rb"), os.fdopen(outward, "wb"), Asked | apart.Seek | apart.Nothing | apart.Replay)


def limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    pipe = private_pipe()
    limit_memory()
    with contextlib.suppress(OSError, ValueError):  # the program is gone
        Worker(pipe).serve()
    sys.stderr.flush()
    os._exit(0)  # a driver's thread that hangs must not keep the process


if __name__ == "__main__":
    main()
