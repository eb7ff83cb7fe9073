"""A worked case on its procedure: the plate it states, the rows it records, the shipped items that run them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from fieldcal.domain.compiled import Names
from fieldcal.domain.evaluate import Evaluator, ItemOutcome
from fieldcal.domain.plate import complete, measure
from fieldcal.domain.procedure import Accept, Column, Item
from fieldcal.domain.rows import Row
from fieldcal.domain.verdict import Judged, Verdict, worst
from fieldcal.services.procedures import Library

Case = dict[str, Any]
Out = dict[str, Any]
WORDS = {Verdict.NOT_DONE: "no_decision", Verdict.NOT_APPLICABLE: "not_applicable"}


class KindBench:
    """`plate` holds what the case states, input by input; inputs it leaves out stay open, never guessed.

    Raises BadInput naming an input that can't be read.
    """

    def __init__(self, library: Library, procedure: str, kind: str, plate: Mapping[str, Any]) -> None:
        self.compiled = library.get(procedure)
        inputs = {entry.id: entry for entry in self.compiled.procedure.inputs}
        self.values: Names = {"kind": kind}
        for name, raw in plate.items():
            entry = inputs[name]
            is_word = entry.kind in ("choice", "text")
            self.values[name] = str(raw) if is_word else measure(str(raw), entry.unit, name)
        complete(self.compiled, self.values)

    def run(self, name: str, table: Sequence[tuple[Names, Names]], by_point: bool = False) -> ItemOutcome:
        """`table`: per row its own names (point, direction, …) and its cells, as Decimals in the procedure's units.

        Rows that state the same `point` belong together; without, `by_point` makes each row a point of its own.
        """
        item = self.compiled.procedure.item(name)
        once = {"direction": "", "repeat": Decimal(1)}
        made = [
            Row(i, int(own.get("point", i + 1 if by_point else 1)) - 1, 1, {**once, "point": Decimal(i + 1), **own})
            for i, (own, _) in enumerate(table)
        ]
        cells = {i: cell for i, (_, cell) in enumerate(table)}
        narrow = self._narrow(item, [{**own, **cell} for own, cell in table])
        return Evaluator(self.compiled, self.values).item(narrow, made, cells)

    def _narrow(self, item: Item, rows: Sequence[Names]) -> Item:
        """Columns that the case doesn't record are left out, and the rules that hang on them."""
        recorded = {name for row in rows for name in row}
        known = set(self.values) | {"direction", "point", "repeat"} | recorded
        columns = [c for c in item.columns if c.source == "computed" or c.id in recorded]
        left_out = {c.id for c in item.columns if c not in columns and self._asked(c)}
        for column in columns:
            if column.id not in recorded and self.compiled.expr(column.expr).names & left_out - known:
                left_out.add(column.id)
        accept = [a for a in item.accept if not self._names(a) & left_out]
        results = [r for r in item.results if not self.compiled.expr(r.expr).names & left_out]
        left_out |= {r.id for r in item.results} - {r.id for r in results}
        judge = [a for a in item.judge if not self._names(a) & left_out]
        kept = [c for c in columns if c.id not in left_out]
        return replace(item, columns=kept, accept=accept, results=results, judge=judge)

    def _asked(self, column: Column) -> bool:
        """A column that this instrument doesn't have is no column left out."""
        if not column.when or self.compiled.expr(column.when).names - self.values.keys():
            return True
        return bool(self.compiled.expr(column.when)(self.values))

    def _names(self, accept: Accept) -> set[str]:
        sources = [s for s in (accept.value, accept.limit, accept.low, accept.high) if s]
        return {name for source in sources for name in self.compiled.expr(source).names}


def word(verdict: Verdict) -> str:
    """As the public cases say it: what can't be judged is `no_decision`."""
    return WORDS.get(verdict, verdict.value)


def verdicts(judged: Iterable[Judged]) -> dict[str, str]:
    """Full and rounded comparison over all limits; borderline when they differ."""
    found = list(judged)
    full, rounded = worst(j.full for j in found), worst(j.rounded for j in found)
    verdict = full if full is rounded else Verdict.BORDERLINE
    return {"verdict_full": word(full), "verdict_rounded": word(rounded), "verdict": word(verdict)}
