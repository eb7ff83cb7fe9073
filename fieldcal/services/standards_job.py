"""The test loads of an instrument, as its procedure plans them, against the weights in the van."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.evaluate import Evaluator
from fieldcal.domain.procedure import Item
from fieldcal.domain.rows import applies, rows
from fieldcal.services.standards_fit import Fit, Piece, fit
from fieldcal.services.substitution_plan import Plan, Scale, plan

LOADS = ("load", "net_load", "nominal")  # how the shipped procedures name what lies on the scale
SMALL = "delta_load"  # the column of the small weights of the changeover
FLOW, MINUTES = "q_high", "fill_minutes"  # how a procedure names the flow of a point, and how long a measure holds it
MEASURES = {"v_n": "", "mmq_v_n": "mmq"}  # the measures on a dispenser's plate, and the volume one is for


@dataclass(frozen=True)
class PlannedLoad:
    """One load (g) of a row with the error (g) that is allowed there.

    `about`: a load that the procedure proposes and a person enters, such as a third of Max; else it is meant exactly.
    `small`: small weights up to this (g) find the changeover; nought where the indication is read directly.
    """

    item: str
    load: Decimal
    mpe: Decimal
    about: bool = False
    small: Decimal = Decimal(0)


@dataclass(frozen=True)
class PlannedFill:
    """What has to go into a measure at one point: `volume` in L, at `flow` in L/min (nought: any).

    `named` is the volume (L) that the plate states of the measure used, `mpe` the limit in %.
    """

    item: str
    flow: Decimal
    volume: Decimal
    named: Decimal
    mpe: Decimal


def planned_rows(compiled: Compiled, item: Item, values: Names) -> Iterator[tuple[int, PlannedLoad]]:
    """The rows of an item that load the scale, by place: what is known of load and limit without any reading."""
    limit = next((accept.limit for accept in item.accept if accept.limit), "")
    offered = next((c.initial for c in item.columns if c.id in LOADS and c.source == "entered"), "")
    table = rows(compiled, item, values)
    cells: dict[int, Names] = {}
    for row in table:
        names = {**values, **row.values}
        load = names.get("nominal", compiled.expr(offered)(names) if offered else None)
        cells[row.index] = {} if load is None else {"load": load}
    evaluator = Evaluator(compiled, values, told=False)
    small = next((c for c in item.columns if c.id == SMALL), None)
    for row in evaluator.item(item, table, cells).rows:
        load, mpe = next((row.values[n] for n in LOADS if n in row.values), None), row.values.get(limit)
        if isinstance(load, Decimal) and isinstance(mpe, Decimal) and load > 0:
            used = small is not None and (not small.when or evaluator.holds(small.when, row.values))
            top = compiled.expr(small.high)(row.values) if used and small is not None else Decimal(0)
            yield row.row.index, PlannedLoad(item.id, load, mpe, bool(offered), top)


def planned_loads(compiled: Compiled, values: Names) -> list[PlannedLoad]:
    """Every load above zero that the procedure asks for, once an item, with the limit that judges it.

    `values` are those of the plate. Items whose loads depend on readings (substitution steps) are not among them.
    """
    found: dict[tuple[str, Decimal], PlannedLoad] = {}
    for item in compiled.procedure.items:
        if item.kind == "table" and applies(compiled, item, values):
            for _, one in planned_rows(compiled, item, values):
                found.setdefault((item.id, one.load), one)
    return list(found.values())


def planned_fills(compiled: Compiled, values: Names) -> list[PlannedFill]:
    """What the measures of a dispenser's plate are filled with; none where the procedure names no such measure."""
    found: dict[tuple[str, Decimal], PlannedFill] = {}
    for item in compiled.procedure.items:
        if item.kind == "table" and applies(compiled, item, values):
            for _, one in filled_rows(compiled, item, values):
                found.setdefault((item.id, one.flow), one)
    return list(found.values())


def filled_rows(compiled: Compiled, item: Item, values: Names) -> Iterator[tuple[int, PlannedFill]]:
    """The rows of an item that fill one of the plate's measures, by place."""
    named = _measure_of(compiled, item)
    limit: Any = next((values.get(rule.limit) for rule in item.judge if rule.limit in values), None)
    if named is not None and limit is not None:
        for row in rows(compiled, item, values):
            flow = row.values.get(FLOW, Decimal(0))
            volume = flow * values.get(MINUTES, Decimal(0)) or values.get(MEASURES[named], Decimal(0))
            yield row.index, PlannedFill(item.id, flow, volume, values[named], limit)


def _measure_of(compiled: Compiled, item: Item) -> str | None:
    names = [name for column in item.columns if column.expr for name in compiled.expr(column.expr).names]
    return next((name for name in MEASURES if name in names), None)


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
