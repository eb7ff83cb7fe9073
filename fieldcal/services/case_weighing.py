"""Worked cases of scales: measuring items, computed by the procedure's own items and rules."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Names
from fieldcal.domain.evaluate import ItemOutcome
from fieldcal.domain.functions import on_grid
from fieldcal.domain.quantity import number
from fieldcal.domain.rows import rows
from fieldcal.domain.verdict import Verdict
from fieldcal.services import case_scale
from fieldcal.services.case_bench import Bench, Given, Out, cells_of, invalid, prepare, report, word
from fieldcal.services.case_types import Unsupported
from fieldcal.services.procedures import Library


def evaluate(case: dict[str, Any], library: Library) -> Out:
    item, given = case["item"], case["given"]
    if item not in ITEMS:
        raise Unsupported(field="item", value=item, accepted=", ".join(ITEMS))
    if given.get("applicable") in ("no", False) or given.get("not_applicable_reason"):
        return {"verdict": "not_applicable"}
    if any(given.get(key) == [] for key in ("positions", "weighings", "rows", "readings")):
        return {"verdict": "incomplete"}
    bench = prepare(case, library)
    return {"unit": bench.unit, **ITEMS[item](bench)}


READING = ("indication", "delta_load", "e0")
ROW = ("load", "e_used", "p", "error", "error_corrected", "mpe", "e0")


def _row_cells(bench: Bench, source: Given) -> Names:
    cells = cells_of(bench, source, READING)
    if "small_weights_count" in source and "delta_load" not in source:
        cells["delta_load"] = number(source["small_weights_count"]) * bench.g(source["small_weight"])
    return cells


def _weighing(bench: Bench) -> Out:
    given = bench.given
    if "rows" in given or "readings" in given:
        return _series(bench, given.get("rows") or given["readings"])
    out = bench.run("weighing", [_weighing_row(bench, given)])
    row = out.rows[0]
    verdict = "invalid_reading" if invalid(bench, "weighing", out) else word(out.verdict)
    return {**report(bench, row, ROW, ["load_in_e"]), "verdict": verdict}


def _weighing_row(bench: Bench, source: Given) -> tuple[Names, Names]:
    cells = {"e0": Decimal(0), **_row_cells(bench, source)}
    if "range_in_use" in source:
        cells["range_in_use"] = number(source["range_in_use"])
    return {"load": bench.g(source["load"]), "direction": source.get("direction", "up")}, cells


def _series(bench: Bench, sources: list[Given]) -> Out:
    """A whole sheet. E0 comes from its own row at zero unless the case states it."""
    table: list[tuple[Names, Names]] = []
    for source in sources:
        own, cells = _weighing_row(bench, source)
        if "e0" in bench.given:
            cells["e0"] = bench.number("e0")
        elif "e0" not in source:
            del cells["e0"]
        table.append((own, cells))
    out = bench.run("weighing", table)
    rows_ = [{**report(bench, row, ROW, ["load_in_e"]), "verdict": word(row.verdict)} for row in out.rows]
    verdict = "invalid_reading" if invalid(bench, "weighing", out) else word(out.verdict)
    return {"rows": rows_, "verdict": verdict}


def _zero(bench: Bench, item: str = "zero") -> Out:
    cells = {"load": bench.number("load"), **cells_of(bench, bench.given, ("indication", "delta_load"))}
    cells.setdefault("indication", cells["load"])
    out = bench.run(item, [({}, cells)])
    row = out.rows[0]
    found = report(bench, row, ("e_used", "e0", "limit"))
    if "delta_load" in row.values:
        grid = on_grid(row.values["delta_load"], Decimal("0.1") * row.values["e_used"])
        found["delta_load_on_0.1e_grid"] = "yes" if grid else "no"
    return {**found, "verdict": "invalid_reading" if invalid(bench, item, out) else word(out.verdict)}


def _tare(bench: Bench) -> Out:
    if "net_load" not in bench.given:
        return _zero(bench, "tare")
    given = bench.given
    cells = {"e0": Decimal(0), "tare_load": bench.number("tare_load")}
    cells |= cells_of(bench, given, ("net_indication", "delta_load", "e0"))
    out = bench.run("tare_weighing", [({"net_load": bench.g(given["net_load"])}, cells)])
    row = out.rows[0]
    found = report(bench, row, ("e_used", "p", "error", "error_corrected", "mpe"), ["net_load_in_e"])
    return {**found, "verdict": "invalid_reading" if invalid(bench, "tare_weighing", out) else word(out.verdict)}


def _eccentricity(bench: Bench) -> Out:
    given = bench.given
    table: list[tuple[Names, Names]] = []
    for place, source in enumerate(given["positions"], 1):
        load = bench.g(source.get("load", given["load"]))
        cells = {"e0": bench.number("e0"), "load": load, **_row_cells(bench, source)}
        table.append(({"support": Decimal(place), "position": source.get("position", "")}, cells))
    out = bench.run("eccentricity", table)
    keys = ("p", "error", "error_corrected", "load", "e0")
    positions = [
        {"position": row.values["position"], **report(bench, row, keys), "verdict": word(row.verdict)}
        for row in out.rows
    ]
    found: Out = {**report(bench, out.rows[0], ("mpe", "e_used"), ["load_in_e"]), "positions": positions}
    return {**found, "verdict": _eccentric_verdict(bench, out, table)}


def _eccentric_verdict(bench: Bench, out: ItemOutcome, table: list[tuple[Names, Names]]) -> str:
    if invalid(bench, "eccentricity", out):
        return "invalid_reading"
    planned = len(rows(bench.compiled, bench.item("eccentricity"), bench.values)) - 1
    if len(table) < int(bench.given.get("required", planned)):
        return "incomplete"
    policy = str(bench.given.get("e0_policy", ""))
    if out.verdict is Verdict.FAIL and ("start" in policy or "once" in policy):
        return "repeat_with_e0_per_position"  # R76 A.4.7: E0 once at the start decides only when all pass
    return word(out.verdict)


def _eccentricity_load(bench: Bench) -> Out:
    nominal = bench.values["eccentric_load"]
    load = bench.number("load_chosen", str(bench.back(nominal)))
    row = bench.run("weighing", [({"load": load}, {})]).rows[0]
    found = report(bench, row, ("mpe", "e_used"), ["load_in_e"])
    return {**found, "load_nominal": bench.back(nominal), "verdict": "computed"}


def _repeatability(bench: Bench) -> Out:
    given = bench.given
    load = bench.g(given["load"])
    weighings: list[Given] = given["weighings"]
    table: list[tuple[Names, Names]] = [({"load": load}, _row_cells(bench, source)) for source in weighings]
    out = bench.run("repeatability", table)
    found = report(bench, out.rows[0], ("mpe", "e_used"), ["load_in_e"])
    found |= {key: bench.back([row.values[key] for row in out.rows if key in row.values]) for key in ("p", "error")}
    found["range"] = bench.back(out.results["range"])
    found["range_within_mpe"] = "yes" if all(j.verdict is Verdict.PASS for j in out.judged) else "no"
    each = all(j.verdict is Verdict.PASS for row in out.rows for j in row.judged)
    found["each_within_mpe"] = "yes" if each else "no"
    if invalid(bench, "repeatability", out):
        return {**found, "verdict": "invalid_reading"}
    enough = len(weighings) >= int(bench.given.get("required", bench.values["repeats"]))
    return {**found, "verdict": word(out.verdict) if enough else "incomplete"}


def _discrimination(bench: Bench) -> Out:
    keys = ("indication_1", "indication_after_removal", "added_small", "added_extra", "indication_2")
    cells = cells_of(bench, bench.given, keys)
    out = bench.run("discrimination", [({"load": bench.number("load")}, cells)])
    shown = ("required_small_load", "required_extra_load", "difference", "minimum_difference")
    verdict = "invalid_test" if invalid(bench, "discrimination", out) else word(out.verdict)
    return {**report(bench, out.rows[0], shown), "verdict": verdict}


def _sensitivity(bench: Bench) -> Out:
    given = bench.given
    cells: Names = {}
    for key in ("extra_load", "added_extra", "added_load"):
        if key in given:
            cells["extra_load"] = bench.g(given[key])
    for key in ("displacement", "displacement_mm", "pointer_displacement_mm"):
        if key in given:
            cells["displacement"] = number(given[key])
    out = bench.run("sensitivity", [({"load": bench.number("load")}, cells)])
    row = out.rows[0]
    found = report(bench, row, ("mpe", "required_extra_load"), ["load_in_e", "required_displacement"])
    found["required_displacement_mm"] = found["minimum_displacement_mm"] = found["required_displacement"]
    return {**found, "verdict": "invalid_test" if invalid(bench, "sensitivity", out) else word(out.verdict)}


def _indicators(bench: Bench) -> Out:
    given = bench.given
    seen = given.get("indications") or [
        given[key] for key in ("indication_1", "indication_2", "indication_3") if key in given
    ]
    found = [bench.g(x["indication"] if isinstance(x, dict) else x) for x in seen]
    kinds = str(given.get("kinds", given.get("second_kind", given.get("indicators", "digital"))))
    second = "analog" if "analog" in kinds else "digital"
    load = bench.number("load", str(seen[0] if not isinstance(seen[0], dict) else seen[0]["indication"]))
    table = [
        ({"load": load}, {"indication_1": found[0], "indication_2": other, "second_kind": second})
        for other in found[1:]
    ]
    if not table:
        return {"verdict": "incomplete"}
    out = bench.run("multiple_indicators", table)
    worst = max(out.rows, key=lambda row: abs(row.values["difference"]))
    return {**report(bench, worst, ("difference", "limit", "mpe")), "verdict": word(out.verdict)}


def _mpe_value(bench: Bench) -> Out:
    loads = bench.given.get("loads") or [bench.given["load"]]
    out = bench.run("weighing", [({"load": bench.g(load), "direction": ""}, {}) for load in loads])
    found = [report(bench, row, ("load", "e_used", "mpe"), ["load_in_e"]) for row in out.rows]
    return {**found[0], "rows": found, "verdict": "computed"}


def _import_check(bench: Bench) -> Out:
    given = bench.given
    counted = bench.run("weighing", [_weighing_row(bench, given)]).rows[0].values
    sheet = {**given, "delta_load": given["sheet_delta_load_in_formula"]}
    written = bench.run("weighing", [_weighing_row(bench, sheet)]).rows[0].values
    same = written["delta_load"] == counted["delta_load"]
    if "sheet_p" in given:
        same = same and bench.g(given["sheet_p"]) == counted["p"]
    if "sheet_error" in given:
        same = same and bench.g(given["sheet_error"]) == counted["error"]
    return {
        **{key: bench.back(counted[key]) for key in ("delta_load", "p", "error")},
        "p_from_sheet_delta": bench.back(written["p"]),
        "error_from_sheet_delta": bench.back(written["error"]),
        "verdict": "pass" if same else "inconsistent_sheet",
    }


ITEMS: dict[str, Callable[[Bench], Out]] = {
    "weighing": _weighing,
    "zero": _zero,
    "tare": _tare,
    "eccentricity": _eccentricity,
    "eccentricity_load": _eccentricity_load,
    "repeatability": _repeatability,
    "discrimination": _discrimination,
    "sensitivity": _sensitivity,
    "multiple_indicators": _indicators,
    "mpe_value": _mpe_value,
    "import_check": _import_check,
    **case_scale.ITEMS,
}
