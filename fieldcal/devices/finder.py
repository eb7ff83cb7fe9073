"""Which driver an unknown instrument wants: first what it says by itself, then safe questions, never others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

from fieldcal.devices.catalog import Catalog, Entry
from fieldcal.devices.loader import DriverFailed, Loaded
from fieldcal.devices.serial_link import SerialLink
from fieldcal.driverkit import (
    BadReply,
    Decoded,
    DeviceError,
    DeviceFault,
    Frame,
    Identity,
    ReplyTimeout,
    SilentGap,
    Wire,
)
from fieldcal.driverkit.manifest import SerialSettings

LISTEN, ASK, WHOLE = 0.7, 0.35, 5.0  # s: for what comes unasked, for one answer, for everything
ENDS = (b"\r\n", b"\r", b"\n")
SERIAL = 4  # characters of a serial number at least
GOOD = ("reading", "readings", "fix")


@dataclass(frozen=True)
class Found:
    """`frames` counts the good ones that were heard; 0 for an instrument that answered its identify request."""

    driver: str
    baud: int
    identity: Identity | None
    frames: int = 0


Told = Callable[[str, Found | None], None]  # the driver tried, and what came of it


def find(port: str, catalog: Catalog, told: Told = lambda *_: None, seconds: float = WHOLE) -> list[Found]:
    """Every driver that fits, best first; returns within `seconds`. Raises Disconnected for a port that can't be had.

    Only drivers whose manifest says that their identify request changes nothing are asked (`probe.safe`).
    """
    end = monotonic() + seconds
    entries = [entry for entry in catalog.entries() if entry.manifest is not None]
    heard = _listen(port, SerialSettings())
    found: list[Found] = []
    for hit in _speakers(heard, entries, catalog) if heard else _answering(port, entries, catalog, end, told):
        found.append(hit)
        told(hit.driver, hit)
    return sorted(found, key=_rank, reverse=True)


def _rank(one: Found) -> tuple[int, bool]:
    """Many good frames, or a serial number that looks like one, before an answer that any instrument gives."""
    serial = one.identity.serial if one.identity else ""
    return one.frames, len(serial) >= SERIAL and any(letter.isdigit() for letter in serial)


def _listen(port: str, settings: SerialSettings) -> bytes:
    """What comes unasked within a moment."""
    heard: list[bytes] = []
    link = SerialLink.open(port, settings, lambda _sent, data: heard.append(data))
    try:
        link.listen(SilentGap(LISTEN, 4096), LISTEN)
    except DeviceError:
        pass  # silence, or more than a moment holds
    finally:
        link.close()
    return b"".join(heard)


def _speakers(heard: bytes, entries: list[Entry], catalog: Catalog) -> Iterator[Found]:
    for entry in entries:
        assert entry.manifest is not None
        best = max((_frames(catalog, protocol, heard) for protocol in entry.manifest.frames), default=0)
        if best >= 2:
            yield Found(entry.manifest.id, entry.manifest.serial.baud[0], None, best)


def _frames(catalog: Catalog, protocol: str, heard: bytes) -> int:
    """How many good frames of this protocol stand in what was heard."""
    decode = catalog.decoder(protocol)
    if decode is None:
        return 0
    whole = decode(Wire(heard))
    if whole.kind == "stream":
        return sum(_good(frame) for frame in whole.frames)
    return max(sum(_good(decode(Wire(part))) for part in _lines(heard, end)) for end in ENDS)


def _good(decoded: Decoded) -> bool:
    return decoded.kind in GOOD


def _lines(heard: bytes, end: bytes) -> list[bytes]:
    """Whole lines with their end; the first may have been cut by our coming."""
    return [line + end for line in heard.split(end)[1:-1]]


def _answering(port: str, entries: list[Entry], catalog: Catalog, end: float, told: Told) -> Iterator[Found]:
    """The first rate of every driver before the second of any."""
    safe = [entry.manifest for entry in entries if entry.manifest is not None and entry.manifest.probe.safe]
    tries = [(at, manifest) for manifest in safe for at in range(len(manifest.serial.baud))]
    for at, manifest in sorted(tries, key=lambda one: one[0]):
        if monotonic() + ASK > end:
            return
        identity = _ask(port, catalog.load(manifest.id), manifest.serial.baud[at], end)
        if identity is not None:
            yield Found(manifest.id, manifest.serial.baud[at], identity)
        else:
            told(manifest.id, None)


def _ask(port: str, loaded: Loaded, baud: int, end: float) -> Identity | None:
    own = loaded.manifest.serial
    link = SerialLink.open(port, SerialSettings((baud,), own.bits, own.dtr, own.rts, own.handshake))
    try:
        hurried = _Hurried(link, end)
        try:
            return loaded.driver(hurried).identify()
        except (BadReply, DeviceFault):  # half a request of the driver before may have stood in front of this one
            return loaded.driver(hurried).identify()
    except (DeviceError, DriverFailed):
        return None
    finally:
        link.close()


class _Hurried:
    """Nobody waits long for an instrument that may be another one."""

    def __init__(self, link: SerialLink, end: float) -> None:
        self._link, self._end = link, end

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        return self._link.exchange(request, frame, self._left(timeout))

    def listen(self, frame: Frame, timeout: float) -> bytes:
        raise ReplyTimeout("it says nothing unasked")

    def _left(self, timeout: float) -> float:
        left = min(timeout, ASK, self._end - monotonic())
        if left <= 0:
            raise ReplyTimeout("no time left")
        return left
