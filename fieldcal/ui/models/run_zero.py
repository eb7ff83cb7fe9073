"""Near zero, while small weights are added: the load that leaves zero tracking, and whether it swallows them."""

from __future__ import annotations

from decimal import Decimal

from fieldcal.domain import zeroing
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import DomainError
from fieldcal.domain.plate import shown_unit
from fieldcal.domain.procedure import Column
from fieldcal.domain.quantity import number
from fieldcal.domain.units import convert
from fieldcal.services.capture import Live
from fieldcal.ui.models.run_draft import Draft, Entry

UNKNOWN = "unknown"


def small(made: Draft) -> Column | None:
    """The column of the small weights, while it is still open."""
    return next((c for c in made.open() if c.basis == "small"), None)


def escape(compiled: Compiled, made: Draft | None) -> tuple[str, Decimal, str] | None:
    """(what the plate says of zero tracking, load, unit): about 10 e where the load is free to choose and too small."""
    load = next((c for c in made.columns if c.id == "load" and c.source == "entered"), None) if made else None
    if made is None or load is None or not any(c.basis == "small" for c in made.columns):
        return None
    names = made.outcome.values
    tracks, now, e = str(names.get("zero_tracking", UNKNOWN)), _load(made, load), names.get("e_used")
    wanted = zeroing.escape(now, e) if isinstance(e, Decimal) and tracks != "no" else None
    if wanted is None:
        return None
    unit = shown_unit(compiled, load.unit, load.show, names)
    return tracks, convert(wanted, load.unit, unit), unit


def swallowed(made: Draft | None, live: Live) -> tuple[Decimal, str] | None:
    """(what was added, its unit) where the display should have stepped by now."""
    column = small(made) if made else None
    if made is None or column is None:
        return None
    entry, e = made.entries.get(column.id), made.outcome.values.get("e_used")
    added = _added(column, entry) if entry and not entry.default else None
    if added is None or not isinstance(e, Decimal):
        return None
    load = made.outcome.values.get("load")
    still = zeroing.swallowed(load if isinstance(load, Decimal) else Decimal(0), live.value, added, e)
    return (
        (convert(added, column.unit, entry.unit or column.unit), entry.unit or column.unit) if still and entry else None
    )


def _load(made: Draft, column: Column) -> Decimal:
    value = made.outcome.values.get(column.id)
    return value if isinstance(value, Decimal) else Decimal(0)


def _added(column: Column, entry: Entry) -> Decimal | None:
    try:
        return convert(number(entry.text), entry.unit or column.unit, column.unit)
    except DomainError:
        return None
