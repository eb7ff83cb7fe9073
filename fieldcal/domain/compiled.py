"""A procedure ready to run: every expression parsed, every name resolved, every source present."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from fieldcal.domain.check import check
from fieldcal.domain.errors import BadProcedure
from fieldcal.domain.expression import Expression
from fieldcal.domain.procedure import Procedure, Table, digest, parse
from fieldcal.domain.verdict import Verdict

Names = dict[str, Any]


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise BadProcedure(field="table", value=value, accepted="number")
    if isinstance(value, int | str):
        return Decimal(value)
    return [_number(v) for v in value] if isinstance(value, list) else value  # pyright: ignore


def leaf(table: Table, name: str, values: Mapping[str, Any]) -> Any:
    """The entry of `table` for the run's inputs. Raises BadProcedure when the choice has none."""
    found: Any = table.values
    for key in table.by:
        choice = str(values[key])
        if choice not in found:
            raise BadProcedure("no-table-entry", field=f"{name}.{key}", value=choice, accepted=", ".join(found))
        found = found[choice]
    return found


def band(rows: list[dict[str, Any]], at: Decimal, key: str) -> Decimal:
    """Value of the first band whose inclusive upper bound is not below `at`; the last may be open."""
    for row in rows:
        if "to" not in row or at <= _number(row["to"]):
            return _number(row[key])
    raise ValueError(f"{at} is above the last band")


class Compiled:
    """Raises BadProcedure from the constructor with the place and the accepted names, unless it is `checked` later."""

    def __init__(self, procedure: Procedure, data: bytes = b"", checked: bool = False) -> None:
        self.procedure, self.data, self.sha256 = procedure, data, digest(data)
        self._functions = self._table_functions()
        self._cache: dict[str, Expression] = {}
        if not checked:
            check(self)

    def expr(self, source: str) -> Expression:
        if source not in self._cache:
            self._cache[source] = Expression(source, self._functions)
        return self._cache[source]

    def seen(self, item: str, verdict: Verdict, sources: Iterable[str]) -> None:
        """Told of every item that was judged and the sources that had a part; who measures worked cases listens."""

    def _table_functions(self) -> dict[str, Callable[..., Any]]:
        functions: dict[str, Callable[..., Any]] = {}
        for name, table in self.procedure.tables.items():
            if table.kind == "bands":
                for key in band_keys(table, name):
                    functions[name if key == "value" else f"{name}_{key}"] = Band(name, table, key)
        return functions

    def constants(self, values: Names) -> Names:
        """Names that tables of kind `choice` give for these inputs."""
        return {
            name: _number(leaf(table, name, values))
            for name, table in self.procedure.tables.items()
            if table.kind == "choice" and all(key in values for key in table.by)
        }


class Band:
    """A banded table as a function; the run's inputs choose the set of bands."""

    contextual = True

    def __init__(self, name: str, table: Table, key: str) -> None:
        self.name, self.table, self.key = name, table, key

    def __call__(self, values: Mapping[str, Any], at: Decimal) -> Decimal:
        return band(leaf(self.table, self.name, values), at, self.key)


def band_keys(table: Table, name: str) -> list[str]:
    """What a band gives beside its bound. Raises BadProcedure `bad-table`."""
    rows: Any = table.values
    while isinstance(rows, dict) and rows:
        rows = next(iter(rows.values()))  # pyright: ignore
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):  # pyright: ignore
        raise BadProcedure("bad-table", field=f"tables.{name}", value=rows, accepted="[{to=1,value=2}]")  # pyright: ignore
    return sorted({key for row in rows for key in row if key != "to"})  # pyright: ignore


def load(data: bytes, name: str = "") -> Compiled:
    """Read, type and check a procedure file in full."""
    return Compiled(parse(data, name), data)
