"""The test loads of an instrument, as its procedure plans them, against the weights in the van."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.evaluate import Evaluator
from fieldcal.domain.procedure import Item
from fieldcal.domain.rows import applies, rows
from fieldcal.services.standards_fit import Fit, Piece, fit
from fieldcal.services.substitution_plan import Plan, Scale, plan

LOADS = ("load", "net_load", "nominal")  # how the shipped procedures name what lies on the scale


@dataclass(frozen=True)
class PlannedLoad:
    """One load (g) of one item with the error (g) that is allowed there."""

    item: str
    load: Decimal
    mpe: Decimal


def planned_loads(compiled: Compiled, values: Names) -> list[PlannedLoad]:
    """Every load above zero that the procedure asks for, once an item, with the limit that judges it.

    `values` are those of the plate. Items whose loads depend on readings (substitution steps) are not among them.
    """
    found: dict[tuple[str, Decimal], PlannedLoad] = {}
    for item in compiled.procedure.items:
        if item.kind == "table" and applies(compiled, item, values):
            for one in _of(compiled, item, values):
                found.setdefault((item.id, one.load), one)
    return list(found.values())


def job(compiled: Compiled, values: Names, pieces: Sequence[Piece]) -> list[tuple[PlannedLoad, Fit]]:
    """Each test load with the pieces that make it, or why they can't: nothing is left out, nothing is reduced."""
    return [(one, fit(one.load, one.mpe, pieces)) for one in planned_loads(compiled, values)]


def substitution(
    compiled: Compiled,
    values: Names,
    pieces: Sequence[Piece],
    divisor: Decimal,
    material: Decimal | None = None,
    item: str = "weighing",
) -> Plan:
    """The plan for the loads of `item` with blocks of `standards_mass`.

    `divisor` is what the repeatability before substitution allows (result `divisor` of the procedure's item).
    """
    limits = {one.load: one.mpe for one in planned_loads(compiled, values) if one.item == item}
    scale = Scale(values["max"], divisor, lambda load: limits[load])
    return plan(limits, scale, values["standards_mass"], pieces, material)


def _of(compiled: Compiled, item: Item, values: Names) -> Iterator[PlannedLoad]:
    """The planned rows without any reading: what can be known of load and limit before the work."""
    limit = next((accept.limit for accept in item.accept if accept.limit), "")
    table = rows(compiled, item, values)
    offered = next((c.initial for c in item.columns if c.id in LOADS and c.source == "entered"), "")
    cells: dict[int, Names] = {}
    for row in table:
        names = {**values, **row.values}
        load = names.get("nominal", compiled.expr(offered)(names) if offered else None)
        cells[row.index] = {} if load is None else {"load": load}
    outcome = Evaluator(compiled, values).item(item, table, cells)
    for row in outcome.rows:
        load, mpe = next((row.values[n] for n in LOADS if n in row.values), None), row.values.get(limit)
        if isinstance(load, Decimal) and isinstance(mpe, Decimal) and load > 0:
            yield PlannedLoad(item.id, load, mpe)
