"""A scale of a worked case on the bench: the case's unit becomes g, the procedure's items run, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.evaluate import Evaluator, ItemOutcome, RowOutcome
from fieldcal.domain.plate import Plate, read
from fieldcal.domain.procedure import Item
from fieldcal.domain.quantity import number
from fieldcal.domain.rows import Row
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import Verdict
from fieldcal.services.procedures import Library

Given = dict[str, Any]
Out = dict[str, Any]
PROCEDURE = "jjg539-2016"
OWN_FILE = ("weighing", "repeatability")
READING = {"indication", "delta_load", "p", "error", "mpe"}
PLATE = ("range_mode", "receptor", "display")
MASSES = ("max", "min", "e", "d", "max_i", "e_i", "d_i", "t_plus", "t_minus")


@dataclass
class Bench:
    """One case at work: its scale, its numbers in g."""

    compiled: Compiled
    plate: Plate
    case: dict[str, Any]
    unit: str
    library: Library

    @property
    def given(self) -> Given:
        return self.case["given"]

    @property
    def values(self) -> Names:
        return self.plate.values

    def g(self, value: Any) -> Decimal:
        return convert(number(str(value)), self.unit, "g")

    def back(self, value: Any, to: str = "") -> Any:
        if isinstance(value, list):
            return [self.back(inner, to) for inner in value]  # pyright: ignore
        return convert(value, "g", to or self.unit) if isinstance(value, Decimal) else value

    def number(self, key: str, default: str = "0") -> Decimal:
        return self.g(self.given.get(key, default))

    def item(self, name: str) -> Item:
        return self.compiled.procedure.item(name)

    def run(self, name: str, table: Sequence[tuple[Names, Names]]) -> ItemOutcome:
        """`table`: per row the names of the row (load, direction, …) and its cells, masses in g."""
        made = [
            Row(i, i, 1, {"direction": "up", "point": Decimal(i + 1), "repeat": Decimal(1), **own})
            for i, (own, _) in enumerate(table)
        ]
        cells = {i: cell for i, (_, cell) in enumerate(table)}
        return Evaluator(self.compiled, self.values).item(self.item(name), made, cells)


def prepare(case: dict[str, Any], library: Library) -> Bench:
    given, instrument = case["given"], case["instrument"]
    own = str(instrument.get("unit") or "g")
    unit = own if case["item"] == "price" else str(given.get("unit") or own)
    raw = _raw(case, instrument)
    compiled = _procedure(case, raw, library)
    return Bench(compiled, read(compiled, case.get("kind", "first"), raw), case, unit, library)


def _procedure(case: dict[str, Any], raw: dict[str, Any], library: Library) -> Compiled:
    """The regulation's own file where it reads this item the same way, else the one for the R76 family."""
    family, found = library.get(PROCEDURE), library.for_regulation(case["regulation"])
    if found is None or case["item"] not in OWN_FILE:
        return family
    inputs = {entry.id: entry for entry in found.procedure.inputs}
    columns = {column.id for item in found.procedure.items if item.id == case["item"] for column in item.columns}
    asked = {entry.id for entry in inputs.values() if entry.required and not (entry.default or entry.when)}
    if not columns >= READING or not asked <= raw.keys() <= inputs.keys():
        return family
    return found if raw["accuracy_class"] in [choice.id for choice in inputs["accuracy_class"].choices] else family


def _raw(case: dict[str, Any], instrument: dict[str, Any]) -> dict[str, Any]:
    unit = str(instrument.get("unit") or "g")
    raw: dict[str, Any] = {key: instrument[key] for key in PLATE if key in instrument}
    for key in MASSES:
        if key in instrument:
            found = instrument[key]
            raw[key] = [f"{x} {unit}" for x in found] if isinstance(found, list) else f"{found} {unit}"  # pyright: ignore
    if "n_supports" in instrument:
        raw["n_supports"] = instrument["n_supports"]
    if unit in ("g", "kg", "t"):
        raw["unit"] = unit
    for key in ("n_supports", "t_plus"):
        if key in case["given"]:
            raw[key] = f"{case['given'][key]} {unit}" if key == "t_plus" else case["given"][key]
    said = str(case["given"].get("receptor", "")).lower()
    for receptor, hints in {"tank": ("tank", "hopper"), "rolling": ("rolling",)}.items():
        if any(hint in said for hint in hints):
            raw["receptor"] = receptor
    if case["item"] == "price" and "price_step" in case["given"]:
        raw["price_step"] = case["given"]["price_step"]
    if case["item"].startswith("substitution") and "standards" in case["given"]:
        raw["standards_mass"] = f"{case['given']['standards']} {case['given'].get('unit', unit)}"
    raw["accuracy_class"] = _class(instrument)
    if raw.get("range_mode") == "single":
        del raw["range_mode"]  # the default; a kind without divided ranges does not ask
    raw.setdefault("min", raw.get("e") or raw["e_i"][0])
    return raw


def _class(instrument: dict[str, Any]) -> str:
    """An illegible class stands in as III; `classification` then says that the plate must be read."""
    named = str(instrument.get("class", "III"))
    return named if named in ("I", "II", "III", "IIII") else "III"


def word(verdict: Verdict) -> str:
    return {Verdict.NOT_DONE: "incomplete", Verdict.NOT_APPLICABLE: "not_applicable"}.get(verdict, verdict.value)


def invalid(bench: Bench, item: str, out: ItemOutcome) -> bool:
    """An entered value outside the column's own limits: no reading at all, whatever it computes to."""
    for row in out.rows:
        for column in bench.item(item).columns:
            value = row.values.get(column.id)
            if column.source != "entered" or not isinstance(value, Decimal):
                continue
            low = bench.compiled.expr(column.low)(row.values) if column.low else value
            high = bench.compiled.expr(column.high)(row.values) if column.high else value
            if not low <= value <= high:
                return True
    return False


def cells_of(bench: Bench, source: Given, keys: Sequence[str]) -> Names:
    return {key: bench.g(source[key]) for key in keys if source.get(key) not in (None, "")}


def report(bench: Bench, row: RowOutcome, keys: Sequence[str], pure: Sequence[str] = ()) -> Out:
    out = {key: bench.back(row.values[key]) for key in keys if key in row.values}
    return out | {key: row.values[key] for key in pure if key in row.values}
