"""Real workspaces on disk, and what an editor with another program would do to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldcal.domain import events as ev
from fieldcal.services.ports import Append, Blob, Stored
from fieldcal.storage.schema import guards
from fieldcal.storage.store import Store

AT = "2026-03-02T08:00:00Z"
SEED = b"test"


class Bench:
    """A store with short ways to write to it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "fieldcal.db"
        self.store = Store.create(folder, "FC-7", SEED)

    def put(self, stream: str, *events: ev.Event, blobs: tuple[Blob, ...] = ()) -> list[Stored]:
        expected = len(self.store.journal.read(stream))
        return self.store.journal.append(Append(stream, expected, events, "li", AT, blobs, outbox=True))

    def run(self, stream: str = "run/1", readings: int = 3) -> None:
        self.put(stream, ev.RunOpened("i1", "jjg-539", "ab", "subsequent", "1.0"))
        for row in range(readings):
            self.put(stream, self.reading(row))

    @staticmethod
    def reading(row: int = 0, text: str = "5.00") -> ev.ReadingTaken:
        return ev.ReadingTaken("error", row, 1, "shown", text, "kg", "wire", raw="S S 5.00 kg")

    def reopen(self) -> Store:
        self.store.close()
        self.store = Store.open(self.folder)
        return self.store


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "work")
    yield made
    made.store.close()


@pytest.fixture
def tamper(bench: Bench) -> Callable[..., None]:
    """Closes the store, changes its file with a plain connection, puts the triggers back."""

    def change(*statements: str) -> None:
        bench.store.close()
        con = sqlite3.connect(bench.file, isolation_level=None)
        for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type='trigger'").fetchall():
            con.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            con.execute(statement)
        for statement in guards():
            con.execute(statement)
        con.close()

    return change
