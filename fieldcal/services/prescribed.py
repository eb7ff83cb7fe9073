"""The values that a procedure takes from its regulation, by the source that stands behind each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from msgspec import Struct

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.lines import Path
from fieldcal.domain.procedure import Accept, Input, Item, Procedure, Source, Text
from fieldcal.services.revise import tokens

EFFECTIVE = "effective"  # the days from and to which the file holds: confirmed as a value of its own
PRINTED = "原文"  # how an input asks for a value of the printed text
OPEN = ("not confirmed", "unknown", "not named")  # words of a clause that is none yet


@dataclass(frozen=True)
class Value:
    """One value as it stands in the file; `shown` is empty where none is shipped. `words` in both languages."""

    path: Path
    words: Text
    shown: str
    unit: str = ""
    kind: Literal["number", "rule", "input", "day"] = "rule"


@dataclass
class Entry:
    """What is confirmed in one step."""

    id: str
    source: Source
    values: list[Value] = field(default_factory=list[Value])
    words: Text | None = None  # what it is about; the source's own text has one language


def is_open(clause: str) -> bool:
    """True for a clause that the file itself does not know for sure."""
    return any(word in clause for word in OPEN)


def entries(compiled: Compiled) -> list[Entry]:
    """Every source of the file in its order, after the effective dates."""
    procedure = compiled.procedure
    dates = Source(procedure.regulation, "Effective dates", "C")
    found = {EFFECTIVE: Entry(EFFECTIVE, dates)}
    found |= {name: Entry(name, source) for name, source in procedure.sources.items()}
    known = tokens(compiled.data)
    for name, words in (("valid_from", Text("实施日期", "In force from")), ("valid_to", Text("废止日期", "Until"))):
        found[EFFECTIVE].values.append(Value((name,), words, known.get((name,), ""), kind="day"))
    for source, value in [*_numbers(compiled, known), *_printed(compiled)]:
        if source in found and value.path not in [other.path for other in found[source].values]:
            found[source].values.append(value)
    for name, words in _titles(procedure):
        if name in found and found[name].words is None:
            found[name].words = words
    return list(found.values())


def _titles(procedure: Procedure) -> Iterator[tuple[str, Text]]:
    """What stands first on a source: a rule or value with words of its own, else the item."""
    for one in procedure.derive:
        if one.text is not None:
            yield one.source, one.text
    yield procedure.interval.source, Text("检定周期", "Verification interval")
    for rule in procedure.standards:
        yield rule.source, rule.text
    for check in procedure.checks:
        yield check.source, check.text
    for item in procedure.items:
        yield item.source, item.title
        for rule in [*item.accept, *item.judge]:
            yield rule.source, rule.text or item.title
        for part in [*item.points, *item.columns, *item.results]:
            yield part.basis, item.title


def _numbers(compiled: Compiled, known: dict[Path, str]) -> Iterator[tuple[str, Value]]:
    procedure = compiled.procedure
    for name in ("months", "maximum"):
        words = (
            Text("检定周期（月）", "Interval, months") if name == "months" else Text("最长（月）", "At most, months")
        )
        path: Path = ("interval", name)
        if path in known:
            yield procedure.interval.source, Value(path, words, known[path], kind="number")
    for name, table in procedure.tables.items():
        for path in [p for p in known if p[:3] == ("tables", name, "values") and not _inner(p, known)]:
            yield table.source, Value(path, _cell(procedure, name, path[3:]), known[path], table.unit, "number")
    yield from _plans(procedure, known)
    for path, source, words, unit in _expressions(procedure):
        expr = known.get(path, "")
        if expr and source and compiled.expr(expr).has_numbers:
            kind = "number" if expr.replace(".", "").isdigit() else "rule"
            yield source, Value(path, words, expr, unit, kind)


def _plans(procedure: Procedure, known: dict[Path, str]) -> Iterator[tuple[str, Value]]:
    """The sampling plans of a lot rule; none where it ships empty."""
    names = {"to": ("批量至", "lots up to"), "sample": ("样本量", "sample"), "accept": ("合格判定数", "accept"),
             "reject": ("不合格判定数", "reject")}  # fmt: skip
    for at in range(len(procedure.lot.plans) if procedure.lot else 0):
        for key, (zh, en) in names.items():
            path: Path = ("lot", "plans", at, key)
            if procedure.lot and path in known:
                yield (
                    procedure.lot.source,
                    Value(path, Text(f"{zh} {at + 1}", f"{en} {at + 1}"), known[path], kind="number"),
                )


def _cell(procedure: Procedure, name: str, path: Path) -> Text:
    """Where in a table: the choices of the nameplate, then the number of the row."""
    keys = procedure.tables[name].by
    choices = {(i.id, c.id): c.text for i in procedure.inputs for c in i.choices}
    zh, en = [name], [name]
    for at, part in enumerate(path):
        known = choices.get((keys[at], str(part))) if at < len(keys) else None
        plain = str(part + 1) if isinstance(part, int) else str(part)
        zh.append(known.zh if known else {"to": "上界", "value": "值"}.get(plain, plain))
        en.append(known.en if known else {"to": "up to"}.get(plain, plain))
    return Text(" · ".join(zh), " · ".join(en))


def _inner(path: Path, known: dict[Path, str]) -> bool:
    return known[path][:1] in ("[", "{")


Found = tuple[Path, str, Text, str]


def _expressions(procedure: Procedure) -> Iterator[Found]:
    """Place, source, words and unit of every expression that a source may stand behind."""
    for at, one in enumerate(procedure.derive):
        yield ("derive", at, "expr"), one.source, one.text or Text(one.id, one.id), one.unit
    for at, check in enumerate(procedure.checks):
        yield ("checks", at, "expr"), check.source, check.text, ""
    for at, rule in enumerate(procedure.standards):
        yield ("standards", at, "rule"), rule.source, rule.text, ""
    for at, item in enumerate(procedure.items):
        yield from _of_item(("items", at), item)


def _of_item(base: Path, item: Item) -> Iterator[Found]:
    yield (*base, "repeats"), item.source, _of(item, "次数", "repeats"), ""
    for name, rules in (("accept", item.accept), ("judge", item.judge)):
        for at, rule in enumerate(rules):
            yield from _of_rule((*base, name, at), item, rule)
    for at, column in enumerate(item.columns):
        for key in ("seconds", "expr"):
            words = Text(f"{item.title.zh} · {column.text.zh}", f"{item.title.en} · {column.text.en}")
            yield (*base, "columns", at, key), column.basis or item.source, words, column.unit
    for at, result in enumerate(item.results):
        words = Text(f"{item.title.zh} · {result.text.zh}", f"{item.title.en} · {result.text.en}")
        yield (*base, "results", at, "expr"), result.basis or item.source, words, result.unit
    for at, points in enumerate(item.points):
        for key, listed in (("values", points.values), ("fill", points.fill)):
            for nth in range(len(listed)):
                words = _of(item, f"检定点 {nth + 1}", f"point {nth + 1}")
                yield (*base, "points", at, key, nth), points.basis or item.source, words, points.unit
        for nth, given in enumerate(points.set):
            for key in given:
                path: Path = (*base, "points", at, "set", nth, key)
                yield path, points.basis or item.source, _of(item, f"{key} {nth + 1}", f"{key} {nth + 1}"), ""


def _of_rule(base: Path, item: Item, rule: Accept) -> Iterator[Found]:
    sides = {"limit": ("限值", "limit"), "low": ("下限", "lower limit"), "high": ("上限", "upper limit")}
    for key, (zh, en) in sides.items():
        yield (*base, key), rule.source, _of(item, f"{rule.value} {zh}", f"{rule.value}, {en}"), ""


def _of(item: Item, zh: str, en: str) -> Text:
    return Text(f"{item.title.zh} · {zh}", f"{item.title.en} · {en}")


def _printed(compiled: Compiled) -> Iterator[tuple[str, Value]]:
    """Inputs that ask for the printed text: a default is the value of the whole laboratory."""
    procedure = compiled.procedure
    for at, entry in enumerate(procedure.inputs):
        if PRINTED in entry.text.zh and (source := _source_of(compiled, entry)):
            yield source, Value(("inputs", at, "default"), entry.text, entry.default, entry.unit, "input")


def _source_of(compiled: Compiled, entry: Input) -> str:
    """Of the interval that the input is; else the first source graded X whose rules use it, else the first of any."""
    procedure = compiled.procedure
    if entry.id == procedure.interval.by:
        return procedure.interval.source
    users = [(source, _at(procedure, path)) for path, source, _, _ in _expressions(procedure) if source]
    found = [s for s, expr in users if expr and entry.id in compiled.expr(expr).names]
    unsure = [s for s in found if procedure.sources[s].grade == "X"]
    return (unsure or found or [*_items_with(procedure, entry.id), ""])[0]


def _items_with(procedure: Procedure, name: str) -> list[str]:
    """Sources of the items that use the name anywhere, as in the condition of a point."""
    word = re.compile(rf"\b{name}\b")
    return [item.source for item in procedure.items if any(word.search(text) for text in _strings(item))]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for inner in value:  # pyright: ignore
            yield from _strings(inner)
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))  # pyright: ignore
    elif isinstance(value, Struct) and not isinstance(value, Text):
        yield from _strings([getattr(value, key) for key in value.__struct_fields__])


def _at(procedure: Procedure, path: Path) -> str:
    value: Any = procedure
    for part in path:
        inside = isinstance(part, int) or isinstance(value, dict)
        value = cast("Any", value[part] if inside else getattr(cast("object", value), str(part)))
    return value
