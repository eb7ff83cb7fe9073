"""Begin, end and duration of each item against the least that the regulation allows, out of the record alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.expression import BadExpression
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import ItemState, Judgement
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import Verdict

MILLISECOND = timedelta(milliseconds=1)
HAND = "manual"  # a prescribed time is measured, by the program's clock or on a paper record, never told


@dataclass(frozen=True)
class Dwell:
    """One prescribed time of one row (0-based), in s; `timed` False: nobody's clock measured it."""

    row: int
    column: str
    seconds: Decimal
    minimum: Decimal
    timed: bool

    @property
    def cut(self) -> bool:
        return not self.timed or self.seconds < self.minimum


@dataclass(frozen=True)
class Timing:
    """`began` and `ended` are ISO times of the journal, "" for an item that nobody began."""

    item: str
    began: str = ""
    ended: str = ""
    dwells: list[Dwell] = field(default_factory=list[Dwell])

    @property
    def duration(self) -> Decimal:
        """Seconds from begin to end, to the tenth."""
        if not self.began:
            return Decimal(0)
        took = datetime.fromisoformat(self.ended) - datetime.fromisoformat(self.began)
        return (Decimal(took // MILLISECOND) / 1000).quantize(Decimal("0.1"))

    @property
    def minimum(self) -> Decimal:
        """Sum over the rows; the clocks of one row may run beside each other, so the longest of them counts."""
        longest: dict[int, Decimal] = {}
        for dwell in self.dwells:
            longest[dwell.row] = max(dwell.minimum, longest.get(dwell.row, Decimal(0)))
        return sum(longest.values(), Decimal(0))

    @property
    def cut(self) -> list[Dwell]:
        return [dwell for dwell in self.dwells if dwell.cut]

    @property
    def hurried(self) -> bool:
        """Shorter than its prescribed times together: the machine's clock was changed, or something is wrong."""
        return bool(self.began) and self.duration < self.minimum


@dataclass(frozen=True)
class Gap:
    """What keeps a certificate from being issued: item-dropped, repeats-cut or dwell-cut."""

    code: str
    item: str
    detail: str = ""


def timings(compiled: Compiled, view: RunView, judged: Judgement) -> dict[str, Timing]:
    """By item, in the order of the procedure."""
    return {name: _timing(compiled, view, state) for name, state in judged.items.items()}


def gaps(judged: Judgement, times: dict[str, Timing]) -> list[Gap]:
    """All that was left out of what applies to this instrument."""
    out: list[Gap] = []
    for name, state in judged.items.items():
        if state.verdict is Verdict.NOT_DONE:
            partly = 0 < state.done < state.total
            out.append(Gap("repeats-cut" if partly else "item-dropped", name, f"{state.done}/{state.total}"))
        out += [Gap("dwell-cut", name, f"{d.column} {d.row + 1}: {d.seconds} < {d.minimum} s") for d in times[name].cut]
    return out


def _timing(compiled: Compiled, view: RunView, state: ItemState) -> Timing:
    name = state.item.id
    began, ended = view.spans.get(name, ("", ""))
    return Timing(name, began, ended, _dwells(compiled, view, state))


def _dwells(compiled: Compiled, view: RunView, state: ItemState) -> list[Dwell]:
    out: list[Dwell] = []
    prescribed = [column for column in state.item.columns if column.source == "timed" and column.seconds]
    for row in state.outcome.rows if state.outcome else []:
        cells = view.attempt(state.item.id, row.row.index).cells
        for column in prescribed:
            reading = cells.get(column.id)
            minimum = _minimum(compiled, column.seconds, row.values)
            if reading is None or minimum is None:
                continue  # an open cell: the item is not done, which is told elsewhere
            seconds = convert(Decimal(reading.text), reading.unit or column.unit, "s", column.id)
            out.append(Dwell(row.row.index, column.id, seconds, minimum, reading.source != HAND))
    return out


def _minimum(compiled: Compiled, source: str, names: dict[str, Any]) -> Decimal | None:
    try:
        return compiled.expr(source)(names)
    except BadExpression:
        return None
