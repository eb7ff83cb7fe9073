"""A search and a listening on one port, each in a thread; they run in the doctor's own process."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Lock, Thread
from time import monotonic

from fieldcal.devices.catalog import Catalog
from fieldcal.devices.doctor import diagnose
from fieldcal.devices.finder import WHOLE, find
from fieldcal.devices.link import StreamLink
from fieldcal.devices.ports import open_link
from fieldcal.driverkit import BadReply, DeviceError, ReplyTimeout, SilentGap, Truncated
from fieldcal.driverkit.manifest import SerialSettings
from fieldcal.services.doctor import Diagnosis, Hit, Listening, Print, Search

GAP, WAIT, LONGEST = 0.4, 0.5, 2.0  # s: silence that ends a print, one look, a print of an instrument that never ends
SIZE = 4096  # bytes of one print


class FindingThread:
    """Safe questions on one port, told as they are answered."""

    def __init__(self, port: str, catalog: Catalog) -> None:
        self._port, self._catalog = port, catalog
        self._lock, self._stop, self._begun = Lock(), Event(), monotonic()
        self._tried: list[str] = []
        self._hits: tuple[Hit, ...] = ()
        self._done, self._error = False, ""
        self._thread = Thread(target=self._run, daemon=True, name="find")
        self._thread.start()

    def look(self) -> Search:
        with self._lock:
            share = 1.0 if self._done else min(1.0, (monotonic() - self._begun) / WHOLE)
            return Search(tuple(self._tried), self._hits, self._done, self._error, share)

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        error = ""
        try:
            found = find(self._port, self._catalog, self._told, stopped=self._stop.is_set)
            with self._lock:
                self._hits = tuple(found)
        except DeviceError as fault:
            error = fault.code
        with self._lock:
            self._done, self._error = True, error

    def _told(self, driver: str, hit: Hit | None) -> None:
        with self._lock:
            self._tried.append(driver)
            self._hits = (*self._hits, hit) if hit else self._hits


class HearingThread:
    """Listens for prints, each at the rate that the ones before point to."""

    def __init__(self, port: str, catalog: Catalog) -> None:
        self._port, self._catalog = port, catalog
        self._lock, self._stop, self._silent = Lock(), Event(), Event()
        self._state = Listening((), diagnose((), catalog))
        self._thread = Thread(target=self._run, daemon=True, name="listen")
        self._thread.start()

    def look(self) -> Listening:
        with self._lock:
            return self._state

    def nothing(self) -> None:
        """The key was pressed and not a byte came: a rate far too low may not see the start of one."""
        self._silent.set()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        try:
            while not self._stop.is_set() and not self.look().done:
                self._at(self.look().diagnosis.rate)
        except DeviceError as fault:
            with self._lock:
                self._state = replace(self._state, error=fault.code, open=False)

    def _at(self, rate: int) -> None:
        """Prints at one rate, until another one is called for."""
        heard: list[bytes] = []
        link = open_link(self._port, SerialSettings((rate,)), lambda _sent, data: heard.append(data))
        try:
            with self._lock:
                self._state = replace(self._state, open=True)
            while not self._stop.is_set() and not self.look().done and self.look().diagnosis.rate == rate:
                heard.clear()
                if self._print(link, heard) or self._silent.is_set():
                    self._silent.clear()
                    self._add(Print(rate, b"".join(heard)))
        finally:
            link.close()

    def _print(self, link: StreamLink, heard: list[bytes]) -> bool:
        """Whether one came; returns within `WAIT` of silence."""
        begun = 0.0
        while not self._stop.is_set():
            try:
                link.listen(SilentGap(GAP, SIZE), WAIT)
                return True
            except ReplyTimeout:
                return bool(heard)
            except BadReply:  # more than a print can be
                return True
            except Truncated:
                begun = begun or monotonic()
                if monotonic() - begun > LONGEST:
                    return True
        return False

    def _add(self, one: Print) -> None:
        prints = (*self.look().prints, one)
        told: Diagnosis = diagnose(prints, self._catalog)
        with self._lock:
            self._state = Listening(prints, told, open=told.rate == one.rate)
