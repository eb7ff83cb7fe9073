"""A workspace on disk: the file, its key, its drivers; made, opened, backed up, restored."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from fieldcal.services.ports import ChainReport
from fieldcal.storage import backup as backups
from fieldcal.storage import database, migrations
from fieldcal.storage.blobs import SqliteBlobs
from fieldcal.storage.errors import AlreadyThere, DamagedFile, KeyUnusable, ReadOnly
from fieldcal.storage.failures import typed
from fieldcal.storage.journal import SqliteJournal
from fieldcal.storage.keys import KEY, Ed25519Signer, KeyStore
from fieldcal.storage.schema import FILE
from fieldcal.storage.thread import StorageThread

T = TypeVar("T")
KEYS, DRIVERS, BACKUPS = "keys", "drivers", "backups"


class Store:
    """The open workspace. Everything blocks until done and may be called from any thread."""

    def __init__(self, folder: Path, con: sqlite3.Connection, thread: StorageThread, signer: Ed25519Signer) -> None:
        self.folder, self.signer = folder, signer
        self._con, self._thread = con, thread
        self.journal = SqliteJournal(con, thread, signer, folder / FILE)
        self.blobs = SqliteBlobs(con, thread)
        self.device, self.epoch = self.journal.device, self.journal.epoch

    @staticmethod
    def create(folder: Path, device: str, seed: bytes | None = None) -> Store:
        """Makes a workspace. With a seed (demo) the key is derived, so that papers come out the same.

        Raises AlreadyThere, ReadOnly, UnsafeStore or a StoreError of the disk.
        """
        path = folder / FILE
        if path.exists():
            raise AlreadyThere(path)
        database.check_folder(folder)
        try:
            for part in (KEYS, DRIVERS):
                (folder / part).mkdir(parents=True, exist_ok=True)
        except PermissionError as err:
            raise ReadOnly(folder, str(err)) from err
        ensure_key(folder, seed)
        on_thread(lambda: migrations.create(path, device))
        return Store.open(folder)

    @staticmethod
    def open(folder: Path) -> Store:
        """Raises a StoreError: missing-file, foreign-file, newer-file, damaged-file, in-use, unsafe-store,
        read-only, key-unusable."""
        folder = folder.resolve()
        path, thread = folder / FILE, StorageThread()
        try:
            con = thread.call(lambda: opened(path))
            try:
                signer = KeyStore.open(folder / KEYS)
                thread.call(lambda: enrol(con, path, signer))
                return Store(folder, con, thread, signer)
            except BaseException:
                thread.call(con.close)
                raise
        except BaseException:
            thread.stop()
            raise

    def settings(self) -> dict[str, int | str]:
        """The durability pragmas as SQLite reports them now."""
        return self._thread.call(lambda: database.settings(self._con))

    def backup(self, path: Path) -> ChainReport:
        """See backup.backup; the key is not in it."""
        return self._thread.call(lambda: backups.backup(self._con, path))

    def check_links(self) -> None:
        """Every link and every signed head, but not what the records say: `journal.verify` does that too.

        Raises DamagedFile.
        """
        if problems := self.journal.broken():
            raise DamagedFile(self.folder / FILE, ", ".join(problems[:10]))

    def rebuild(self) -> dict[str, tuple[int, bool]]:
        """Table -> (rows, identical to before)."""
        return self.journal.rebuild()

    def close(self) -> None:
        """Lets go of the file; calling it twice is harmless."""
        self.journal.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def restore(file: Path, folder: Path, replace: bool = False) -> ChainReport:
    """Puts a verified backup in place; see backup.restore_file. A workspace without a key gets a new one."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    keys: dict[str, bytes] = {}
    if (folder / KEYS / KEY).exists():
        signer = KeyStore.open(folder / KEYS)
        keys[signer.kid.hex()] = signer.public_key
    report = on_thread(lambda: backups.restore_file(file, folder / FILE, keys, replace=replace))
    (folder / DRIVERS).mkdir(exist_ok=True)
    ensure_key(folder, None)
    return report


def set_aside(folder: Path) -> Path:
    """Moves a damaged store out of the way, whole; returns where it is now."""
    return database.set_aside(folder.resolve() / FILE)


def opened(path: Path) -> sqlite3.Connection:
    """On the storage thread: open, migrate (after a backup) if due, seal."""
    con = database.connect(path)
    try:
        with typed(path):
            if migrations.is_due(con):
                migrate(con, path)
            database.seal(con, path)
    except BaseException:
        con.close()
        raise
    return con


def migrate(con: sqlite3.Connection, path: Path) -> None:
    """Keeps the store as it was: an upgrade that stops half way can be undone by hand."""
    version = con.execute("PRAGMA user_version").fetchone()[0]
    kept = path.parent / BACKUPS / f"before-upgrade-from-{version}.db"
    kept.parent.mkdir(exist_ok=True)
    if not kept.exists():
        backups.backup(con, kept)
    migrations.upgrade(con)


def enrol(con: sqlite3.Connection, path: Path, signer: Ed25519Signer) -> None:
    """Heads of earlier keys stay verifiable, so every key that ever signed here is kept."""
    row = con.execute("SELECT public_key FROM device_key WHERE key_id=?", (signer.kid.hex(),)).fetchone()
    if row and row[0] != signer.public_key:
        raise KeyUnusable(path, "another key is enrolled under this id")
    if not row:
        with typed(path):
            con.execute("INSERT INTO device_key VALUES(?, ?)", (signer.kid.hex(), signer.public_key))


def ensure_key(folder: Path, seed: bytes | None) -> None:
    """An earlier attempt may have stopped after making the key."""
    if (folder / KEYS / KEY).exists():
        KeyStore.open(folder / KEYS)
    else:
        KeyStore.create(folder / KEYS, seed)


def on_thread(job: Callable[[], T]) -> T:
    thread = StorageThread()
    try:
        return thread.call(job)
    finally:
        thread.stop()
