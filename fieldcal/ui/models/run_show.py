"""What the Run page writes: steps, readings, facts, gauge and explanation as plain texts; no widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.evaluate import RowOutcome
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import ItemState, Judgement, Position
from fieldcal.domain.plate import shown_unit
from fieldcal.domain.procedure import Accept, Column, Item, Text
from fieldcal.domain.quantity import number, show, trim
from fieldcal.domain.rows import Row as TableRow
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import Verdict
from fieldcal.services import present
from fieldcal.services.workspace import LOCAL
from fieldcal.ui.i18n import language, t
from fieldcal.ui.models.run_draft import Draft, evaluated

KIND: dict[Verdict, str] = {
    Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.NOT_DONE: "pending", Verdict.NOT_APPLICABLE: "skipped",
    Verdict.SUSPECT: "warn", Verdict.BORDERLINE: "warn", Verdict.WARNING: "warn",
}  # fmt: skip
ANSWER = {"pass": "pass", "fail": "fail", "na": "skipped", "suspect": "warn"}
SYMBOL = 4  # characters that a symbol stays under
Names = Mapping[str, Any]


@dataclass(frozen=True)
class StepText:
    id: str
    name: str
    kind: str
    word: str


@dataclass(frozen=True)
class Reading:
    """One row of the readings; `row` is its place in the item, `struck` the reason if it does not count."""

    row: int
    load: str
    value: str
    error: str
    kind: str
    struck: str = ""


@dataclass(frozen=True)
class Fact:
    id: str
    caption: str
    text: str = ""
    unit: str = ""
    step: Decimal | None = None  # in `unit`
    choices: tuple[tuple[str, str], ...] = ()
    fixed: bool = False
    timed: bool = False
    due: bool = False


@dataclass(frozen=True)
class Scale:
    """The error against its limits, in the shown unit; `kind` "" while there is none."""

    caption: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    value: Decimal | None
    text: str
    limits: str
    kind: str

    def drawable(self) -> bool:
        low = self.low if self.low is not None else Decimal(0)
        return self.high is not None and low < self.high


def say(text: Text | None) -> str:
    return present.pick(text, language())


def clock(at: str, seconds: bool = False) -> str:
    form = "%H:%M:%S" if seconds else "%H:%M"
    return datetime.fromisoformat(at).astimezone(LOCAL).strftime(form) if at else ""


def word_of(state: ItemState) -> str:
    if state.verdict is Verdict.NOT_DONE:
        return t("run.not_done") if state.reason else t("verdict.pending")
    return t(f"run.word.{state.verdict.value}")


def steps(judged: Judgement) -> list[StepText]:
    """Items that apply to this instrument; the one in hand carries its count."""
    hand = judged.position.item if judged.position else ""
    out: list[StepText] = []
    for state in judged.items.values():
        if state.reason == "procedure":
            continue
        kind, word = KIND[state.verdict], word_of(state)
        if state.reason and state.verdict is Verdict.NOT_DONE:
            kind = "skipped"
        if state.item.id == hand:
            kind, word = "current", f"{min(state.done + 1, state.total)} / {state.total}"
        out.append(StepText(state.item.id, say(state.item.title), kind, word))
    return out


def listed(item: Item, computed: bool) -> Column | None:
    """The column that the procedure wants in a list of the rows, of this sort."""
    return next((c for c in item.columns if c.id in item.listed and (c.source == "computed") == computed), None)


def value_column(item: Item) -> Column | None:
    if found := listed(item, False):
        return found
    entered = [c for c in item.columns if c.source != "computed"]
    return next((c for c in entered if c.source == "measured"), entered[-1] if entered else None)


def accept_of(item: Item) -> Accept | None:
    return next((a for a in item.accept if not a.warn), None)


def error_column(item: Item) -> Column | None:
    """The judged column, else the last computed one that is shown."""
    if found := listed(item, True):
        return found
    accept = accept_of(item)
    found = [c for c in item.columns if accept and c.id == accept.value]
    shown = [c for c in item.columns if c.source == "computed" and not c.hidden]
    return (found or shown[-1:] or [None])[0]


def second_column(item: Item) -> Column | None:
    """What stands beside the value in a list: its error, or what else was read where the value itself is judged."""
    value, error = value_column(item), error_column(item)
    if value is None or error is None or error.id != value.id:
        return error
    return next((c for c in item.columns if c.source != "computed" and c.id != value.id and not c.hidden), None)


def head(compiled: Compiled, column: Column | None, names: Names) -> str:
    if column is None:
        return ""
    unit = shown_unit(compiled, column.unit, column.show, dict(names))
    return f"{say(column.text)} {unit}".strip()


def over(item: Item) -> str:
    return next((block.over for block in item.points if block.over), "")


def load_unit(compiled: Compiled, item: Item, names: Names) -> str:
    column = value_column(item)
    unit = next((block.unit for block in item.points if block.over), "")
    same = column is not None and column.unit == unit
    return shown_unit(compiled, unit, column.show, dict(names)) if same and column else unit


def load_text(compiled: Compiled, item: Item, row: TableRow, names: Names, short: bool = False) -> tuple[str, str]:
    """(text, unit) that name a row: its label or position, its load, else its number."""
    if row.label is not None:
        return _label(item, say(row.label), row.repeat if item.repeats != "1" else 0, short), ""
    if position := row.values.get("position"):
        return str(position), ""
    name = over(item)
    value = row.values.get(name)
    if not isinstance(value, Decimal):
        return str(row.index + 1), ""
    source = next(block.unit for block in item.points if block.over == name)
    unit = load_unit(compiled, item, names)
    return present.pretty(trim(convert(value, source, unit))), unit


def _label(item: Item, text: str, repeat: int, short: bool) -> str:
    """In a list a label that begins with a symbol is the symbol alone, unless another one begins with it too."""
    first = text.split()[0]
    if not repeat:
        return text
    alike = [one for block in item.points for one in block.labels if say(one).split()[0] == first]
    if short and len(first) < SYMBOL and len(alike) == 1:
        return f"{first}·{repeat}"
    return f"{text} {t('run.repeat_of', number=repeat)}"


def load_head(compiled: Compiled, item: Item, names: Names) -> str:
    return f"{t('run.load')} {load_unit(compiled, item, names)}".strip() if over(item) else t("run.row")


def readings(
    compiled: Compiled, view: RunView, state: ItemState, hand: Position | None, people: Mapping[str, str]
) -> list[Reading]:
    """Rows of one item, each struck attempt above the one that followed it."""
    if state.outcome is None:
        return []
    out: list[Reading] = []
    value, error = value_column(state.item), second_column(state.item)
    for done in state.outcome.rows:
        index, names = done.row.index, done.values
        load = load_text(compiled, state.item, done.row, names, True)[0]
        for attempt in view.struck(state.item.id, index):
            cell = attempt.cells.get(value.id if value else "")
            why = t("run.struck", reason=attempt.rejected, person=people.get(attempt.by, ""), time=clock(attempt.at))
            out.append(Reading(index, load, _struck(compiled, value, cell, names), "", "skipped", why))
        current = hand is not None and (hand.item, hand.row) == (state.item.id, index)
        kind = "current" if current else KIND[done.verdict] if done.complete else "pending"
        texts = [_cell(compiled, column, names) for column in (value, error)]
        out.append(Reading(index, load, texts[0], texts[1], kind))
    return out


def _cell(compiled: Compiled, column: Column | None, names: Names) -> str:
    if column is None or names.get(column.id) is None:
        return "–"
    text = present.show_cell(compiled, column, names[column.id], names, language())[0]
    return signed(text) if column.source == "computed" and isinstance(names[column.id], Decimal) else text


def _struck(compiled: Compiled, column: Column | None, cell: Any, names: Names) -> str:
    if column is None or cell is None:
        return "–"
    if column.kind == "choice":
        return str(cell.text)
    value = convert(number(cell.text), cell.unit or column.unit, column.unit, column.id)
    return present.show_cell(compiled, column, value, names, language())[0]


def signed(text: str) -> str:
    """The sign of an error is always shown; nought has none."""
    return text if text.startswith((present.MINUS, "+")) or not text.strip("0.–") else f"+{text}"


def facts(compiled: Compiled, state: ItemState, row: TableRow, made: Draft) -> list[Fact]:
    names = made.outcome.values
    out: list[Fact] = []
    named = row.label is not None or bool(row.values.get("position"))
    if named or over(state.item):
        text, unit = load_text(compiled, state.item, row, names)
        out.append(Fact("", t("run.row") if named else t("run.load"), text, unit, fixed=True))
    missing = made.missing()
    return out + [_fact(compiled, column, made, column is missing) for column in made.columns]


def _fact(compiled: Compiled, column: Column, made: Draft, due: bool) -> Fact:
    names = made.outcome.values
    unit = shown_unit(compiled, column.unit, column.show, dict(names))
    caption = say(column.text)
    if column.kind == "choice":
        chosen = str(made.taken.get(column.id) or (e.text if (e := made.entries.get(column.id)) else ""))
        choices = tuple((choice.id, say(choice.text)) for choice in column.choices)
        if column.id in made.taken:
            return Fact(column.id, caption, dict(choices).get(chosen, chosen), fixed=True)
        return Fact(column.id, caption, chosen, choices=choices)
    text = ""
    if column.id in made.taken:
        text = present.pretty(show(convert(made.taken[column.id], column.unit, unit)))
    elif entry := made.entries.get(column.id):
        shown = convert(number(entry.text), entry.unit or column.unit, unit)
        text = present.pretty(trim(shown) if entry.default else show(shown))
    step = evaluated(compiled, column.low, names) if column.initial and column.high else None
    small = convert(step, column.unit, unit) if step else None
    return Fact(column.id, caption, text, unit, small, (), column.id in made.taken, column.source == "timed", due)


def scale(compiled: Compiled, item: Item, outcome: RowOutcome, names: Names) -> Scale | None:
    """The judged value of a row and its limits, None for a row that nothing is compared in."""
    accept = accept_of(item)
    if accept is None:
        return None
    column = next((c for c in item.columns if c.id == accept.value), None)
    unit_of, show_of = (column.unit, column.show) if column else ("", "")
    unit = shown_unit(compiled, unit_of, show_of, dict(names))

    def shown(value: Any) -> Decimal | None:
        return convert(value, unit_of, unit) if isinstance(value, Decimal) else None

    limit = shown(evaluated(compiled, accept.limit, names))
    low = -limit if limit is not None else shown(evaluated(compiled, accept.low, names))
    high = limit if limit is not None else shown(evaluated(compiled, accept.high, names))
    judged = next((j for j in outcome.judged if j.name == accept.value), None)
    value = shown(judged.value) if judged else None
    text = present.show_judged(compiled, judged, names)[0] if judged and judged.value is not None else "–"
    limits = _limits(low, high, unit)
    kind = KIND[judged.verdict] if judged else ""
    caption = say(column.text) if column else accept.value
    return Scale(caption, unit, low, high, value, signed(text), limits, kind)


def _limits(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    if low is None and high is None:
        return ""
    if low is not None and high is not None and low == -high:
        return f"±{trim(high)} {unit}".strip()
    words = [present.pretty(trim(v)) if v is not None else "" for v in (low, high)]
    return present.limit_text(words[0], words[1], unit)
