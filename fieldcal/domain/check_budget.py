"""Load-time checks of uncertainty budgets: names, units, sources of every part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from fieldcal.domain.procedure import Budget, Procedure


class Checker(Protocol):
    names: set[str]

    def bad(self, code: str, place: str, value: object, accepted: str = "", text: str = "") -> None: ...
    def unique(self, place: str, names: list[str]) -> None: ...
    def expression(self, place: str, source: str, names: Iterable[str], basis: str | None = "") -> None: ...
    def basis(self, place: str, name: str) -> None: ...
    def unit(self, place: str, unit: str, show: str = "") -> None: ...


def check_budgets(checker: Checker, procedure: Procedure) -> None:
    checker.unique("budget", [budget.id for budget in procedure.budget])
    for budget in procedure.budget:
        _budget(checker, procedure, budget)


def _budget(checker: Checker, procedure: Procedure, budget: Budget) -> None:
    place = f"budget.{budget.id}"
    items = {item.id: item for item in procedure.items}
    if budget.item not in items:
        checker.bad("unknown-item", place, budget.item, ", ".join(items))
        return
    item = items[budget.item]
    columns, results = [column.id for column in item.columns], [result.id for result in item.results]
    if budget.value not in [*columns, *results]:
        checker.bad("unknown-column", f"{place}.value", budget.value, ", ".join([*columns, *results]))
    checker.basis(place, budget.source)
    checker.unit(place, budget.unit)
    over = {points.over for points in item.points if points.over}
    over |= {name for points in item.points for given in points.set for name in given}
    scope = checker.names | {*columns, *over, *results, *(f"runs_{name}" for name in columns), "runs_made"}
    roles = [rule.role for rule in procedure.standards]
    for entry in budget.given:
        checker.basis(f"{place}.{entry.id}", entry.source)
        if entry.expr:
            checker.expression(f"{place}.{entry.id}", entry.expr, scope, entry.source)
        checker.unit(f"{place}.{entry.id}", entry.unit)
        role, _, stated = entry.standard.partition(".")
        if entry.standard and (role not in roles or not stated):
            checker.bad("unknown-standard", f"{place}.{entry.id}", entry.standard, ", ".join(f"{r}.…" for r in roles))
        scope = scope | {entry.id}
    for source in filter(None, [budget.limit, budget.k]):
        checker.expression(place, source, scope, budget.source)
    if budget.when:
        checker.expression(f"{place}.when", budget.when, scope, None)
    checker.unique(place, [part.symbol for part in budget.components])
    for part in budget.components:
        inner = f"{place}.{part.symbol}"
        checker.basis(inner, part.source)
        if part.of and part.of not in scope:
            checker.bad("unknown-name", f"{inner}.of", part.of, ", ".join(sorted(scope)))
        for source in filter(None, [part.value, part.divisor, part.freedom]):
            checker.expression(inner, source, scope, part.source)
