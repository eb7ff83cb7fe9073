"""What is in the van against one job: which pieces for every load, which measure for every flow, or why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import StandardPut
from fieldcal.domain.functions import ceiling
from fieldcal.domain.procedure import Item
from fieldcal.services import standards_fit as solver
from fieldcal.services.standards_fit import Fit, Limits, MeasureFit, Piece, Refusal
from fieldcal.services.standards_job import (
    PlannedFill,
    PlannedLoad,
    filled_rows,
    planned_fills,
    planned_loads,
    planned_rows,
)
from fieldcal.services.substitution_plan import Plan, Scale, plan, stacked

WEIGHTS, MEASURE = ROLES = ("weights", "measure")  # of standards that consist of pieces
FRACTIONS, MEASURED = "divisor_of", "substitution_fraction_divisor"  # table and result of the procedures' item
FINE = 1000
NEAR = Decimal("0.01")  # a measure's certificate volume lies this near to its nominal capacity (part of it, design)


@dataclass(frozen=True)
class Laid:
    """A planned load with the weights that make it on top of `material` (g); `fit.load` is what the weights make."""

    planned: PlannedLoad
    fit: Fit
    material: Decimal = Decimal(0)

    @property
    def load(self) -> Decimal:
        return self.material + self.fit.load


@dataclass(frozen=True)
class Filled:
    planned: PlannedFill
    fit: MeasureFit


@dataclass(frozen=True)
class Checked:
    """`used`: the sets that take part, the chosen one first. `unknown`: a chosen standard whose pieces nobody listed.

    `fraction`: the plan holds if the repeatability before substitution allows Max / fraction of standards, which it
    does up to `repeatability` intervals e (None: whatever it is).
    """

    loads: tuple[Laid, ...] = ()
    fills: tuple[Filled, ...] = ()
    plan: Plan | None = None
    fraction: Decimal = Decimal(0)
    repeatability: Decimal | None = None
    used: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def refused(self) -> list[tuple[str, Decimal, Refusal]]:
        """Item, load (g) or flow (L/min, L for a fixed volume) and reason of all that can't be tested as planned."""
        out = [(one.planned.item, one.planned.load, one.fit.refused) for one in self.loads]
        out += [(one.planned.item, one.planned.flow or one.planned.volume, one.fit.refused) for one in self.fills]
        known = {refused for _, _, refused in out}
        if self.plan:
            out += [("", refused.value, refused) for refused in self.plan.refused if refused not in known]
        return [(item, load, refused) for item, load, refused in out if refused is not None]

    def joined(self, other: Checked) -> Checked:
        return Checked(
            self.loads + other.loads, self.fills + other.fills, self.plan or other.plan,
            self.fraction or other.fraction, self.repeatability if self.plan else other.repeatability,
            self.used + other.used, self.unknown + other.unknown,
        )  # fmt: skip


@dataclass(frozen=True)
class Stock:
    """The chosen set, and all in date: another set is taken out only where the chosen one falls short."""

    own: Sequence[Piece]
    all: Sequence[Piece]
    used: dict[str, None] = field(default_factory=dict[str, None])  # in the order of first use

    def first(self, attempt: Callable[[Sequence[Piece]], Any], good: Callable[[Any], bool]) -> Any:
        """The attempt with the chosen set if it is good, else with all of them."""
        made = attempt(self.own)
        return made if good(made) or len(self.all) == len(self.own) else attempt(self.all)

    def use(self, pieces: Iterable[Piece]) -> None:
        self.used.update(dict.fromkeys(piece.set for piece in pieces))


def in_date(standards: Iterable[StandardPut], role: str, today: date, chosen: StandardPut) -> list[StandardPut]:
    """The chosen standard, then every other of its role that is in date and whose pieces are listed."""
    others = [s for s in standards if s.role == role and s.pieces and s.id != chosen.id]
    return [chosen, *(s for s in others if date.fromisoformat(s.valid_to) >= today)]


def limits_of(compiled: Compiled, library: Iterable[Compiled]) -> Limits:
    """MPE of weights by class: the procedure's own table, else that of another procedure at hand.

    It is one table for all of them (OIML R111-1). Raises BadInput `empty` for a piece without `error` if none has it.
    """
    for one in (compiled, *library):
        if "weight_mpe" in one.procedure.tables:
            return solver.weight_limits(one)

    def unknown(name: str, nominal: Decimal) -> Decimal:
        raise BadInput("empty", field="pieces.error", value=name, accepted="> 0 mg")

    return unknown


def checked(compiled: Compiled, values: Names, role: str, sets: Sequence[StandardPut], limits: Limits) -> Checked:
    """The job of `values` (plate, and results so far) with the sets of one role, the chosen one first.

    A chosen standard without pieces can't be checked beyond the procedure's own rule, and says so. Raises BadInput
    for a piece that can't be understood.
    """
    if role not in ROLES or not sets:
        return Checked()
    if not sets[0].pieces:
        return Checked(unknown=(sets[0].id,))
    if role == MEASURE:
        fills = tuple(_fill(one, sets) for one in planned_fills(compiled, values))
        return Checked(fills=fills, used=_names(sets[0], [f.fit.measure.name for f in fills if f.fit.measure]))
    stock = Stock(solver.weights(sets[:1], limits), solver.weights(sets, limits))
    block = _block(values)
    loads = tuple(_lay(one, block, stock) for one in planned_loads(compiled, values))
    if block is None or block >= values.get("max", block) or FRACTIONS not in compiled.procedure.tables:
        return Checked(loads, used=_names(sets[0], stock.used))
    fraction, repeatability = _fraction(compiled, values, block)
    return Checked(
        loads, (), _plan(loads, values, fraction, stock), fraction, repeatability, _names(sets[0], stock.used)
    )


def at_row(
    compiled: Compiled, values: Names, item: Item, row: int, entered: Decimal | None,
    sets: Sequence[StandardPut], limits: Limits,
) -> Laid | Filled | None:  # fmt: skip
    """What one row of the run in hand is made with: its planned load, or the one that a person `entered` (g).

    None where the row neither loads the scale nor fills a measure, or the chosen standard, the first, has no pieces.
    """
    if not sets or not sets[0].pieces:
        return None
    if sets[0].role == MEASURE:
        fill = dict(filled_rows(compiled, item, values)).get(row)
        return _fill(fill, sets) if fill else None
    one = dict(planned_rows(compiled, item, values)).get(row)
    if one is None:
        return None
    if one.about and entered not in (None, one.load):
        one = replace(one, load=entered, about=False)
    return _lay(one, _block(values), Stock(solver.weights(sets[:1], limits), solver.weights(sets, limits)))


def _block(values: Names) -> Decimal | None:
    """The standards (g) that lie on the scale at once; None where the procedure states none: as many as there are."""
    return values.get("standards_mass", values.get("max"))


def _names(chosen: StandardPut, used: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([chosen.id, *used]))


def _lay(one: PlannedLoad, block: Decimal | None, stock: Stock) -> Laid:
    def attempt(pieces: Sequence[Piece]) -> tuple[Fit, Decimal]:
        load = next_above(one.load, pieces) if one.about and one.load <= (block or one.load) else one.load
        return stacked(load, one.mpe, block or load, pieces)

    found, material = stock.first(attempt, lambda made: made[0].refused is None)
    stock.use(found.pieces)
    if found.refused is None and one.small:
        found = _with_small(found, one.small, stock)
    return Laid(one, found, material)


def _with_small(found: Fit, top: Decimal, stock: Stock) -> Fit:
    if solver.small(top, solver.left(stock.own, found.pieces)) is None:
        return found
    rest = solver.left(stock.all, found.pieces)
    stock.use(piece for piece in rest if piece.nominal <= top)
    return replace(found, refused=solver.small(top, rest))


def next_above(load: Decimal, pieces: Sequence[Piece]) -> Decimal:
    """The smallest load from `load` on that is a whole number of some weight and can be laid; `load` if there is none.

    For a load that the regulation names with "about": it may become larger, never smaller. Weights below 1/1000 of
    it are left out (design).
    """
    steps = {piece.nominal for piece in pieces if piece.count and load <= FINE * piece.nominal <= FINE * load}
    found = sorted({load} | {ceiling(load / step) * step for step in steps})
    return next((one for one in found if one <= solver.total(pieces) and solver.make(one, pieces) is not None), load)


def _fraction(compiled: Compiled, values: Names, block: Decimal) -> tuple[Decimal, Decimal | None]:
    """What was measured before the substitution, else the least of the procedure's table that the block needs."""
    if MEASURED in values:
        return values[MEASURED], None
    lines: Any = compiled.procedure.tables[FRACTIONS].values
    bands = [(Decimal(line["value"]), Decimal(line["to"]) if "to" in line else None) for line in lines]
    enough = [band for band in sorted(bands, key=lambda b: b[0]) if block * band[0] >= values["max"]]
    return enough[0] if enough else (max(value for value, _ in bands), None)


def _plan(loads: Iterable[Laid], values: Names, fraction: Decimal, stock: Stock) -> Plan:
    limits = {one.planned.load: one.planned.mpe for one in loads if one.planned.item == "weighing"}
    scale = Scale(values["max"], fraction, lambda load: limits[load])
    found = stock.first(
        lambda pieces: plan(limits, scale, values["standards_mass"], pieces), lambda made: not made.refused
    )
    for step in found.steps:
        stock.use(step.pieces)
    return found


def _fill(one: PlannedFill, sets: Sequence[StandardPut]) -> Filled:
    """Only the measure that the plate states is filled: the record computes with its volume."""
    stock = [found for found in solver.measures(sets) if abs(one.named - found.capacity) <= NEAR * found.capacity]
    if not stock:
        return Filled(one, MeasureFit(one.volume, refused=Refusal("no-measure", one.named, Decimal(0))))
    return Filled(one, solver.measure_for(one.volume, stock, one.mpe))
