"""Which driver an unknown instrument wants: first what it says by itself, then safe questions, never others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic

from fieldcal.devices.catalog import Catalog
from fieldcal.devices.doctor import diagnose, shown_reading
from fieldcal.devices.doctor_rates import clean, next_rate
from fieldcal.devices.link import StreamLink
from fieldcal.devices.loader import DriverFailed, Loaded
from fieldcal.devices.ports import open_link
from fieldcal.driverkit import BadReply, DeviceError, DeviceFault, Frame, Identity, ReplyTimeout, SilentGap
from fieldcal.driverkit.manifest import Manifest, SerialSettings
from fieldcal.services.doctor import PRINTS, Hit, Print

LISTEN, ASK, WHOLE = 0.7, 0.35, 5.0  # s: for what comes unasked, for one answer, for everything
SERIAL = 4  # characters of a serial number at least
ENOUGH = 2  # frames that are no chance

Told = Callable[[str, Hit | None], None]  # the driver tried, and what came of it
Stopped = Callable[[], bool]


def find(
    port: str,
    catalog: Catalog,
    told: Told = lambda *_: None,
    seconds: float = WHOLE,
    stopped: Stopped = lambda: False,
) -> list[Hit]:
    """Every driver that fits, best first; returns within `seconds`. Raises Disconnected for a port that can't be had.

    Only drivers whose manifest says that their identify request changes nothing are asked (`probe.safe`), and none
    while the instrument speaks by itself.
    """
    end = monotonic() + seconds
    heard = _heard(port)
    found: list[Hit] = []
    for hit in _speakers(heard, catalog) if heard else _answering(port, catalog, end, told, stopped):
        found.append(hit)
        told(hit.driver, hit)
    return sorted(found, key=_rank, reverse=True)


def _rank(one: Hit) -> tuple[int, bool]:
    """Many good frames, or a serial number that looks like one, before an answer that any instrument gives."""
    return one.frames, _numbered(one)


def _numbered(one: Hit) -> bool:
    serial = one.identity.serial if one.identity else ""
    return len(serial) >= SERIAL and any(letter.isdigit() for letter in serial)


def _heard(port: str) -> list[Print]:
    """What comes unasked within a moment, at the rates that the garbage points to; nothing if the line is silent."""
    heard: list[Print] = []
    while len(heard) < PRINTS:
        rate = next_rate(heard)
        data = _listen(port, SerialSettings((rate,)))
        if not data:
            break
        heard.append(Print(rate, data))
        if clean(data):
            break
    return heard


def _listen(port: str, settings: SerialSettings) -> bytes:
    heard: list[bytes] = []
    link = open_link(port, settings, lambda _sent, data: heard.append(data))
    try:
        link.listen(SilentGap(LISTEN, 4096), LISTEN)
    except DeviceError:
        pass  # silence, or more than a moment holds
    finally:
        link.close()
    return b"".join(heard)


def _speakers(heard: list[Print], catalog: Catalog) -> Iterator[Hit]:
    told = diagnose(heard, catalog)
    for one in told.proposals if told.form else ():
        if one.frames >= ENOUGH and told.form:
            yield Hit(one.driver, told.form.baud, one.bits, None, one.frames, one.values[-1], one.unit)


def _answering(port: str, catalog: Catalog, end: float, told: Told, stopped: Stopped) -> Iterator[Hit]:
    """The first rate of every driver before the second of any; an instrument that gave its number is asked no more."""
    line = _Line(port)
    try:
        for manifest, loaded, settings in _tries(catalog):
            if stopped() or monotonic() + ASK > end:
                return
            hit = _ask(line.at(settings), manifest, loaded, settings, end)
            if hit is None:
                told(manifest.id, None)
                continue
            yield hit
            if _numbered(hit):
                return
    finally:
        line.close()


def _tries(catalog: Catalog) -> list[tuple[Manifest, Loaded, SerialSettings]]:
    """The first rate of every driver before the second of any."""
    tries: list[tuple[int, Manifest, Loaded, SerialSettings]] = []
    for entry in catalog.entries():
        if entry.manifest is None or not entry.manifest.probe.safe:
            continue
        with suppress(DriverFailed):
            loaded = catalog.load(entry.manifest.id)
            own = loaded.serial
            for at, baud in enumerate(entry.manifest.serial.baud):
                settings = SerialSettings((baud,), own.bits, own.dtr, own.rts, own.handshake)
                tries.append((at, entry.manifest, loaded, settings))
    return [(manifest, loaded, settings) for _, manifest, loaded, settings in sorted(tries, key=lambda one: one[0])]


class _Line:
    """The port, open with the settings that were asked for last: opening one over a network takes its time."""

    def __init__(self, port: str) -> None:
        self._port = port
        self._link: StreamLink | None = None
        self._settings: SerialSettings | None = None

    def at(self, settings: SerialSettings) -> StreamLink:
        if self._link is None or settings != self._settings:
            self.close()
            self._link, self._settings = open_link(self._port, settings), settings
        self._link.renew()
        return self._link

    def close(self) -> None:
        link, self._link = self._link, None
        if link:
            link.close()


def _ask(link: StreamLink, manifest: Manifest, loaded: Loaded, settings: SerialSettings, end: float) -> Hit | None:
    try:
        hurried = _Hurried(link, end)
        identity = _identity(loaded, hurried)
        value, unit = shown_reading(loaded.driver(hurried))
        return Hit(manifest.id, settings.baud[0], settings.bits, identity, 0, value, unit)
    except (DeviceError, DriverFailed):
        return None


def _identity(loaded: Loaded, link: _Hurried) -> Identity:
    try:
        return loaded.driver(link).identify()
    except (BadReply, DeviceFault):  # half a request of the driver before may have stood in front of this one
        return loaded.driver(link).identify()


class _Hurried:
    """Nobody waits long for an instrument that may be another one."""

    def __init__(self, link: StreamLink, end: float) -> None:
        self._link, self._end = link, end

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        return self._link.exchange(request, frame, self._left(timeout))

    def listen(self, frame: Frame, timeout: float) -> bytes:
        raise ReplyTimeout("it says nothing unasked")

    def tell(self, data: bytes) -> None:
        raise ReplyTimeout("it is not told anything")

    def _left(self, timeout: float) -> float:
        left = min(timeout, ASK, self._end - monotonic())
        if left <= 0:
            raise ReplyTimeout("no time left")
        return left
