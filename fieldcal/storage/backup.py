"""Backups by SQLite's online backup, checked by opening them; a plain copy may miss a commit."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from fieldcal.services.ports import ChainReport
from fieldcal.storage.audit import Audit
from fieldcal.storage.database import WAIT, connect, seal, set_aside
from fieldcal.storage.errors import AlreadyThere, DamagedFile, InUse, MissingFile, StoreError
from fieldcal.storage.failures import typed
from fieldcal.storage.migrations import discard, is_due, publish

REOPEN = """INSERT INTO epoch SELECT max(number) + 1, (SELECT coalesce(max(seq), 0) + 1 FROM event),
(SELECT device FROM epoch ORDER BY number DESC LIMIT 1), 'restored' FROM epoch"""


def backup(con: sqlite3.Connection, path: Path) -> ChainReport:
    """On the storage thread. The file gets its name only after it was opened and its chain recomputed.

    Raises AlreadyThere, DamagedFile, or a StoreError of the disk.
    """
    if path.exists():
        raise AlreadyThere(path)
    part = copied(con, path)
    try:
        report = inspect(part)
        publish(part, path)
    except BaseException:
        discard(part)
        raise
    return report


def restore_file(file: Path, path: Path, keys: dict[str, bytes], *, replace: bool) -> ChainReport:
    """Verifies first; the store that was there is moved aside. A restored store begins a new epoch.

    Raises AlreadyThere without `replace`, InUse, or what the file is refused for (`.path` is the file).
    """
    if path.exists() and not replace:
        raise AlreadyThere(path)
    if not file.is_file():
        raise MissingFile(file)
    part = path.with_name(path.name + ".part")
    try:
        report = inspect(fetched(file, part), keys, reopen=True)
        if path.exists():
            refuse_if_open(path)
            set_aside(path)
        publish(part, path)
    except StoreError as err:
        discard(part)
        raise type(err)(file if err.path == part else err.path, err.detail) from err
    return report


def inspect(path: Path, keys: dict[str, bytes] | None = None, *, reopen: bool = False) -> ChainReport:
    """Opens the file as the program would. Raises DamagedFile when its chain has a problem."""
    con = connect(path)
    try:
        with typed(path):
            if reopen:
                con.execute(REOPEN)
            if not is_due(con):
                seal(con, path)
            report = Audit(con, keys).report()
    finally:
        con.close()
    if report.problems:
        raise DamagedFile(path, "; ".join(report.problems[:5]))
    return report


def copied(con: sqlite3.Connection, path: Path) -> Path:
    part = path.with_name(path.name + ".part")
    discard(part)
    with typed(part):
        target = sqlite3.connect(part)
        try:
            con.backup(target)
        finally:
            target.close()
    return part


def fetched(file: Path, part: Path) -> Path:
    """The backup itself may lie on a read-only medium and is never written to."""
    with typed(file):
        source = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=WAIT)
        try:
            source.execute("SELECT count(*) FROM sqlite_schema")  # backup() would wait for a lock for ever
            return copied(source, part.with_name(part.name.removesuffix(".part")))
        finally:
            source.close()


def refuse_if_open(path: Path) -> None:
    """A store that cannot be opened for another reason may well be the reason to restore."""
    try:
        connect(path).close()
    except InUse:
        raise
    except StoreError:
        return
