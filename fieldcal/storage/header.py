"""The first hundred bytes of the store: enough to refuse a wrong file before a window is shown."""

from __future__ import annotations

from pathlib import Path

from fieldcal.storage.errors import ForeignFile, MissingFile, NewerFile, StoreError
from fieldcal.storage.schema import APPLICATION_ID, FILE, MAJOR, VERSION

__all__ = ["StoreError", "check"]
MAGIC, SIZE = b"SQLite format 3\0", 100
USER_VERSION, APPLICATION = slice(60, 64), slice(68, 72)  # https://sqlite.org/fileformat.html


def check(folder: Path) -> None:
    """Raises MissingFile, ForeignFile or NewerFile; whatever else may be wrong is found when it is opened."""
    path = folder.resolve() / FILE
    if not path.is_file():
        raise MissingFile(path)
    try:
        with path.open("rb") as file:
            head = file.read(SIZE)
    except OSError:
        return
    if len(head) < SIZE or hot(path):
        return
    application, version = int.from_bytes(head[APPLICATION], "big"), int.from_bytes(head[USER_VERSION], "big")
    if not head.startswith(MAGIC) or application != APPLICATION_ID:
        raise ForeignFile(path, f"application_id {application:#x}" if head.startswith(MAGIC) else "not a database")
    if version // 1000 > MAJOR:
        raise NewerFile(path, f"version {version}, this program knows {VERSION}")


def hot(path: Path) -> bool:
    """A rollback journal may still change the first page."""
    journal = path.with_name(path.name + "-journal")
    return journal.exists() and journal.stat().st_size > 0
