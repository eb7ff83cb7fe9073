"""Runs every benchmark and writes docs/performance.md: `python tests/benchmarks/run.py [FILE]`."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import bench_evaluate, bench_paper, bench_serial, bench_start, bench_store  # noqa: E402

TARGET = ROOT / "docs" / "performance.md"
HEAD = """# Measured speeds

Written by `python tests/benchmarks/run.py`, not by hand. {system}, {cores} cores, Python {python}, Qt {qt},
SQLite {sqlite}. Each floor is the barest code that does the same, timed in turns with ours in one run: compare ratios,
not milliseconds of two computers. Windows is not measured.

| work | ours | floor | ratio | aim | |
|---|---|---|---|---|---|
"""
TAIL = """
What the floors are: decoding is one strict regular expression; a durable reading is one bare `sqlite3` transaction
with the same settings (ours adds event, chain and outbox row); a certificate is a bare reportlab canvas drawing the
same texts and lines, its QR code square by square; the start is an empty Qt window, drawn offscreen. Ours starts
Python, opens and checks the demo workspace, links three simulated instruments, waits until each has told its serial
number, and paints the sign-in page.
"""


@dataclass(frozen=True)
class Row:
    """`aim` is the largest ratio to the floor, or without a floor the largest value of ours."""

    work: str
    ours: float
    unit: str
    floor: float | None
    aim: float

    def line(self) -> str:
        measured = self.ours if self.floor is None else self.ours / self.floor
        floor = "–" if self.floor is None else f"{self.floor:.3g} {self.unit}"
        ratio = "–" if self.floor is None else f"{measured:.2f}"
        aim = f"≤ {self.aim:g} {self.unit}" if self.floor is None else f"≤ {self.aim:g}"
        kept = "kept" if measured <= self.aim else "**missed**"
        return f"| {self.work} | {self.ours:.3g} {self.unit} | {floor} | {ratio} | {aim} | {kept} |"


def rows() -> Iterator[Row]:
    exchange, decode = bench_serial.run()
    yield Row("query and reply over a pseudo-terminal", exchange[1], "µs", None, 100)
    yield Row("strict decoding of a weight", decode[1], "µs", decode[2], 1.25)
    yield Row("durable reading (of the median times)", bench_store.run(), "x", 1, 1.25)
    yield Row("certificate of two pages (of the median times)", bench_paper.run(), "x", 1, 0.8)
    yield Row("evaluation of a whole scale record", _evaluation(), "ms", None, 5)
    ours, bare = bench_start.run()
    yield Row("start of the program to the first paint", ours.seconds * 1000, "ms", bare.seconds * 1000, 1.6)
    yield Row("memory at the first paint", ours.megabytes, "MB", None, 90)


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
    target.write_text(head + "\n".join(row.line() for row in rows()) + "\n" + TAIL, "utf-8")
    print(target.read_text("utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
