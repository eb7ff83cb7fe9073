"""What a Monte Carlo simulation is asked, and what it answers: Decimal on both sides (docs/decisions/0008)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Literal, Protocol

from fieldcal.domain.budget import Line, Worked, carried, steps
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.expression import ARITHMETIC
from fieldcal.domain.procedure import Budget
from fieldcal.domain.student import student_t
from fieldcal.domain.uncertainty import interval_of, rounded

COUNT = 1_000_000  # JJF 1059.2: enough for a 95 % interval in one or two digits
PROBABILITY = Decimal("0.95")
RESULT = "result"
Shape = Literal["normal", "rect", "triangular", "u_shaped"]


@dataclass(frozen=True)
class Drawn:
    """A quantity to draw: `width` is u for `normal`, else the half-width."""

    name: str
    distribution: Shape
    centre: Decimal
    width: Decimal


@dataclass(frozen=True)
class Trials:
    """`steps` are computed in their order; their last may use all before it. Words choose branches of a formula."""

    steps: Sequence[tuple[str, str]]
    result: str
    inputs: Sequence[Drawn]
    constants: Mapping[str, Decimal | str] = field(default_factory=dict[str, Decimal | str])
    count: int = COUNT
    probability: Decimal = PROBABILITY
    seed: int = 1


@dataclass(frozen=True)
class Simulated:
    """Mean, standard uncertainty and the symmetric interval; `count` and `seed` repeat it."""

    mean: Decimal
    u: Decimal
    low: Decimal
    high: Decimal
    count: int
    seed: int


class Simulator(Protocol):
    def __call__(self, task: Trials) -> Simulated: ...


@dataclass(frozen=True)
class Agreement:
    """The interval y ± k u_c of the same probability beside that of the trials (JJF 1059.2, JCGM 101 clause 8): how
    far either end lies from it, and how far it may. `covered`: y ± U, as printed, leaves nothing of it out."""

    low: Decimal
    high: Decimal
    d_low: Decimal
    d_high: Decimal
    tolerance: Decimal
    covered: bool

    @property
    def holds(self) -> bool:
        return max(self.d_low, self.d_high) <= self.tolerance


def agreement(value: Decimal, u: Decimal, expanded: Decimal, trial: Simulated) -> Agreement:
    """The tolerance is half a unit of the last digit that U (`expanded`, not rounded) is stated with. Trials know no
    degrees of freedom, so the factor is that of infinitely many. Raises BadInput `out-of-range` for U = 0."""
    with localcontext(ARITHMETIC):
        reach, stated = student_t(PROBABILITY, None) * u, rounded(expanded)
        low, high = value - reach, value + reach
        covered = value - stated <= trial.low and trial.high <= value + stated
        return Agreement(low, high, abs(low - trial.low), abs(high - trial.high), interval_of(expanded) / 2, covered)


def trials_of(compiled: Compiled, worked: Worked, count: int = COUNT, seed: int = 1) -> Trials:
    """The same budget to be drawn instead of propagated; parts of one group are drawn once, as one cause."""
    budget, names = worked.budget, worked.names
    inputs, shifts = _draws(worked)
    moved: set[str] = set()
    for of in shifts.keys() - {""}:
        moved |= carried(compiled, budget, of, names).keys() - {of}
    made = [(of, " + ".join([of, *shifts[of]])) for of in shifts if of and of not in moved]
    for name, source in _leading(compiled, budget, moved):
        made.append((name, " + ".join([f"({source})", *shifts.get(name, [])])))
    result = " + ".join([budget.value, *shifts.get("", [])])
    constants = {name: value for name, value in names.items() if isinstance(value, Decimal | str)}
    return Trials([*made, (RESULT, result)], RESULT, inputs, constants, count, PROBABILITY, seed)


def _leading(compiled: Compiled, budget: Budget, moved: set[str]) -> list[tuple[str, str]]:
    """Those of the formulas that change and that the budget's value needs, in the order of computing."""
    needed, found = {budget.value}, list[tuple[str, str]]()
    for name, source in reversed(steps(compiled, budget)):
        if name in needed and name in moved:
            needed |= compiled.expr(source).names
            found.append((name, source))
    return found[::-1]


def _draws(worked: Worked) -> tuple[list[Drawn], dict[str, list[str]]]:
    """The quantities to draw, each around zero, and by name what is added to it ("": to the result)."""
    leads: dict[str, Line] = {}
    shifts: dict[str, list[str]] = {}
    for place, line in enumerate(worked.lines):
        if not line.part.u:
            continue
        name = f"shift_{line.component.group or place}"
        lead = leads.setdefault(name, line)
        with localcontext(ARITHMETIC):
            ratio = line.part.u / lead.part.u if line is not lead else Decimal(1)
        shifts.setdefault(line.component.of, []).append(name if line is lead else f"{ratio:f} * {name}")
    return [Drawn(name, *_shape(line)) for name, line in leads.items()], shifts


def _shape(line: Line) -> tuple[Shape, Decimal, Decimal]:
    if line.component.distribution == "normal":
        return "normal", Decimal(0), line.part.u
    with localcontext(ARITHMETIC):
        if line.component.distribution == "step":
            return "rect", Decimal(0), line.width / 2
        return line.component.distribution, Decimal(0), line.width / line.divisor
