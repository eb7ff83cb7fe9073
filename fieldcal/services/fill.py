"""Values inside the limits: what a technician would write into a procedure's cells for a good instrument.

Starts from the rows of a worked case, else from the procedure's own hints (initial, nominal value, bounds), and moves
single columns by secants until every comparison of the item holds. Nothing here judges: the procedure's evaluator does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.errors import BadInput
from fieldcal.domain.evaluate import Evaluator, ItemOutcome
from fieldcal.domain.expression import BadExpression
from fieldcal.domain.plate import complete, measure, read
from fieldcal.domain.procedure import Column, Item
from fieldcal.domain.quantity import show
from fieldcal.domain.rounding import within
from fieldcal.domain.rows import Row, applies, rows
from fieldcal.domain.verdict import Judged, Verdict
from fieldcal.services.plausible import plausible

Cells = dict[str, Any]
Sheet = dict[int, Cells]
ROUNDS, STEPS, DEPTH, DIGITS = 60, 6, 1, 7  # of the search, of one secant; significant digits of what is typed
FINE = (0, 0)  # nothing is bad
GOOD = (Verdict.PASS, Verdict.WARNING)
FAR = Decimal(10) ** 9  # where a secant has lost its way
A_MINUTE = Decimal(60)  # s, where nothing says how long


@dataclass
class Filled:
    """Cells by item and row index; `open` names the items for which no passing values were found."""

    items: dict[str, Sheet] = field(default_factory=dict[str, Sheet])
    open: list[str] = field(default_factory=list[str])


def fill(compiled: Compiled, kind: str, plate: Mapping[str, Any], seeds: Mapping[str, Mapping[str, Any]]) -> Filled:
    """`seeds`: what a worked case gives by item. Raises BadInput for a plate that can't be read."""
    values: Names = dict(read(compiled, kind, plate).values)
    out = Filled()
    for item in compiled.procedure.items:
        complete(compiled, values)
        if item.kind == "checklist" or not applies(compiled, item, values):
            continue
        evaluator = Evaluator(compiled, values)
        table = rows(compiled, item, values)
        sheet = _Filler(compiled, item, table, values).sheet(seeds.get(item.id, {}))
        outcome = _improved(evaluator, item, table, sheet)
        out.items[item.id] = sheet
        if outcome.verdict is not Verdict.PASS:
            out.open.append(item.id)
        values |= {f"{item.id}_{name}": value for name, value in outcome.results.items() if value is not None}
    return out


class _Filler:
    """First guesses, cell by cell in the order of work."""

    def __init__(self, compiled: Compiled, item: Item, table: list[Row], values: Names) -> None:
        self.compiled, self.item, self.table, self.values = compiled, item, table, values

    def sheet(self, seeds: Mapping[str, Any]) -> Sheet:
        out: Sheet = {}
        before: Names = {}
        listed: list[Cells] = seeds.get("rows", [])
        for row in self.table:
            given: Cells = {**seeds.get("each", {}), **(listed[row.index] if row.index < len(listed) else {})}
            names: Names = {**self.values, **row.values}
            for column in self.item.columns:
                if column.start:
                    names[f"prev_{column.id}"] = before.get(column.id, self._try(column.start, names))
            out[row.index] = self._row(given, names)
            before = names
        return out

    def _row(self, given: Cells, names: Names) -> Cells:
        cells: Cells = {}
        for column in self.item.columns:
            if column.when and not self._try(column.when, names):
                continue
            if column.source == "computed":
                value = self._try(column.expr, names)
            else:
                value = cells[column.id] = self._given(column, given) or self._guess(column, names)
            if value is not None:
                names[column.id] = value
        return cells

    def _given(self, column: Column, given: Cells) -> Any:
        value = given.get(column.id)
        if value is None or column.kind == "choice":
            return value
        return measure(str(value), column.unit, column.id)

    def _guess(self, column: Column, names: Names) -> Any:
        if column.kind == "choice":
            return column.choices[0].id
        if column.source == "timed":
            return self._try(column.seconds, names) or A_MINUTE
        low, high = self._try(column.low, names), self._try(column.high, names)
        hints = [self._try(column.initial, names), *self._nominal(column, names)]
        for value in hints:
            if isinstance(value, Decimal) and within(value, low, high):
                return _typed(value)
        if low is not None and high is not None:
            return _typed((low + high) / 2)
        if low is not None and low < 0:
            return Decimal(0)
        return next((bound for bound in (low, high) if bound), Decimal(1))

    def _nominal(self, column: Column, names: Names) -> Iterator[Decimal]:
        """The value of the row's point, where it is of the same kind."""
        for block in self.item.points:
            if block.over in names and block.unit == column.unit and isinstance(names[block.over], Decimal):
                yield names[block.over]

    def _try(self, source: str, names: Names) -> Any:
        try:
            return self.compiled.expr(source)(names) if source else None
        except BadExpression:
            return None


def _improved(evaluator: Evaluator, item: Item, table: list[Row], sheet: Sheet, depth: int = DEPTH) -> ItemOutcome:
    """Changes `sheet`. What mends one comparison may spoil others, which are then mended in turn, so deep."""
    outcome = evaluator.item(item, table, sheet)
    for _ in range(ROUNDS):
        if _badness(outcome) == FINE:
            break
        for trial in _trials(evaluator, item, table, sheet, outcome):
            found = evaluator.item(item, table, trial)
            if depth and _badness(found) >= _badness(outcome):
                found = _improved(evaluator, item, table, trial, depth - 1)
            if _badness(found) < _badness(outcome) and possible(evaluator, item, trial, found):
                sheet.update(trial)
                outcome = found
                break
        else:
            break
    return outcome


def possible(evaluator: Evaluator, item: Item, sheet: Sheet, outcome: ItemOutcome) -> bool:
    """Whether every cell would take its value."""
    for row in outcome.rows:
        for column in item.columns:
            cell = sheet[row.row.index].get(column.id)
            if isinstance(cell, Decimal):
                try:
                    plausible(evaluator.compiled, column, row.values, show(cell), column.unit)
                except BadInput:
                    return False
    return True


def compared(outcome: ItemOutcome) -> list[tuple[int, Judged]]:
    """Every comparison with the row it belongs to; -1 for those of the whole item."""
    found = [(place, judged) for place, row in enumerate(outcome.rows) for judged in row.judged]
    return found + [(-1, judged) for judged in outcome.judged]


def _badness(outcome: ItemOutcome) -> tuple[int, int]:
    """Rows that can't be judged, then comparisons that don't hold."""
    return (
        sum(not row.complete for row in outcome.rows),
        sum(judged.verdict not in GOOD for _, judged in compared(outcome)),
    )


def _trials(evaluator: Evaluator, item: Item, table: list[Row], sheet: Sheet, outcome: ItemOutcome) -> Iterator[Sheet]:
    """Sheets in which one bad comparison is moved to the middle of its limits by one column."""
    every = compared(outcome)
    for place, (row, judged) in enumerate(every):
        if judged.verdict in GOOD:
            continue
        everywhere = [entry.index for entry in table]
        for chosen in [[row]] if row >= 0 else [everywhere, everywhere[-1:], everywhere[:1]]:
            for column in reversed(item.columns):
                if column.source == "computed":
                    continue
                if column.kind == "choice":
                    yield from _others(column, sheet, chosen)
                elif trial := secant(evaluator, item, table, sheet, (place, judged), column.id, chosen):
                    yield trial


def _others(column: Column, sheet: Sheet, chosen: list[int]) -> Iterator[Sheet]:
    for choice in column.choices:
        yield {**sheet, **{i: {**sheet[i], column.id: choice.id} for i in chosen if column.id in sheet[i]}}


def secant(
    evaluator: Evaluator, item: Item, table: list[Row], sheet: Sheet, bad: tuple[int, Judged], column: str,
    chosen: list[int], target: Decimal | None = None,
) -> Sheet | None:  # fmt: skip
    """Towards `target`, else to where the comparison holds; None where the column has no hold on it."""
    place, judged = bad
    if not all(column in sheet[i] for i in chosen):
        return None

    def value(trial: Sheet) -> Decimal | None:
        found = compared(evaluator.item(item, table, trial))
        return found[place][1].value if place < len(found) and found[place][1].name == judged.name else None

    at, aim = judged.value, _target(judged) if target is None else target
    for _ in range(STEPS):
        first = sheet[chosen[0]][column]
        step = _typed(abs(first) / 100) or Decimal("0.1")
        beside = value(_moved(sheet, column, chosen, step))
        if beside is None or beside == at:
            return None
        by = (aim - at) * step / (beside - at)
        if abs(by) > FAR:
            return None
        sheet = _moved(sheet, column, chosen, by)
        now = value(sheet)
        if now is None:
            return None
        at = now
        if at == aim or (target is None and within(at, judged.low, judged.high)):
            break
    return sheet


def _moved(sheet: Sheet, column: str, chosen: list[int], by: Decimal) -> Sheet:
    return {**sheet, **{i: {**sheet[i], column: _typed(sheet[i][column] + by)} for i in chosen}}


def _target(judged: Judged) -> Decimal:
    low, high = judged.low, judged.high
    if low is not None and high is not None:
        return (low + high) / 2
    bound = low if low is not None else high
    assert bound is not None
    inward = abs(bound) / 10 or Decimal("0.1")
    return bound + inward if low is not None else bound - inward


def _typed(value: Decimal) -> Decimal:
    """As a person would type it: so many digits, no exponent."""
    if not value:
        return Decimal(0)
    found = value.quantize(Decimal(1).scaleb(min(0, value.adjusted() - DIGITS + 1))).normalize()
    return found if int(found.as_tuple().exponent) <= 0 else found.quantize(Decimal(1))
