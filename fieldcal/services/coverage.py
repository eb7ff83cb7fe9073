"""What the worked cases of a procedure leave untried: clauses, verdicts of items, conditions, rows of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Band, Compiled
from fieldcal.domain.expression import Expression, Values
from fieldcal.domain.procedure import Item, Procedure, Table, parse
from fieldcal.domain.verdict import Verdict

Branch = tuple[
    str, str, str
]  # ("item", "weighing", "fail"), ("when", "unit == 'kg'", "false"), ("row", "mpe", "III/5")


@dataclass
class Watch:
    """What one procedure was asked while its cases ran."""

    branches: set[Branch] = field(default_factory=set[Branch])
    sources: set[str] = field(default_factory=set[str])
    reads: dict[str, set[str]] = field(default_factory=dict[str, set[str]])  # expression -> names that it looked up


@dataclass(frozen=True)
class Coverage:
    clauses: list[str]
    untried: list[str]  # of the clauses
    branches: list[Branch]
    unreached: list[Branch]

    def as_dict(self) -> dict[str, Any]:
        return {
            "clauses": len(self.clauses), "clauses_untried": self.untried, "branches": len(self.branches),
            "branches_untried": [" ".join(branch) for branch in self.unreached],
        }  # fmt: skip


class _Reader(Mapping[str, Any]):
    """The values of an expression; remembers the names that were really looked up."""

    def __init__(self, values: Values, names: set[str]) -> None:
        self.values_, self.names = values, names

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return self.values_[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


class _Heard(Expression):
    def __init__(self, source: str, functions: Mapping[str, Callable[..., Any]], watch: Watch) -> None:
        super().__init__(source, functions)
        self.watch = watch

    def __call__(self, values: Values) -> Any:
        result = super().__call__(_Reader(values, self.watch.reads.setdefault(self.source, set())))
        if isinstance(result, bool):
            self.watch.branches.add(("when", self.source, "true" if result else "false"))
        return result


class _HeardBand:
    contextual = True

    def __init__(self, band: Band, watch: Watch) -> None:
        self.band, self.watch = band, watch

    def __call__(self, values: Mapping[str, Any], at: Decimal) -> Decimal:
        result = self.band(values, at)
        table, chosen = self.band.table, "/".join(str(values[key]) for key in self.band.table.by)
        rows: Any = table.values
        for key in table.by:
            rows = rows[str(values[key])]
        place = next(i for i, row in enumerate(rows) if "to" not in row or at <= Decimal(str(row["to"])))
        self.watch.branches.add(("row", self.band.name, f"{chosen}[{place + 1}]"))
        self.watch.sources.add(table.source)
        return result


class Watched(Compiled):
    """A procedure that remembers what it was asked."""

    def __init__(self, procedure: Procedure, data: bytes = b"") -> None:
        self.watch = Watch()
        super().__init__(procedure, data)

    def expr(self, source: str) -> Expression:
        if source not in self._cache:
            self._cache[source] = _Heard(source, self._functions, self.watch)
        return self._cache[source]

    def seen(self, item: str, verdict: Verdict, sources: Iterable[str]) -> None:
        self.watch.branches.add(("item", item, str(verdict)))
        if verdict is not Verdict.NOT_DONE:
            self.watch.sources.update(sources)

    def constants(self, values: dict[str, Any]) -> dict[str, Any]:
        found = super().constants(values)
        for name in found:
            chosen = "/".join(str(values[key]) for key in self.procedure.tables[name].by)
            self.watch.branches.add(("row", name, chosen))
        return found

    def _table_functions(self) -> dict[str, Callable[..., Any]]:
        bands = super()._table_functions()
        return {name: _HeardBand(band, self.watch) if isinstance(band, Band) else band for name, band in bands.items()}


def watched(data: bytes, name: str = "") -> Compiled:
    return Watched(parse(data, name), data)


def coverage(compiled: Compiled) -> Coverage:
    """Of a procedure that was loaded by `watched`, after its cases have run."""
    assert isinstance(compiled, Watched)
    procedure, watch = compiled.procedure, compiled.watch
    reached = watch.sources | _through_values(procedure, watch)
    for check in procedure.checks:
        if any((("when", check.expr.strip(), way)) in watch.branches for way in ("true", "false")):
            reached.add(check.source)
    judging = set(_judging(compiled))
    clauses = sorted(name for name in procedure.sources if name in judging)
    branches = list(dict.fromkeys(_branches(procedure)))
    return Coverage(
        clauses,
        [name for name in clauses if name not in reached],
        branches,
        [branch for branch in branches if branch not in watch.branches],
    )


def _through_values(procedure: Procedure, watch: Watch) -> set[str]:
    """Sources of the derived values and tables that expressions of items and checks looked up."""
    derived = {entry.id: entry for entry in procedure.derive}
    own = {entry.expr.strip() for entry in procedure.derive}
    waiting = [name for source, names in watch.reads.items() if source not in own for name in names]
    found: set[str] = set()
    done: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        if name in derived:
            found.add(derived[name].source)
            waiting += watch.reads.get(derived[name].expr.strip(), set())
        elif name in procedure.tables:
            found.add(procedure.tables[name].source)
    return found


def _judging(compiled: Compiled) -> Iterator[str]:
    """Sources that a worked case can reach; those of standards, of the interval and of print belong to the run."""
    p = compiled.procedure
    used = _used(compiled)
    yield from (table.source for name, table in p.tables.items() if name in used)
    yield from (entry.source for entry in p.derive if entry.id in used)
    yield from (check.source for check in p.checks)
    for item in p.items:
        yield item.source
        yield from (accept.source for accept in [*item.accept, *item.judge])
        yield from (entry.basis for entry in [*item.columns, *item.results, *item.questions])


def _used(compiled: Compiled) -> set[str]:
    """Names and tables that the judging expressions lead to."""
    derived = {entry.id: entry.expr for entry in compiled.procedure.derive}
    waiting = [source for source in _expressions(compiled.procedure) if source]
    found: set[str] = set()
    while waiting:
        expression = compiled.expr(waiting.pop())
        fresh = (expression.names | expression.calls) - found
        found |= fresh
        waiting += [derived[name] for name in fresh if name in derived]
    functions = {name: table for table in compiled.procedure.tables for name in found if name.startswith(f"{table}_")}
    return found | set(functions.values())


def _expressions(p: Procedure) -> Iterator[str]:
    yield from _conditions(p)
    yield from (check.expr for check in p.checks)
    for item in p.items:
        yield item.repeats
        for points in item.points:
            yield from [*points.values, *points.fill, points.keep]
            yield from (source for row in points.set for name, source in row.items() if name != "position")
        for column in item.columns:
            yield from [column.expr, column.initial, column.start, column.low, column.high, column.seconds]
        for accept in [*item.accept, *item.judge]:
            yield from [accept.value, accept.limit, accept.low, accept.high, accept.interval]
        yield from (result.expr for result in item.results)


def _branches(p: Procedure) -> Iterator[Branch]:
    for item in p.items:
        yield ("item", item.id, "pass")
        if item.kind == "checklist" or any(not accept.warn for accept in [*item.accept, *item.judge]):
            yield ("item", item.id, "fail")
        if any(accept.compare == "both" and not accept.warn for accept in [*item.accept, *item.judge]):
            yield ("item", item.id, "borderline")
    conditions = [*_conditions(p), *(check.expr for check in p.checks)]
    for source in conditions:
        if source:
            yield ("when", source.strip(), "true")
            yield ("when", source.strip(), "false")
    for name, table in p.tables.items():
        yield from (("row", name, row) for row in _rows(table))


def _conditions(p: Procedure) -> Iterator[str]:
    yield from (entry.when for entry in [*p.inputs, *p.checks])
    for item in p.items:
        yield from _item_conditions(item)


def _item_conditions(item: Item) -> Iterator[str]:
    yield item.when
    parts = [item.points, item.columns, item.accept, item.judge, item.results, item.questions]
    yield from (entry.when for part in parts for entry in part)


def _rows(table: Table) -> Iterator[str]:
    def walk(value: Any, at: tuple[str, ...], depth: int) -> Iterator[str]:
        if depth:
            for key, inner in value.items():
                yield from walk(inner, (*at, key), depth - 1)
        elif table.kind == "choice":
            yield "/".join(at)
        else:
            yield from (f"{'/'.join(at)}[{place}]" for place in range(1, len(value) + 1))

    return walk(table.values, (), len(table.by))
