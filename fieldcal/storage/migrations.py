"""Forward-only migrations, and a fresh store by the same road: template, fsync, rename."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from fieldcal.storage.database import clear_journal, sync_folder
from fieldcal.storage.errors import AlreadyThere
from fieldcal.storage.failures import typed
from fieldcal.storage.schema import APPLICATION_ID, TABLES, VERSION, guards

if TYPE_CHECKING:  # sqlite_utils drags numpy in: imported on the storage thread, when it is needed
    from sqlite_utils import Database, Migrations


def steps() -> Migrations:
    """All steps ever shipped, in order; a released step is never edited."""
    from sqlite_utils import Migrations

    known = Migrations("fieldcal")

    @known(name="0001-first")
    def first(db: Database) -> None:
        for statement in TABLES:
            db.execute(statement)

    return known


def upgrade(con: sqlite3.Connection, known: Migrations | None = None, version: int = VERSION) -> None:
    """Applies what is due and puts the guards back: a table that was rebuilt has lost its triggers."""
    from sqlite_utils import Database

    db = Database(con, recursive_triggers=False, execute_plugins=False)
    (known or steps()).apply(db)
    for statement in guards():
        con.execute(statement)
    con.execute(f"PRAGMA application_id={APPLICATION_ID}")
    con.execute(f"PRAGMA user_version={version}")


def is_due(con: sqlite3.Connection) -> bool:
    return con.execute("PRAGMA user_version").fetchone()[0] < VERSION


def create(path: Path, device: str) -> None:
    """Makes the file whole or not at all. Raises AlreadyThere."""
    if path.exists():
        raise AlreadyThere(path)
    part = path.with_name(path.name + ".part")
    discard(part)
    with typed(part):
        fill(part, device)
    publish(part, path)


def fill(part: Path, device: str) -> None:
    con = sqlite3.connect(part, isolation_level=None)
    try:
        con.execute("PRAGMA synchronous=FULL")
        upgrade(con)
        con.execute("INSERT INTO epoch VALUES(1, 1, ?, 'made')", (device,))
    finally:
        con.close()


def discard(part: Path) -> None:
    """Removes an unfinished file of ours and its journal."""
    part.unlink(missing_ok=True)
    part.with_name(part.name + "-journal").unlink(missing_ok=True)


def publish(part: Path, path: Path) -> None:
    """Gives a finished file its name in a way that survives a power cut."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    clear_journal(part, part)
    clear_journal(path, path.with_name(f"{path.stem}.orphan{path.suffix}"))
    part.replace(path)
    sync_folder(path.parent)
