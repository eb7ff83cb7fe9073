"""The procedure files at hand, each compiled and checked when it is first asked for; a broken file is reported and
never stops the others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadProcedure
from fieldcal.domain.procedure import digest

_TABLE = re.compile(rb"^\[", re.MULTILINE)


def _key(regulation: str) -> str:
    return re.sub(r"\s+", "", regulation).casefold()


@dataclass(frozen=True)
class Header:
    """What stands above the first table of a file; nothing in it is checked yet."""

    id: str
    regulation: str
    aliases: tuple[str, ...]
    valid_from: str
    sha256: str


@dataclass(frozen=True)
class _File:
    path: Path
    data: bytes
    header: Header


BESIDE = Path()  # of what was put there and lies in no folder


def _same(old: list[_File], new: list[_File]) -> bool:
    return bool(old and new) and old[-1].data == new[-1].data


class Library:
    """Files of later folders win over earlier ones of the same procedure id. Safe to ask from any thread."""

    def __init__(self, folders: Iterable[Path], load: Callable[[bytes, str], Compiled] = load) -> None:
        self._folders, self._make, self._lock = list(folders), load, RLock()
        self._errors: dict[Path, BadProcedure | OSError] = {}
        self._files: dict[str, list[_File]] = {}  # by id, the one that wins last
        self._by_id: dict[str, Compiled] = {}
        for folder in self._folders:
            for path in sorted(folder.glob("*.toml")):
                self._find(path)

    def reread(self) -> None:
        """What authors changed, added or removed since; a file with the same bytes is not compiled again."""
        fresh = Library(self._folders, self._make)
        with self._lock:
            for name, files in self._files.items():
                if files[-1].path == BESIDE:
                    fresh._files[name] = files
                if name in self._by_id and _same(files, fresh._files.get(name, [])):
                    fresh._by_id[name] = self._by_id[name]
            self._errors, self._files, self._by_id = fresh._errors, fresh._files, fresh._by_id

    def _find(self, path: Path) -> None:
        """A file whose header cannot be read for itself is compiled at once, which says what is wrong with it."""
        try:
            data = path.read_bytes()
            header = read_header(data)
            if header is None:
                header = header_of(self._make(data, path.name))
        except (BadProcedure, OSError) as error:
            self._errors[path] = error
        else:
            self._files.setdefault(header.id, []).append(_File(path, data, header))

    @property
    def errors(self) -> dict[Path, BadProcedure | OSError]:
        """By file; compiles all of them."""
        self.all()
        return self._errors

    def put(self, compiled: Compiled) -> None:
        """One more, or another revision of one, beside the files."""
        with self._lock:
            self._by_id[compiled.procedure.id] = compiled
            self._files[compiled.procedure.id] = [_File(BESIDE, compiled.data, header_of(compiled))]

    def __contains__(self, name: str) -> bool:
        return self._compiled(name) is not None

    def having(self, compiled: Compiled) -> Library:
        """A copy in which `compiled` stands for the procedure of its id."""
        made = Library([], self._make)
        made._by_id, made._errors = dict(self._by_id), dict(self._errors)
        made._files = {name: list(files) for name, files in self._files.items()}
        made.put(compiled)
        return made

    def get(self, name: str) -> Compiled:
        """Raises BadProcedure: `unknown-procedure`, or what is wrong in the only file of this name."""
        found = self._compiled(name)
        if found is None:
            for path, error in self._errors.items():
                if path.stem == name and isinstance(error, BadProcedure):
                    raise error
            raise BadProcedure("unknown-procedure", field="procedure", value=name, accepted=", ".join(self._files))
        return found

    def _compiled(self, name: str) -> Compiled | None:
        with self._lock:
            while name in self._files and name not in self._by_id:
                file = self._files[name][-1]
                try:
                    self._by_id[name] = self._make(file.data, file.path.name)
                except BadProcedure as error:
                    self._errors[file.path] = error
                    self._drop(name)
            return self._by_id.get(name)

    def _drop(self, name: str) -> None:
        """The last file of this id; an earlier folder's takes its place."""
        del self._files[name][-1]
        if not self._files[name]:
            del self._files[name]

    def _headers(self) -> Iterator[Header]:
        return (files[-1].header for files in list(self._files.values()))

    def for_regulation(self, name: str) -> Compiled | None:
        """By regulation or alias, spaces and case ignored; its own file wins over one that has it as an alias."""
        key = _key(name)
        own = [one.id for one in self._headers() if key == _key(one.regulation)]
        named = [one.id for one in self._headers() if key in map(_key, one.aliases)]
        for found in [*reversed(own), *named]:
            if (compiled := self._compiled(found)) is not None:
                return compiled
        return None

    def by_hash(self, sha256: str) -> Compiled | None:
        """The file with exactly these bytes, if it is one that `get` gives."""
        for header in self._headers():
            if header.sha256 == sha256:
                found = self._compiled(header.id)
                return found if found is not None and found.sha256 == sha256 else None
        return None

    def superseding(self) -> list[Compiled]:
        """Those that take instruments over from another procedure; only files that can be are compiled for it."""
        names = [name for name, files in list(self._files.items()) if b"supersedes" in files[-1].data]
        return [found for name in names if (found := self._compiled(name)) and found.procedure.supersedes]

    def begun(self, day: date) -> list[Compiled]:
        """Those whose own date of effect has come."""
        names = [h.id for h in self._headers() if h.valid_from and date.fromisoformat(h.valid_from) <= day]
        return [found for name in names if (found := self._compiled(name)) is not None]

    def all(self) -> list[Compiled]:
        """Compiles whatever was not asked for yet: half a second for the shipped ones."""
        return [found for name in list(self._files) if (found := self._compiled(name)) is not None]


def header_of(compiled: Compiled) -> Header:
    p = compiled.procedure
    return Header(p.id, p.regulation, tuple(p.aliases), p.valid_from, compiled.sha256)


def read_header(data: bytes) -> Header | None:
    """The keys above the first table, without reading the tables; None where they do not stand alone."""
    first = _TABLE.search(data)
    try:
        table: dict[str, Any] = tomllib.loads(data[: first.start() if first else len(data)].decode("utf-8"))
        made = Header(
            table["id"], table["regulation"], tuple(table.get("aliases", ())), table.get("valid_from", ""), digest(data)
        )
        date.fromisoformat(made.valid_from or "2000-01-01")
    except (ValueError, KeyError, TypeError):
        return None
    texts = (made.id, made.regulation, *made.aliases)
    return made if all(isinstance(text, str) for text in texts) else None  # pyright: ignore
