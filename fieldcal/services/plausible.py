"""What can stand in a cell at all: one of its choices, or a number within the bounds of the procedure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput
from fieldcal.domain.procedure import Column
from fieldcal.domain.quantity import number, show, span
from fieldcal.domain.units import convert


def plausible(compiled: Compiled, column: Column, names: Mapping[str, Any], text: str, unit: str) -> None:
    """`names` are the values of the row. Raises BadInput `bad-choice`, `wrong-unit` or `out-of-range`."""
    if column.kind == "choice":
        ids = [choice.id for choice in column.choices]
        if text not in ids:
            raise BadInput("bad-choice", field=column.id, value=text, accepted=", ".join(ids))
        return
    value = convert(number(text, column.id), unit or column.unit, column.unit, column.id)
    low = compiled.expr(column.low)(names) if column.low else None
    high = compiled.expr(column.high)(names) if column.high else None
    if (low is not None and value < low) or (high is not None and value > high):
        told, accepted = f"{show(value)} {column.unit}".strip(), span(low, high, column.unit)
        raise BadInput("out-of-range", field=column.id, value=told, accepted=accepted)
