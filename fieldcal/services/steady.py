"""Which items of a procedure have the same rows in another revision, for the same inputs."""

from __future__ import annotations

from collections.abc import Iterator

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.procedure import Item, Procedure


def steady(old: Compiled, new: Compiled) -> set[str]:
    """Their points and repeats are written the same, and so is all that these stand on."""
    changed = _changed(old, new)
    before = {item.id: item for item in old.procedure.items}
    return {
        item.id
        for item in new.procedure.items
        if item.id in before
        and (item.points, item.repeats) == (before[item.id].points, before[item.id].repeats)
        and not any(_uses(new, source, changed) for source in _layout(item))
    }


def _changed(old: Compiled, new: Compiled) -> set[str]:
    """Names that may stand for something else; results of items always may."""
    a, b = old.procedure, new.procedure
    changed = {f"{item.id}_{result.id}" for item in b.items for result in item.results}
    for one, other in ((a.inputs, b.inputs), (a.derive, b.derive)):
        was, now = {entry.id: entry for entry in one}, {entry.id: entry for entry in other}
        changed |= {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    changed |= {name for name in a.tables.keys() | b.tables.keys() if a.tables.get(name) != b.tables.get(name)}
    while fresh := _reached(new, changed) - changed:
        changed |= fresh
    return changed


def _reached(new: Compiled, changed: set[str]) -> set[str]:
    p: Procedure = new.procedure
    derived = {entry.id for entry in p.derive if _uses(new, entry.expr, changed)}
    asked = {entry.id for entry in p.inputs if entry.when and _uses(new, entry.when, changed)}
    return derived | asked | {name for name, table in p.tables.items() if changed & set(table.by)}


def _uses(compiled: Compiled, source: str, changed: set[str]) -> bool:
    expression = compiled.expr(source)
    named = expression.names | expression.calls
    return bool(named & changed) or any(call.startswith(f"{name}_") for call in expression.calls for name in changed)


def _layout(item: Item) -> Iterator[str]:
    yield item.repeats
    for points in item.points:
        yield from filter(None, [*points.values, *points.fill, points.keep, points.when])
        yield from (source for row in points.set for name, source in row.items() if name != "position")
