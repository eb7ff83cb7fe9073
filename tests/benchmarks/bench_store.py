"""What a durable reading costs over bare sqlite3: run as a script, or call run().

Both sides commit the same three rows (event, outbox, run summary) with the same pragmas to the same folder; ours adds
the hash chain, the JSON body, the version check and the hand-over to the storage thread. They take turns, so
that a busy disk meets both alike. Aim: p50 at most 1.25 times the floor.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from fieldcal.domain.events import ReadingTaken, RunOpened
from fieldcal.services.ports import Append
from fieldcal.storage import database
from fieldcal.storage.store import Store

AT = "2026-03-02T08:00:00Z"
INSERT = "INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
TOUCH = "UPDATE run_summary SET updated=? WHERE stream=?"
BODY = (
    b'{"actor":"li","at":"2026-03-02T08:00:00Z","event":{"attempt":1,"column":"shown","device":"","elapsed":"",'
    b'"item":"error","raw":"S S 5.00 kg","row":0,"source":"wire","spread":"","text":"5.00","type":"reading-taken/1",'
    b'"unit":"kg"},"stream":"run/1","type":"reading-taken/1","version":2}'
)


def ours(store: Store) -> Callable[[int], None]:
    opened = RunOpened("i1", "jjg-539", "ab", "subsequent", "1.0")
    store.journal.append(Append("run/1", 0, [opened], "li", AT))

    def write(number: int) -> None:
        event = ReadingTaken("error", number, 1, "shown", "5.00", "kg", "wire", raw="S S 5.00 kg")
        store.journal.append(Append("run/1", number, [event], "li", AT, (), True))

    return write


def floor(folder: Path) -> tuple[sqlite3.Connection, Callable[[int], None]]:
    store = Store.create(folder, "FC-7", b"bench")
    ours(store)
    store.close()
    con = database.connect(folder / "fieldcal.db")

    def write(number: int) -> None:
        row = (number + 1, "run/1", number + 1, "reading-taken/1", AT, "li", BODY, b"\0" * 32)
        con.execute("BEGIN IMMEDIATE")
        con.execute(INSERT, row)
        con.execute(TOUCH, (AT, "run/1"))
        con.execute("INSERT INTO outbox VALUES(?, 0, NULL, '', '')", (number + 1,))
        con.execute("COMMIT")

    return con, write


def timed(write: Callable[[int], None], number: int) -> float:
    begun = perf_counter()
    write(number)
    return (perf_counter() - begun) * 1000


def run(count: int = 2000, folder: Path | None = None) -> tuple[float, float]:
    """Prints and returns the medians of ours and of the floor, in ms."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        base = Path(name)
        con, bare = floor(base / "floor")
        with Store.create(base / "ours", "FC-7", b"bench") as store:
            journaled = ours(store)
            pairs = [(timed(bare, n), timed(journaled, n)) for n in range(1, count + 1)]
        con.close()
    low, high = zip(*pairs, strict=True)
    ours_p50, floor_p50 = statistics.median(high), statistics.median(low)
    tail = statistics.quantiles(high, n=100)[98] / statistics.quantiles(low, n=100)[98]
    print(f"bare sqlite3      p50 {floor_p50:.3f} ms")
    print(f"durable reading   p50 {ours_p50:.3f} ms")
    print(f"ratio             p50 {ours_p50 / floor_p50:.2f}x (aim 1.25x), p99 {tail:.2f}x (aim 2x)")
    return ours_p50, floor_p50


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
