from __future__ import annotations

import hashlib
import random

import pytest

from fieldcal.domain import events as ev
from fieldcal.services.ports import Blob
from fieldcal.storage.errors import BlobDamaged, StoreError
from fieldcal.storage.store import Store


def problems(bench) -> list[str]:
    bench.store = Store.open(bench.folder)
    return bench.store.journal.verify().problems


def test_an_untouched_journal_has_no_problem_and_all_its_heads_hold(bench):
    bench.run("run/1")
    bench.store.journal.sign_head()
    bench.run("run/2")
    bench.store.journal.sign_head()
    bench.store.journal.sign_head()
    report = bench.store.journal.verify()
    assert (report.events, report.signed_heads, report.problems) == (8, 2, [])
    assert report.head == bench.store.journal.head()[1].hex()


def test_an_edited_body_is_found_and_named(bench, tamper):
    bench.run(readings=5)
    tamper("UPDATE event SET body=CAST(replace(CAST(body AS TEXT), '5.00', '5.01') AS BLOB) WHERE seq=4")
    assert problems(bench) == ["hash 4"]


@pytest.mark.parametrize("column", ["actor", "at", "stream", "type"])
def test_an_edited_copy_of_a_field_is_found(bench, tamper, column):
    bench.run()
    tamper(f"UPDATE event SET {column}='forged' WHERE seq=2")
    assert "columns 2" in problems(bench)


def test_a_removed_event_is_found(bench, tamper):
    bench.run()
    tamper("DELETE FROM outbox", "DELETE FROM event WHERE seq=2")
    found = problems(bench)
    assert "gap 2" in found
    assert "hash 3" in found


def test_a_cut_tail_is_found_by_the_signed_head(bench, tamper):
    bench.run(readings=5)
    bench.store.journal.sign_head()
    tamper("DELETE FROM outbox", "DELETE FROM event WHERE seq>3")
    assert problems(bench) == ["tail-cut 6"]


def test_a_forged_head_is_found(bench, tamper):
    bench.run()
    bench.store.journal.sign_head()
    tamper("UPDATE head SET signature=zeroblob(64)")
    assert problems(bench) == ["signature 4"]


def test_a_chain_written_anew_does_not_fit_the_signed_head(bench, tamper):
    bench.run()
    bench.store.journal.sign_head()
    tamper("UPDATE event SET hash=zeroblob(32) WHERE seq=4")
    assert set(problems(bench)) == {"hash 4", "head 4"}


def test_a_changed_or_missing_blob_is_found(bench, tamper):
    name = hashlib.sha256(b"photo").hexdigest()
    bench.put("run/1", ev.EvidenceAdded("i", "c", name, "m", ""), blobs=(Blob(b"photo", "m"),))
    tamper("UPDATE blob SET bytes=x'00'")
    assert problems(bench) == [f"blob {name}"]
    with pytest.raises(BlobDamaged):
        bench.store.blobs.get(name)
    tamper("DELETE FROM blob")
    assert problems(bench) == [f"blob-missing {name}"]


def test_one_flipped_byte_in_any_body_or_hash_never_passes_unseen(bench):
    bench.run(readings=30)
    bench.store.journal.sign_head()
    rows = bench.store.journal.raw(1, 31)
    bench.store.close()
    whole, dice = bench.file.read_bytes(), random.Random(7)
    for _ in range(40):
        piece = dice.choice(rows)[dice.choice((1, 2))]
        spot = whole.index(piece) + dice.randrange(len(piece))
        data = bytearray(whole)
        data[spot] ^= 1 << dice.randrange(8)
        bench.file.write_bytes(data)
        try:
            found = problems(bench)
        except StoreError as refused:
            found = [refused.code]
        bench.store.close()
        assert found, f"byte {spot}"
