"""A stored run laid under another revision of its procedure: the same entries in the cells that mean the same there.

Cells go by what a row is (its load, place, direction, repeat), never by its number; nothing is filled in or converted
by guess. What does not fit is refused with a code or left open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import ReadingTaken
from fieldcal.domain.fold import Attempt, RunView
from fieldcal.domain.judge import ItemState
from fieldcal.domain.plate import Plate, quantity_text, required
from fieldcal.domain.procedure import Column, Input, Item
from fieldcal.domain.quantity import trim
from fieldcal.domain.rows import Row
from fieldcal.domain.units import convert

RowKey = tuple[Any, ...]


class Fit:
    """How records under `old` lie under `new`; looked at once for all of them."""

    def __init__(self, old: Compiled, new: Compiled) -> None:
        self.old, self.new = old, new
        self._was = {entry.id: entry for entry in old.procedure.inputs}
        self._units = [
            was for now in new.procedure.inputs if (was := self._was.get(now.id)) is not None and was.unit != now.unit
        ]
        self._defaults = [
            now for now in new.procedure.inputs
            if now.default and (now.id not in self._was or self._was[now.id].default != now.default)
        ]  # fmt: skip
        before = {item.id: item for item in old.procedure.items}
        both = [(before[item.id], item) for item in new.procedure.items if item.id in before]
        self._columns = {now.id: _columns(was, now) for was, now in both if was.kind == now.kind}

    def transfer(self, view: RunView) -> RunView:
        """The record for `new`; itself untouched. Raises BadInput `bad-choice`, `bad-input` or `not-a-number` where a
        cell or a number of the plate does not fit."""
        inputs = dict(view.inputs)
        for was in self._units:
            if inputs.get(was.id) not in ("", [], None):
                inputs[was.id] = with_unit(was, inputs[was.id])
        made = RunView(
            view.stream, kind=view.kind, inputs=inputs, answers=dict(view.answers), skipped=dict(view.skipped)
        )
        self._answers(made)
        for (item, row), attempts in view.attempts.items():
            if item in self._columns and attempts and not attempts[-1].rejected:
                made.attempts[(item, row)] = [_attempt(self._columns[item], attempts[-1])]
        return made

    def possible(self, made: RunView, plate: Plate) -> None:
        """Raises BadInput `impossible-plate` where the plate breaks a rule of the revision."""
        if plate.broken:
            rule = plate.broken[0]
            given = str(made.inputs.get(rule.field, plate.values.get(rule.field, "")))
            accepted = required(self.new, rule, plate.values)
            raise BadInput("impossible-plate", field=rule.field, value=given, accepted=accepted)

    def assumed(self, made: RunView, plate: Plate) -> dict[str, str]:
        """Inputs that the record does not hold, with the revision's own default."""
        return {
            entry.id: entry.default
            for entry in self._defaults
            if entry.id in plate.values and made.inputs.get(entry.id, "") in ("", [], None)
        }

    def _answers(self, made: RunView) -> None:
        """What may not be answered or left out so any more is open again."""
        for item in self.new.procedure.items:
            skip = made.skipped.get(item.id)
            if skip is not None and skip.verdict == "not-applicable" and not item.na:
                del made.skipped[item.id]
            for question in item.questions:
                answer = made.answers.get((item.id, question.id))
                if answer is not None and answer.answer == "na" and not question.na:
                    del made.answers[(item.id, question.id)]


def with_unit(was: Input, raw: Any) -> Any:
    """A number typed without a unit was meant in the unit of its day."""
    if was.kind == "numbers":
        parts: list[Any] = raw if isinstance(raw, list) else re.split(r"[;/\s]+", str(raw))  # pyright: ignore
        return [_one_with_unit(was, str(part)) for part in parts if part]
    return _one_with_unit(was, str(raw)) if was.kind == "number" else raw


def _one_with_unit(was: Input, text: str) -> str:
    digits, unit = quantity_text(text, was.id, was.unit)
    return f"{digits} {unit or was.unit}"


def _columns(was: Item, now: Item) -> dict[str, tuple[Column, Column]]:
    """Those that a cell must be looked at for."""
    before = {column.id: column for column in was.columns}
    pairs = [(before[column.id], column) for column in now.columns if column.id in before]
    return {a.id: (a, b) for a, b in pairs if (a.kind, a.unit, a.choices) != (b.kind, b.unit, b.choices)}


def _attempt(changed: Mapping[str, tuple[Column, Column]], found: Attempt) -> Attempt:
    if not changed.keys() & found.cells.keys():
        return found
    cells = {name: _cell(*changed[name], one) if name in changed else one for name, one in found.cells.items()}
    return Attempt(found.number, cells, dict(found.times))


def _cell(was: Column, now: Column, reading: ReadingTaken) -> ReadingTaken:
    if was.kind != now.kind:
        raise BadInput("bad-input", field=f"{reading.item}.{reading.column}", value=was.kind, accepted=now.kind)
    if now.kind == "choice":
        if reading.text not in (ids := [choice.id for choice in now.choices]):
            place = f"{reading.item}.{reading.column}"
            raise BadInput("bad-choice", field=place, value=reading.text, accepted=", ".join(ids))
        return reading
    return reading if reading.unit or was.unit == now.unit else msgspec.structs.replace(reading, unit=was.unit)


def under(was: ItemState, now: ItemState) -> dict[int, int]:
    """The new number of each old row that is still there. Raises BadInput `wrong-unit` where the revision gives its
    points in a unit of another kind."""
    before, after = _units(was.item), _units(now.item)
    other = {name: (unit, before[name]) for name, unit in after.items() if before.get(name, unit) != unit}
    places = {key: row.index for key, row in _keyed(now.rows, other)}
    return {row.index: places[key] for key, row in _keyed(was.rows, {}) if key in places}


def _units(item: Item) -> dict[str, str]:
    """Of the names that stand for a row."""
    return {
        name: points.unit for points in item.points for name in [points.over, *(n for row in points.set for n in row)]
    }


def move(made: RunView, item: str, places: Mapping[int, int]) -> bool:
    """Puts the item's cells where `places` says; False if they lie there already."""
    mine = {row: attempts for (name, row), attempts in made.attempts.items() if name == item}
    if all(places.get(row) == row for row in mine):
        return False
    for row in mine:
        del made.attempts[(item, row)]
    made.attempts.update({(item, places[row]): mine[row] for row in mine if row in places})
    return True


def _keyed(table: list[Row], units: Mapping[str, tuple[str, str]]) -> list[tuple[RowKey, Row]]:
    """Each row with what it is; where rows say the same, the first is the first. `units`: what is in another one."""
    seen: dict[RowKey, int] = {}
    out: list[tuple[RowKey, Row]] = []
    for row in table:
        own: list[tuple[str, str]] = []
        for name, value in sorted(row.values.items()):
            if isinstance(value, Decimal) and name in units:
                value = convert(value, *units[name], name)
            if name != "point":
                own.append((name, trim(value) if isinstance(value, Decimal) else str(value)))
        key = (*own, (row.label.zh, row.label.en) if row.label else "")
        seen[key] = seen.get(key, 0) + 1
        out.append(((*key, seen[key]), row))
    return out
