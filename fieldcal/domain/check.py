"""Load-time checks: a typo in a procedure is found before the first weight is placed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldcal.domain.check_budget import check_budgets
from fieldcal.domain.errors import BadProcedure
from fieldcal.domain.expression import BadExpression
from fieldcal.domain.lot_rule import broken_rule
from fieldcal.domain.procedure import Accept, Choice, Column, Item, Points, Procedure
from fieldcal.domain.units import decimal, known, units

if TYPE_CHECKING:
    from fieldcal.domain.compiled import Compiled

ALWAYS = {"kind"}
ROW = {"direction", "point", "repeat", "position"}


@dataclass(frozen=True)
class Found:
    """`text` is the word or expression of the file that is wrong, to find its line by."""

    error: BadProcedure
    text: str


class _Checker:
    def __init__(self, compiled: Compiled) -> None:
        self.compiled, self.procedure = compiled, compiled.procedure
        self.names: set[str] = set(ALWAYS)
        self.words: dict[str, set[str]] = {"kind": set(self.procedure.kinds), "direction": {"up", "down", ""}}
        self.found: list[Found] = []

    def bad(self, code: str, place: str, value: object, accepted: str = "", text: str = "") -> None:
        self.found.append(Found(BadProcedure(code, field=place, value=value, accepted=accepted), text or str(value)))

    def unique(self, place: str, names: list[str]) -> None:
        if twice := sorted({name for name in names if names.count(name) > 1}):
            self.bad("twice", place, ", ".join(twice), "unique ids", twice[0])

    def expression(self, place: str, source: str, names: Iterable[str], basis: str | None = "") -> None:
        """`basis` None: numbers need no source here (they are no regulation values)."""
        try:
            found = self.compiled.expr(source)
        except BadExpression as error:
            self.bad(error.code, place, error.value, error.accepted, source)
            return
        if missing := found.names - set(names):
            accepted = ", ".join(sorted(names))
            self.bad("unknown-name", place, ", ".join(sorted(missing)), accepted, source)
        for name, words in found.words.items():
            if wrong := words - self.words.get(name, set()):
                accepted = ", ".join(sorted(self.words.get(name, set())))
                self.bad("unknown-choice", place, ", ".join(sorted(wrong)), accepted, source)
        if basis is not None and found.has_numbers and not basis:
            self.bad("no-source", place, source, "source of the number")

    def basis(self, place: str, name: str) -> None:
        if name and name not in self.procedure.sources:
            accepted = ", ".join(self.procedure.sources)
            self.bad("unknown-source", place, name, accepted)

    def unit(self, place: str, unit: str, show: str = "") -> None:
        if not decimal(unit):
            self.bad("unknown-unit", place, unit, ", ".join(units()))
        if show and show not in self.procedure.show and not known(show):
            self.bad("unknown-unit", place, show, ", ".join(self.procedure.show))

    def choices(self, name: str, choices: list[Choice]) -> None:
        self.words[name] = {choice.id for choice in choices}

    def run(self) -> None:
        p = self.procedure
        self.unique("inputs", [i.id for i in p.inputs])
        self.unique("items", [i.id for i in p.items])
        self.basis("interval", p.interval.source)
        if p.interval.months > p.interval.maximum:
            self.bad("interval-too-long", "interval", p.interval.months, f"<= {p.interval.maximum}")
        self._inputs(p)
        if p.interval.by and p.interval.by not in self.names:
            self.bad("unknown-name", "interval.by", p.interval.by, ", ".join(sorted(self.names)))
        for rule in p.standards:
            self.basis(f"standards.{rule.role}", rule.source)
            if rule.rule:  # values of the standard itself start with std_
                own = {name for name in self.compiled.expr(rule.rule).names if name.startswith("std_")}
                self.expression(f"standards.{rule.role}", rule.rule, self.names | own, rule.source)
        for item in p.items:
            self._item(item)
        check_budgets(self, p)
        self._lot(p)

    def _lot(self, p: Procedure) -> None:
        if p.lot is None:
            return
        self.basis("lot", p.lot.source)
        if "serial" not in {entry.id for entry in p.inputs}:
            self.bad("missing-key", "lot", "serial", "inputs")
        if p.lot.source in p.sources:
            for value, accepted in broken_rule(p.lot, p.sources[p.lot.source].grade):
                self.bad("bad-lot-plan", "lot", value, accepted)

    def _inputs(self, p: Procedure) -> None:
        for entry in p.inputs:
            self.unit(f"inputs.{entry.id}", entry.unit)
            if entry.kind == "choice":
                self.choices(entry.id, entry.choices)
            if entry.when:
                self.expression(f"inputs.{entry.id}.when", entry.when, self.names)
            if entry.several:
                for part in entry.default.split(";"):
                    self.expression(f"inputs.{entry.id}.default", part.strip(), (), None)
            elif entry.default and entry.kind in ("number", "numbers"):
                self.expression(f"inputs.{entry.id}.default", entry.default, self.names, None)
            self.names.add(entry.id)
        for name, table in p.tables.items():
            self.basis(f"tables.{name}", table.source)
            if unknown := set(table.by) - self.names:
                self.bad("unknown-name", f"tables.{name}.by", ", ".join(sorted(unknown)), ", ".join(sorted(self.names)))
            if table.kind == "choice":
                self.names.add(name)
        for entry in p.derive:
            self.basis(f"derive.{entry.id}", entry.source)
            self.expression(f"derive.{entry.id}", entry.expr, self.names, entry.source)
            self.unit(f"derive.{entry.id}", entry.unit, entry.show)
            self.names.add(entry.id)
        for check in p.checks:
            self.basis(f"checks.{check.id}", check.source)
            self.expression(f"checks.{check.id}", check.expr, self.names, check.source)
            if check.when:
                self.expression(f"checks.{check.id}.when", check.when, self.names, None)
            if check.field not in (fields := [i.id for i in p.inputs]):
                self.bad("unknown-name", f"checks.{check.id}.field", check.field, ", ".join(fields))
        for name, shown in p.show.items():
            for entry in shown:
                if not known(entry.unit):
                    self.bad("unknown-unit", f"show.{name}", entry.unit, ", ".join(units()))
                if entry.when:
                    self.expression(f"show.{name}.when", entry.when, self.names, None)

    def _item(self, item: Item) -> None:
        self.basis(item.id, item.source)
        if item.when:
            self.expression(f"{item.id}.when", item.when, self.names, None)
        if item.kind == "checklist":
            self.unique(f"{item.id}.questions", [q.id for q in item.questions])
            for question in item.questions:
                self.basis(f"{item.id}.{question.id}", question.basis)
                if question.when:
                    self.expression(f"{item.id}.{question.id}.when", question.when, self.names, None)
            return
        self.unique(f"{item.id}.columns", [c.id for c in item.columns])
        scope = self.names | ROW
        self.expression(f"{item.id}.repeats", item.repeats, self.names, item.source)
        for points in item.points:
            self._points(item, points, scope)
        previous = {f"prev_{c.id}" for c in item.columns if c.start}
        scope |= previous
        for column in item.columns:
            self._column(item, column, scope)
            scope.add(column.id)
        for name in item.listed:
            if name not in (known := [c.id for c in item.columns]):
                self.bad("unknown-column", f"{item.id}.listed", name, ", ".join(known))
        for accept in item.accept:
            self._accept(f"{item.id}.accept", accept, scope)
        for result in item.results:
            self.basis(f"{item.id}.{result.id}", result.basis)
            self.expression(f"{item.id}.{result.id}", result.expr, scope, result.basis)
            for source in filter(None, [result.report, result.when]):
                self.expression(f"{item.id}.{result.id}", source, scope, None)
            self.unit(f"{item.id}.{result.id}", result.unit, result.show)
            scope.add(result.id)
            self.names.add(f"{item.id}_{result.id}")
        for accept in item.judge:
            self._accept(f"{item.id}.judge", accept, scope)

    def _points(self, item: Item, points: Points, scope: set[str]) -> None:
        place = f"{item.id}.points"
        basis = points.basis or item.source
        self.basis(place, points.basis)
        for source in [*points.values, *points.fill]:
            self.expression(place, source, self.names, basis)
        if points.over:
            scope.add(points.over)
        if points.keep:
            self.expression(f"{place}.keep", points.keep, self.names | {points.over}, None)
        if points.when:
            self.expression(f"{place}.when", points.when, self.names, None)
        for row in points.set:
            scope |= set(row)
            for name, source in row.items():
                if name != "position":
                    self.expression(f"{place}.{name}", source, self.names, basis)
        self.unit(place, points.unit)

    def _column(self, item: Item, column: Column, scope: set[str]) -> None:
        place, basis = f"{item.id}.{column.id}", column.basis or item.source
        self.basis(place, column.basis)
        self.unit(place, column.unit, column.show)
        if (column.source == "computed") != bool(column.expr):
            self.bad("no-expression", place, column.source, "expr if computed")
        if column.role and column.role not in self.procedure.roles:
            self.bad("unknown-role", place, column.role, ", ".join(self.procedure.roles))
        if column.kind == "choice":
            self.choices(column.id, column.choices)
        for source in filter(None, [column.expr, column.initial, column.start, column.seconds, column.report]):
            self.expression(place, source, scope, basis)
        for source in filter(None, [column.when, column.low, column.high]):
            self.expression(place, source, scope, basis)

    def _accept(self, place: str, accept: Accept, scope: set[str]) -> None:
        self.basis(place, accept.source)
        if not accept.source:
            self.bad("no-source", place, accept.value, "source")
        if not (accept.limit or accept.low or accept.high):
            self.bad("no-limit", place, accept.value, "limit, low or high")
        if (accept.compare != "full") != bool(accept.interval):
            self.bad("no-interval", place, accept.compare, "interval unless full")
        for source in filter(None, [accept.value, accept.limit, accept.low, accept.high, accept.interval]):
            self.expression(place, source, scope, accept.source)
        if accept.when:
            self.expression(place, accept.when, scope, None)


def found(compiled: Compiled) -> list[Found]:
    """All that is wrong, in the order of the file's meaning."""
    checker = _Checker(compiled)
    checker.run()
    return checker.found


def check(compiled: Compiled) -> None:
    """Raises the first BadProcedure."""
    for first in found(compiled):
        raise first.error
