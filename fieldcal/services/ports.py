"""What the services need from outside, as Protocols; adapters implement them, tests use the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from fieldcal.domain.certificate import CertificateContent
from fieldcal.domain.events import Event
from fieldcal.domain.explained import Explained


@dataclass(frozen=True)
class Stored:
    """An event as it lies in the journal."""

    seq: int
    stream: str
    version: int
    at: str
    actor: str
    event: Event
    hash: bytes = b""
    data: bytes = b""  # the event as it was written; a later program may write it with more fields


@dataclass(frozen=True)
class Blob:
    data: bytes
    media: str


@dataclass(frozen=True)
class Append:
    """One atomic write: events on one stream, blobs they refer to, and an outbox row if asked."""

    stream: str
    expected: int  # version of the last event on the stream, 0 for a new stream
    events: Sequence[Event]
    actor: str
    at: str
    blobs: Sequence[Blob] = field(default=())
    outbox: bool = False


class Conflict(Exception):
    """Somebody else appended first: expected version is not the stream's."""

    code = "conflict"


@dataclass(frozen=True)
class ChainReport:
    """Outcome of verifying the journal: `problems` is empty when all is well."""

    events: int
    head: str
    signed_heads: int
    problems: list[str]


@dataclass(frozen=True)
class OutboxRow:
    seq: int
    stream: str
    at: str
    attempts: int
    error: str
    delivered: str  # empty until delivered, else when


class Journal(Protocol):
    """All calls block until done (append: until COMMIT returned) and may come from any thread."""

    def append(self, write: Append) -> list[Stored]: ...
    def read(self, stream: str) -> list[Stored]: ...
    def streams(self, prefix: str) -> list[str]: ...
    def since(self, seq: int, limit: int = 1000) -> list[Stored]: ...
    def head(self) -> tuple[int, bytes]: ...
    def sign_head(self) -> None: ...
    def verify(self) -> ChainReport: ...
    def rows(self, table: str, where: str = "", args: Sequence[Any] = ()) -> list[dict[str, Any]]: ...
    def outbox(self) -> list[OutboxRow]: ...
    def deliver(self, seqs: Sequence[int], at: str) -> None: ...
    def raw(self, first: int, last: int) -> list[tuple[int, bytes, bytes]]: ...  # seq, body, hash
    def epochs(self) -> list[tuple[int, int]]: ...  # (first seq, epoch), oldest first
    def close(self) -> None: ...


class Blobs(Protocol):
    def get(self, sha256: str) -> Blob: ...


class Clock(Protocol):
    def now(self) -> datetime: ...  # aware, UTC
    def mono(self) -> float: ...  # seconds, of this process only
    def session(self) -> str: ...  # changes at every start of the program
    def sleep(self, seconds: float) -> None: ...


class Signer(Protocol):
    @property
    def kid(self) -> bytes: ...
    @property
    def public_key(self) -> bytes: ...
    def sign(self, data: bytes) -> bytes: ...


class Devices(Protocol):
    def request(self, role: str, capability: str, **args: Any) -> Future[Any]: ...
    def state(self) -> Sequence[Any]: ...
    def transcript(self, role: str) -> bytes: ...


@dataclass(frozen=True)
class Wanted:
    """A value of the record: the frame it was read from, and how the driver was asked."""

    name: str
    raw: bytes
    value: Decimal
    unit: str
    capability: str
    channel: str = ""
    args: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Outcome:
    """What the driver made of the stored bytes: `problem` (for a log) and its `code` are empty when it is the stored
    value. Codes: missing (no exchange holds the frame), differs (`text` came instead), or that of a DeviceError."""

    name: str
    problem: str = ""
    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class Replayed:
    """`same_driver`: the driver's folder has the hash that the record names."""

    outcomes: list[Outcome]
    same_driver: bool


class Replayer(Protocol):
    """A stored transcript through the driver that made values of it."""

    def __call__(
        self, driver: str, driver_hash: str, transcript: str, wanted: Sequence[Wanted], settings: Mapping[str, Any]
    ) -> Replayed:
        """`settings`: what differed from the driver's map. Raises DeviceError without a usable driver, ValueError for a
        transcript that cannot be read."""
        ...


class Renderer(Protocol):
    """Paper out of frozen content; the same content gives the same bytes."""

    def certificate(self, content: CertificateContent, qr: str) -> bytes: ...
    def record(self, content: CertificateContent, qr: str) -> bytes: ...
    def label(self, content: CertificateContent, qr: str) -> bytes: ...
    def lot(self, content: CertificateContent, qr: str) -> bytes: ...
    def explanation(self, content: CertificateContent, told: Sequence[Explained]) -> bytes: ...
    def missing_glyphs(self, content: CertificateContent) -> str: ...


class PaperCode(Protocol):
    """The signed code on paper (FC1): made from frozen content, checked without a network."""

    def payload(self, content: CertificateContent) -> dict[int, Any]: ...
    def build(self, payload: dict[int, Any], signer: Signer) -> str: ...
