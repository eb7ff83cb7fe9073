"""One place that turns SQLite's result codes into our errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldcal.storage.errors import (
    DamagedFile,
    DiskFailed,
    ForeignFile,
    InUse,
    MissingFile,
    ReadOnly,
    StoreError,
    StoreFull,
)

PRIMARY = 0xFF  # the low byte of an extended result code
CAUSES: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: InUse,
    sqlite3.SQLITE_LOCKED: InUse,
    sqlite3.SQLITE_READONLY: ReadOnly,
    sqlite3.SQLITE_PERM: ReadOnly,
    sqlite3.SQLITE_IOERR: DiskFailed,
    sqlite3.SQLITE_CORRUPT: DamagedFile,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_CANTOPEN: MissingFile,
    sqlite3.SQLITE_NOTADB: ForeignFile,
}


@contextmanager
def typed(path: Path) -> Iterator[None]:
    """Raises the StoreError of a cause known to CAUSES; everything else is our own bug and passes."""
    try:
        yield
    except sqlite3.DatabaseError as err:
        cause = CAUSES.get((getattr(err, "sqlite_errorcode", 0) or 0) & PRIMARY)
        if cause is None:
            raise
        raise cause(path, str(err)) from err
