"""Recorded exchanges as text: `>` a request (alone: listening), `<` one chunk of the reply, `@250` ms before.

Only whole lines that start with `#` are comments; bytes that do not print are `\\r`, `\\n`, `\\\\` or `\\xHH`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fieldcal.driverkit.driver import Link
from fieldcal.driverkit.errors import DeviceError, ReplyTimeout, Truncated
from fieldcal.driverkit.frame import Frame, SilentGap
from fieldcal.driverkit.linefaults import Chunk

_ESCAPE = re.compile(rb"\\(r|n|\\|x[0-9a-fA-F]{2})")
_NAMED = {b"r": b"\r", b"n": b"\n", b"\\": b"\\"}


class WrongRequest(DeviceError):
    """The driver sent something else than what was recorded."""

    code = "wrong-request"


@dataclass
class Exchange:
    request: bytes
    chunks: list[Chunk] = field(default_factory=list[Chunk])
    listened: bool = False  # waited for, without a request


def read_transcript(text: str) -> list[Exchange]:
    """Raises ValueError with the line number for a line that is none of the four kinds."""
    exchanges: list[Exchange] = []
    delay = 0.0
    for place, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("@"):
            delay = int(line[1:]) / 1000
        elif line.startswith("> "):
            exchanges.append(Exchange(_decode(line[2:], place)))
        elif line == ">":
            exchanges.append(Exchange(b"", listened=True))
        elif line.startswith("< "):
            if not exchanges:
                exchanges.append(Exchange(b""))
            exchanges[-1].chunks.append(Chunk(_decode(line[2:], place), delay))
            delay = 0.0
        else:
            raise ValueError(f"line {place}: {line!r}")
    return exchanges


def write_transcript(exchanges: list[Exchange], title: str = "") -> str:
    lines = [f"# {line}" for line in title.splitlines()]
    for exchange in exchanges:
        if exchange.request:
            lines.append(f"> {_encode(exchange.request)}")
        elif exchange.listened:
            lines.append(">")
        for chunk in exchange.chunks:
            if milliseconds := round(chunk.delay * 1000):
                lines.append(f"@{milliseconds}")
            lines.append(f"< {_encode(chunk.data)}")
    return "\n".join([*lines, ""])


class ReplayLink:
    """A link that answers from a transcript; time is counted, not waited for."""

    def __init__(self, exchanges: list[Exchange]) -> None:
        # what came unasked is drained by a real link
        self.exchanges = [e for e in exchanges if e.request or e.listened]
        self.place = 0

    @property
    def ended(self) -> bool:
        return self.place >= len(self.exchanges)

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        if self.ended or self.exchanges[self.place].request != request:
            raise WrongRequest(f"{request!r} at exchange {self.place + 1}")
        return self._next(frame, timeout)

    def listen(self, frame: Frame, timeout: float) -> bytes:
        if self.ended or not self.exchanges[self.place].listened:
            raise WrongRequest(f"nothing said unasked at exchange {self.place + 1}")
        return self._next(frame, timeout)

    def tell(self, data: bytes) -> None:
        if self.ended or self.exchanges[self.place].request != data:
            raise WrongRequest(f"{data!r} at exchange {self.place + 1}")
        self.place += 1

    def _next(self, frame: Frame, timeout: float) -> bytes:
        chunks = self.exchanges[self.place].chunks
        self.place += 1
        return take_chunks(chunks, frame, timeout)


class RecordLink:
    """Passes every exchange on and keeps it, for making a transcript at the bench."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.exchanges: list[Exchange] = []

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        self.exchanges.append(Exchange(request))
        tail = getattr(frame, "ending", b"")
        reply = self.link.exchange(request, frame, timeout)
        self.exchanges[-1].chunks.append(Chunk(reply + tail))
        return reply

    def listen(self, frame: Frame, timeout: float) -> bytes:
        self.exchanges.append(Exchange(b"", listened=True))
        reply = self.link.listen(frame, timeout)
        self.exchanges[-1].chunks.append(Chunk(reply + getattr(frame, "ending", b"")))
        return reply

    def tell(self, data: bytes) -> None:
        self.exchanges.append(Exchange(data))
        self.link.tell(data)


def take_chunks(chunks: list[Chunk], frame: Frame, timeout: float) -> bytes:
    """The frame that these chunks make within `timeout` seconds of counted time, as a real link would."""
    buffer, spent = b"", 0.0
    for chunk in chunks:
        if buffer and isinstance(frame, SilentGap) and chunk.delay >= frame.gap:
            break
        spent += chunk.delay
        if spent > timeout:
            break
        buffer += chunk.data
        if buffer and (hit := frame.take(buffer)) is not None:
            return hit[0]
    if buffer and isinstance(frame, SilentGap):
        return frame.end(buffer)[0]
    if buffer:
        raise Truncated(repr(buffer))
    raise ReplyTimeout(f"nothing in {timeout} s")


def _encode(data: bytes) -> str:
    parts = [_letter(byte) for byte in data]
    if parts and parts[-1] == " ":
        parts[-1] = "\\x20"  # editors strip blanks at the end of a line
    return "".join(parts)


def _letter(byte: int) -> str:
    named = {0x0D: "\\r", 0x0A: "\\n", 0x5C: "\\\\"}
    return named.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}")


def _decode(text: str, place: int) -> bytes:
    data = text.encode("ascii")
    if b"\\" in _ESCAPE.sub(b"", data):
        raise ValueError(f"line {place}: unknown escape in {text!r}")
    return _ESCAPE.sub(lambda hit: _NAMED.get(hit[1]) or bytes.fromhex(hit[1][1:].decode()), data)
