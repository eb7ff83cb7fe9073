"""Worked cases of the compulsory catalogue: a register of instruments and its rate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from fieldcal.domain.compulsory import judge, rate
from fieldcal.services.compulsory import register
from fieldcal.services.procedures import Library

Case = dict[str, Any]


def _instruments(case: Case, library: Library) -> dict[str, Any]:
    given = case["given"]
    today, convention = date.fromisoformat(given["today"]), str(given.get("convention", ""))
    states = [judge(line, today, convention).state for line in register(given["instruments"])]
    found = rate(states)
    return {
        "states": [str(state) for state in states], "valid": found.valid, "counted": found.counted,
        "unknown": found.unknown, "coverage_pct": found.percent, "verdict": "computed",
    }  # fmt: skip


ITEMS: dict[str, Callable[[Case, Library], dict[str, Any]]] = {"instrument_coverage": _instruments}
