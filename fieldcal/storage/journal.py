"""The journal: append-only, chained, on disk before `append` returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from fieldcal.domain import chain
from fieldcal.domain.events import decode, encode
from fieldcal.services.ports import Append, ChainReport, Conflict, OutboxRow, Signer, Stored
from fieldcal.storage import blobs, heads, outbox, projections
from fieldcal.storage.audit import PAGE, Audit, Epochs
from fieldcal.storage.bind import bind
from fieldcal.storage.errors import NumberTaken
from fieldcal.storage.failures import typed
from fieldcal.storage.schema import READABLE
from fieldcal.storage.thread import StorageThread

T = TypeVar("T")
HEAD = "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"
AT_VERSION = "SELECT version FROM event WHERE stream=? ORDER BY version DESC LIMIT 1"
INSERT = "INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
FIELDS = "SELECT seq, stream, version, at, actor, body, hash FROM event"
LAST = "\U0010ffff"  # sorts after every continuation of a prefix


class SqliteJournal:
    """Implements Journal. Calls block and may come from any thread; appends overtake waiting reads."""

    def __init__(self, con: sqlite3.Connection, thread: StorageThread, signer: Signer, path: Path) -> None:
        self._con, self._thread, self._signer, self._path = con, thread, signer, path
        self.device, self.epoch = thread.call(lambda: Epochs(con).at(1 << 62))
        self._start = chain.prefix(self.device, self.epoch)

    def append(self, write: Append) -> list[Stored]:
        """Raises Conflict, NotANumberForm, number-taken, or a StoreError of the disk; then nothing was written."""
        return self._thread.call(lambda: self._append(write), urgent=True)

    def read(self, stream: str) -> list[Stored]:
        return self._ask(lambda: self._stored("WHERE stream=? ORDER BY version", (stream,)))

    def streams(self, prefix: str) -> list[str]:
        """In the order they were begun."""
        sql = "SELECT stream FROM event WHERE version=1 AND stream>=? AND stream<? ORDER BY seq"
        return self._ask(lambda: [row[0] for row in self._con.execute(sql, (prefix, prefix + LAST))])

    def since(self, seq: int, limit: int = 1000) -> list[Stored]:
        return self._ask(lambda: self._stored("WHERE seq>? ORDER BY seq LIMIT ?", (seq, limit)))

    def head(self) -> tuple[int, bytes]:
        """(0, 32 zero bytes) while the journal is empty."""
        return self._ask(lambda: last_link(self._con))

    def sign_head(self) -> None:
        """Signs the newest link, once."""
        self._thread.call(self._sign_head, urgent=True)

    def verify(self) -> ChainReport:
        """Recomputes everything, page by page, so that appends go on meanwhile."""
        return self._audit().report()

    def broken(self) -> list[str]:
        """Links and signed heads that do not hold; quick enough for each start."""
        return self._audit().links()

    def _audit(self) -> Audit:
        return Audit(self._con, {self._signer.kid.hex(): self._signer.public_key}, self._ask)

    def rows(self, table: str, where: str = "", args: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a projection. Raises ValueError for any other table."""
        if table not in READABLE:
            raise ValueError(f"no table {table!r}; there are {', '.join(READABLE)}")
        sql = f"SELECT * FROM {table}" + (f" WHERE {where}" if where else "")
        return self._ask(lambda: named(self._con.execute(sql, bind(tuple(args)))))

    def outbox(self) -> list[OutboxRow]:
        return self._ask(lambda: outbox.listed(self._con))

    def deliver(self, seqs: Sequence[int], at: str) -> None:
        self._change(lambda: outbox.delivered(self._con, seqs, at))

    def postpone(self, seqs: Sequence[int], error: str, next_at: str) -> None:
        """Counts a failed attempt and keeps its cause."""
        self._change(lambda: outbox.failed(self._con, seqs, error, next_at))

    def raw(self, first: int, last: int) -> list[tuple[int, bytes, bytes]]:
        sql = "SELECT seq, body, hash FROM event WHERE seq BETWEEN ? AND ? ORDER BY seq"
        return self._ask(lambda: self._con.execute(sql, (first, last)).fetchall())

    def epochs(self) -> list[tuple[int, int]]:
        """(first sequence number, epoch), oldest first; the epoch is part of every link."""
        sql = "SELECT first_seq, number FROM epoch ORDER BY number"
        return self._ask(lambda: self._con.execute(sql).fetchall())

    def rebuild(self) -> dict[str, tuple[int, bool]]:
        """Empties and refills the projections: rows of each, and whether they are what they were."""
        return self._change(self._rebuild)

    def close(self) -> None:
        self._thread.stop(self._con.close)

    def _ask(self, job: Callable[[], T]) -> T:
        return self._thread.call(lambda: self._typed(job))

    def _change(self, job: Callable[[], T]) -> T:
        def inside() -> T:
            with self._transaction():
                return job()

        return self._thread.call(inside, urgent=True)

    def _typed(self, job: Callable[[], T]) -> T:
        with typed(self._path):
            return job()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with typed(self._path):
            self._con.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._con.execute("COMMIT")
            except BaseException:
                if self._con.in_transaction:  # SQLite itself rolls back on a full or failing disk
                    self._con.execute("ROLLBACK")
                raise

    def _append(self, write: Append) -> list[Stored]:
        try:
            with self._transaction():
                return self._insert(write)
        except sqlite3.IntegrityError as err:
            if "certificate_index.number" in str(err):
                raise NumberTaken(self._path, str(err)) from err
            raise

    def _insert(self, write: Append) -> list[Stored]:
        con = self._con
        row = con.execute(AT_VERSION, (write.stream,)).fetchone()
        version = row[0] if row else 0
        if version != write.expected:
            raise Conflict(f"{write.stream}: expected {write.expected}, found {version}")
        seq, previous = last_link(con)
        done: list[Stored] = []
        for event in write.events:
            seq, version = seq + 1, version + 1
            body = chain.body_of(write.stream, version, write.at, write.actor, event)
            previous = chain.link(self._start, previous, seq, body)
            kind = str(event.__struct_config__.tag)
            con.execute(INSERT, bind((seq, write.stream, version, kind, write.at, write.actor, body, previous)))
            stored = Stored(seq, write.stream, version, write.at, write.actor, event, previous, encode(event))
            projections.project(con, stored)
            done.append(stored)
        blobs.keep(con, write.blobs)
        if write.outbox and done:
            outbox.add(con, seq)
        return done

    def _stored(self, tail: str, args: tuple[Any, ...]) -> list[Stored]:
        rows = self._con.execute(f"{FIELDS} {tail}", args).fetchall()
        done: list[Stored] = []
        for seq, stream, version, at, actor, body, digest in rows:
            data = chain.opened(body).event
            done.append(Stored(seq, stream, version, at, actor, decode(data), digest, bytes(data)))
        return done

    def _sign_head(self) -> None:
        with self._transaction():
            seq, digest = last_link(self._con)
            known = self._con.execute("SELECT 1 FROM head WHERE seq=?", (seq,)).fetchone()
            if known or not seq:
                return
            device, epoch = Epochs(self._con).at(seq)
            signature = self._signer.sign(heads.message(device, epoch, seq, digest))
            row = (seq, digest, self._signer.kid.hex(), signature, datetime.now(UTC).isoformat())
            self._con.execute("INSERT INTO head VALUES(?, ?, ?, ?, ?)", row)

    def _rebuild(self) -> dict[str, tuple[int, bool]]:
        before = projections.snapshot(self._con)
        projections.empty(self._con)
        seq = 0
        while rows := self._stored("WHERE seq>? ORDER BY seq LIMIT ?", (seq, PAGE)):
            for row in rows:
                projections.project(self._con, row)
            seq = rows[-1].seq
        after = projections.snapshot(self._con)
        return {name: (len(rows), rows == before[name]) for name, rows in after.items()}


def last_link(con: sqlite3.Connection) -> tuple[int, bytes]:
    return con.execute(HEAD).fetchone() or (0, chain.GENESIS)


def named(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]
