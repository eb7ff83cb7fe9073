"""On which line of a TOML file a key stands; the reader of the standard library does not say."""

from __future__ import annotations

import re
from collections import Counter

Path = tuple[str | int, ...]
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRINGS = ('"""', "'''", '"', "'")


class _Scanner:
    """Reads a file that is known to be TOML; every path it meets gets the line of its key or element."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.lines: dict[Path, int] = {}
        self.spans: dict[Path, tuple[int, int]] = {}
        self.tables: Counter[Path] = Counter()

    def document(self) -> dict[Path, int]:
        table: Path = ()
        self._skip()
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self._header(2)
                table = (*table, self._next(table))
                self._mark(table)
            elif self.text[self.at] == "[":
                table = self._header(1)
                self._mark(table)
            else:
                self._pair(table)
            self._skip()
        return self.lines

    def _next(self, table: Path) -> int:
        self.tables[table] += 1
        return self.tables[table] - 1

    def _mark(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _header(self, brackets: int) -> Path:
        self.at += brackets
        parts = self._key()
        self._skip()
        self.at += brackets
        return self._below(parts)

    def _below(self, parts: list[str]) -> Path:
        """`[a.b]` after `[[a]]` lies in the last element of a."""
        out: Path = ()
        for part in parts[:-1]:
            out = (*out, part)
            if count := self.tables[out]:
                out = (*out, count - 1)
        return (*out, *parts[-1:])

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip()
            if self.text[self.at] in "\"'":
                start = self.at
                self._string()
                parts.append(self.text[start + 1 : self.at - 1])
            else:
                hit = _BARE.match(self.text, self.at)
                if hit is None:
                    raise ValueError(f"no key at {self.at}")
                parts.append(hit[0])
                self.at = hit.end()
            self._skip()
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _pair(self, table: Path) -> None:
        start = self.at
        path: Path = (*table, *self._key())
        self.lines.setdefault(path, self.text.count("\n", 0, start) + 1)
        self.at += 1  # the equals sign
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        self._mark(path)
        start, opening = self.at, self.text[self.at]
        if opening in "\"'":
            self._string()
        elif opening in "[{":
            self._inside(path, "]" if opening == "[" else "}")
        else:
            hit = _SCALAR.match(self.text, self.at)
            self.at = hit.end() if hit else self.at
        self.spans[path] = (start, start + len(self.text[start : self.at].rstrip()))

    def _inside(self, path: Path, closing: str) -> None:
        self.at += 1
        place = 0
        self._skip()
        while self.text[self.at] != closing:
            if closing == "]":
                self._value((*path, place))
            else:
                self._pair(path)
            place += 1
            self._skip()
            if self.text[self.at] == ",":
                self.at += 1
                self._skip()
        self.at += 1

    def _string(self) -> None:
        quote = next(mark for mark in _STRINGS if self.text.startswith(mark, self.at))
        self.at += len(quote)
        while not self.text.startswith(quote, self.at):
            self.at += 2 if self.text[self.at] == "\\" and quote[0] == '"' else 1
        self.at += len(quote)


def lines(text: str) -> dict[Path, int]:
    """Line, from 1, of every table, key and element by its path: ("items", 3, "columns", 0, "id")."""
    return _Scanner(text).document()


def spans(text: str) -> dict[Path, tuple[int, int]]:
    """Where the value of every key and element begins and ends, quotes and brackets with it."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.spans


def line_of(known: dict[Path, int], path: Path) -> int:
    """Of the path, or of the nearest thing around it that has a line; the first line at worst."""
    while path and path not in known:
        path = path[:-1]
    return known.get(path, 1)
