"""Evaluation of one item: cells in, computed columns, results and verdicts out. Pure, exact, explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.expression import BadExpression
from fieldcal.domain.procedure import Accept, Column, Item
from fieldcal.domain.rounding import half_even
from fieldcal.domain.rows import Row
from fieldcal.domain.verdict import Judged, Verdict, compare, worst

Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Explanation:
    """How a value came about: rule, inputs, clause (key of `sources`)."""

    name: str
    rule: str
    inputs: dict[str, Any]
    result: Any
    source: str


@dataclass
class RowOutcome:
    row: Row
    values: Names
    complete: bool
    verdict: Verdict
    judged: list[Judged] = field(default_factory=list[Judged])
    explained: dict[str, Explanation] = field(default_factory=dict[str, Explanation])


@dataclass
class ItemOutcome:
    """`results` per item; `per_point` maps result id to one value a point, None where it can't be computed yet."""

    item: str
    verdict: Verdict
    rows: list[RowOutcome]
    results: Names
    per_point: dict[str, list[Any]]
    judged: list[Judged]
    explained: dict[str, Explanation]
    note: str = ""


@dataclass(frozen=True)
class Compared:
    """A judged value, the rule it was judged by and the names it saw; `point` where the value is one a point."""

    accept: Accept
    judged: Judged
    names: Names
    point: int | None = None


def reported(compiled: Compiled, value: Any, report: str, values: Names) -> Any:
    """The value as printed: GB/T 8170 once, from the unrounded value."""
    if not report or not isinstance(value, Decimal):
        return value
    return half_even(value, compiled.expr(report)(values))


class Evaluator:
    """`told` False leaves out how values came about, for verdicts alone."""

    def __init__(self, compiled: Compiled, values: Names, told: bool = True) -> None:
        self.compiled, self.values, self.told = compiled, values, told

    def item(self, item: Item, rows: Sequence[Row], cells: Mapping[int, Cells]) -> ItemOutcome:
        """`cells` by row index. Values given for computed columns win (worked cases use that)."""
        done: list[RowOutcome] = []
        for row in rows:
            done.append(self.row(item, row, cells.get(row.index, {}), done[-1].values if done else None))
        outcome = ItemOutcome(item.id, Verdict.NOT_DONE, done, {}, {}, [], {})
        complete = bool(done) and all(row.complete for row in done)
        self._results(item, outcome)
        if complete:
            complete = self._judge_item(item, outcome)
        verdicts = [row.verdict for row in done] + [judged.verdict for judged in outcome.judged]
        outcome.verdict = worst(verdicts) if complete else Verdict.NOT_DONE
        if self.told:
            self.compiled.seen(item.id, outcome.verdict, _sources(item, outcome))
        return outcome

    def row(self, item: Item, row: Row, cells: Cells, before: Names | None) -> RowOutcome:
        names: Names = {**self.values, **row.values}
        for column in item.columns:
            if column.start:
                kept = (before or {}).get(column.id)
                names[f"prev_{column.id}"] = kept if kept is not None else self._try(column.start, names)
        outcome = RowOutcome(row, names, True, Verdict.NOT_DONE)
        for column in item.columns:
            self._column(column, cells, names, outcome, column.basis or item.source)
        if outcome.complete:
            for accept in item.accept:
                if judged := self._judge(accept, names, item):
                    outcome.judged.append(judged)
                elif self._undecided(accept, names):
                    outcome.complete = False
            if outcome.complete:
                outcome.verdict = worst([Verdict.PASS, *(j.verdict for j in outcome.judged)])  # a warning alone passes
        return outcome

    def of_row(self, item: Item, row: RowOutcome) -> list[Compared]:
        """Every comparison of a complete row, in the order of `judged`."""
        names = row.values
        return [Compared(accept, j, names) for accept in item.accept if (j := self._judge(accept, names, item))]

    def of_item(self, item: Item, out: ItemOutcome) -> list[Compared]:
        """Every comparison of the item's results, in the order of `judged`."""
        return [
            Compared(accept, found, names, point)
            for accept in item.judge
            for point, names in self._scopes(item, accept, out)
            if (found := self._judge(accept, names, item))
        ]

    def _column(self, column: Column, cells: Cells, names: Names, out: RowOutcome, source: str) -> None:
        if column.when and not self._try(column.when, names):
            return
        if column.id in cells:
            names[column.id] = cells[column.id]
        elif column.source != "computed":
            out.complete = False
        else:
            if (value := self._try(column.expr, names)) is None:
                return
            names[column.id] = value
            if self.told:
                expression = self.compiled.expr(column.expr)
                inputs = {name: names.get(name) for name in sorted(expression.names)}
                out.explained[column.id] = Explanation(column.id, expression.source, inputs, value, source)

    def holds(self, source: str, names: Names) -> bool:
        return bool(self._try(source, names))

    def _try(self, source: str, names: Names) -> Any:
        try:
            return self.compiled.expr(source)(names)
        except BadExpression:
            return None

    def _judge(self, accept: Accept, names: Names, item: Item) -> Judged | None:
        if accept.when and not self._try(accept.when, names):
            return None
        value = self._try(accept.value, names)
        if value is None:
            return None
        low, high = self._limits(accept, names)
        rule = (
            f"|{accept.value}| <= {accept.limit}"
            if accept.limit
            else f"{accept.low} <= {accept.value} <= {accept.high}"
        )
        unit, show = _unit_of(item, accept.value)
        wanted_low, wanted_high = accept.limit or accept.low, accept.limit or accept.high
        if (wanted_low and low is None) or (wanted_high and high is None):
            # Nothing to compare with must never read as a pass.
            open_ = Verdict.NOT_DONE
            return Judged(accept.value, value, low, high, open_, open_, open_, None, rule, accept.source, unit, show)
        interval = self._try(accept.interval, names) if accept.interval else None
        verdict, full, rounded, near = compare(value, low, high, accept.compare, interval)
        if accept.warn and verdict is not Verdict.PASS:
            verdict = Verdict.WARNING
        return Judged(accept.value, value, low, high, verdict, full, rounded, near, rule, accept.source, unit, show)

    def _undecided(self, accept: Accept, names: Names) -> bool:
        """The value to judge could not be computed; a mere warning may wait."""
        return (
            not accept.warn
            and (not accept.when or bool(self._try(accept.when, names)))
            and self._try(accept.value, names) is None
        )

    def _limits(self, accept: Accept, names: Names) -> tuple[Decimal | None, Decimal | None]:
        if accept.limit:
            limit = self._try(accept.limit, names)
            return (None, None) if limit is None else (-limit, limit)
        return (
            self._try(accept.low, names) if accept.low else None,
            self._try(accept.high, names) if accept.high else None,
        )

    def _results(self, item: Item, out: ItemOutcome) -> None:
        """Column names stand for lists here: of the point's rows, or of the item's."""
        points = sorted({row.row.point for row in out.rows})
        for result in item.results:
            if result.when and not self.holds(result.when, self._scope(item, out.rows, out, None)):
                continue
            if result.per == "point":
                groups = [[row for row in out.rows if row.row.point == point] for point in points]
                out.per_point[result.id] = [
                    self._result(result.expr, item, group, out, i) for i, group in enumerate(groups)
                ]
            else:
                value = self._result(result.expr, item, out.rows, out, None)
                out.results[result.id] = value
                if not self.told:
                    continue
                rule, scope = self.compiled.expr(result.expr), self._scope(item, out.rows, out, None)
                inputs = {name: scope.get(name) for name in sorted(rule.names)}
                out.explained[result.id] = Explanation(
                    result.id, rule.source, inputs, value, result.basis or item.source
                )

    def _scope(self, item: Item, rows: Sequence[RowOutcome], out: ItemOutcome, point: int | None) -> Names:
        own = set[str]().union(*(row.values for row in rows)) - self.values.keys()
        scope: Names = {**self.values}
        for name in own:
            scope[name] = [row.values[name] for row in rows if row.values.get(name) is not None]
        for name, found in out.per_point.items():
            scope[name] = (
                found[point] if point is not None and point < len(found) else [v for v in found if v is not None]
            )
        return {**scope, **{name: value for name, value in out.results.items() if value is not None}}

    def _result(self, source: str, item: Item, rows: list[RowOutcome], out: ItemOutcome, point: int | None) -> Any:
        if not all(row.complete for row in rows):
            return None
        return self._try(source, self._scope(item, rows, out, point))

    def _judge_item(self, item: Item, out: ItemOutcome) -> bool:
        """False where a value that decides could not be computed: the item is then not done, never passed."""
        decided = True
        for accept, names in [(a, names) for a in item.judge for _, names in self._scopes(item, a, out)]:
            if judged := self._judge(accept, names, item):
                out.judged.append(judged)
            elif self._undecided(accept, names):
                decided = False
        return decided

    def _scopes(self, item: Item, accept: Accept, out: ItemOutcome) -> list[tuple[int | None, Names]]:
        """The points that a rule is tried at, each with its names; none where the result's `when` leaves it out."""
        names = self.compiled.expr(accept.value).names
        if names & ({result.id for result in item.results} - out.results.keys() - out.per_point.keys()):
            return []  # the result's own `when` says that this instrument has none
        if names & {result.id for result in item.results if result.per == "point"}:
            points = range(len(next(iter(out.per_point.values()))))
            return [(point, self.scope(item, out, point)) for point in points]
        return [(None, self.scope(item, out))]

    def scope(self, item: Item, out: ItemOutcome, point: int | None = None) -> Names:
        """Names as the item's results see them: lists of the rows, of all or of one point."""
        rows = out.rows if point is None else [row for row in out.rows if row.row.point == point]
        return self._scope(item, rows, out, point)


def _sources(item: Item, outcome: ItemOutcome) -> list[str]:
    judged = [one for row in outcome.rows for one in row.judged] + outcome.judged
    values = [value for row in outcome.rows for value in row.explained.values()] + list(outcome.explained.values())
    filled = [c.basis for c in item.columns if c.basis and any(c.id in row.values for row in outcome.rows)]
    return [item.source, *(one.source for one in judged), *(value.source for value in values), *filled]


def _unit_of(item: Item, name: str) -> tuple[str, str]:
    for entry in [*item.columns, *item.results]:
        if entry.id == name:
            return entry.unit, entry.show
    return "", ""
