"""Worked cases of the compulsory catalogue: a register of instruments and its rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from fieldcal.domain.compulsory import Registered, judge, rate
from fieldcal.domain.errors import BadInput
from fieldcal.services.compulsory import shipped
from fieldcal.services.procedures import Library

Case = dict[str, Any]


def register(given: Mapping[str, Any]) -> list[Registered]:
    """Lines of a register as text. Raises BadInput for a key or value that is not known."""
    months = {row.id: row.months for row in shipped().rotation}
    try:
        return [msgspec.convert(_with_months(line, months), Registered) for line in given["instruments"]]
    except msgspec.ValidationError as error:
        raise BadInput("bad-choice", field="instruments", value=error) from error


def _with_months(line: Mapping[str, Any], months: Mapping[str, int]) -> dict[str, Any]:
    """`rotation` names a shipped period."""
    told = dict(line)
    if (name := told.pop("rotation", None)) is not None:
        if name not in months:
            raise BadInput("bad-choice", field="rotation", value=name, accepted=", ".join(months))
        told["rotation_months"] = months[name]
    return told


def _instruments(case: Case, library: Library) -> dict[str, Any]:
    given = case["given"]
    today, convention = date.fromisoformat(given["today"]), str(given.get("convention", ""))
    states = [judge(line, today, convention).state for line in register(given)]
    found = rate(states)
    return {
        "states": [str(state) for state in states], "valid": found.valid, "counted": found.counted,
        "unknown": found.unknown, "coverage_pct": found.percent, "verdict": "computed",
    }  # fmt: skip


ITEMS: dict[str, Callable[[Case, Library], dict[str, Any]]] = {"instrument_coverage": _instruments}
