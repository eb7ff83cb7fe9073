"""A procedure's uncertainty budget worked out for one point: parts from the file, slopes from its own formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.dual import Dual
from fieldcal.domain.errors import BadProcedure
from fieldcal.domain.evaluate import Evaluator, ItemOutcome
from fieldcal.domain.expression import ARITHMETIC, BadExpression
from fieldcal.domain.functions import mean
from fieldcal.domain.procedure import Budget, Contribution, Given
from fieldcal.domain.uncertainty import (
    Combined,
    Part,
    aligned,
    combine,
    interval_of,
    one_third,
    rounded,
    standard,
)

ONE = Decimal(1)


@dataclass(frozen=True)
class Line:
    """One part as it stands in the file and what it came to here; `width` is the value before its divisor."""

    component: Contribution
    width: Decimal
    divisor: Decimal
    part: Part


@dataclass(frozen=True)
class Worked:
    """The budget of one point. `limit` is None where the procedure names none."""

    budget: Budget
    value: Decimal
    lines: list[Line]
    combined: Combined
    k: Decimal
    limit: Decimal | None
    names: Names = field(repr=False, default_factory=dict[str, Any])

    @property
    def expanded(self) -> Decimal:
        with localcontext(ARITHMETIC):
            return self.k * self.combined.u

    @property
    def interval(self) -> Decimal:
        return interval_of(self.expanded)

    @property
    def printed(self) -> tuple[Decimal, Decimal]:
        """Value and U, ending at the same place."""
        return aligned(self.value, self.interval), rounded(self.expanded, self.interval)

    @property
    def one_third(self) -> bool:
        return self.limit is not None and one_third(self.expanded, self.limit)


def steps(compiled: Compiled, budget: Budget) -> list[tuple[str, str]]:
    """Name and formula of all that the budget's value is computed from, in the order of computing."""
    item = compiled.procedure.item(budget.item)
    columns = [(column.id, column.expr) for column in item.columns if column.expr]
    results = [(result.id, result.expr) for result in item.results]
    needed, found = {budget.value}, list[tuple[str, str]]()
    for name, source in reversed([(entry.id, entry.expr) for entry in compiled.procedure.derive] + columns + results):
        if name in needed:
            needed |= compiled.expr(source).names
            found.append((name, source))
    return found[::-1]


def carried(compiled: Compiled, budget: Budget, of: str, names: Names) -> dict[str, Dual]:
    """What changes with `of`, and how fast, through the procedure's formulas; a name that steps has no slope."""
    found: dict[str, Dual] = {of: Dual(names[of], ONE)}
    for name, source in steps(compiled, budget):
        expression = compiled.expr(source)
        if name == of or name not in names or not expression.names & found.keys():
            continue
        try:
            value = expression({**names, **found})
        except (BadExpression, AttributeError) as error:
            accepted = "+ - * / ** abs min max mean sqrt"
            raise BadProcedure("no-slope", field=f"{budget.id}.{of}", value=source, accepted=accepted) from error
        if isinstance(value, Dual):
            found[name] = value
    return found


def slope(compiled: Compiled, budget: Budget, of: str, names: Names) -> Decimal:
    """d(value)/d(of). Raises BadProcedure `no-slope` where a formula has none."""
    found = carried(compiled, budget, of, names)
    if budget.value not in found:
        accepted = "what it has a part in"
        raise BadProcedure("no-slope", field=f"{budget.id}.{of}", value=budget.value, accepted=accepted)
    return found[budget.value].slope


def worked(compiled: Compiled, budget: Budget, names: Names, own: Mapping[str, Decimal] = {}) -> Worked:
    """`names` of the point (see `points`); `own` replaces what the budget presumes by what the laboratory knows.
    Raises BadProcedure or BadExpression where a part can't be computed."""
    scope: Names = dict(names)
    for entry in budget.given:
        scope[entry.id] = own[entry.id] if entry.id in own else _presumed(compiled, budget, entry, scope)
    lines = [_line(compiled, budget, component, scope) for component in budget.components]
    combined = combine([line.part for line in lines], _together(budget))
    k = compiled.expr(budget.k)(scope)
    limit = compiled.expr(budget.limit)(scope) if budget.limit else None
    return Worked(budget, scope[budget.value], lines, combined, k, limit, scope)


def _presumed(compiled: Compiled, budget: Budget, entry: Given, scope: Names) -> Decimal:
    if not entry.expr:
        accepted = f"--set {entry.id}=…"
        raise BadProcedure("not-given", field=f"{budget.id}.{entry.id}", value=entry.unit, accepted=accepted)
    return compiled.expr(entry.expr)(scope)


def _line(compiled: Compiled, budget: Budget, component: Contribution, scope: Names) -> Line:
    width = compiled.expr(component.value)(scope)
    divisor = compiled.expr(component.divisor)(scope)
    freedom = compiled.expr(component.freedom)(scope) if component.freedom else None
    c = slope(compiled, budget, component.of, scope) if component.of else ONE
    u = standard(width, component.distribution, divisor)
    return Line(component, width, divisor, Part(component.symbol, u, c, freedom))


def _together(budget: Budget) -> dict[tuple[str, str], Decimal]:
    """Parts of one group come from one cause: r = 1."""
    grouped = [(part.symbol, part.group) for part in budget.components if part.group]
    return {(a, b): ONE for i, (a, g) in enumerate(grouped) for b, h in grouped[i + 1 :] if g == h}


def points(evaluator: Evaluator, outcome: ItemOutcome) -> list[Names]:
    """For each point of the item the names that its budget may use: cells as means over the runs, results, plate;
    `runs_x` is the list of the column x over the runs."""
    found: list[Names] = []
    for point in sorted({row.row.point for row in outcome.rows}):
        group = [row.values for row in outcome.rows if row.row.point == point]
        names: Names = {**evaluator.values, **_means(group), **_runs(group), "runs_made": Decimal(len(group))}
        per_point = {name: values[point] for name, values in outcome.per_point.items() if point < len(values)}
        found.append({**names, **_known(per_point), **_known(outcome.results)})
    return found


def _runs(group: Sequence[Names]) -> Names:
    listed = {name: [row.get(name) for row in group] for name in group[0]}
    return {f"runs_{name}": found for name, found in listed.items() if all(isinstance(v, Decimal) for v in found)}


def _known(names: Mapping[str, Any]) -> Names:
    return {name: value for name, value in names.items() if value is not None}


def _means(group: Sequence[Names]) -> Names:
    out: Names = dict(group[0])
    with localcontext(ARITHMETIC):
        for name, value in group[0].items():
            if isinstance(value, Decimal) and all(isinstance(row.get(name), Decimal) for row in group):
                out[name] = mean(*[row[name] for row in group])
    return out
