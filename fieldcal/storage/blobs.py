"""Papers, photos and transcripts, named by what they are: the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable

from fieldcal.services.ports import Blob
from fieldcal.storage.errors import BlobDamaged, BlobMissing
from fieldcal.storage.thread import StorageThread


class SqliteBlobs:
    """Implements Blobs. Blobs are written with the events that name them, see SqliteJournal.append."""

    def __init__(self, con: sqlite3.Connection, thread: StorageThread) -> None:
        self._con, self._thread = con, thread

    def get(self, sha256: str) -> Blob:
        """`sha256` in hex. Raises BlobMissing, or BlobDamaged when the bytes no longer have that hash."""
        row = self._thread.call(lambda: fetch(self._con, bytes.fromhex(sha256)))
        if row is None:
            raise BlobMissing(sha256)
        if hashlib.sha256(row[0]).hexdigest() != sha256.lower():
            raise BlobDamaged(sha256)
        return Blob(*row)


def fetch(con: sqlite3.Connection, name: bytes) -> tuple[bytes, str] | None:
    return con.execute("SELECT bytes, media FROM blob WHERE sha256=?", (name,)).fetchone()


def keep(con: sqlite3.Connection, blobs: Iterable[Blob]) -> None:
    """Inside the caller's transaction; the same bytes twice are one row."""
    for blob in blobs:
        name = hashlib.sha256(blob.data).digest()
        row = (name, blob.media, len(blob.data), blob.data)
        con.execute("INSERT INTO blob VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING", row)


def faults(con: sqlite3.Connection) -> list[str]:
    found: list[str] = []
    for name, size, data in con.execute("SELECT sha256, size, bytes FROM blob"):
        if hashlib.sha256(data).digest() != name or len(data) != size:
            found.append(f"blob {name.hex()}")
    return found
