from __future__ import annotations

import threading

import pytest

from fieldcal.services.ports import Append
from fieldcal.storage import errors
from fieldcal.storage.store import Store, restore


def test_a_backup_restored_elsewhere_holds_every_event(bench, tmp_path):
    bench.run(readings=20)
    bench.store.journal.sign_head()
    report = bench.store.backup(tmp_path / "copy.db")
    rows = bench.store.journal.since(0)
    restore(tmp_path / "copy.db", tmp_path / "new")
    with Store.open(tmp_path / "new") as new:
        assert new.journal.since(0) == rows
        assert new.journal.verify() == report
        assert new.rebuild()["run_summary"] == (1, True)


def test_a_restored_store_begins_a_new_epoch_and_its_chain_goes_on(bench, tmp_path):
    bench.run()
    bench.store.backup(tmp_path / "copy.db")
    bench.store.close()
    restore(tmp_path / "copy.db", bench.folder, replace=True)
    store = bench.reopen()
    assert store.epoch == 2
    bench.put("run/1", bench.reading(9))
    store.journal.sign_head()
    assert bench.reopen().journal.verify().problems == []


def test_restoring_over_a_store_needs_a_word_and_keeps_the_old_one(bench, tmp_path):
    bench.run()
    bench.store.backup(tmp_path / "copy.db")
    bench.put("run/1", bench.reading(9))
    bench.store.close()
    old = bench.file.read_bytes()
    with pytest.raises(errors.AlreadyThere):
        restore(tmp_path / "copy.db", bench.folder)
    assert bench.file.read_bytes() == old
    restore(tmp_path / "copy.db", bench.folder, replace=True)
    [aside] = bench.folder.glob("fieldcal.aside-*.db")
    assert aside.read_bytes() == old


def test_a_store_in_use_is_not_replaced(bench, tmp_path):
    bench.run()
    bench.store.backup(tmp_path / "copy.db")
    with pytest.raises(errors.InUse):
        restore(tmp_path / "copy.db", bench.folder, replace=True)
    assert not list(bench.folder.glob("*.part*"))
    bench.put("run/1", bench.reading(9))


def test_an_open_store_is_no_backup(bench, tmp_path):
    with pytest.raises(errors.InUse):
        restore(bench.file, tmp_path / "new")
    assert not list((tmp_path / "new").glob("fieldcal.db*"))


def test_a_damaged_store_can_be_replaced(bench, tmp_path):
    bench.run()
    bench.store.backup(tmp_path / "copy.db")
    bench.store.close()
    bench.file.write_bytes(b"rubbish" * 1000)
    restore(tmp_path / "copy.db", bench.folder, replace=True)
    assert bench.reopen().journal.head()[0] == 4


def test_a_backup_with_one_changed_reading_is_refused_before_anything_moves(bench, tmp_path):
    bench.run()
    copy = tmp_path / "copy.db"
    bench.store.backup(copy)
    bench.store.close()
    copy.write_bytes(copy.read_bytes().replace(b'"5.00"', b'"5.09"', 1))
    old = bench.file.read_bytes()
    with pytest.raises(errors.DamagedFile) as refused:
        restore(copy, bench.folder, replace=True)
    assert refused.value.path == copy
    assert refused.value.detail.startswith("hash ")
    assert bench.file.read_bytes() == old


@pytest.mark.parametrize(("text", "cause"), [(b"hello" * 500, errors.ForeignFile), (b"", errors.DamagedFile)])
def test_what_is_no_backup_is_refused(tmp_path, text, cause):
    (tmp_path / "copy.db").write_bytes(text)
    with pytest.raises((cause, errors.ForeignFile)):
        restore(tmp_path / "copy.db", tmp_path / "new")
    assert not (tmp_path / "new" / "fieldcal.db").exists()


def test_a_journal_left_behind_by_another_file_is_not_played_into_a_restored_one(bench, tmp_path):
    bench.run()
    bench.store.backup(tmp_path / "copy.db")
    new = tmp_path / "new"
    new.mkdir()
    (new / "fieldcal.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(4096))
    restore(tmp_path / "copy.db", new)
    assert (new / "fieldcal.orphan.db-journal").exists()
    with Store.open(new) as store:
        assert store.journal.verify().problems == []


def test_a_backup_does_not_overwrite(bench, tmp_path):
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(errors.AlreadyThere):
        bench.store.backup(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_a_backup_taken_while_readings_arrive_is_whole(bench, tmp_path):
    bench.run(readings=0)

    def measure() -> None:
        for row in range(60):
            bench.store.journal.append(Append("run/1", row + 1, [bench.reading(row)], "li", "t", (), True))

    writer = threading.Thread(target=measure)
    writer.start()
    reports = [bench.store.backup(tmp_path / f"{number}.db") for number in range(4)]
    writer.join()
    assert all(report.problems == [] for report in reports)
    assert bench.store.journal.head()[0] == 61
