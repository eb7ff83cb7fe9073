"""A stored run laid under another revision of its procedure: the same entries in the cells that mean the same there.

Cells go by what a row is (its load, place, direction, repeat), never by its number; nothing is filled in or converted
by guess. What does not fit is refused with a code or left open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import ReadingTaken
from fieldcal.domain.fold import Attempt, RunView
from fieldcal.domain.judge import ItemState
from fieldcal.domain.plate import quantity_text, read, required
from fieldcal.domain.procedure import Column, Input, Item
from fieldcal.domain.quantity import trim
from fieldcal.domain.rows import Row
from fieldcal.domain.units import convert

RowKey = tuple[Any, ...]


@dataclass
class Transferred:
    """`assumed`: inputs that the record does not hold, with the default that the revision takes for them."""

    view: RunView
    assumed: dict[str, str] = field(default_factory=dict[str, str])


def transfer(old: Compiled, new: Compiled, view: RunView) -> Transferred:
    """Raises BadInput where an input, a choice or a unit of the record does not fit `new`, and `impossible-plate`
    where its plate breaks a rule there."""
    inputs = _inputs(old, new, view.inputs)
    plate = read(new, view.kind, inputs)
    if plate.broken:
        rule = plate.broken[0]
        given = str(inputs.get(rule.field, plate.values.get(rule.field, "")))
        raise BadInput("impossible-plate", field=rule.field, value=given, accepted=required(new, rule, plate.values))
    made = RunView(view.stream, kind=view.kind, inputs=inputs, answers=dict(view.answers), skipped=dict(view.skipped))
    _answers(new, made)
    _cells(old, new, view, made)
    return Transferred(made, _assumed(old, new, inputs, plate.values))


def _inputs(old: Compiled, new: Compiled, given: Mapping[str, Any]) -> dict[str, Any]:
    """A number typed without a unit was meant in the unit of its day."""
    before = {entry.id: entry for entry in old.procedure.inputs}
    after = {entry.id: entry for entry in new.procedure.inputs}
    out = dict(given)
    for name, raw in given.items():
        was, now = before.get(name), after.get(name)
        if was is not None and now is not None and was.unit != now.unit and raw not in ("", [], None):
            out[name] = _with_unit(was, raw)
    return out


def _with_unit(was: Input, raw: Any) -> Any:
    if was.kind == "numbers":
        parts: list[Any] = raw if isinstance(raw, list) else re.split(r"[;/\s]+", str(raw))  # pyright: ignore
        return [_one_with_unit(was, str(part)) for part in parts if part]
    return _one_with_unit(was, str(raw)) if was.kind == "number" else raw


def _one_with_unit(was: Input, text: str) -> str:
    digits, unit = quantity_text(text, was.id, was.unit)
    return f"{digits} {unit or was.unit}"


def _assumed(old: Compiled, new: Compiled, given: Mapping[str, Any], values: Names) -> dict[str, str]:
    before = {entry.id: entry.default for entry in old.procedure.inputs}
    return {
        entry.id: entry.default
        for entry in new.procedure.inputs
        if entry.default and entry.id in values and given.get(entry.id, "") in ("", [], None)
        and before.get(entry.id) != entry.default
    }  # fmt: skip


def _answers(new: Compiled, made: RunView) -> None:
    """What may not be answered or left out so any more is open again."""
    for item in new.procedure.items:
        skip = made.skipped.get(item.id)
        if skip is not None and skip.verdict == "not-applicable" and not item.na:
            del made.skipped[item.id]
        for question in item.questions:
            answer = made.answers.get((item.id, question.id))
            if answer is not None and answer.answer == "na" and not question.na:
                del made.answers[(item.id, question.id)]


def _cells(old: Compiled, new: Compiled, view: RunView, made: RunView) -> None:
    held = {item for item, _ in view.attempts}
    now = {item.id: item for item in new.procedure.items}
    for item in old.procedure.items:
        if item.id not in held or item.id not in now or now[item.id].kind != item.kind:
            continue
        same = _columns(item, now[item.id])
        for row in range(1 + max(place for name, place in view.attempts if name == item.id)):
            found = view.attempt(item.id, row)
            if found.cells:
                cells = {name: _cell(same, reading) for name, reading in found.cells.items()}
                made.attempts[(item.id, row)] = [Attempt(found.number, cells, dict(found.times))]


def _columns(item: Item, now: Item) -> dict[str, tuple[Column, Column]]:
    before = {column.id: column for column in item.columns}
    return {column.id: (before[column.id], column) for column in now.columns if column.id in before}


def _cell(same: Mapping[str, tuple[Column, Column]], reading: ReadingTaken) -> ReadingTaken:
    """Raises BadInput `bad-choice`, `bad-input`."""
    if reading.column not in same:
        return reading
    was, now = same[reading.column]
    if was.kind != now.kind:
        raise BadInput("bad-input", field=f"{reading.item}.{reading.column}", value=was.kind, accepted=now.kind)
    if now.kind == "choice" and reading.text not in (ids := [choice.id for choice in now.choices]):
        place = f"{reading.item}.{reading.column}"
        raise BadInput("bad-choice", field=place, value=reading.text, accepted=", ".join(ids))
    if reading.unit or was.unit == now.unit:
        return reading
    return msgspec.structs.replace(reading, unit=was.unit)


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
