"""A whole run judged: every item with its rows and verdict, the next thing to do, the overall verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import localcontext
from typing import Any

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.evaluate import Evaluator, ItemOutcome
from fieldcal.domain.expression import ARITHMETIC, BadExpression
from fieldcal.domain.fold import RunView
from fieldcal.domain.plate import Plate, complete, read
from fieldcal.domain.procedure import Column, Item, Question
from fieldcal.domain.quantity import number
from fieldcal.domain.rows import Row, applies, rows
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import Verdict, worst


@dataclass
class ItemState:
    item: Item
    verdict: Verdict
    rows: list[Row] = field(default_factory=list[Row])
    outcome: ItemOutcome | None = None
    questions: list[Question] = field(default_factory=list[Question])
    reason: str = ""
    done: int = 0
    total: int = 0
    values: Names = field(default_factory=dict[str, Any])  # of the run, as this item saw them

    @property
    def settled(self) -> bool:
        """Nothing is left to do here: measured, answered, skipped with a reason or not applicable."""
        return self.verdict is not Verdict.NOT_DONE or bool(self.reason)


@dataclass(frozen=True)
class Position:
    """The next cell or question to fill."""

    item: str
    row: int = 0
    column: str = ""
    question: str = ""


@dataclass
class Judgement:
    plate: Plate
    items: dict[str, ItemState]
    overall: Verdict
    position: Position | None

    @property
    def failed(self) -> list[ItemState]:
        return [state for state in self.items.values() if state.verdict is Verdict.FAIL]


def cell_values(view: RunView, item: Item, row: int) -> dict[str, Any]:
    """Cells of the attempt that counts, as Decimals in the columns' units."""
    columns = {column.id: column for column in item.columns}
    out: dict[str, Any] = {}
    for name, reading in view.attempt(item.id, row).cells.items():
        column = columns.get(name)
        if column is None:
            continue
        if column.kind == "choice":
            out[name] = reading.text
        else:
            out[name] = convert(number(reading.text, name), reading.unit or column.unit, column.unit, name)
    return out


def wanted(evaluator: Evaluator, item: Item, names: Names) -> list[Column]:
    """Columns that a person or an instrument fills in this row."""
    return [
        column
        for column in item.columns
        if column.source != "computed" and (not column.when or evaluator.holds(column.when, names))
    ]


def judge(compiled: Compiled, view: RunView, told: bool = True) -> Judgement:
    """Raises BadInput if the inputs are not complete yet. `told` False: without how the values came about."""
    with localcontext(ARITHMETIC):
        return _judged(compiled, view, told)


def _judged(compiled: Compiled, view: RunView, told: bool) -> Judgement:
    plate = read(compiled, view.kind, view.inputs)
    values: Names = dict(plate.values)
    items: dict[str, ItemState] = {}
    position: Position | None = None
    grown = False
    for item in compiled.procedure.items:
        if grown:
            complete(compiled, values)
        grown, evaluator = False, Evaluator(compiled, values, told)
        state = _state(compiled, evaluator, item, view, values)
        items[item.id] = state
        if state.outcome is not None:
            for name, value in state.outcome.results.items():
                if value is not None:
                    values[f"{item.id}_{name}"], grown = value, True
        if position is None and not state.settled and (state.outcome or item.kind == "checklist"):
            position = _position(evaluator, state, view)
    return Judgement(plate, items, overall(list(items.values())), position)


def overall(states: list[ItemState]) -> Verdict:
    """Conditions that do not hold make the test invalid (not done), never the instrument bad."""
    verdicts: list[Verdict] = []
    for state in states:
        broken = state.item.decides == "conditions" and state.verdict in (Verdict.FAIL, Verdict.BORDERLINE)
        verdicts.append(Verdict.NOT_DONE if broken else state.verdict)
    return worst(verdicts)


def _state(compiled: Compiled, evaluator: Evaluator, item: Item, view: RunView, values: Names) -> ItemState:
    try:
        applied = applies(compiled, item, values)
        table = rows(compiled, item, values) if applied and item.kind == "table" else []
    except BadExpression:
        if _named(compiled, item) <= values.keys():
            raise
        return ItemState(item, Verdict.NOT_DONE)  # it builds on a result that is not there yet
    if not applied:
        return ItemState(item, Verdict.NOT_APPLICABLE, reason="procedure")
    if skip := view.skipped.get(item.id):
        return ItemState(item, Verdict(skip.verdict), reason=skip.reason)
    if item.kind == "checklist":
        return _checklist(compiled, item, view, values)
    cells = {row.index: cell_values(view, item, row.index) for row in table}
    outcome = evaluator.item(item, table, cells)
    done = sum(row.complete for row in outcome.rows)
    return ItemState(item, outcome.verdict, table, outcome, done=done, total=len(table), values=dict(values))


def _named(compiled: Compiled, item: Item) -> set[str]:
    """What must be known before it is clear whether the item applies and which rows it has."""
    found: set[str] = set()
    for source in [item.when, item.repeats, *(block.when for block in item.points)]:
        found |= compiled.expr(source).names if source else set()
    for block in item.points:
        for source in [
            *block.values,
            *block.fill,
            *(s for row in block.set for k, s in row.items() if k != "position"),
        ]:
            found |= compiled.expr(source).names
    return found


def _checklist(compiled: Compiled, item: Item, view: RunView, values: Names) -> ItemState:
    questions = [
        q for q in item.questions if values["kind"] in q.kinds and (not q.when or compiled.expr(q.when)(values))
    ]
    answers = [view.answers.get((item.id, q.id)) for q in questions]
    found = [a.answer for a in answers if a is not None]
    state = ItemState(item, Verdict.NOT_DONE, questions=questions, done=len(found), total=len(questions))
    if len(found) == len(questions):
        names = {"pass": Verdict.PASS, "na": Verdict.PASS, "fail": Verdict.FAIL, "suspect": Verdict.SUSPECT}
        state.verdict = worst(names[a] for a in found)
    elif "suspect" in found:
        state.verdict = Verdict.SUSPECT
    if found:
        compiled.seen(item.id, state.verdict, [item.source, *(q.basis for q in questions)])
    return state


def _position(evaluator: Evaluator, state: ItemState, view: RunView) -> Position | None:
    item = state.item
    if item.kind == "checklist":
        for question in state.questions:
            if (item.id, question.id) not in view.answers:
                return Position(item.id, question=question.id)
        return None
    assert state.outcome is not None
    for row in state.outcome.rows:
        if not row.complete:
            cells = view.attempt(item.id, row.row.index).cells
            for column in wanted(evaluator, item, row.values):
                if column.id not in cells:
                    return Position(item.id, row.row.index, column.id)
    return None
