"""What the frames of meters have in common: wake-up bytes, a start, a counted body, its sum, and an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fieldcal.driverkit.codec import sum8
from fieldcal.driverkit.decoded import Decoded, Wire, stream

WAKE, END, FROM_METER = b"\xfe", 0x16, 0x80
Places = Callable[[bytes], Iterator[tuple[int, int]]]  # (begin, size) wherever a frame may begin


def sound(frame: bytes) -> bool:
    return frame[-1] == END and frame[-2] == sum8(frame[:-2])


@dataclass(frozen=True)
class Answer:
    """The first sound frame from the meter; wake-up bytes, noise and our own echo are passed over.

    `control` is the place of the byte that tells who sent it.
    """

    places: Places
    control: int

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        spoilt = None
        for at, size in self.places(buffer):
            frame = buffer[at : at + size]
            if len(frame) < size or not frame[self.control] & FROM_METER:
                continue
            if sound(frame):
                return frame, buffer[at + size :]
            if at + size == len(buffer):
                spoilt = frame, b""  # whole but wrong, and nothing behind it: let the decoder say why
        return spoilt


def several(wire: Wire, places: Places, head: int, decode: Callable[[bytes, Wire], Decoded]) -> Decoded | None:
    """Sound frames one behind the other, without our own echo; `head` bytes tell how long a frame is."""

    def take(data: bytes) -> tuple[Decoded, int] | None:
        body = data.lstrip(WAKE)
        at, size = next(places(body[:head]), (1, 0))
        if at or len(body) < size or not sound(body[:size]):
            return None
        return decode(body[:size], wire), len(data) - len(body) + size

    return not_echoed(stream(wire.data, take))


def not_echoed(found: Decoded) -> Decoded | None:
    """A stream without the frames that we sent ourselves; None where there was no frame at all."""
    if not found.frames:
        return None
    frames = tuple(frame for frame in found.frames if frame.reason != "wrong_direction")
    details = {**found.details, "ignored_frames": len(found.frames) - len(frames)}
    return Decoded("stream", frames=frames, details=details)
