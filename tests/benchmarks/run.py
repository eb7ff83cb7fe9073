"""Runs every benchmark and writes docs/performance.md: `python tests/benchmarks/run.py [FILE]`.

Takes a minute. The frozen size is measured by bench_frozen.py, which takes several; its last finding is used here.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import (  # noqa: E402
    bench_drivers,
    bench_evaluate,
    bench_frozen,
    bench_montecarlo,
    bench_paper,
    bench_reevaluate,
    bench_serial,
    bench_start,
    bench_store,
    bench_van,
    soak,
)

TARGET = ROOT / "docs" / "performance.md"
HEAD = """# Measured speeds

Written by `python tests/benchmarks/run.py`, not by hand. {system}, {cores} cores, Python {python}, Qt {qt},
SQLite {sqlite}. Each floor is the barest code that does the same, timed in turns with ours in one run, and times are
medians: compare ratios, not milliseconds of two computers. Windows is not measured.

| work | ours | floor | ratio | aim | |
|---|---|---|---|---|---|
"""
DRIVERS = """
## Decoding, by protocol

One reading of the driver's own transcripts, median, with everything that the frame tells (state, unit, address, check);
the floor is the barest strict code for this one frame: a regular expression, or its check and `struct`, and Decimal.
Other libraries decode the same bytes in the same run. Last, how much of the time in which the frame comes over the line
at that rate its decoding takes: more than 100 % could not be kept up with.

"""
JUDGED = """
## Judging, by procedure

A whole record with every explanation, median milliseconds.

| procedure | ms |
|---|---|
"""
TAIL = """
What is measured, and against what:

- **First page**: from the start of Python, by `fieldcal demo` on an existing workspace, until the sign-in with the
  tile of every person is painted, drawn offscreen, from cached bytecode. The floor starts Python and PySide6 too, and
  paints an empty label. The people are those the last session left in `signin.txt`; the workspace is opened behind
  the page, and nobody can sign in before its pages, links and signed heads have been checked: the line *until people
  can sign in* is the same start up to there, three simulated instruments linked and asked for their serial numbers.
- **Durable reading**: one reading with event, chain, projection and outbox row, from the call to the return after
  COMMIT; the floor is a bare `sqlite3` transaction of the same three rows with the same settings.
- **Certificate**: two pages; the floor is a bare reportlab canvas that draws the same texts and lines, and the QR code
  square by square.
- **Query and reply**: on one pseudo-terminal with one answering thread; the floor is `os.write` and `os.read`.
- **Decoding**: of one MT-SICS line to value, unit and state; the floor is one strict regular expression and Decimal.
  Of one Modbus reply to a value in its unit; the floor is a table of the CRC, `struct` and Decimal.
- **Four ports at 10 Hz**: a balance, a thermo-hygrometer, a voltmeter and an electricity meter, served by `fieldcal
  bench` in another process: processor time of the program and of all drivers' processes together. The floor writes the
  same requests and reads what comes in one process, without looking at it. Memory is what a driver's process has alone.
- **From the last byte to the value**: from the moment the instrument writes the end of a reply to the value in the
  program, through the driver's process; the floor is a bare reader of the bytes.
- **Plugged in again**: a pulled cable is back, the same instrument is identified and linked.
- **An hour of faults**: `python tests/benchmarks/soak.py`: at 10 Hz a port, every seven seconds a fault of the line or
  of an instrument is switched on or off, or a cable pulled. Memory is the mean of the last minute less that of the
  second one; a wrong value would be a stable weight that does not lie on the scale. The program keeps the newest 20 000
  pieces of each port for the transcript; these four rings, 14 MB when full, fill within the first half hour.
- **Evaluation**: every row of a whole scale record judged.
- **Monte Carlo**: eight inputs of a dispenser's flow point, 95 % interval; the floor is the same draws, formula and
  quantiles written out in numpy by hand.
- **Loading**: every shipped procedure file read, compiled and checked in full; the window compiles only those that it
  needs, when it needs them.
- **Judging**: a whole record with a passing value in every cell, its explanations included, by procedure below.
- **Re-evaluation**: `python -m tests.benchmarks.bench_reevaluate`: complete records of all procedures in turn,
  made from their own worked cases, one in fifty failing, each read, transferred to another revision and judged again.
- **Frozen size**: the folder PyInstaller makes; the floor is a label in a window, made by PyInstaller as it comes.
"""
WHY = {
    "first page": "a fifth of what is left over goes into the Python enums of the `Qt` namespace, which the floor "
    "never touches; the rest is the widgets, their style sheet, and 50 modules of ours.",
    "certificate": "platypus lays out the tables, which costs a sixth over bare coordinates.",
    "frozen": "reportlab, cryptography and two Chinese fonts are in it.",
}


@dataclass(frozen=True)
class Row:
    """`aim` is the largest ratio to the floor, or without a floor the largest value of ours; None if there is none."""

    work: str
    ours: float
    unit: str
    floor: float | None
    aim: float | None

    @property
    def measured(self) -> float:
        return self.ours if self.floor is None else self.ours / self.floor

    @property
    def missed(self) -> bool:
        return self.aim is not None and self.measured > self.aim

    def line(self) -> str:
        floor = "–" if self.floor is None else f"{self.floor:.3g} {self.unit}"
        ratio = "–" if self.floor is None else f"{self.measured:.2f}"
        aim, kept = "–", ""
        if self.aim is not None:
            aim = f"≤ {self.aim:g} {self.unit}" if self.floor is None else f"≤ {self.aim:g}"
            kept = "**missed**" if self.missed else "kept"
        return f"| {self.work} | {self.ours:.3g} {self.unit} | {floor} | {ratio} | {aim} | {kept} |"

    def reason(self) -> str:
        why = next((text for start, text in WHY.items() if self.work.startswith(start)), "the cause is not known yet.")
        return f"- {self.work}: {self.measured:.2f} instead of {self.aim:g}; {why}"


def rows() -> Iterator[Row]:
    ours, bare = bench_start.run()
    yield Row("first page, from the start of Python", ours.seconds * 1000, "ms", bare.seconds * 1000, 1.6)
    yield Row("memory when the first page is painted", ours.megabytes, "MB", None, 90)
    yield Row("until people can sign in", ours.ready * 1000, "ms", None, None)
    yield Row("durable reading", *pair(bench_store.run(), "ms"), 1.25)
    yield Row("certificate of two pages", *pair(bench_paper.run(), "ms"), 0.8)
    exchange, decode, modbus = bench_serial.run()
    yield Row("query and reply over a pseudo-terminal", *pair(exchange[1:], "µs"), 2.4)
    yield Row("strict decoding of an MT-SICS line", *pair(decode[1:], "µs"), 1.25)
    yield Row("decoding of a Modbus reply", *pair(modbus[1:], "µs"), 2.0)
    yield from van()
    yield Row("evaluation of a whole scale record", _evaluation(), "ms", None, 5)
    trials = bench_montecarlo.run()
    yield Row("Monte Carlo of a budget, 1 000 000 trials", trials[0], "s", None, 1)
    yield Row("Monte Carlo of a budget, against bare numpy", *pair(trials, "s"), 1.6)
    yield from procedures()
    if bench_frozen.FOUND.exists():
        frozen = json.loads(bench_frozen.FOUND.read_text("utf-8"))
        yield Row("frozen size, one folder", frozen["ours"], "MB", frozen["bare"], bench_frozen.AIM)


def procedures() -> Iterator[Row]:
    """All shipped ones; the hundred thousand records are measured by the script alone, which takes minutes."""
    yield Row("loading and check of all procedures", bench_reevaluate.loading() * 1000, "ms", None, 1000)
    each = judging()
    slowest = max(each, key=lambda name: each[name])
    yield Row(f"judging of a whole record, median of {len(each)} procedures", median(each.values()), "ms", None, None)
    yield Row(f"judging of a whole record, slowest ({slowest})", each[slowest], "ms", None, None)
    if bench_reevaluate.FOUND.exists():
        found = json.loads(bench_reevaluate.FOUND.read_text("utf-8"))
        work = f"re-evaluation of {found['records']} stored records on {found['workers']} cores"
        yield Row(work, found["seconds"], "s", None, 60)


@cache
def judging() -> dict[str, float]:
    return bench_reevaluate.judging(bench_reevaluate.records())


def judged() -> str:
    """A table of milliseconds by procedure."""
    each = sorted(judging().items(), key=lambda one: -one[1])
    return "\n".join(f"| {name} | {taken:.2f} |" for name, taken in each)


def van() -> Iterator[Row]:
    """Four instruments, each driver in its process."""
    ours, bare, memory = bench_van.share()
    yield Row("four ports at 10 Hz, of one core", ours, "%", bare, None)
    yield Row("memory of a driver's process", memory, "MB", None, None)
    value, data = bench_van.latency()
    yield Row("from the last byte to the value", value, "µs", data, None)
    yield Row("plugged in again, until linked", bench_van.plugged(), "s", None, 2.0)
    if soak.FOUND.exists():
        found = json.loads(soak.FOUND.read_text("utf-8"))
        hours = f"four instruments with faults, {found['seconds'] / 3600:.3g} h: "
        yield Row(f"{hours}wrong values of {found['values']}", found["wrong"], "", None, 0)
        for name, key, most in (("the program", "program_mb", 20), ("all drivers", "drivers_mb", 5)):
            first, last = found[key]
            yield Row(f"{hours}growth of {name}", last - first, "MB", None, most)


def pair(found: tuple[float, float], unit: str) -> tuple[float, str, float]:
    ours, floor = found
    return ours, unit, floor


def _evaluation(rounds: int = 200) -> float:
    evaluator, work = bench_evaluate.record()
    times: list[float] = []
    for _ in range(rounds):
        begun = perf_counter()
        for item, table, cells in work:
            evaluator.item(item, table, cells)
        times.append(1000 * (perf_counter() - begun))
    return median(times)


def main(target: Path = TARGET) -> None:
    head = HEAD.format(
        system=platform.system(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        qt=version("PySide6-Essentials"),
        sqlite=sqlite3.sqlite_version,
    )
    found = list(rows())
    missed = [row.reason() for row in found if row.missed]
    parts = [head + "\n".join(row.line() for row in found)]
    parts += ["\nMissed:\n\n" + "\n".join(missed)] if missed else []
    speeds = "\n".join(bench_drivers.table(bench_drivers.run()))
    target.write_text("\n".join([*parts, TAIL, JUDGED + judged(), DRIVERS + speeds, ""]), "utf-8")
    print(target.read_text("utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
