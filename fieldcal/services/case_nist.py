"""Worked cases of US motor-fuel dispensers: minus is short delivery; acceptance and maintenance tolerances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fieldcal.domain.compiled import Names
from fieldcal.domain.errors import BadInput
from fieldcal.domain.evaluate import reported
from fieldcal.domain.quantity import number
from fieldcal.services.case_kinds import KindBench, word
from fieldcal.services.procedures import Library

Case = Mapping[str, Any]
Out = dict[str, Any]
PROCEDURE = "nist-hb44-3-30"
PLATE = {"draft_gal": "draft", "accuracy_class": "accuracy_class"}
KINDS = {"acceptance": "first", "maintenance": "in_use"}
LEAST = 3  # fewer deliveries have no repeatability in the case's answer


def nist_test(case: Case, library: Library) -> Out:
    given: Mapping[str, Any] = {"accuracy_class": "0.5", **case.get("instrument", {}), **case["given"]}
    plate = {name: given[key] for key, name in PLATE.items() if key in given}
    bench = KindBench(library, PROCEDURE, _kind(case, given), plate)
    special = str(given.get("test", "normal")).startswith("special")
    name = "special" if special else "normal"
    table: list[tuple[Names, Names]] = [
        ({}, {"delta": number(str(raw), "delivered_minus_indicated_in3")}) for raw in _deltas(given)
    ]
    outcome = bench.run(name, table)
    column = next(c for c in bench.compiled.procedure.item(name).columns if c.id == "error_percent")
    out: Out = {
        "volume_in3": bench.values["volume"],
        "tolerance_in3": bench.values["special_tolerance" if special else "tolerance"],
        "error_percent": [
            reported(bench.compiled, row.values["error_percent"], column.report, bench.values) for row in outcome.rows
        ],
        "verdict": word(outcome.verdict),
    }
    if len(table) >= LEAST and not special:
        out |= {"range_in3": outcome.results["range_in3"], "repeatability_limit_in3": bench.values["range_limit"]}
    return out


def _kind(case: Case, given: Mapping[str, Any]) -> str:
    """The tolerance named on the case wins; a later verification of a device in service has maintenance tolerances."""
    stated = str(given.get("tolerance", ""))
    return KINDS.get(stated, "first" if case.get("kind", "first") == "first" else "in_use")


def _deltas(given: Mapping[str, Any]) -> list[Any]:
    raw = given.get("delivered_minus_indicated_in3")
    if raw is None or raw == []:
        raise BadInput("empty", field="delivered_minus_indicated_in3", accepted="in3, one for each delivery")
    return raw if isinstance(raw, list) else [raw]  # pyright: ignore


ITEMS: dict[str, Callable[[Case, Library], Out]] = {"nist_test": nist_test}
