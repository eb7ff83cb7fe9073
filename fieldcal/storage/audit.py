"""Recomputes everything the journal claims: links, order, columns, heads, blobs."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from fieldcal.domain import chain
from fieldcal.domain import events as ev
from fieldcal.services.ports import ChainReport
from fieldcal.storage import blobs, heads

T = TypeVar("T")
PAGE = 2000  # rows per turn on the storage thread, so that an append waits a few milliseconds at most
PAGE_SQL = "SELECT seq, stream, version, type, at, actor, body, hash FROM event WHERE seq>? ORDER BY seq LIMIT ?"


class Epochs:
    """Which device and epoch were in force at a sequence number; a restored backup begins a new one."""

    def __init__(self, con: sqlite3.Connection) -> None:
        rows = con.execute("SELECT first_seq, number, device FROM epoch ORDER BY number").fetchall()
        self._first = [row[0] for row in rows]
        self._rows = [(device, number) for _, number, device in rows]

    def at(self, seq: int) -> tuple[str, int]:
        return self._rows[max(bisect_right(self._first, seq) - 1, 0)]


class Audit:
    """One pass over a store; `run` executes a job where the connection lives."""

    def __init__(
        self,
        con: sqlite3.Connection,
        keys: dict[str, bytes] | None = None,
        run: Callable[[Callable[[], Any]], Any] = lambda job: job(),
    ) -> None:
        self._con, self._run = con, run
        self._keys = keys or {}
        self._problems: list[str] = []
        self._versions: dict[str, int] = {}
        self._named: set[str] = set()
        self._hashes: dict[int, bytes] = {}

    def report(self) -> ChainReport:
        count, last, good = self._pass(self._check_content)
        self._check_blobs()
        return ChainReport(count, last.hex() if count else "", good, self._problems)

    def links(self) -> list[str]:
        """Problems of the chain alone: gaps, order, links, signed heads."""
        self._pass(lambda _row: None)
        return self._problems

    def _pass(self, look: Callable[[tuple[Any, ...]], None]) -> tuple[int, bytes, int]:
        """Number of events, last link, number of signed heads that hold."""
        epochs: Epochs = self._run(lambda: Epochs(self._con))
        signed = self._run(lambda: self._con.execute("SELECT * FROM head ORDER BY seq").fetchall())
        wanted = {row[0] for row in signed}
        count, seq, last = 0, 0, chain.GENESIS
        for row in self._events():
            self._check_link(row, seq, last, epochs)
            look(row)
            count, seq, last = count + 1, row[0], row[7]
            if seq in wanted:
                self._hashes[seq] = last
        return count, last, sum(self._head_holds(row, epochs) for row in signed)

    def _events(self) -> Iterator[tuple[Any, ...]]:
        seq = -(1 << 62)
        while True:
            rows = self._run(lambda after=seq: self._con.execute(PAGE_SQL, (after, PAGE)).fetchall())
            if not rows:
                return
            yield from rows
            seq = rows[-1][0]

    def _check_link(self, row: tuple[Any, ...], before: int, previous: bytes, epochs: Epochs) -> None:
        seq, stream, version, body, found = row[0], row[1], row[2], row[6], row[7]
        if seq != before + 1:
            self._problems.append(f"gap {before + 1}")
        if version != self._versions.get(stream, 0) + 1:
            self._problems.append(f"version {seq}")
        self._versions[stream] = version
        if seq < 0 or chain.link(chain.prefix(*epochs.at(seq)), previous, seq, body) != found:
            self._problems.append(f"hash {seq}")

    def _check_content(self, row: tuple[Any, ...]) -> None:
        self._problems += chain.column_faults(row[:7]) or self._content_faults(row[0], row[3], row[6])

    def _content_faults(self, seq: int, kind: str, body: bytes) -> list[str]:
        try:
            event = ev.decode(chain.opened(body).event)
        except msgspec.MsgspecError:
            return [f"event {seq}"]
        self._named |= papers_of(event)
        return [] if ev.type_of(event) == kind else [f"columns {seq}"]

    def _head_holds(self, row: tuple[Any, ...], epochs: Epochs) -> bool:
        seq, digest, key_id, signature, _ = row
        if seq not in self._hashes:
            self._problems.append(f"tail-cut {seq}")
        elif self._hashes[seq] != digest:
            self._problems.append(f"head {seq}")
        elif not self._signed(key_id, signature, heads.message(*epochs.at(seq), seq, digest)):
            self._problems.append(f"signature {seq}")
        else:
            return True
        return False

    def _signed(self, key_id: str, signature: bytes, data: bytes) -> bool:
        if key_id not in self._keys:
            sql = "SELECT public_key FROM device_key WHERE key_id=?"
            row = self._run(lambda: self._con.execute(sql, (key_id,)).fetchone())
            self._keys[key_id] = row[0] if row else b""
        return heads.genuine(self._keys[key_id], signature, data)

    def _check_blobs(self) -> None:
        self._problems += self._run(lambda: blobs.faults(self._con))
        kept = self._run(lambda: {row[0].hex() for row in self._con.execute("SELECT sha256 FROM blob")})
        self._problems += [f"blob-missing {name}" for name in sorted(self._named - kept)]


def papers_of(event: ev.Event) -> set[str]:
    """Blobs an event cannot do without."""
    match event:
        case ev.EvidenceAdded(sha256=name) | ev.Transcript(sha256=name):
            return {name}
        case ev.Certified(papers=papers) | ev.LotPaper(papers=papers):
            return set(papers.values())
        case _:
            return set()
