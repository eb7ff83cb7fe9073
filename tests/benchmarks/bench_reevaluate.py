"""What procedures cost: loading and checking all of them, judging a whole record of each, re-evaluating 100 000 stored
records. Run as a script: `python -m tests.benchmarks.bench_reevaluate [RECORDS]`; the finding is kept for run.py.

The records are synthetic and complete: the plate of each worked case shipped with a procedure, with a passing value in
every cell; every fiftieth has a question answered with `fail`. They are written into the store in bulk, without the
links of the chain, which nothing here reads. Each procedure's revision is its file with another comment, so that every
record is read, transferred and judged again.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from fieldcal.domain import chain
from fieldcal.domain import events as ev
from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import DomainError
from fieldcal.domain.fold import fold
from fieldcal.domain.judge import judge
from fieldcal.domain.quantity import show
from fieldcal.services.ports import Append, Blob
from fieldcal.services.procedures import Library
from fieldcal.services.proof import generic_cases
from fieldcal.services.reevaluate import Report, reevaluate
from fieldcal.services.simulate import planned
from fieldcal.storage.reading import Reading
from fieldcal.storage.schema import FILE
from fieldcal.storage.store import Store

FOLDER = Path(__file__).parents[2] / "resources/procedures"
FOUND = Path(__file__).with_name("reevaluate.json")
AT, DAY, WHO = "2026-03-02T08:00:00.000+00:00", "2026-03-02", "tech"
STREAM = "run:{:012d}"
FRAME = "532053202020202020352e303030206b670d0a"
PROOF = ev.Proof("1.0", "0", 4, [FRAME] * 4)
PLATES = 6  # worked cases of a procedure whose plates are taken
FAILING = 50  # one record of so many


@dataclass(frozen=True)
class Made:
    """A record as the journal would hold it, with the two ends of it that differ by verdict."""

    compiled: Compiled
    kind: str
    events: tuple[ev.Event, ...]

    def bodies(self) -> list[tuple[str, bytes]]:
        """(type, body) of every event, for the stream with number 0."""
        name = STREAM.format(0)
        return [
            (ev.type_of(event), chain.body_of(name, place, AT, WHO, event))
            for place, event in enumerate(self.events, 1)
        ]

    @property
    def verdict(self) -> str:
        (signed,) = (event for event in self.events if isinstance(event, ev.Signed))
        return signed.verdict


def loading(rounds: int = 5) -> float:
    """Seconds in which all shipped files are read, compiled and checked."""
    times: list[float] = []
    for _ in range(rounds):
        begun = perf_counter()
        library = Library([FOLDER])
        assert library.all()
        assert not library.errors
        times.append(perf_counter() - begun)
    return median(times)


def records() -> dict[str, list[Made]]:
    """By procedure; of each plate a record that passes and one that fails, if it has a question to fail at."""
    out: dict[str, list[Made]] = {}
    for compiled in Library([FOLDER]).all():
        found: list[Made] = []
        for case in generic_cases(compiled, FOLDER)[: 4 * PLATES]:
            try:
                found += made(compiled, case)
            except (DomainError, ValueError):  # a case of a plate that is refused
                continue
            if len(found) >= 2 * PLATES:
                break
        out[compiled.procedure.id] = found
    return out


def made(compiled: Compiled, case: dict[str, object]) -> list[Made]:
    whole, filled = planned(compiled, [case])
    kind = str(whole["kind"])
    opened = ev.RunOpened("i", compiled.procedure.id, compiled.sha256, kind, "bench")
    events: list[ev.Event] = [opened, ev.InputGiven(whole["plate"]), ev.Prepared(), ev.Started("s")]
    wires = {(item.id, c.id) for item in compiled.procedure.items for c in item.columns if c.role}
    units = {(item.id, c.id): c.unit for item in compiled.procedure.items for c in item.columns}
    for name, sheet in filled.items.items():
        for row, cells in sheet.items():
            for column, value in cells.items():
                text = value if isinstance(value, str) else show(value)
                place = (name, column)
                wire = ("wire", FRAME, "0", "1.0", "sim", PROOF) if place in wires else ("manual",)
                events.append(ev.ReadingTaken(name, row, 1, column, text, units[place], *wire))
    questions = [
        (item.id, q.id)
        for item in compiled.procedure.items
        for q in item.questions
        if kind in item.kinds and kind in q.kinds
    ]
    out: list[Made] = []
    for answer in ("pass", "fail") if questions else ("pass",):
        answers = [ev.CheckAnswered(*q, "pass") for q in questions[1:]]
        first = [ev.CheckAnswered(*q, answer) for q in questions[:1]]
        body = (*events, *first, *answers, ev.StepsCompleted())
        verdict = str(judge(compiled, fold("run:0", [(event, WHO, AT) for event in body])).overall)
        if verdict == answer:
            out.append(Made(compiled, kind, (*body, ev.Signed(verdict, "r", DAY))))
    return out


def judging(found: dict[str, list[Made]]) -> dict[str, float]:
    """Median milliseconds in which a whole record is judged, by procedure; those without one are left out."""
    out: dict[str, float] = {}
    for name, kinds in found.items():
        times: list[float] = []
        for one in kinds:
            view = fold("run:0", [(event, WHO, AT) for event in one.events])
            judge(one.compiled, view)
            for _ in range(5):
                begun = perf_counter()
                judge(one.compiled, view)
                times.append(1000 * (perf_counter() - begun))
        if times:
            out[name] = median(times)
    return out


def write(folder: Path, found: dict[str, list[Made]], number: int) -> None:
    """All procedures in turn, `number` records."""
    with Store.create(folder, "FC-7", b"bench") as store:
        files = [kinds[0].compiled.data for kinds in found.values() if kinds]
        blobs = [Blob(data, "application/toml") for data in files]
        made = ev.WorkspaceMade({}, True, "FC-7")
        store.journal.append(Append("workspace", 0, [made], "system", AT, blobs))
    con = sqlite3.connect(folder / FILE, isolation_level=None)
    con.execute("PRAGMA synchronous=OFF")
    con.execute("BEGIN")
    seq = 1
    name = STREAM.format(0)
    for place, (one, bodies) in enumerate(_turns(found, number), 1):
        stream = STREAM.format(place)
        old, new = name.encode(), stream.encode()
        rows = [
            (seq + at, stream, at, kind, AT, WHO, body.replace(old, new), b"\0" * 32)
            for at, (kind, body) in enumerate(bodies, 1)
        ]
        con.executemany("INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?)", rows)
        seq += len(rows)
        about = (stream, "i", one.compiled.procedure.id, one.kind, "signed", one.verdict, WHO, AT, "")
        con.execute("INSERT INTO run_summary VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", about)
    con.execute("COMMIT")
    con.close()


def _turns(found: dict[str, list[Made]], number: int) -> Iterator[tuple[Made, list[tuple[str, bytes]]]]:
    ready = [
        {answer: [(one, one.bodies()) for one in kinds if one.verdict == answer] for answer in ("pass", "fail")}
        for kinds in found.values()
        if kinds
    ]
    for place in range(number):
        kinds = ready[place % len(ready)]
        turn = place // len(ready)
        choice = (turn % FAILING == 0 and kinds["fail"]) or kinds["pass"] or kinds["fail"]
        yield choice[turn % len(choice)]


def run(number: int = 100_000, workers: int = 2) -> dict[str, object]:
    """Seconds to load, milliseconds a record by procedure, seconds to re-evaluate, and those of all processors."""
    load_seconds, found = loading(), records()
    each = judging(found)
    revisions = [load(kinds[0].compiled.data + b"# again\n") for kinds in found.values() if kinds]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        write(folder, found, number)
        begun, spent = perf_counter(), sum(os.times()[2:4])
        report: Report = reevaluate(partial(Reading, folder), revisions, workers=workers)
        seconds, spent = perf_counter() - begun, sum(os.times()[2:4]) - spent
        size = (folder / FILE).stat().st_size
    assert (report.records, report.same) == (number, number), (report.records, report.same, report.findings[:3])
    return {
        "load": load_seconds, "judging": each, "records": number, "workers": workers, "seconds": seconds,
        "processor": spent, "megabytes": size / 1e6, "procedures": len(revisions), "cores": os.cpu_count(),
    }  # fmt: skip


def main(number: int) -> None:
    found = run(number)
    FOUND.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
