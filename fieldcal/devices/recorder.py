"""What went over a line, call by call, as a transcript that the conformance kit replays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from fieldcal.devices.loader import Loaded, guarded
from fieldcal.devices.ports import open_link
from fieldcal.driverkit import Chunk, DeviceError, Frame, Identity, ReplyTimeout, SilentGap, Truncated
from fieldcal.driverkit.capability import method_name
from fieldcal.driverkit.conformance import Call, calls_of
from fieldcal.driverkit.driver import Driver
from fieldcal.driverkit.manifest import SerialSettings
from fieldcal.driverkit.transcript import Exchange, RecordLink, ReplayLink, read_transcript, write_transcript

HARMLESS = ("identify", "measure-", "live-", "read-")  # calls that change nothing on an instrument
SETTLE = 10.0  # s, for a weight that is being put on


@dataclass(frozen=True)
class Outcome:
    """`gave`: the result as Python writes it, or the code of the error."""

    call: str
    gave: str


class LineRecorder(RecordLink):
    """A link on a real port; each exchange is kept with its bytes and the times between them."""

    def __init__(self, port: str, settings: SerialSettings) -> None:
        self._heard: list[Chunk] = []
        self._last = 0.0
        self.line = open_link(port, settings, self._hear)
        super().__init__(self.line)

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        self.exchanges.append(Exchange(request))
        try:
            return self.line.exchange(request, frame, timeout)
        finally:
            self.exchanges[-1].chunks = _whole(self._heard) if isinstance(frame, SilentGap) else self._heard
            self._heard = []

    def gather(self, request: bytes, seconds: float) -> None:
        """Whatever comes within `seconds` after the request, or unasked where it is empty."""
        self.exchanges.append(Exchange(request, listened=not request))
        self._heard, self._last = [], monotonic()
        try:
            self.line.exchange(request, Endless(), seconds) if request else self.line.listen(Endless(), seconds)
        except (ReplyTimeout, Truncated):  # the end of the time, with or without bytes
            self.exchanges[-1].chunks = self._heard

    def _hear(self, sent: bool, data: bytes) -> None:
        """The line's listener; bytes that came before a request are no answer to it."""
        now = monotonic()
        if sent:
            self._heard = []
        else:
            self._heard.append(Chunk(data, now - self._last))
        self._last = now


class Endless:
    """No bytes make it whole."""

    def take(self, buffer: bytes, /) -> None:
        return None


def _whole(chunks: list[Chunk]) -> list[Chunk]:
    """Where silence ends a frame, a busy computer's pause inside it must not become one."""
    return [Chunk(b"".join(chunk.data for chunk in chunks), chunks[0].delay)] if chunks else []


def chosen(driver: Driver, names: Sequence[str]) -> list[Call]:
    """The calls of these names, or all that change nothing. Raises ValueError for a name the driver does not have."""
    calls = calls_of(driver)
    if unknown := [name for name in names if name not in {call[0] for call in calls}]:
        raise ValueError(unknown[0])
    found = [call for call in calls if (call[0] in names if names else call[0].startswith(HARMLESS))]
    return [(name, {**args, "settle": SETTLE} if "settle" in args else args) for name, args in found]


def record(loaded: Loaded, port: str, names: Sequence[str]) -> tuple[str, list[Outcome]]:
    """The transcript, and what each call gave.

    Raises ValueError as `chosen` does, Disconnected when the port cannot be opened, ReplyTimeout if nothing came.
    """
    chosen(loaded.driver(ReplayLink([])), names)
    link = LineRecorder(port, loaded.serial)
    try:
        driver = loaded.driver(link)
        results = [(call[0], _run(driver, call)) for call in chosen(driver, names)]
    finally:
        link.line.close()
    identity = next((result for _, result in results if isinstance(result, Identity)), Identity("", "", ""))
    return _written(link, port, identity), [_outcome(*one) for one in results]


def replayed(loaded: Loaded, text: str, names: Sequence[str]) -> list[Outcome]:
    """The same calls on the transcript alone; the same outcomes must come."""
    driver = loaded.driver(ReplayLink(read_transcript(text)))
    return [_outcome(call[0], _run(driver, call)) for call in chosen(driver, names)]


def raw(port: str, settings: SerialSettings, requests: Sequence[bytes], seconds: float) -> str:
    """Each request once, or what is said unasked, for `seconds` each. Raises as `record` does."""
    link = LineRecorder(port, settings)
    try:
        for request in requests or [b""]:
            link.gather(request, seconds)
    finally:
        link.line.close()
    return _written(link, port, Identity("", "", ""))


def _run(driver: Driver, call: Call) -> object:
    try:
        return guarded(lambda: getattr(driver, method_name(call[0]))(**call[1]))
    except DeviceError as error:
        return error


def _outcome(name: str, result: object) -> Outcome:
    return Outcome(name, result.code if isinstance(result, DeviceError) else repr(result))


def _written(link: LineRecorder, port: str, identity: Identity) -> str:
    if not any(exchange.chunks for exchange in link.exchanges):
        raise ReplyTimeout(port)
    who = " ".join(part for part in (identity.maker, identity.model, identity.serial) if part) or port
    when = datetime.now(UTC).isoformat(timespec="seconds")
    plain = "".join(letter if 0x20 <= ord(letter) < 0x7F else "?" for letter in who)
    return write_transcript(link.exchanges, f"recorded {when} from {plain}")
