"""The shipped texts and tokens: sections, one value a line. Reading them so is several times faster than parsing
all of TOML in Python, and they are read before the first page; what is not that simple goes to tomllib."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """As tomllib reads it."""
    text = path.read_text("utf-8")
    top: dict[str, Any] = {}
    table = top
    for line in text.splitlines():
        if not line or line[0] == "#":
            continue
        if line[0] == "[":
            table = top
            for name in line[1:].partition("]")[0].split("."):
                table = table.setdefault(name, {})
            continue
        name, _, rest = line.partition("=")
        value = plain(rest.strip())
        if value is None:
            return _all(text)
        table[name.strip()] = value
    return top


def plain(text: str) -> str | int | float | None:
    """A string without escapes or a number, with or without a comment behind it; None for anything else."""
    if text[:1] == '"':
        value, _, behind = text[1:].partition('"')
        return value if "\\" not in value and behind.strip()[:1] in ("", "#") else None
    number = text.partition("#")[0].strip()
    digits = number.removeprefix("-").replace(".", "", 1)
    if not digits.isdecimal():
        return None
    return float(number) if "." in number else int(number)


def _all(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)
