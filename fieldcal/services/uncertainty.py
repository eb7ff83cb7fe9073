"""Uncertainty of a run: the budgets of its procedure at every point that was measured, and trials as their check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from fieldcal.domain.budget import Worked, points, worked
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput, BadProcedure
from fieldcal.domain.evaluate import Evaluator
from fieldcal.domain.events import StandardPut
from fieldcal.domain.judge import Judgement
from fieldcal.domain.procedure import Budget
from fieldcal.domain.quantity import Quantity, number
from fieldcal.domain.trials import COUNT, Simulated, Simulator, trials_of
from fieldcal.domain.verdict import Verdict

Standards = Mapping[str, Mapping[str, str]]
Wanted = Callable[[Budget, int], bool]  # of a budget, this point
OPEN = (Verdict.NOT_DONE, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True)
class Typed:
    """What a person stated for a run, by whom and when (to the minute, in China)."""

    quantity: Quantity
    by: str = ""
    at: str = ""


@dataclass(frozen=True)
class PointBudget:
    """`worked` is None where something it needs is not there; then `missing` says which formula has no value. `typed`:
    as far as they count in this budget, by name."""

    budget: Budget
    point: int  # from 1
    worked: Worked | None
    missing: str = ""
    trial: Simulated | None = None
    typed: Mapping[str, Typed] = field(default_factory=dict[str, Typed])


def budgets(
    compiled: Compiled,
    judged: Judgement,
    own: Mapping[str, Decimal] = {},
    simulate: Simulator | None = None,
    count: int = COUNT,
    standards: Mapping[str, Mapping[str, str]] = {},
    wanted: Wanted = lambda _budget, _point: True,
    typed: Mapping[str, Typed] = {},
) -> list[PointBudget]:
    """One for each point of each budget's item; items that are open have none. What is presumed gives way to what the
    run's `standards` (by role) state, that to what people stated for the run (`typed`), and that to `own`. Raises
    BadInput `unknown-name` for an own value that no budget presumes, `not-a-number`."""
    presumed = {entry.id for budget in compiled.procedure.budget for entry in budget.given}
    if unknown := sorted(own.keys() - presumed):
        raise BadInput("unknown-name", field=unknown[0], value=own[unknown[0]], accepted=", ".join(sorted(presumed)))
    stated_by = _stated(compiled, standards)
    found: list[PointBudget] = []
    for budget in compiled.procedure.budget:
        state = judged.items.get(budget.item)
        if state is None or state.outcome is None or state.verdict in OPEN:
            continue
        counted = _counted(budget, typed)
        known, given = {name: typed[name] for name in counted}, {**stated_by, **counted, **own}
        evaluator = Evaluator(compiled, {**judged.plate.values, **state.values, **_results(judged)})
        for place, names in enumerate(points(evaluator, state.outcome), 1):
            if not wanted(budget, place) or (budget.when and not evaluator.holds(budget.when, names)):
                continue
            try:
                result = worked(compiled, budget, names, given)
                trial = simulate(trials_of(compiled, result, count)) if simulate else None
            except BadProcedure as error:
                found.append(PointBudget(budget, place, None, error.field, typed=known))
            else:
                found.append(PointBudget(budget, place, result, trial=trial, typed=known))
    return found


def stated(standards: Mapping[str, StandardPut]) -> Standards:
    """What the standards of a run, by role, say of themselves."""
    return {role: put.values for role, put in standards.items()}


def coarse(compiled: Compiled, judged: Judgement, standards: Standards, typed: Mapping[str, Typed] = {}) -> bool:
    """Whether U is above a third of the limit at some point: a hint for who signs, never a verdict.

    What a standard does not state counts as nothing here: at the bound that is presumed for it, U is above a third on
    every record of some procedures, and a hint on every record is seen on none. What somebody stated for the run can
    give the hint and cannot take it away.
    """
    silent: dict[str, dict[str, str]] = {}
    for budget in compiled.procedure.budget:
        for role, _, name in [entry.standard.partition(".") for entry in budget.given if entry.standard]:
            silent.setdefault(role, {})[name] = standards.get(role, {}).get(name, "0")
    told: tuple[Mapping[str, Typed], ...] = ({}, typed)
    found = [one.worked for given in told for one in budgets(compiled, judged, standards=silent, typed=given)]
    return any(one is not None and one.limit is not None and not one.one_third for one in found)


def _counted(budget: Budget, typed: Mapping[str, Typed]) -> dict[str, Decimal]:
    """Two budgets in other units (mmHg, kPa) may take a value by the same name; it counts where its unit fits."""
    found: dict[str, Decimal] = {}
    for entry in [entry for entry in budget.given if entry.id in typed]:
        with suppress(BadInput):
            found[entry.id] = typed[entry.id].quantity.to(entry.unit, entry.id).value
    return found


def _stated(compiled: Compiled, standards: Standards) -> dict[str, Decimal]:
    """By the presumed values' ids: what the standards of the run say of themselves, in the unit of their rule."""
    found: dict[str, Decimal] = {}
    for entry in [entry for budget in compiled.procedure.budget for entry in budget.given if entry.standard]:
        role, _, name = entry.standard.partition(".")
        if role in standards and name in standards[role]:
            found[entry.id] = number(standards[role][name], entry.standard)
    return found


def _results(judged: Judgement) -> dict[str, Decimal]:
    """Of all items, the later ones too: repeatability may be measured after weighing."""
    found: dict[str, Decimal] = {}
    for name, state in judged.items.items():
        if state.outcome is not None:
            found |= {f"{name}_{key}": value for key, value in state.outcome.results.items() if value is not None}
    return found
