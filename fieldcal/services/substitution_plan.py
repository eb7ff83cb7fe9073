"""The plan of a truck scale's test with substitution: standards, material, and the way back down.

OIML R76-1:2006, A.4.4.5: find the changeover with the standards on, take them off, load material until the same
changeover, put the standards on top again, and so on up to Max; then the same way down. Masses in g.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from fieldcal.domain.functions import ceiling
from fieldcal.services.standards_fit import THIRD, Fit, Piece, Refusal, errors, fit, make

Action = Literal["load", "exchange", "exchange-back"]


@dataclass(frozen=True)
class Step:
    """`load`: standards lie on the material and the scale is read. `exchange`: material takes their place, the
    scale shows the same changeover. `exchange-back`: the standards take the place of that material."""

    action: Action
    direction: Literal["up", "down"]
    material: Decimal
    standards: Decimal
    pieces: tuple[Piece, ...] = ()

    @property
    def load(self) -> Decimal:
        return self.material + self.standards


@dataclass(frozen=True)
class Plan:
    """`material`: how much substitute is needed in all. `refused`: what stands in the way, each with its load."""

    steps: tuple[Step, ...]
    material: Decimal
    standards: Decimal
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Scale:
    """`divisor`: Max / divisor of standards suffices (OIML R76-1, 3.7.3: 2; 3 or 5 for a good repeatability,
    which the run measures before: the procedure's `divisor`)."""

    max: Decimal
    divisor: Decimal
    mpe_at: Callable[[Decimal], Decimal]


def plan(
    loads: Iterable[Decimal],
    scale: Scale,
    block: Decimal,
    pieces: Sequence[Piece],
    material: Decimal | None = None,
) -> Plan:
    """Every load up and, but for Max, down again. Nothing is left out: what can't be done is refused.

    `block` are the standards that each exchange replaces. A step's material carries over the errors of all blocks
    it was set with: the worst case adds them up, and 3 x the sum must stay within the MPE of the load (design;
    3.7.1 for the stack itself). Refused with `loads-miss-max`, `block-not-makeable`, `too-few-standards`,
    `too-little-material` and what `standards_fit.fit` refuses.
    """
    wanted = sorted(set(loads))
    unit = make(block, pieces) or ()
    refused = _before(wanted, scale, block, unit)
    if refused:
        return Plan((), Decimal(0), block, refused)
    made = [stacked(load, scale.mpe_at(load), block, pieces) for load in wanted]
    refused = tuple(one.refused for one, _ in made if one.refused)
    needed = made[-1][1]
    if material is not None and material < needed:
        refused = (*refused, Refusal("too-little-material", material, needed))
    steps = _walk(made, block, unit)
    return Plan((*steps, *_back(steps)), needed, block, refused)


def carried(base: Decimal, standards: Decimal, p_standards: Decimal, p_material: Decimal) -> Decimal:
    """The material's load after an exchange: L_sub = base + L_std + (P_sub - P_std), all in g.

    Errors are taken against this, never against the nominal sum (design; A.4.4.5 asks for the same changeover,
    where the bracket is zero).
    """
    return base + standards + (p_material - p_standards)


def _before(wanted: Sequence[Decimal], scale: Scale, block: Decimal, unit: Sequence[Piece]) -> tuple[Refusal, ...]:
    if not wanted or wanted[-1] != scale.max:
        return (Refusal("loads-miss-max", wanted[-1] if wanted else Decimal(0), scale.max),)
    if not unit:
        return (Refusal("block-not-makeable", block, Decimal(0)),)
    if block * scale.divisor < scale.max:
        return (Refusal("too-few-standards", block, scale.max / scale.divisor),)
    return ()


def stacked(load: Decimal, mpe: Decimal, block: Decimal, pieces: Sequence[Piece]) -> tuple[Fit, Decimal]:
    """The weights for one load (g) and the material below them, which is a whole number of exchanges of `block`.

    The material's load carries the error of every block it was set with. Raises nothing: see `Fit.refused`.
    """
    exchanges = max(ceiling(load / block) - 1, Decimal(0))
    base, below = exchanges * block, exchanges and exchanges * errors(make(block, pieces) or ())
    found = fit(load - base, mpe, pieces)
    carried_error = found.error + below
    refused = found.refused
    if refused is None and THIRD * carried_error > mpe:
        refused = Refusal("weights-too-coarse", carried_error, mpe / THIRD)
    return replace(found, error=carried_error, refused=refused), base


def _walk(made: Sequence[tuple[Fit, Decimal]], size: Decimal, unit: tuple[Piece, ...]) -> tuple[Step, ...]:
    steps: list[Step] = []
    at = Decimal(0)
    for found, base in made:
        while at < base:
            steps.append(Step("exchange", "up", at, size, unit))
            at += size
        steps.append(Step("load", "up", base, found.load, found.pieces))
    return tuple(steps)


def _back(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The same steps in reverse: the material's load is known now, so the standards take its place again."""
    turned: dict[Action, Action] = {"load": "load", "exchange": "exchange-back"}
    return tuple(replace(step, action=turned[step.action], direction="down") for step in reversed(steps[:-1]))
