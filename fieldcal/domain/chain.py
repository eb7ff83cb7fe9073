"""The hash chain: what is hashed, and recomputing it row by row."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from fieldcal.domain.events import Event, encode, type_of

ALGORITHM = b"sha256"
GENESIS = b"\0" * 32  # previous hash of the first event


class Envelope(msgspec.Struct, frozen=True):
    """The body of a row. Everything a query column says is in here too, under the hash."""

    actor: str
    at: str
    event: msgspec.Raw
    stream: str
    type: str
    version: int


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Envelope)


def body_of(stream: str, version: int, at: str, actor: str, event: Event) -> bytes:
    """Sorted JSON; the bytes that are hashed are the bytes that are stored."""
    inner = msgspec.Raw(encode(event))
    return _encoder.encode(Envelope(actor, at, inner, stream, type_of(event), version))


def opened(body: bytes) -> Envelope:
    """Raises msgspec.DecodeError or ValidationError."""
    return _decoder.decode(body)


def prefix(device: str, epoch: int) -> bytes:
    return b"fieldcal.event/1\0" + ALGORITHM + b"\0" + device.encode() + b"\0" + epoch.to_bytes(4, "big")


def link(start: bytes, previous: bytes, seq: int, body: bytes) -> bytes:
    """Hash of one event; `start` is prefix(device, epoch)."""
    return hashlib.sha256(start + previous + seq.to_bytes(8, "big") + body).digest()


def column_faults(row: tuple[Any, ...]) -> list[str]:
    """Columns of (seq, stream, version, type, at, actor, body) that differ from the hashed body."""
    seq, *columns, body = row
    try:
        said = opened(body)
    except msgspec.MsgspecError:
        return [f"body {seq}"]
    told = [said.stream, said.version, said.type, said.at, said.actor]
    return [] if told == columns else [f"columns {seq}"]
