from __future__ import annotations

import sqlite3

import pytest

from fieldcal.storage.schema import guards

ROW = "(1, 'run/1', 1, 't', 'a', 'b', x'00', x'00')"
AUTHORIZER = [
    "UPDATE event SET actor='wang' WHERE seq=1",
    "DELETE FROM event WHERE seq=1",
    "DELETE FROM head",
    "UPDATE blob SET media='x'",
    "DROP TABLE event",
    "DROP TRIGGER event_no_update",
    "ALTER TABLE event ADD COLUMN x TEXT",
    "ATTACH ':memory:' AS other",
    "PRAGMA synchronous=OFF",
    "PRAGMA Synchronous(0)",
    "PRAGMA journal_mode=MEMORY",
    "PRAGMA writable_schema=ON",
    "PRAGMA recursive_triggers=OFF",
    "PRAGMA user_version=7",
]


def attempt(bench, statement: str) -> None:
    store = bench.store
    store._thread.call(lambda: store._con.execute(statement))


@pytest.mark.parametrize("statement", AUTHORIZER)
def test_the_authorizer_refuses(bench, statement):
    bench.run()
    with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
        attempt(bench, statement)
    assert bench.store.journal.verify().problems == []


def test_replacing_a_row_is_stopped_by_the_trigger(bench):
    bench.run()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        attempt(bench, f"INSERT OR REPLACE INTO event VALUES{ROW}")
    assert bench.store.journal.verify().problems == []


@pytest.mark.parametrize("statement", AUTHORIZER[:2])
def test_the_triggers_hold_without_the_authorizer(bench, statement):
    bench.run()
    bench.store._thread.call(lambda: bench.store._con.set_authorizer(None))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        attempt(bench, statement)


def test_every_guarded_table_refuses_update_and_delete(tmp_path):
    assert len(guards()) == 12
    assert all("BEFORE UPDATE" in text or "BEFORE DELETE" in text for text in guards())


def test_the_connection_belongs_to_its_thread_alone(bench):
    with pytest.raises(sqlite3.ProgrammingError):
        bench.store._con.execute("SELECT 1")
