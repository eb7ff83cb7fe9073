"""Opens the store file: one connection, used by the storage thread only, or a typed refusal."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from fieldcal.storage.errors import DamagedFile, ForeignFile, MissingFile, NewerFile, ReadOnly, UnsafeStore
from fieldcal.storage.failures import typed
from fieldcal.storage.schema import APPLICATION_ID, FINGERPRINT, GUARDED, MAJOR, VERSION, fingerprint

PRAGMAS: dict[str, tuple[str, int | str]] = {  # set in this order: synchronous before journal_mode
    "synchronous": ("FULL", 2),
    "journal_mode": ("TRUNCATE", "truncate"),
    "locking_mode": ("EXCLUSIVE", "exclusive"),
    "foreign_keys": ("ON", 1),
    "recursive_triggers": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "cell_size_check": ("ON", 1),
    "mmap_size": ("0", 0),
}
SEALED = {*PRAGMAS, "writable_schema", "ignore_check_constraints", "application_id", "user_version"}
DENIED = {
    *(sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_ALTER_TABLE),
    *(sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_DROP_TRIGGER, sqlite3.SQLITE_DROP_INDEX),
}
SYNCED = ("onedrive", "dropbox", "nutstore", "坚果云", "google drive", "icloud", "baidusync")
FULL_CHECK_BELOW = 1 << 30  # bytes; above it a full check would hold up the start
WAIT = 0.5  # seconds for a virus scanner to let go; another fieldcal never does


def connect(path: Path) -> sqlite3.Connection:
    """Refuses what cannot be kept safely; every pragma is read back. Migrations may still be due.

    Raises a StoreError: missing-file, foreign-file, newer-file, damaged-file, in-use, unsafe-store, read-only.
    """
    check_place(path)
    with typed(path):
        con = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=WAIT)
    try:
        with typed(path):
            settle(con, path)
            check_origin(con, path)
            check_pages(con, path)
    except BaseException:
        con.close()
        raise
    return con


def seal(con: sqlite3.Connection, path: Path) -> None:
    """Last step of opening, after migrations: the guards must be in place and cannot be lifted any more."""
    found = fingerprint(con)
    if found != FINGERPRINT:
        raise UnsafeStore(path, f"schema of the guarded tables is {found}")
    con.set_authorizer(guard)


def check_place(path: Path) -> None:
    if path.is_symlink():
        raise UnsafeStore(path, "symbolic link")
    if not path.is_file():
        raise MissingFile(path)
    check_folder(path.parent)
    facts = path.stat()
    if facts.st_nlink > 1:
        raise UnsafeStore(path, "hard link")
    if not facts.st_size:
        raise DamagedFile(path, "empty file")
    if not os.access(path, os.W_OK):
        raise ReadOnly(path, "no permission to write")


def check_folder(folder: Path) -> None:
    """A program that copies the file behind our back may copy it half written."""
    synced = [part for part in folder.resolve().parts if part.lower().startswith(SYNCED)]
    if synced:
        raise UnsafeStore(folder, f"synchronised folder {synced[0]}")


def settle(con: sqlite3.Connection, path: Path) -> None:
    for name, (value, _) in PRAGMAS.items():
        con.execute(f"PRAGMA {name}={value}").fetchall()
    con.execute("BEGIN EXCLUSIVE").execute("COMMIT")  # until here EXCLUSIVE has locked nobody out
    for name, value in settings(con).items():
        if value != PRAGMAS[name][1]:
            raise UnsafeStore(path, f"{name} is {value}, not {PRAGMAS[name][1]}")


def settings(con: sqlite3.Connection) -> dict[str, int | str]:
    """The pragmas as SQLite reports them now."""
    found: dict[str, int | str] = {}
    for name in PRAGMAS:
        row = con.execute(f"PRAGMA {name}").fetchone()
        found[name] = row[0] if row else 0
    return found


def check_origin(con: sqlite3.Connection, path: Path) -> None:
    application = con.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID:
        raise ForeignFile(path, f"application_id {application:#x}")
    version = con.execute("PRAGMA user_version").fetchone()[0]
    if version // 1000 > MAJOR:
        raise NewerFile(path, f"version {version}, this program knows {VERSION}")


def check_pages(con: sqlite3.Connection, path: Path) -> None:
    check = "integrity_check" if path.stat().st_size < FULL_CHECK_BELOW else "quick_check"
    found = [row[0] for row in con.execute(f"PRAGMA {check}(10)")]
    if found != ["ok"]:
        raise DamagedFile(path, "; ".join(found))


def guard(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Our own slips fail loudly; lifted only while migrations run."""
    changed = action in (sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE) and first in GUARDED
    pragma = action == sqlite3.SQLITE_PRAGMA and second is not None
    loosened = pragma and str(first).lower() in SEALED  # SQLite hands the name over as it was typed
    return sqlite3.SQLITE_DENY if changed or loosened or action in DENIED else sqlite3.SQLITE_OK


def set_aside(path: Path, now: datetime | None = None) -> Path:
    """Moves a file (and its rollback journal, which may still heal it) out of the way; never deletes."""
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S")
    target, count = path.with_name(f"{path.stem}.aside-{stamp}{path.suffix}"), 1
    while target.exists():
        target, count = path.with_name(f"{path.stem}.aside-{stamp}-{count}{path.suffix}"), count + 1
    path.rename(target)
    clear_journal(path, target)
    sync_folder(path.parent)
    return target


def clear_journal(path: Path, target: Path) -> None:
    """A journal left beside another file of that name would be played back into it."""
    journal = path.with_name(path.name + "-journal")
    if journal.exists() and journal.stat().st_size:
        journal.rename(target.with_name(target.name + "-journal"))
    else:
        journal.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Makes a rename durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
