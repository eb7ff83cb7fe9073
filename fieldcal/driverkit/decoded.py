"""What a driver makes of one frame, in words that are the same for every protocol.

A decoder is pure: `decode(wire)` looks at bytes and settings and gives a `Decoded`, whatever the bytes are. Kinds:
reading, readings, request, ack, identity, setting, fix, error, error_queue, reject, stream.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from fieldcal.driverkit.errors import BadChecksum, BadReply, DeviceFault

_NUMBER = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?", re.ASCII)


class Wire(msgspec.Struct, frozen=True):
    """Bytes off the line with what a decoder has to know of them; `request` is what they answer."""

    data: bytes
    settings: Mapping[str, Any] = {}
    from_host: bool = False
    request: bytes = b""


class Value(msgspec.Struct, frozen=True):
    name: str
    value: str | None
    unit: str | None
    status: str = "ok"


class Decoded(msgspec.Struct, frozen=True):
    """`value` is the number as text, its decimals kept as sent; `details` are what else the frame tells."""

    kind: str
    status: str = "ok"
    value: str | None = None
    unit: str | None = None
    values: tuple[Value, ...] = ()
    frames: tuple[Decoded, ...] = ()
    reason: str = ""
    details: dict[str, Any] = {}

    def number(self) -> Decimal:
        """The value of a reading. Raises what stands in its place: BadChecksum, BadReply or DeviceFault."""
        if self.kind == "reject":
            raise BadChecksum(self.reason) if self.reason == "bad_check" else BadReply(self.reason)
        if self.kind == "error" or self.value is None:
            raise DeviceFault(self.status, str(self.details.get("code", self.status)))
        return Decimal(self.value)


Decoder = Callable[[Wire], Decoded]


def rejected(reason: str, **details: Any) -> Decoded:
    """A frame that is not one, or not the answer: truncated, bad_length, bad_end, bad_check, bad_format, …"""
    return Decoded("reject", "rejected", reason=reason, details=details)


def failed(status: str, **details: Any) -> Decoded:
    """A sound frame in which the instrument says that it has no value."""
    return Decoded("error", status, details=details)


def plain(text: str) -> str | None:
    """A number as everybody writes it: sign only when negative, no needless leading noughts, exponent resolved,
    trailing noughts kept. None if it is no number."""
    hit = _NUMBER.fullmatch(text.strip())
    if hit is None:
        return None
    sign, whole, part, power = hit.groups()
    value = Decimal(f"{whole}.{part}" if part else whole).scaleb(int(power or 0))
    shown = f"{value:f}"
    return f"-{shown}" if sign == "-" and value else shown


def stream(data: bytes, take: Callable[[bytes], tuple[Decoded, int] | None]) -> Decoded:
    """Frames one after another; `take` gives one at the very beginning with its size, or None: then one byte is left
    out and the next place is tried."""
    frames: list[Decoded] = []
    lost, at = 0, 0
    while at < len(data):
        hit = take(data[at:])
        if hit is None or hit[1] <= 0:
            at, lost = at + 1, lost + 1
        else:
            frames.append(hit[0])
            at += hit[1]
    return Decoded("stream", frames=tuple(frames), details={"discarded_bytes": lost})
