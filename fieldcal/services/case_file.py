"""The JSON of a cases file: numbers stay text from the file on, and what cannot be trusted is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from fieldcal.domain.errors import BadInput

DEEPEST = 40  # levels; a real case has five
_EXPONENT = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d{1,2}", re.ASCII)  # three digits would be astronomy


def bad(field: str, value: object, accepted: str) -> BadInput:
    told = str(value)
    return BadInput(
        "bad-cases-file", field=field, value=told if len(told) <= 80 else f"{told[:80]}…", accepted=accepted
    )


def read_json(source: Path | bytes) -> Any:
    """The table with every number as the text that stands in the file. Raises BadInput `bad-cases-file`."""
    name = "file" if isinstance(source, bytes) else str(source)
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
        table = json.loads(
            data.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once
        )
    except OSError as error:
        raise bad(name, error.strerror or error, "a readable file") from error
    except UnicodeDecodeError as error:
        raise bad(name, f"byte {error.start}", "JSON in UTF-8") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise bad(name, error, "JSON in UTF-8") from error
    _walk(table, lambda text: text)
    return table


def spelt_out(table: Any) -> Any:
    """Numbers with an exponent written in full: 1.5e3 becomes 1500."""
    return _walk(table, lambda text: format(Decimal(text), "f") if _EXPONENT.fullmatch(text) else text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name: nobody could say which was meant."""
    names = [name for name, _ in pairs]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise bad(twice, "2 x", "each name once")
    return dict(pairs)


def _walk(value: Any, change: Callable[[str], str], depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise bad("file", f"> {DEEPEST}", f"not deeper than {DEEPEST} levels")
    if isinstance(value, dict):
        return {key: _walk(inner, change, depth + 1) for key, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_walk(inner, change, depth + 1) for inner in cast("list[Any]", value)]
    return change(value) if isinstance(value, str) else value
