"""What waits for the server, and the signed bundle that carries it on a stick.

A bundle is one ZIP (stored, fixed dates): manifest.json, manifest.sig (Ed25519 over the manifest's bytes),
events.jsonl (one {seq, body, hash} a line, body as it was hashed), blobs/<sha256>. docs/bundle.md describes it.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec

from fieldcal.domain import chain
from fieldcal.domain import events as ev
from fieldcal.domain.errors import BadInput
from fieldcal.services.ports import OutboxRow
from fieldcal.services.workspace import Workspace

FORMAT = "fieldcal.bundle/1"
EPOCH = (2020, 1, 1, 0, 0, 0)
LARGEST = 512 * 1024 * 1024
NOT_A_BUNDLE = (
    OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, ValueError, OverflowError, EOFError,
    zlib.error, msgspec.MsgspecError,
)  # fmt: skip
SignatureCheck = Callable[[bytes, bytes, bytes], bool]  # public key, signature, data


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    algorithm: str
    signature: str
    device: str
    epochs: list[tuple[int, int]]  # (first seq, epoch), oldest first: a restored store begins a new one
    institution: str
    made_at: str
    first: int
    last: int
    previous: str  # hash before the first event, hex
    head: str  # hash of the last event, hex
    events: int
    records: int
    blobs: dict[str, str]  # sha256 -> media type
    payload: str  # SHA-256 of events.jsonl
    public_key: str
    kid: str


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seq: int
    body: str
    hash: str


@dataclass(frozen=True)
class BundleInfo:
    path: Path
    records: int
    events: int
    first: int
    last: int
    head: str
    blobs: int
    problems: tuple[str, ...] = ()


class Delivery:
    def __init__(self, ws: Workspace, device: str) -> None:
        self.ws, self.device = ws, device
        self._kinds: dict[int, bool] = {}

    def rows(self) -> list[OutboxRow]:
        return self.ws.journal.outbox()

    def pending(self) -> int:
        """Jobs whose record was not delivered: runs with a certified or voided event in the outbox, and judged lots."""
        return len({row.stream for row in self.rows() if not row.delivered and self._final(row)})

    def _final(self, row: OutboxRow) -> bool:
        if row.seq not in self._kinds:
            found = self.ws.journal.since(row.seq - 1, 1)
            self._kinds[row.seq] = bool(found) and isinstance(found[0].event, ev.Certified | ev.Voided | ev.LotPaper)
        return self._kinds[row.seq]

    def export(self, path: Path, actor: str) -> BundleInfo:
        """All that waits, from the first undelivered event to the head. Written aside, synced, then renamed."""
        waiting = [row.seq for row in self.rows() if not row.delivered]
        last, head = self.ws.journal.head()
        if not waiting or last == 0:
            raise BadInput("nothing-to-deliver", field="bundle", value=0, accepted="a finished job")
        data, manifest = self._build(1, last, head)
        _write_whole(path, data)
        exported = ev.BundleExported(hashlib.sha256(data).hexdigest(), 1, last)
        self.ws.put("delivery", exported, actor)
        self.ws.journal.deliver(waiting, self.ws.now())
        return BundleInfo(path, manifest.records, manifest.events, 1, last, manifest.head, len(manifest.blobs))

    def _build(self, first: int, last: int, head: bytes) -> tuple[bytes, Manifest]:
        raw = self.ws.journal.raw(first, last)
        lines = [msgspec.json.encode(Line(seq, b64encode(body).decode(), h.hex())) for seq, body, h in raw]
        payload = b"\n".join(lines) + b"\n"
        blobs = {name: self.ws.blobs.get(name) for name in sorted(_referred([body for _, body, _ in raw]))}
        assert self.ws.catalogue.workspace is not None
        manifest = Manifest(
            FORMAT, "sha256", "ed25519", self.device, self.ws.journal.epochs(),
            self.ws.catalogue.workspace.institution["name"], self.ws.now(), first, last,
            chain.GENESIS.hex(), head.hex(), len(raw),
            sum(b'"certified/1"' in body for _, body, _ in raw), {k: b.media for k, b in blobs.items()},
            hashlib.sha256(payload).hexdigest(), self.ws.signer.public_key.hex(), self.ws.signer.kid.hex(),
        )  # fmt: skip
        top = msgspec.json.encode(manifest, order="sorted")
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            parts = {"manifest.json": top, "manifest.sig": self.ws.signer.sign(b"fieldcal.bundle/1\0" + top)}
            parts |= {"events.jsonl": payload, **{f"blobs/{k}": b.data for k, b in blobs.items()}}
            for name, data in parts.items():
                archive.writestr(zipfile.ZipInfo(name, EPOCH), data)
        return buffer.getvalue(), manifest


def verify(path: Path, holds: SignatureCheck, trusted: set[str] | None = None) -> BundleInfo:
    """Checks format, signature, payload, chain, blobs. Raises BadInput `bad-bundle` for a file that is none.

    `trusted`: hex public keys to accept; None accepts any and says so to nobody: the caller shows the key id.
    """
    try:
        parts = _parts(path)
        manifest = msgspec.json.decode(parts["manifest.json"], type=Manifest)
        if manifest.format != FORMAT:
            raise ValueError(manifest.format)
        lines = [msgspec.json.decode(line, type=Line) for line in parts["events.jsonl"].splitlines()]
        bodies = [b64decode(line.body, validate=True) for line in lines]
        signature, key = parts["manifest.sig"], bytes.fromhex(manifest.public_key)
        faults = _chain_faults(manifest, lines, bodies)
        named = _referred(bodies)
    except NOT_A_BUNDLE as error:
        raise BadInput("bad-bundle", field=str(path), value=error, accepted=FORMAT) from error
    problems: list[str] = []
    if not holds(key, signature, b"fieldcal.bundle/1\0" + parts["manifest.json"]):
        problems.append("signature")
    if trusted is not None and manifest.public_key not in trusted:
        problems.append("unknown-key")
    if hashlib.sha256(parts["events.jsonl"]).hexdigest() != manifest.payload:
        problems.append("payload")
    problems += faults
    for name in sorted(named | manifest.blobs.keys()):
        if hashlib.sha256(parts.get(f"blobs/{name}", b"")).hexdigest() != name:
            problems.append(f"blob {name[:12]}")
    return BundleInfo(
        path, manifest.records, len(lines), manifest.first, manifest.last, manifest.head, len(manifest.blobs),
        tuple(problems),
    )  # fmt: skip


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise ValueError("larger than 512 MiB")
        return {name: archive.read(name) for name in archive.namelist()}


def _chain_faults(manifest: Manifest, lines: list[Line], bodies: list[bytes]) -> list[str]:
    starts = [(first, chain.prefix(manifest.device, epoch)) for first, epoch in manifest.epochs]
    previous = bytes.fromhex(manifest.previous)
    for place, (line, body) in enumerate(zip(lines, bodies, strict=True)):
        start = next((prefix for first, prefix in reversed(starts) if first <= line.seq), None)
        if start is None or line.seq != manifest.first + place:
            return [f"chain at {line.seq}"]
        previous = chain.link(start, previous, line.seq, body)
        if previous.hex() != line.hash:
            return [f"chain at {line.seq}"]
    counted = len(lines) == manifest.events and sum(b'"certified/1"' in body for body in bodies)
    faults = [] if previous.hex() == manifest.head else ["head"]
    return faults if counted == manifest.records else [*faults, "counts"]


def _referred(bodies: list[bytes]) -> set[str]:
    """Blob hashes that the events name: procedures, photos, transcripts, papers, frozen content."""
    found: set[str] = set()
    for body in bodies:
        match ev.decode(chain.opened(body).event):
            case (
                ev.RunOpened(sha256=name)
                | ev.LotOpened(sha256=name)
                | ev.EvidenceAdded(sha256=name)
                | ev.Transcript(sha256=name)
            ):
                found.add(name)
            case ev.Certified(papers=papers, content=content) | ev.LotPaper(papers=papers, content=content):
                found |= {*papers.values(), content}
            case _:
                pass
    return found


def _write_whole(path: Path, data: bytes) -> None:
    aside = path.with_name(path.name + ".part")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise BadInput("cannot-write", field="path", value=path, accepted=str(error)) from error


def summary(info: BundleInfo) -> dict[str, Any]:
    return {
        "file": str(info.path), "records": info.records, "events": info.events, "first": info.first,
        "last": info.last, "head": info.head, "blobs": info.blobs, "problems": list(info.problems),
    }  # fmt: skip
