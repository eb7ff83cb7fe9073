"""A revision of a procedure file: some values changed, every other byte kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadInput
from fieldcal.domain.lines import Path, spans

_NUMERAL = re.compile(r"(?<![A-Za-z0-9_.])\d+(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)


def place(path: Path) -> str:
    """A path as the journal keeps it."""
    return ".".join(str(part) for part in path)


def path_of(text: str) -> Path:
    return tuple(int(part) if part.isdigit() else part for part in text.split("."))


def same_rule(before: str, after: str) -> bool:
    """True when nothing but numerals differs: a laboratory corrects values, it does not rewrite formulas."""
    return _NUMERAL.sub("#", before).split() == _NUMERAL.sub("#", after).split()


def is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def tokens(data: bytes) -> dict[Path, str]:
    """Every value as it stands in the file, text without its quotes."""
    text = data.decode("utf-8")
    return {path: _bare(text[start:end]) for path, (start, end) in spans(text).items()}


def _bare(token: str) -> str:
    return str(tomllib.loads(f"v = {token}")["v"]) if token[:1] in "\"'" else token


def revise(compiled: Compiled, changes: Mapping[Path, str], revision: int) -> Compiled:
    """The file with these values and this revision number, checked by the engine.

    Raises BadProcedure where it refuses, BadInput `bad-correction` where anything else would change with it.
    """
    wanted = {**changes, ("revision",): str(revision)}
    text = compiled.data.decode("utf-8")
    known = spans(text)
    edits = [_edit(text, known, path, value) for path, value in wanted.items()]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    made = text.encode("utf-8")
    _only(compiled.data, made, wanted)
    return load(made, compiled.procedure.id)


def _edit(text: str, known: Mapping[Path, tuple[int, int]], path: Path, value: str) -> tuple[int, int, str]:
    if path in known:
        start, end = known[path]
        quoted = text[start] in "\"'"
        return start, end, _quoted(value) if quoted else _plain(path, value)
    beside = (*path[:-1], "id")
    if beside not in known:
        raise BadInput("bad-correction", field=place(path), value=value, accepted="a value of the file")
    line_end = text.find("\n", known[beside][1])
    at = len(text) if line_end < 0 else line_end
    return at, at, f"\n{path[-1]} = {_quoted(value)}"


def _plain(path: Path, value: str) -> str:
    if not is_number(value):
        raise BadInput("not-a-number", field=place(path), value=value, accepted="a decimal number")
    return value


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _only(before: bytes, after: bytes, wanted: Mapping[Path, str]) -> None:
    """Reads both files back: the wanted places hold the wanted values and nothing else differs."""
    old, new = (_leaves(tomllib.loads(data.decode("utf-8"), parse_float=Decimal)) for data in (before, after))
    for path in old.keys() | new.keys():
        if path in wanted:
            holds = path in new and str(new[path]) == wanted[path]
        else:
            holds = old.get(path) == new.get(path)
        if not holds:
            raise BadInput("bad-correction", field=place(path), value=wanted.get(path, ""), accepted="one value")


def _leaves(value: Any, path: Path = ()) -> dict[Path, Any]:
    pairs: list[tuple[Any, Any]]
    if isinstance(value, dict):
        pairs = list(value.items())  # pyright: ignore
    elif isinstance(value, list):
        pairs = list(enumerate(value))  # pyright: ignore
    else:
        return {path: value}
    out: dict[Path, Any] = {}
    for key, inner in pairs:
        out |= _leaves(inner, (*path, key))
    return out
