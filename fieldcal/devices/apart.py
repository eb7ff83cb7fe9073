"""What runs drivers' code without a bound instrument — searches, listenings, replays — each in a process of its own."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any, Literal

from fieldcal.devices.catalog import Catalog
from fieldcal.devices.errors import DriverFailed
from fieldcal.devices.messages import Close, Failed, Message, Pipe, error_of, failure
from fieldcal.devices.remote import reap, started
from fieldcal.devices.replay import replay
from fieldcal.driverkit import DeviceError
from fieldcal.services.doctor import Diagnosis, Listening, Search
from fieldcal.services.ports import Outcome, Replayed, Wanted

LOOK = 0.05  # s, between two looks of the process at its search


class Seek(Message, frozen=True, tag="seek"):
    """`only` names the drivers that may run."""

    what: Literal["find", "listen"]
    port: str
    places: list[str]
    only: list[str]


class Nothing(Message, frozen=True, tag="nothing"):
    pass


class Replay(Message, frozen=True, tag="replay"):
    folder: str
    profile: dict[str, Any]
    transcript: str
    wanted: list[Wanted]


class Found(Message, frozen=True, tag="found"):
    search: Search


class Listened(Message, frozen=True, tag="listened"):
    listening: Listening


class Outcomes(Message, frozen=True, tag="outcomes"):
    driver_hash: str
    outcomes: list[Outcome]


Told = Found | Listened | Outcomes | Failed


# --- in the program ---------------------------------------------------------------------------------


class _Apart:
    """A process with one task; `stop` ends it whatever it does."""

    def __init__(self, task: Message) -> None:
        self._process: subprocess.Popen[bytes]
        self._process, self._pipe = started(Told)
        self._pipe.send(task)

    def told(self) -> Iterator[Any]:
        yield from self._pipe.messages()
        if self._process.stdout:
            self._process.stdout.close()

    def send(self, message: Message) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._pipe.send(message)

    def stop(self) -> None:
        self.send(Close())
        reap(self._process)


class FindingApart:
    """Implements Finding."""

    def __init__(self, task: Seek) -> None:
        self._search, self._apart = Search(), _Apart(task)
        Thread(target=self._listen, daemon=True, name="find").start()

    def look(self) -> Search:
        return self._search

    def stop(self) -> None:
        self._apart.stop()

    def _listen(self) -> None:
        for message in self._apart.told():
            if isinstance(message, Found):
                self._search = message.search
        if not self._search.done:
            self._search = Search(self._search.tried, self._search.hits, True, DriverFailed.code, 1.0)
        self._apart.stop()


class HearingApart:
    """Implements Hearing."""

    def __init__(self, task: Seek, first: Diagnosis) -> None:
        self._listening, self._apart = Listening((), first), _Apart(task)
        Thread(target=self._listen, daemon=True, name="listen").start()

    def look(self) -> Listening:
        return self._listening

    def nothing(self) -> None:
        self._apart.send(Nothing())

    def stop(self) -> None:
        self._apart.stop()

    def _listen(self) -> None:
        for message in self._apart.told():
            if isinstance(message, Listened):
                self._listening = message.listening
        if not (self._listening.done or self._listening.error):
            self._listening = Listening(self._listening.prints, self._listening.diagnosis, DriverFailed.code)
        self._apart.stop()


class ReplayerApart:
    """Implements Replayer with the drivers at hand."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def __call__(
        self, driver: str, driver_hash: str, transcript: str, wanted: Sequence[Wanted], settings: Mapping[str, Any]
    ) -> Replayed:
        known = self._catalog.describe(driver)
        apart = _Apart(Replay(str(known.folder), known.profile | dict(settings), transcript, list(wanted)))
        told = next(iter([*apart.told()]), None)  # to the end: it has one thing to say
        apart.stop()
        if isinstance(told, Outcomes):
            return Replayed(told.outcomes, told.driver_hash == driver_hash)
        if isinstance(told, Failed):
            raise ValueError(told.text) if told.code == "unreadable" else error_of(told)
        raise DriverFailed("its process ended without an answer")


def seek(what: Literal["find", "listen"], port: str, catalog: Catalog) -> Seek:
    """The task of looking on this port with every driver of this catalogue."""
    names = [entry.folder.name for entry in catalog.entries()]
    return Seek(what, port, [str(place) for place in catalog.places], names)


# --- in the process -----------------------------------------------------------------------------------


def serve(pipe: Pipe, task: Message, messages: Iterator[Any]) -> None:
    if isinstance(task, Replay):
        pipe.send(_replayed(task))
    elif isinstance(task, Seek):
        _sought(pipe, task, messages)


def _replayed(task: Replay) -> Message:
    from fieldcal.devices.worker import checked

    try:
        loaded = checked(Path(task.folder), task.profile)
        return Outcomes(loaded.driver_hash, replay(loaded, task.transcript, task.wanted))
    except DeviceError as error:
        return failure(0, error)
    except ValueError as error:
        return Failed(0, "unreadable", str(error))


def _sought(pipe: Pipe, task: Seek, messages: Iterator[Any]) -> None:
    from fieldcal.devices.doctor_threads import FindingThread, HearingThread

    catalog = Catalog([Path(place) for place in task.places], only=frozenset(task.only))
    work = FindingThread(task.port, catalog) if task.what == "find" else HearingThread(task.port, catalog)
    Thread(target=_obey, args=(work, messages), daemon=True).start()
    before: object = None
    while True:
        seen = work.look()
        if seen != before:
            pipe.send(Found(seen) if isinstance(seen, Search) else Listened(seen))
            before = seen
        if seen.done or seen.error:
            return
        sleep(LOOK)


def _obey(work: Any, messages: Iterator[Any]) -> None:
    for message in messages:
        if isinstance(message, Nothing):
            work.nothing()
        elif isinstance(message, Close):
            break
    work.stop()
