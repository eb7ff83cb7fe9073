"""The gate in front of every write: a quantity is text, exactly as typed or sent."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

from fieldcal.storage.errors import NotANumberForm

T = TypeVar("T", bound=tuple[object, ...])


def bind(row: T) -> T:
    """Raises NotANumberForm for a float or Decimal: SQLite would store 0.1 for "0.10"."""
    for value in row:
        if isinstance(value, float | Decimal):
            raise NotANumberForm(f"{type(value).__name__} {value}")
    return row
