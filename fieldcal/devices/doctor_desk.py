"""The doctor at work: searches and listenings in threads of their own, packs in a folder, and the binding at last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

from fieldcal.devices.catalog import Catalog
from fieldcal.devices.doctor import diagnose
from fieldcal.devices.finder import WHOLE, find
from fieldcal.devices.link import StreamLink
from fieldcal.devices.loader import DriverFailed
from fieldcal.devices.ports import open_link
from fieldcal.devices.serial_link import PortInfo, list_ports
from fieldcal.domain.errors import BadInput
from fieldcal.driverkit import BadReply, DeviceError, Identity, ReplyTimeout, SilentGap, Truncated
from fieldcal.driverkit.manifest import SerialSettings
from fieldcal.services.doctor import Diagnosis, Hit, Listening, Port, PortPack, Print, Search
from fieldcal.services.port_pack import BIGGEST, SUFFIX, from_text, to_text

GAP, WAIT, LONGEST = 0.4, 0.5, 2.0  # s: silence that ends a print, one look, a print of an instrument that never ends
SIZE = 4096  # bytes of one print
WIRELESS = ("bluetooth", "bthenum", "rfcomm", "蓝牙")

Bind = Callable[[str, str, str, Mapping[str, str], str], Identity]  # role, driver, port, settings, reason
Remembered = Callable[[], Sequence[Any]]  # PortBound events that hold


class DoctorDesk:
    """Opens no port before it is asked to."""

    def __init__(
        self,
        catalog: Catalog,
        folder: Path,
        bind: Bind,
        unbind: Callable[[str], None],
        remembered: Remembered = tuple,
        ports: Callable[[], Sequence[PortInfo]] = list_ports,
    ) -> None:
        """`folder` is the workspace; packs lie in its `ports`."""
        self._catalog, self._packs, self._bind, self._unbind = catalog, folder / "ports", bind, unbind
        self._remembered, self._ports = remembered, ports

    def ports(self) -> list[Port]:
        """Remembered ones first, wireless ones last."""
        known = {_usb(one.usb) or one.port: one.role for one in self._remembered()}
        found = [_port(info, known) for info in self._ports()]
        return sorted(found, key=lambda port: (port.wireless, not port.role, port.name))

    def find(self, port: str) -> FindingThread:
        return FindingThread(port, self._catalog)

    def listen(self, port: str) -> HearingThread:
        return HearingThread(port, self._catalog)

    def bind(self, role: str, pack: PortPack, port: str, reason: str = "") -> Identity:
        """Blocks for some seconds. Raises DeviceError."""
        own = {key: str(value) for key, value in pack.settings.items()}
        return self._bind(role, pack.driver, port, {**pack.line, **own}, reason)

    def rebind(self, role: str, driver: str, port: str, reason: str) -> Identity:
        """The instrument that answers on this port is the right one from now on. Raises DeviceError."""
        line = next((one.line for one in self._remembered() if one.role == role), {})
        return self._bind(role, driver, port, line, reason)

    def capabilities(self, driver: str) -> list[str]:
        """What it can do; nothing for a driver that is not here."""
        try:
            return self._catalog.describe(driver).manifest.capabilities
        except DriverFailed:
            return []

    def unbind(self, role: str) -> None:
        self._unbind(role)

    def write(self, pack: PortPack, path: Path) -> None:
        """Raises OSError."""
        path.write_text(to_text(pack), "utf-8", newline="\n")

    def take(self, path: Path) -> PortPack:
        """Adds the pack to those the page offers. Raises BadInput for a file that is none or a driver not at hand."""
        pack = self._checked(_read(path))
        self._packs.mkdir(parents=True, exist_ok=True)
        self.write(pack, self._packs / f"{pack.name}{SUFFIX}")
        return pack

    def packs(self) -> list[PortPack]:
        """Those that can be used now, by name."""
        found: list[PortPack] = []
        for path in sorted(self._packs.glob(f"*{SUFFIX}")):
            try:
                found.append(self._checked(_read(path)))
            except BadInput:
                continue  # its driver has gone, or somebody wrote into it
        return found

    def _checked(self, pack: PortPack) -> PortPack:
        try:
            self._catalog.describe(pack.driver)
        except DriverFailed:
            known = ", ".join(entry.folder.name for entry in self._catalog.entries())
            raise BadInput("bad-port-pack", field="driver", value=pack.driver, accepted=known) from None
        return pack


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
                self._state = Listening(self._state.prints, self._state.diagnosis, fault.code)

    def _at(self, rate: int) -> None:
        """Prints at one rate, until another one is called for."""
        heard: list[bytes] = []
        link = open_link(self._port, SerialSettings((rate,)), lambda _sent, data: heard.append(data))
        try:
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
            self._state = Listening(prints, told)


def _usb(usb: Sequence[str]) -> tuple[str, ...]:
    return tuple(usb) if any(usb) else ()


def _port(info: PortInfo, known: Mapping[Any, str]) -> Port:
    usb = info.identity if info.vid else ()
    text = f"{info.name} {info.description} {getattr(info, 'hwid', '')}".lower()
    role = known.get(tuple(usb), "") if usb else known.get(info.name, "")
    return Port(info.name, info.description, tuple(usb), any(word in text for word in WIRELESS), role)


def _read(path: Path) -> PortPack:
    try:
        with path.open(encoding="utf-8") as file:
            return from_text(file.read(BIGGEST + 1))
    except UnicodeDecodeError:
        raise BadInput("bad-port-pack", field="file", value=path.name, accepted="UTF-8") from None
