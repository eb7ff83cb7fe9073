"""The procedure files at hand, compiled and checked; a broken file is reported and never stops the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadProcedure


def _key(regulation: str) -> str:
    return re.sub(r"\s+", "", regulation).casefold()


class Library:
    """Files of later folders win over earlier ones of the same procedure id. `errors` is keyed by file."""

    def __init__(self, folders: Iterable[Path], load: Callable[[bytes, str], Compiled] = load) -> None:
        self._make = load
        self.errors: dict[Path, BadProcedure | OSError] = {}
        self._by_id: dict[str, Compiled] = {}
        self._by_regulation: dict[str, Compiled] = {}
        for folder in folders:
            for path in sorted(folder.glob("*.toml")):
                self._load(path)
        for compiled in self._by_id.values():
            for alias in compiled.procedure.aliases:
                self._by_regulation.setdefault(_key(alias), compiled)
        # A regulation's own file wins over one that merely names it as an alias.
        self._by_regulation |= {_key(c.procedure.regulation): c for c in self._by_id.values()}

    def _load(self, path: Path) -> None:
        try:
            compiled = self._make(path.read_bytes(), path.name)
        except (BadProcedure, OSError) as error:
            self.errors[path] = error
        else:
            self._by_id[compiled.procedure.id] = compiled

    def put(self, compiled: Compiled) -> None:
        """One more, or another revision of one, beside the files."""
        self._by_id[compiled.procedure.id] = compiled
        self._by_regulation[_key(compiled.procedure.regulation)] = compiled

    def get(self, name: str) -> Compiled:
        """Raises BadProcedure `unknown-procedure`."""
        if name not in self._by_id:
            raise BadProcedure("unknown-procedure", field="procedure", value=name, accepted=", ".join(self._by_id))
        return self._by_id[name]

    def for_regulation(self, name: str) -> Compiled | None:
        """By regulation or alias, spaces and case ignored."""
        return self._by_regulation.get(_key(name))

    def all(self) -> list[Compiled]:
        return list(self._by_id.values())
