"""Worked cases of gas dispensers (CNG, LPG, LNG), run through the items of their procedures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Names
from fieldcal.domain.errors import BadInput
from fieldcal.domain.evaluate import ItemOutcome, reported
from fieldcal.domain.quantity import number
from fieldcal.domain.rounding import half_even
from fieldcal.services.case_kinds import KindBench, verdicts
from fieldcal.services.case_types import Unsupported
from fieldcal.services.procedures import Library

Case = Mapping[str, Any]
Out = dict[str, Any]
SIX = Decimal("0.000001")
CELLS = {"m_j_kg": "m_j", "m_s_kg": "m_s", "v_j_L": "v_j", "v_s_L": "v_s", "error_percent": "error_percent"}
OWN = {"mpe_percent": "mpe", "repeatability_limit_percent": "rep", "report_step_percent": "report_step"}
REPORTED = {
    "error_mean_percent": "error_mean_reported_percent",
    "repeatability_percent": "repeatability_reported_percent",
}


def mass_flow_point(case: Case, library: Library) -> Out:
    """One flow point of one hose. Raises Unsupported for a regulation that is not shipped, BadInput for its runs."""
    found = library.for_regulation(str(case.get("regulation", "")))
    if found is None:
        raise Unsupported(field="regulation", value=case.get("regulation", ""), accepted="a shipped procedure")
    cells = _runs(case["given"])
    inputs = {entry.id for entry in found.procedure.inputs}
    plate = {"quantity": "mass" if "m_j" in cells[0] else "volume"} if "quantity" in inputs else {}
    bench = KindBench(library, found.procedure.id, str(case.get("kind", "first")), plate)
    own = {**case.get("instrument", {}), **case["given"]}
    bench.values.update({name: number(str(own[key]), key) for key, name in OWN.items() if key in own})
    outcome = bench.run("flow", [({"point": Decimal(1)}, row) for row in cells])
    return {"runs": [_run(row.values) for row in outcome.rows], **_results(bench, outcome), **verdicts(outcome.judged)}


def _runs(given: Mapping[str, Any]) -> list[Names]:
    raw: Any = given.get("runs")
    if raw is None:
        raw = [{"error_percent": error} for error in given.get("errors_percent", [])]
    cells = [{name: number(str(run[key]), key) for key, name in CELLS.items() if key in run} for run in raw]
    if not cells or not all(cells):
        raise BadInput("empty", field="runs", accepted=", ".join(CELLS))
    return cells


def _run(values: Names) -> Out:
    out = {key: values[name] for key, name in CELLS.items() if name in values}
    return out | ({"error_percent": half_even(out["error_percent"], SIX)} if "error_percent" in out else {})


def _results(bench: KindBench, outcome: ItemOutcome) -> Out:
    found = {name: values[0] for name, values in outcome.per_point.items()}
    if found.get("error_mean_percent") is None:
        raise BadInput("empty", field="runs", accepted=", ".join(CELLS))
    if len(outcome.rows) < 2:  # one run has no spread: its range would be zero and say nothing
        found = {"error_mean_percent": found["error_mean_percent"]}
    out: Out = {name: half_even(value, SIX) for name, value in found.items() if value is not None}
    for result in bench.compiled.procedure.item("flow").results:
        if result.id in REPORTED and found.get(result.id) is not None:
            out[REPORTED[result.id]] = reported(bench.compiled, found[result.id], result.report, bench.values)
    return out


ITEMS: dict[str, Callable[[Case, Library], Out]] = {"mass_flow_point": mass_flow_point}
