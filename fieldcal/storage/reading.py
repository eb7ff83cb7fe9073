"""The journal of a workspace that nobody has open, read alone: no lock is kept and not a byte is written."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from fieldcal.domain import chain
from fieldcal.domain.events import Event, decode
from fieldcal.storage.blobs import fetch
from fieldcal.storage.database import check_origin
from fieldcal.storage.errors import BlobDamaged, BlobMissing, MissingFile
from fieldcal.storage.failures import typed
from fieldcal.storage.schema import FILE

RUNS = """SELECT r.stream FROM run_summary r JOIN event e ON e.stream=r.stream AND e.version=1
WHERE r.procedure IN ({}) AND r.state IN ({}) ORDER BY e.seq"""
READ = "SELECT at, actor, body FROM event WHERE stream=? ORDER BY version"


class Reading:
    """Implements Records of services.reevaluate; for the thread that made it. Raises a StoreError: missing-file,
    foreign-file, newer-file, in-use."""

    def __init__(self, folder: Path) -> None:
        self._path = folder.resolve() / FILE
        if not self._path.is_file():
            raise MissingFile(self._path)
        with typed(self._path):
            self._con = sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True, isolation_level=None)
            check_origin(self._con, self._path)

    def runs(self, procedures: Sequence[str], states: Sequence[str]) -> list[str]:
        """In the order they were begun."""
        marks = ["?" + ", ?" * (len(words) - 1) for words in (procedures, states)]
        with typed(self._path):
            return [row[0] for row in self._con.execute(RUNS.format(*marks), (*procedures, *states))]

    def events(self, stream: str) -> list[tuple[Event, str, str]]:
        """Each with who and when, in order."""
        with typed(self._path):
            rows = self._con.execute(READ, (stream,)).fetchall()
        return [(decode(chain.opened(body).event), actor, at) for at, actor, body in rows]

    def blob(self, sha256: str) -> bytes:
        """Raises BlobMissing, BlobDamaged."""
        with typed(self._path):
            row = fetch(self._con, bytes.fromhex(sha256))
        if row is None:
            raise BlobMissing(sha256)
        if hashlib.sha256(row[0]).hexdigest() != sha256:
            raise BlobDamaged(sha256)
        return row[0]

    def close(self) -> None:
        self._con.close()
