"""Evaluation of a whole scale record; the aim is 5 ms. Run with `python -m tests.benchmarks.bench_evaluate`."""

from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter

from fieldcal.domain.compiled import load
from fieldcal.domain.evaluate import Evaluator
from fieldcal.domain.plate import read
from fieldcal.domain.rows import applies, rows

SHIPPED = Path(__file__).parents[2] / "resources/procedures/jjg539-2016.toml"


def record():
    """The evaluator and, item by item, rows and cells of a finished 15 kg scale."""
    compiled = load(SHIPPED.read_bytes(), SHIPPED.name)
    values = read(compiled, "first", {"max": "15 kg", "min": "100", "e": "5"}).values
    work = []
    for item in compiled.procedure.items:
        if item.kind == "table" and applies(compiled, item, values):
            table = rows(compiled, item, values)
            cells = {row.index: {c.id: Decimal("2.5") for c in item.columns if c.source != "computed"} for row in table}
            work.append((item, table, cells))
    return Evaluator(compiled, values), work


def main() -> None:
    evaluator, work = record()
    times: list[float] = []
    for _ in range(200):
        start = perf_counter()
        for item, table, cells in work:
            evaluator.item(item, table, cells)
        times.append(1000 * (perf_counter() - start))
    print(f"rows {sum(len(table) for _, table, _ in work)}, median {median(times):.2f} ms, worst {max(times):.2f} ms")


if __name__ == "__main__":
    main()
