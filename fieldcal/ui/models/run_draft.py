"""The row in hand before it is accepted: what was captured or typed, what stands in by default, what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import DomainError
from fieldcal.domain.evaluate import Evaluator, RowOutcome
from fieldcal.domain.events import Proof
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import ItemState, Position, cell_values, wanted
from fieldcal.domain.procedure import Column
from fieldcal.domain.quantity import number, show
from fieldcal.domain.units import convert

ROUNDS = 8  # a default may wait for another one


@dataclass(frozen=True)
class Entry:
    """One value not yet on disk, with what proves it."""

    text: str
    unit: str = ""
    source: Literal["wire", "manual", "timer", "paper"] = "manual"
    raw: str = ""
    spread: str = ""
    elapsed: str = ""
    default: bool = False
    proof: Proof | None = None


@dataclass
class Draft:
    columns: list[Column]
    entries: dict[str, Entry]
    outcome: RowOutcome
    taken: dict[str, Any] = field(default_factory=dict[str, Any])

    def open(self) -> list[Column]:
        return [column for column in self.columns if column.id not in self.taken]

    def missing(self) -> Column | None:
        return next((column for column in self.open() if column.id not in self.entries), None)


def draft(compiled: Compiled, view: RunView, state: ItemState, at: Position, pending: Mapping[str, Entry]) -> Draft:
    """The row at `at` as it would be with the pending values and the procedure's initial ones."""
    assert state.outcome is not None
    rows, index = state.outcome.rows, at.row
    evaluator = Evaluator(compiled, rows[index].values)
    before = rows[index - 1].values if index else None
    made = Draft([], {}, rows[index], cell_values(view, state.item, index))
    for _ in range(ROUNDS):
        cells = {**made.taken, **_values(state, made.entries)}
        made.outcome = evaluator.row(state.item, state.rows[index], cells, before)
        made.columns = wanted(evaluator, state.item, made.outcome.values)
        found = {c.id: entry for c in made.open() if (entry := _entry(compiled, c, pending, made))}
        if found.keys() <= made.entries.keys():
            break
        made.entries |= found
    return made


def _entry(compiled: Compiled, column: Column, pending: Mapping[str, Entry], made: Draft) -> Entry | None:
    if column.id in made.entries:
        return made.entries[column.id]
    if column.id in pending:
        return pending[column.id]
    value = evaluated(compiled, column.initial, made.outcome.values)
    return None if value is None else Entry(show(value), column.unit, default=True)


def _values(state: ItemState, entries: Mapping[str, Entry]) -> dict[str, Any]:
    columns = {column.id: column for column in state.item.columns}
    out: dict[str, Any] = {}
    for name, entry in entries.items():
        column = columns[name]
        if column.kind == "choice":
            out[name] = entry.text
            continue
        try:
            out[name] = convert(number(entry.text, name), entry.unit or column.unit, column.unit, name)
        except DomainError:
            continue  # refused with its reason when it is accepted
    return out


def evaluated(compiled: Compiled, source: str, names: Mapping[str, Any]) -> Decimal | None:
    """A number of the procedure for this row, None while its inputs are not known."""
    if not source:
        return None
    try:
        value = compiled.expr(source)(names)
    except DomainError:
        return None
    return value if isinstance(value, Decimal) else None
