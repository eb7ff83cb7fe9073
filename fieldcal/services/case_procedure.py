"""Worked cases of any procedure: whole items with plate, rows and answers, judged as a run is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import CheckAnswered, ItemSkipped, ReadingTaken
from fieldcal.domain.fold import Attempt, RunView
from fieldcal.domain.judge import ItemState, Judgement, judge, overall
from fieldcal.domain.plate import quantity_text, read
from fieldcal.domain.procedure import Item
from fieldcal.domain.quantity import number
from fieldcal.services.case_file import bad
from fieldcal.services.plausible import plausible
from fieldcal.services.procedures import Library
from fieldcal.services.uncertainty import PointBudget, budgets

TOPIC = "procedure"
Case = dict[str, Any]
ANSWERS = ("pass", "fail", "na", "suspect")
TABLE, CHECKLIST = {"rows", "each"}, {"checks", "all"}


class Sheet(RunView):
    """A filled form instead of a journal: what the case gives for an item stands in its cells."""

    def __init__(self, compiled: Compiled, case: Case) -> None:
        super().__init__("case", kind=str(case.get("kind", "first")), inputs=dict(case.get("plate", {})))
        self.items: dict[str, Any] = case.get("items", {})
        self.compiled = compiled
        for name, given in self.items.items():
            self._open(compiled.procedure.item(name), name, given)

    def _open(self, item: Item, name: str, given: Mapping[str, Any]) -> None:
        accepted = (CHECKLIST if item.kind == "checklist" else TABLE) | {"skip"}
        if unknown := set(given) - accepted:
            raise BadInput("unknown-field", field=name, value=", ".join(unknown), accepted=", ".join(sorted(accepted)))
        if "skip" in given:
            self.skipped[name] = ItemSkipped(name, given["skip"], "case")
        known = {question.id for question in item.questions}
        answers = {**dict.fromkeys(known if "all" in given else (), given.get("all", "")), **given.get("checks", {})}
        for question, answer in answers.items():
            if question not in known or answer not in ANSWERS:
                accepted = f"{', '.join(sorted(known))}: {', '.join(ANSWERS)}"
                raise BadInput("unknown-question", field=f"{name}.{question}", value=answer, accepted=accepted)
            self.answers[(name, question)] = CheckAnswered(name, question, answer)

    def attempt(self, item: str, row: int) -> Attempt:
        given: dict[str, Any] = self.items.get(item, {})
        listed: list[dict[str, Any]] = given.get("rows", [])
        own: dict[str, Any] = {**given.get("each", {}), **(listed[row] if row < len(listed) else {})}
        columns = {column.id: column for column in self.compiled.procedure.item(item).columns}
        if unknown := set(own) - set(columns):
            raise BadInput("unknown-column", field=item, value=", ".join(unknown), accepted=", ".join(columns))
        found = Attempt(1)
        for name, raw in own.items():
            text, unit = (raw, "") if columns[name].kind == "choice" else quantity_text(str(raw), name)
            found.cells[name] = ReadingTaken(item, row, 1, name, text, unit or columns[name].unit, "manual")
        return found


def evaluate(case: Case, library: Library) -> dict[str, Any]:
    """What the procedure says, for each verdict and value that `expect` names."""
    compiled = library.get(str(case["procedure"]))
    try:
        read(compiled, case.get("kind", "first"), case["plate"])
    except BadInput as error:
        return {"verdict": "refused", "error": error.code, "field": error.field}
    sheet, judged = judged_case(compiled, case)
    _possible(compiled, sheet, judged)
    expect = case["expect"]
    named = [judged.items[name] for name in sheet.items]
    broken = [check.id for check in judged.plate.broken]
    return {
        "verdict": "impossible-plate" if broken else str(overall(named)),
        "overall": str(judged.overall),
        "broken": broken,
        "items": {name: str(_state(judged, name).verdict) for name in expect.get("items", {})},
        "values": {name: value(judged, name) for name in expect.get("values", {})},
        "budget": _budgets(compiled, judged, case.get("own", {}), expect.get("budget", {})),
    }


def _budgets(compiled: Compiled, judged: Judgement, own: Case, wanted: Mapping[str, Case]) -> dict[str, Any]:
    """By budget and point, from 1. Raises KeyError for one that is not there."""
    if not wanted:
        return {}
    found = budgets(compiled, judged, {name: number(str(given), name) for name, given in own.items()})
    told = {f"{one.budget.id}.{one.point}": _budget(one) for one in found}
    return {name: {key: told[name][key] for key in keys} for name, keys in wanted.items()}


def _budget(one: PointBudget) -> dict[str, Any]:
    if one.worked is None:
        return {"missing": one.missing}
    told, parts = one.worked, {line.part.symbol: line.part.contribution for line in one.worked.lines}
    freedom = told.combined.whole_freedom
    out = {"value": told.value, "u": told.combined.u, "U": told.expanded, "parts": parts, "one_third": told.one_third}
    return {**out, "freedom": "infinite" if freedom is None else freedom}


def judged_case(compiled: Compiled, case: Case) -> tuple[Sheet, Judgement]:
    """Raises BadInput for what a person could not have entered, or what the plate lacks."""
    sheet = Sheet(compiled, case)
    return sheet, judge(compiled, sheet)


def _possible(compiled: Compiled, sheet: Sheet, judged: Judgement) -> None:
    """More rows than the item has, or a value that its cell would refuse, prove nothing."""
    for name, given in sheet.items.items():
        state = judged.items[name]
        rows: list[Any] = given.get("rows", [])
        if len(rows) > len(state.rows):
            raise BadInput("out-of-range", field=f"{name}.rows", value=len(rows), accepted=f"<= {len(state.rows)}")
        for row in state.outcome.rows if state.outcome else []:
            for column in state.item.columns:
                reading = sheet.attempt(name, row.row.index).cells.get(column.id)
                if reading is not None and column.source != "computed":
                    plausible(compiled, column, row.values, reading.text, reading.unit)


def _state(judged: Judgement, name: str) -> ItemState:
    if name not in judged.items:
        raise KeyError(name)
    return judged.items[name]


def value(judged: Judgement, name: str) -> Any:
    """`mpe` of the plate, `item.result`, or `item.2.column` of the second row; per point: a list."""
    place, _, rest = name.partition(".")
    if not rest:
        return judged.plate.values[place]
    outcome = _state(judged, place).outcome
    if outcome is None:
        return None
    row, _, column = rest.partition(".")
    if column:
        return outcome.rows[int(row) - 1].values.get(column)
    return outcome.per_point[rest] if rest in outcome.per_point else outcome.results[rest]


def shaped(place: int, case: Any, procedure: Any) -> Case:
    """One case of the file with its procedure. Raises BadInput `bad-cases-file` naming the place."""
    if not isinstance(case, dict):
        raise bad(f"cases[{place}]", case, "an object")
    found: Case = {"procedure": procedure, **cast("Case", case)}
    for key, kind, accepted in (("id", str, "text"), ("procedure", str, "its id"), ("expect", dict, "an object")):
        if not isinstance(found.get(key), kind):
            raise bad(f"cases[{place}].{key}", found.get(key, ""), accepted)
    for key in ("plate", "items", "own"):
        if not isinstance(found.setdefault(key, {}), dict):
            raise bad(f"cases[{place}].{key}", found[key], "an object")
    known = {"id", "title", "note", "procedure", "kind", "plate", "items", "own", "expect"}
    if unknown := sorted(set(found) - known):
        raise bad(f"cases[{place}].{unknown[0]}", found[unknown[0]], ", ".join(sorted(known)))
    said = {"verdict", "overall", "broken", "items", "values", "budget", "error", "field"}
    if "verdict" not in found["expect"] or (unknown := sorted(set(found["expect"]) - said)):
        raise bad(f"cases[{place}].expect", ", ".join(found["expect"]), f"verdict, {', '.join(sorted(said))}")
    return found
