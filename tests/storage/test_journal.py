from __future__ import annotations

import hashlib
import json
import threading
from decimal import Decimal

import msgspec
import pytest

from fieldcal.domain import chain
from fieldcal.domain import events as ev
from fieldcal.services.ports import Append, Blob, Conflict
from fieldcal.storage.bind import bind
from fieldcal.storage.errors import BlobMissing, NotANumberForm

AT = "2026-03-02T08:00:00Z"


def test_the_hash_is_what_the_documentation_says(bench):
    bench.put("run/1", ev.Prepared(), bench.reading())
    (_, first, one), (_, second, two) = bench.store.journal.raw(1, 2)
    start = b"fieldcal.event/1\0sha256\0FC-7\0" + (1).to_bytes(4, "big")
    assert one == hashlib.sha256(start + bytes(32) + (1).to_bytes(8, "big") + first).digest()
    assert two == hashlib.sha256(start + one + (2).to_bytes(8, "big") + second).digest()


def test_the_body_is_sorted_json_with_the_text_as_it_was_read(bench):
    bench.put("run/1", bench.reading(text="5.00"))
    body = bench.store.journal.raw(1, 1)[0][1]
    told = json.loads(body)
    assert body == json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert set(told) == {"stream", "version", "type", "at", "actor", "event"}
    assert told["event"]["text"] == "5.00"


def test_an_append_against_an_old_version_is_a_conflict_and_writes_nothing(bench):
    bench.run(readings=2)
    with pytest.raises(Conflict):
        bench.store.journal.append(Append("run/1", 2, [bench.reading()], "li", AT, [Blob(b"x", "a/b")], True))
    assert bench.store.journal.head()[0] == 3
    assert len(bench.store.journal.outbox()) == 3
    with pytest.raises(BlobMissing):
        bench.store.blobs.get(hashlib.sha256(b"x").hexdigest())


def test_of_many_threads_that_append_at_once_exactly_one_wins_each_version(bench):
    wins: list[int] = []

    def race(version: int) -> None:
        try:
            bench.store.journal.append(Append("run/1", version, [bench.reading()], "li", AT))
            wins.append(version)
        except Conflict:
            pass

    for version in range(5):
        threads = [threading.Thread(target=race, args=(version,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wins == [0, 1, 2, 3, 4]
    assert bench.store.journal.verify().problems == []


def test_events_blobs_and_outbox_row_arrive_together(bench):
    data, name = b"%PDF", hashlib.sha256(b"%PDF").hexdigest()
    bench.put("run/1", ev.Prepared(), ev.EvidenceAdded("i", "c", name, "a/pdf", ""), blobs=(Blob(data, "a/pdf"),))
    assert bench.store.blobs.get(name) == Blob(data, "a/pdf")
    assert [row.seq for row in bench.store.journal.outbox()] == [2]


def test_the_same_blob_twice_is_one_row(bench):
    for stream in ("run/1", "run/2"):
        bench.put(stream, ev.Prepared(), blobs=(Blob(b"same", "a/b"),))
    assert bench.store.journal.verify().problems == []


@pytest.mark.parametrize("value", [1.5, Decimal("0.10")])
def test_a_number_that_is_not_text_does_not_pass_the_gate(bench, value):
    with pytest.raises(NotANumberForm):
        bind(("ok", value))
    with pytest.raises(NotANumberForm):
        bench.store.journal.append(Append("run/1", 0, [ev.RunOpened(value, "p", "s", "k", "1")], "li", AT))
    assert bench.store.journal.head() == (0, bytes(32))


def test_streams_are_found_by_prefix_in_the_order_they_began(bench):
    for stream in ("run/2", "site/1", "run/1", "run2", "run/粮"):
        bench.put(stream, ev.Prepared())
    assert bench.store.journal.streams("run/") == ["run/2", "run/1", "run/粮"]
    assert len(bench.store.journal.streams("")) == 5


def test_since_pages_through_everything(bench):
    bench.run(readings=9)
    journal = bench.store.journal
    first = journal.since(0, 4)
    assert [row.seq for row in first + journal.since(4, 4) + journal.since(8, 4)] == list(range(1, 11))


def test_delivery_keeps_its_first_time_and_a_failure_its_cause(bench):
    bench.run(readings=1)
    journal = bench.store.journal
    journal.postpone([1, 2], "no-network", "2026-03-02T09:00:00Z")
    assert [(row.attempts, row.error) for row in journal.outbox()] == [(1, "no-network")] * 2
    journal.deliver([1], "later")
    journal.deliver([1], "much later")
    assert [(row.delivered, row.error) for row in journal.outbox()] == [("later", ""), ("", "no-network")]


def test_only_projections_can_be_asked_for_rows(bench):
    bench.run()
    assert bench.store.journal.rows("run_summary", "instrument=?", ["i1"])[0]["state"] == "draft"
    with pytest.raises(ValueError, match="no table"):
        bench.store.journal.rows("event")


def test_a_closed_store_refuses_and_may_be_closed_twice(bench):
    bench.store.close()
    bench.store.close()
    with pytest.raises(RuntimeError):
        bench.store.journal.head()


def test_an_unknown_event_type_is_not_read_as_another(bench):
    body = chain.body_of("run/1", 1, AT, "li", ev.Prepared()).replace(b"prepared/1", b"prepared/9")
    with pytest.raises(msgspec.ValidationError):
        ev.decode(chain.opened(body).event)
