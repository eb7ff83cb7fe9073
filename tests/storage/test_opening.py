from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fieldcal.domain import events as ev
from fieldcal.storage import database, errors, migrations, schema
from fieldcal.storage.store import Store, set_aside

WANTED = {
    "synchronous": 2,
    "journal_mode": "truncate",
    "locking_mode": "exclusive",
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
}


def plain(path: Path, *statements: str) -> None:
    con = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        con.execute(statement)
    con.close()


def refused(folder: Path, cause: type[errors.StoreError]) -> errors.StoreError:
    with pytest.raises(cause) as caught:
        Store.open(folder)
    assert caught.value.code == cause.code
    assert caught.value.path == folder / "fieldcal.db"
    return caught.value


def test_every_pragma_reads_back_as_it_was_set(bench):
    assert bench.store.settings() == WANTED


def test_a_missing_file_is_not_made_by_opening(tmp_path):
    refused(tmp_path, errors.MissingFile)
    assert not (tmp_path / "fieldcal.db").exists()


def test_a_database_of_another_program_is_foreign(tmp_path):
    plain(tmp_path / "fieldcal.db", "CREATE TABLE song(name TEXT)")
    assert refused(tmp_path, errors.ForeignFile).detail == "application_id 0x0"


def test_a_text_file_is_foreign(tmp_path):
    (tmp_path / "fieldcal.db").write_text("not a database " * 100)
    refused(tmp_path, errors.ForeignFile)


def test_a_file_of_a_later_major_version_is_newer_and_stays_untouched(bench):
    bench.store.close()
    plain(bench.file, f"PRAGMA user_version={(schema.MAJOR + 1) * 1000}")
    before = bench.file.read_bytes()
    refused(bench.folder, errors.NewerFile)
    assert bench.file.read_bytes() == before


def test_a_file_of_a_later_minor_version_opens(bench):
    bench.store.close()
    plain(bench.file, f"PRAGMA user_version={schema.VERSION + 1}", "CREATE TABLE extra(x TEXT) STRICT")
    Store.open(bench.folder).close()


def test_an_empty_file_is_damaged(tmp_path):
    (tmp_path / "fieldcal.db").touch()
    refused(tmp_path, errors.DamagedFile)


def test_a_file_with_a_wiped_page_is_damaged_and_can_be_moved_aside(bench):
    bench.run(readings=40)
    bench.store.close()
    data = bytearray(bench.file.read_bytes())
    data[4096 * 2 : 4096 * 3] = b"\xff" * 4096
    bench.file.write_bytes(data)
    refused(bench.folder, errors.DamagedFile)
    aside = set_aside(bench.folder)
    assert aside.read_bytes() == data
    assert not bench.file.exists()


def test_two_damaged_files_moved_aside_in_one_second_are_both_kept(tmp_path):
    path = tmp_path / "fieldcal.db"
    kept = set()
    for text in ("one", "two", "three"):
        path.write_text(text)
        kept.add(database.set_aside(path))
    assert sorted(file.read_text() for file in kept) == ["one", "three", "two"]


def test_a_store_that_lost_a_trigger_is_unsafe(bench):
    bench.store.close()
    plain(bench.file, "DROP TRIGGER event_no_update")
    refused(bench.folder, errors.UnsafeStore)


def test_a_second_opening_in_this_process_is_in_use(bench):
    refused(bench.folder, errors.InUse)


def test_another_process_can_neither_read_nor_write_while_it_is_open(bench):
    bench.reopen()  # making the store writes, opening it again does not
    script = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('SELECT * FROM event')"
    tried = subprocess.run([sys.executable, "-c", script, bench.file], capture_output=True, text=True)
    assert "database is locked" in tried.stderr


@pytest.mark.parametrize("make", [Path.symlink_to, Path.hardlink_to])
def test_a_linked_file_is_unsafe(bench, tmp_path, make):
    bench.store.close()
    other = tmp_path / "other"
    other.mkdir()
    make(other / "fieldcal.db", bench.file)
    refused(other, errors.UnsafeStore)


@pytest.mark.parametrize("name", ["OneDrive - Bureau", "坚果云", "Nutstore Files"])
def test_a_synchronised_folder_is_unsafe(tmp_path, name):
    with pytest.raises(errors.UnsafeStore):
        Store.create(tmp_path / name / "work", "FC-7", b"x")
    assert not (tmp_path / name).exists()


def test_a_workspace_is_not_made_over_another(bench):
    with pytest.raises(errors.AlreadyThere):
        Store.create(bench.folder, "FC-8", b"x")


def test_a_half_made_workspace_is_made_again(bench):
    bench.store.close()
    bench.file.rename(bench.folder / "fieldcal.db.part")
    with Store.create(bench.folder, "FC-7", b"test") as again:
        assert again.journal.head()[0] == 0


def test_a_failed_opening_lets_go_of_the_file(bench):
    bench.store.close()
    key = bench.folder / "keys" / "device.key"
    key.rename(key.with_suffix(".away"))
    with pytest.raises(errors.KeyUnusable):
        Store.open(bench.folder)
    key.with_suffix(".away").rename(key)
    Store.open(bench.folder).close()


def test_an_older_store_is_backed_up_and_upgraded_with_its_guards_back(bench):
    bench.run()
    bench.store.close()
    plain(bench.file, f"PRAGMA user_version={schema.VERSION - 1}", "DROP TRIGGER event_no_delete")
    store = bench.reopen()
    assert store.journal.verify().problems == []
    assert (bench.folder / "backups" / f"before-upgrade-from-{schema.VERSION - 1}.db").exists()


def test_a_migration_that_rebuilds_a_guarded_table_gets_its_triggers_again(bench):
    bench.run()
    bench.store.close()
    known = migrations.steps()

    @known(name="9999-wider")
    def wider(db):
        db["receipt"].transform(rename={"server_key": "office_key"})

    con = sqlite3.connect(bench.file, isolation_level=None)
    migrations.upgrade(con, known, schema.VERSION + 1)
    found = con.execute("SELECT count(*) FROM sqlite_schema WHERE type='trigger'").fetchone()[0]
    assert found == 2 * len(schema.GUARDED)
    assert con.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION + 1
    con.close()


def test_no_column_of_any_table_is_a_binary_fraction():
    con = sqlite3.connect(":memory:")
    for statement in schema.TABLES:
        con.execute(statement)
    tables = [row[0] for row in con.execute("SELECT name FROM sqlite_schema WHERE type='table'")]
    kinds = {row[2] for table in tables for row in con.execute(f"PRAGMA table_info({table})")}
    con.close()
    assert kinds <= {"TEXT", "INT", "INTEGER", "BLOB"}
    assert all("STRICT" in statement for statement in schema.TABLES if "TABLE" in statement)


def test_opening_a_current_store_imports_neither_sqlite_utils_nor_numpy(bench):
    bench.store.close()
    script = (
        "import sys, pathlib; from fieldcal.storage.store import Store;"
        "Store.open(pathlib.Path(sys.argv[1])).close();"
        "print(sorted({'numpy', 'sqlite_utils'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script, bench.folder], capture_output=True, text=True)
    assert ran.stdout.strip() == "[]", ran.stderr


def test_what_was_written_is_read_back_after_reopening(bench):
    [stored] = bench.put("site/1", ev.SitePut("1", "粮油店", "shop", "人民路 5", "client"))
    assert bench.reopen().journal.read("site/1") == [stored]
