"""Everything that is wrong in a procedure file at once, each with its line and what is accepted there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

import msgspec

from fieldcal.domain.check import found
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadProcedure
from fieldcal.domain.lines import Path, line_of, lines
from fieldcal.domain.procedure import Procedure

_LISTS = ("inputs", "derive", "checks", "standards")
_TABLES = ("tables", "sources", "show", "roles", "interval", "lot")
_WRITTEN: dict[Any, str] = {str: '"…"', int: "1", bool: "true, false", list: "[ … ]", dict: "{ … }"}
_HEADS: dict[Any, str] = {list: "[[{}]]", dict: "[{}]"}  # of what stands at the top of the file
_AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class Fault:
    """`key` is the path in the file: items[3].columns[1].expr; `line` counts from 1."""

    file: str
    line: int
    key: str
    code: str
    value: str
    accepted: str

    def __str__(self) -> str:
        accepted = f"; accepted: {self.accepted}" if self.accepted else ""
        return f"{self.file}:{self.line}: {self.key}: {self.code}: {self.value!r}{accepted}"


def faults(data: bytes, name: str) -> list[Fault]:
    """Of one file: of its TOML alone, else of its keys and types, else of its names, sources and units."""
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [Fault(name, line, "", "bad-procedure", f"byte {error.start}", "UTF-8")]
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        hit = _AT_LINE.search(str(error))
        line = int(hit[1]) if hit else text.count("\n") + 1
        return [Fault(name, line, "", "bad-procedure", str(error), "TOML 1.0")]
    known = lines(text)

    def fault(path: Path, error: BadProcedure) -> Fault:
        return Fault(name, line_of(known, path), _key(path), error.code, error.value, error.accepted)

    shape = [fault(path, error) for path, error in _shape(table, Procedure, ())]
    if shape:
        return shape
    try:
        compiled = Compiled(msgspec.convert(table, Procedure), data, checked=True)
    except BadProcedure as error:
        return [fault(_place(table, error.field, ""), error)]
    return [fault(_place(table, entry.error.field, entry.text), entry.error) for entry in found(compiled)]


def _key(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _shape(value: Any, kind: Any, path: Path) -> Iterator[tuple[Path, BadProcedure]]:
    """Unknown and missing keys and wrong types, as deep as the types go."""
    try:
        msgspec.convert(value, kind)
        return
    except msgspec.ValidationError as error:
        told = str(error)
    inner = list(_inner(value, kind, path))
    if inner:
        yield from inner
    else:
        yield path, BadProcedure("wrong-type", field=_key(path), value=_short(value), accepted=_accepted(kind, told))


def _inner(value: Any, kind: Any, path: Path) -> Iterator[tuple[Path, BadProcedure]]:
    if get_origin(kind) is list and isinstance(value, list):
        for place, element in enumerate(cast("list[Any]", value)):
            yield from _shape(element, get_args(kind)[0], (*path, place))
    elif get_origin(kind) is dict and isinstance(value, dict):
        for key, element in cast("dict[str, Any]", value).items():
            yield from _shape(element, get_args(kind)[1], (*path, key))
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
        yield from _struct(cast("dict[str, Any]", value), kind, path)
    elif _optional(kind) is not None:
        yield from _inner(value, _optional(kind), path)


def _optional(kind: Any) -> Any:
    """T of `T | None`."""
    own = [part for part in get_args(kind) if isinstance(part, type) and issubclass(part, msgspec.Struct)]
    return own[0] if len(own) == 1 and get_origin(kind) not in (list, dict) else None


def _struct(value: dict[str, Any], kind: type[msgspec.Struct], path: Path) -> Iterator[tuple[Path, BadProcedure]]:
    fields = {entry.name: entry for entry in msgspec.structs.fields(kind)}
    types = get_type_hints(kind)
    for name in value.keys() - fields.keys():
        yield (*path, name), BadProcedure("unknown-key", field=name, value=name, accepted=", ".join(fields))
    for name, entry in fields.items():
        if name in value:
            yield from _shape(value[name], types[name], (*path, name))
        elif entry.required:
            head = "" if path else _HEADS.get(get_origin(types[name]), "").format(name)
            yield path, BadProcedure("missing-key", field=name, value=name, accepted=_accepted(types[name], head))


def _accepted(kind: Any, told: str) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(str(word) for word in get_args(kind))
    return told or _toml(kind)


def _toml(kind: Any) -> str:
    """How a value of this type is written."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        needed = [entry.name for entry in msgspec.structs.fields(kind) if entry.required]
        return "{ " + ", ".join(f"{name} = …" for name in needed) + " }"
    return _WRITTEN.get(get_origin(kind) or kind, f"{kind}")


def _short(value: Any) -> str:
    told = str(value)
    return told if len(told) <= 60 else f"{told[:60]}…"


def _place(table: dict[str, Any], field: str, text: str) -> Path:
    """Where the checker's place ("weighing.mpe", "inputs.max.default") stands, narrowed to the words that are wrong."""
    path = _entry(table, field.split("."))
    block: Any = table
    for part in path:
        block = block[part]
    return next((leaf for leaf, value in _leaves(block, path) if text and str(value) == text), path)


def _entry(table: dict[str, Any], parts: list[str]) -> Path:
    head, rest = parts[0], parts[1:]
    path: Path = (head,)
    if head in _TABLES:
        return (head, rest[0]) if rest and rest[0] in table[head] else path
    if head not in _LISTS:
        path, rest = ("items",), parts
    block: Any = table.get(str(path[0]), {})
    for part in rest:
        found = _named(block, part)
        if found is None:
            break
        path = (*path, *found)
        for step in found:
            block = block[step]
    return path


def _named(block: Any, part: str) -> Path | None:
    """A key of a table, an element with this id, or such an element of one of the table's lists."""
    if isinstance(block, list):
        for place, entry in enumerate(cast("list[Any]", block)):
            if isinstance(entry, dict) and part in (entry.get("id"), entry.get("role")):  # pyright: ignore
                return (place,)
    elif isinstance(block, dict):
        own = cast("dict[str, Any]", block)
        if part in own:
            return (part,)
        for key, inner in own.items():
            if isinstance(inner, list) and (found := _named(inner, part)) is not None:
                return (key, *found)
    return None


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(cast("list[Any]", value)):
            yield from _leaves(inner, (*path, place))
    else:
        yield path, value
