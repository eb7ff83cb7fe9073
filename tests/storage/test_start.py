"""What each start looks at: the first bytes before the window, every link and signed head before anyone signs in."""

from __future__ import annotations

import pytest

from fieldcal.storage import header
from fieldcal.storage.errors import DamagedFile, ForeignFile, MissingFile, NewerFile
from fieldcal.storage.store import Store


def test_a_sound_file_passes_the_first_look_and_the_check_of_its_links(bench):
    bench.run()
    bench.store.journal.sign_head()
    bench.reopen().check_links()
    header.check(bench.folder)


def test_the_first_look_tells_missing_foreign_and_newer_apart(bench, tamper, tmp_path):
    with pytest.raises(MissingFile):
        header.check(tmp_path / "nowhere")
    (tmp_path / "fieldcal.db").write_bytes(b"hello" * 100)
    with pytest.raises(ForeignFile):
        header.check(tmp_path)
    tamper("PRAGMA user_version=9000")
    with pytest.raises(NewerFile):
        header.check(bench.folder)
    tamper("PRAGMA user_version=1000", "PRAGMA application_id=7")
    with pytest.raises(ForeignFile):
        header.check(bench.folder)


def test_a_file_whose_journal_may_change_it_yet_is_left_to_the_opening(bench, tamper):
    tamper("PRAGMA user_version=9000")
    bench.file.with_name("fieldcal.db-journal").write_bytes(b"hot")
    header.check(bench.folder)


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        (["UPDATE event SET body=CAST(replace(CAST(body AS TEXT), '5.00', '5.01') AS BLOB) WHERE seq=4"], "hash 4"),
        (["DELETE FROM outbox", "DELETE FROM event WHERE seq>3"], "tail-cut 6"),
        (["DELETE FROM outbox", "DELETE FROM event WHERE seq=2"], "gap 2"),
        (["UPDATE head SET signature=zeroblob(64)"], "signature 6"),
    ],
)
def test_a_journal_that_was_changed_is_refused_and_the_place_named(bench, tamper, statements, problem):
    bench.run(readings=5)
    bench.store.journal.sign_head()
    tamper(*statements)
    bench.store = Store.open(bench.folder)
    with pytest.raises(DamagedFile) as refused:
        bench.store.check_links()
    assert problem in refused.value.detail
