"""What still has to reach the office. Rows are made with their events and never removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from fieldcal.services.ports import OutboxRow

ALL = """SELECT o.event_seq, e.stream, e.at, o.attempts, o.error, o.delivered FROM outbox o
JOIN event e ON e.seq=o.event_seq ORDER BY o.event_seq"""


def add(con: sqlite3.Connection, seq: int) -> None:
    con.execute("INSERT INTO outbox VALUES(?, 0, NULL, '', '')", (seq,))


def listed(con: sqlite3.Connection) -> list[OutboxRow]:
    return [OutboxRow(*row) for row in con.execute(ALL)]


def delivered(con: sqlite3.Connection, seqs: Sequence[int], at: str) -> None:
    """A row delivered before keeps its first time."""
    sql = "UPDATE outbox SET delivered=?, error='', attempts=attempts+1 WHERE event_seq=? AND delivered=''"
    con.executemany(sql, [(at, seq) for seq in seqs])


def failed(con: sqlite3.Connection, seqs: Sequence[int], error: str, next_at: str) -> None:
    sql = "UPDATE outbox SET error=?, next_at=?, attempts=attempts+1 WHERE event_seq=? AND delivered=''"
    con.executemany(sql, [(error, next_at, seq) for seq in seqs])
