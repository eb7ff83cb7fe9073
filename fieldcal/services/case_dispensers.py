"""Worked cases of fuel dispensers, run through the items of JJG 443-2023 with the case's own limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.errors import BadInput
from fieldcal.domain.evaluate import Evaluator, ItemOutcome, RowOutcome, reported
from fieldcal.domain.plate import complete
from fieldcal.domain.procedure import Item
from fieldcal.domain.quantity import number
from fieldcal.domain.rounding import half_even
from fieldcal.domain.rows import Row
from fieldcal.domain.verdict import Verdict
from fieldcal.services import case_electric, case_gases, case_meters, case_nist
from fieldcal.services.case_kinds import verdicts
from fieldcal.services.case_types import Unsupported
from fieldcal.services.procedures import Library

Case = Mapping[str, Any]
PROCEDURE = "jjg443-2023"
SIX = Decimal("0.000001")
# Keys of a case to the names of the procedure. A run may bring its own measure.
PLATE = {"mmq_L": "mmq", "amount_step_CNY": "amount_step", "q_max_L_per_min": "qmax", "qmax_L_per_min": "qmax"}
CELLS = {
    "v_j_L": "v_j", "v_b_L": "v_b", "t_j_C": "t_j", "t_b_C": "t_b", "h_mm": "h", "t_fill_s": "t_fill",
    "error_percent": "error_percent",
}  # fmt: skip
MEASURE = {"v_n_L": "v_n", "h0_mm": "h_0", "h_0_mm": "h_0", "d_mL_per_mm": "d"}
PAYMENT = {"displayed_volume_L": "volume", "unit_price_CNY_per_L": "price", "displayed_amount_CNY": "amount"}
OUT = {"v_b": "v_b_L", "k": "k", "v_bt": "v_bt_L", "error_percent": "error_percent"}


def _dec(raw: Any, key: str) -> Decimal:
    return number(str(raw), key)


def _picked(given: Mapping[str, Any], keys: Mapping[str, str]) -> Names:
    return {name: _dec(given[key], key) for key, name in keys.items() if key in given}


def _need(given: Mapping[str, Any], *keys: str) -> Any:
    for key in keys:
        if key in given:
            return given[key]
    raise BadInput("empty", field=keys[0], accepted=" / ".join(keys))


class _Bench:
    """One case on its procedure: only what the case gives, the rest from the file."""

    def __init__(self, case: Case, library: Library, limits: Mapping[str, str]) -> None:
        self.case, self.given = case, case.get("given", {})
        plate: Mapping[str, Any] = case.get("instrument", {})
        self.compiled: Compiled = library.get(PROCEDURE)
        measure = self.given.get("measure", {})
        values: Names = {"kind": case.get("kind", "subsequent"), "amount_step": Decimal("0.01")}
        values |= {name: source[name] for name, source in (("fuel", plate), ("material", measure)) if name in source}
        both = {**plate, **self.given}
        values |= _picked(both, PLATE) | _picked({**measure, **self.given}, MEASURE)
        coefficients = _picked({**measure, **self.given}, {"beta_y_per_C": "beta_fuel", "beta_b_per_C": "beta_measure"})
        if "beta_fuel" in coefficients:
            values["beta_e10"] = coefficients["beta_fuel"]
        complete(self.compiled, values)
        overrides = coefficients | _picked(both, {**limits, "report_step_percent": "report_step"})
        self.values = values | overrides
        self.evaluator = Evaluator(self.compiled, self.values)

    def item(self, name: str) -> Item:
        return self.compiled.procedure.item(name)

    def run(self, name: str, cells: list[Names], own: list[Names] | None = None, by_point: bool = False) -> ItemOutcome:
        """`own` are names that hold for one row only, as the certificate of its measure."""
        found = own or [{} for _ in cells]
        rows = [
            Row(i, i if by_point else 0, 1 if by_point else i + 1, {"direction": "", "point": Decimal(1), **names})
            for i, names in enumerate(found)
        ]
        return self.evaluator.item(self._narrow(self.item(name), cells, found), rows, dict(enumerate(cells)))

    def _narrow(self, item: Item, cells: list[Names], own: list[Names]) -> Item:
        """Columns that a case doesn't record, and what hangs on them, are left out."""
        known = set(self.values) | {"point", "direction"} | {n for row in (*cells, *own) for n in row}
        columns = [c for c in item.columns if c.source == "computed" or c.id in known]
        for column in columns:
            if column.source == "computed" and self.compiled.expr(column.expr).names <= known:
                known.add(column.id)
        accept = [a for a in item.accept if all(self.compiled.expr(s).names <= known for s in _sources(a))]
        return replace(item, columns=columns, accept=accept)

    def report(self, item: Item, name: str, value: Decimal) -> Decimal:
        result = next(r for r in item.results if r.id == name)
        return reported(self.compiled, value, result.report, self.values)


def _sources(accept: Any) -> list[str]:
    return [s for s in (accept.value, accept.limit, accept.low, accept.high) if s]


def _six(value: Decimal) -> Decimal:
    return half_even(value, SIX)


def _run_values(row: RowOutcome) -> dict[str, Any]:
    out = {key: row.values[name] for name, key in OUT.items() if name in row.values}
    if "error_percent" in out:
        out["error_percent"] = _six(out["error_percent"])
    return out


def _runs(bench: _Bench) -> tuple[list[Names], list[Names]]:
    """Cells and own names of each run; runs are given whole or as a plain list of errors."""
    runs: Any = bench.given.get("runs")
    if runs is None:
        errors = _need(bench.given, "errors_percent", "error_percent", "runs")
        runs = [{"error_percent": error} for error in errors]
    if not isinstance(runs, list) or not runs:
        raise BadInput("empty", field="runs", accepted="1..6")
    return [_picked(run, CELLS) for run in runs], [_picked(run, MEASURE) for run in runs]  # pyright: ignore


def _point(case: Case, library: Library, name: str, limits: Mapping[str, str]) -> tuple[_Bench, ItemOutcome]:
    bench = _Bench(case, library, limits)
    cells, own = _runs(bench)
    if name == "mmq":
        own = [{f"mmq_{key}": value for key, value in names.items()} for names in own]
        bench.values.update({f"mmq_{key}": bench.values[key] for key in ("v_n", "h_0", "d") if key in bench.values})
    return bench, bench.run(name, cells, own)


def _spread(bench: _Bench, outcome: ItemOutcome) -> dict[str, Any]:
    item, found = bench.item(outcome.item), {name: values[0] for name, values in outcome.per_point.items()}
    if len(outcome.rows) < 2 or found["repeatability_percent"] is None:
        return {}
    return {
        "range_percent": _six(found["range_percent"]),
        "d_n": found["d_n"],
        "repeatability_percent": _six(found["repeatability_percent"]),
        "repeatability_reported_percent": bench.report(item, "repeatability_percent", found["repeatability_percent"]),
    }


def _measured(name: str, limits: Mapping[str, str]) -> Callable[[Case, Library], dict[str, Any]]:
    def evaluate_point(case: Case, library: Library) -> dict[str, Any]:
        bench, outcome = _point(case, library, name, limits)
        mean = outcome.per_point["error_mean_percent"][0]
        if mean is None:
            raise BadInput("empty", field="runs", accepted="v_j_L, v_b_L or h_mm, t_j_C, t_b_C")
        return {
            "runs": [_run_values(row) for row in outcome.rows],
            "error_mean_percent": _six(mean),
            "error_mean_reported_percent": bench.report(bench.item(name), "error_mean_percent", mean),
            **_spread(bench, outcome),
            **verdicts(outcome.judged),
        }

    return evaluate_point


FLOW_LIMITS = {"mpe_percent": "mpe", "repeatability_limit_percent": "rep"}
MMQ_LIMITS = {"mpe_percent": "mmq_mpe", "repeatability_limit_percent": "mmq_rep"}
PAYMENT_LIMITS = {"mmq_mpe_percent": "mmq_mpe"}


def _repeatability(case: Case, library: Library) -> dict[str, Any]:
    bench, outcome = _point(case, library, "flow", FLOW_LIMITS)
    judged = [j for j in outcome.judged if j.name == "repeatability_percent"]
    if not judged:
        raise BadInput("out-of-range", field="runs", value=len(outcome.rows), accepted="2..6")
    return {**_spread(bench, outcome), **verdicts(judged)}


def _means(given: Mapping[str, Any]) -> list[Any]:
    points = _need(given, "points", "error_mean_percent", "errors_percent", "point_errors_percent")
    entries: list[Any] = list(points.values()) if isinstance(points, Mapping) else points  # pyright: ignore
    keys = ("error_mean_percent", "error_percent", "mean_percent")
    return [_need(entry, *keys) if isinstance(entry, dict) else entry for entry in entries]  # pyright: ignore


def _dispenser_error(case: Case, library: Library) -> dict[str, Any]:
    bench = _Bench(case, library, FLOW_LIMITS)
    means = [_dec(raw, "error_mean_percent") for raw in _means(bench.given)]
    outcome = bench.run("flow", [{"error_percent": mean} for mean in means], by_point=True)
    error = outcome.results["dispenser_error_percent"]
    near = bench.report(bench.item("flow"), "dispenser_error_percent", error)
    return {
        "dispenser_error_percent": error,
        "dispenser_error_reported_percent": near,
        "error_percent": error,
        "error_reported_percent": near,
        **verdicts(outcome.judged),
    }


def _band(bench: _Bench) -> Names:
    """The band given by the case, or that of its point (Q1 unless named)."""
    given = {**bench.case.get("instrument", {}), **bench.given}
    if isinstance(band := given.get("band_L_per_min"), list):
        return dict(zip(("q_low", "q_high"), (_dec(v, "band_L_per_min") for v in band), strict=True))  # pyright: ignore
    points = bench.item("flow").points
    place = 1 if str(given.get("point", "Q1")).upper().startswith("Q2") else 0
    if isinstance(share := given.get("band", given.get("band_of_qmax")), list):
        low, high = (_dec(v, "band") * bench.values["qmax"] for v in share)  # pyright: ignore
        return {"q_low": low, "q_high": high, "point": Decimal(place + 1)}
    names = {name: bench.compiled.expr(source)(bench.values) for name, source in points[place].set[0].items()}
    return {**names, "point": Decimal(place + 1)}


def _flow_rate(case: Case, library: Library) -> dict[str, Any]:
    bench = _Bench(case, library, FLOW_LIMITS)
    row = bench.run("flow", [_picked(bench.given, CELLS)], [_band(bench)]).rows[0]
    judged = [j for j in row.judged if j.name == "q"]
    if not judged:
        raise BadInput("empty", field="t_fill_s", accepted="v_j_L, t_fill_s, q_max_L_per_min")
    verdict = "warning" if any(j.verdict is Verdict.WARNING for j in judged) else "in_band"
    flow = row.values["q"]
    return {"q_L_per_min": flow, "flow_L_per_min": flow, "verdict": verdict}


def _temperature_check(case: Case, library: Library) -> dict[str, Any]:
    bench = _Bench(case, library, FLOW_LIMITS)
    row = bench.run("flow", [_picked(bench.given, CELLS)]).rows[0]
    beyond = {j.source for j in row.judged if j.name == "t_difference" and j.verdict is Verdict.WARNING}
    verdict = "reason_required" if "t_reason" in beyond else "warning" if beyond else "ok"
    difference = row.values["t_difference"]
    return {"difference_C": difference, "t_difference_C": difference, "verdict": verdict}


def _neck(case: Case, library: Library) -> dict[str, Any]:
    bench = _Bench(case, library, FLOW_LIMITS)
    row = bench.run("flow", [_picked(bench.given, CELLS)]).rows[0]
    return {"v_b_L": row.values["v_b"], "verdict": "computed"}


def _measure_temperature(case: Case, library: Library) -> dict[str, Any]:
    """Volume of the measure away from 20 °C: fuel and measure have the same temperature."""
    bench = _Bench(case, library, FLOW_LIMITS)
    given = bench.given
    at = _dec(_need(given, "t_b_C", "t_C"), "t_b_C")
    volume = _dec(_need(given, "v_b_L", "v_20_L", "v_n_L"), "v_b_L")
    # The fuel's coefficient multiplies zero here, so any one serves a case that names no fuel.
    bench.values.setdefault("beta_fuel", Decimal(0))
    row = bench.run("flow", [{"v_b": volume, "t_j": _dec(given.get("t_j_C", at), "t_j_C"), "t_b": at}]).rows[0]
    found = row.values["v_bt"]
    return {"k": row.values["k"], "v_bt_L": found, "v_t_L": found, "verdict": "computed"}


def _payment(case: Case, library: Library) -> dict[str, Any]:
    bench = _Bench(case, library, PAYMENT_LIMITS)
    row = bench.run("payment", [_picked(bench.given, PAYMENT)]).rows[0]
    by_source = {j.source: j.verdict for j in row.judged}
    names = ("product", "difference", "minimum_payment_variable")
    return {
        **{f"{name}_CNY": row.values[name] for name in names},
        "arithmetic_check": "ok" if by_source["arithmetic"] is Verdict.PASS else "warning",
        "verdict": str(by_source["payment"]),
    }


def _sign_convention(case: Case, library: Library) -> dict[str, Any]:
    """China: indicated minus delivered over delivered. NIST: delivered minus indicated over indicated."""
    bench = _Bench(case, library, FLOW_LIMITS)
    row = bench.run("flow", [_picked(bench.given, CELLS)]).rows[0]
    indicated, delivered = row.values["v_j"], row.values.get("v_bt", row.values.get("v_b"))
    if delivered is None:
        raise BadInput("empty", field="v_b_L", accepted="v_b_L, t_j_C, t_b_C")
    short = delivered - indicated
    return {
        "error_percent": _six((indicated - delivered) / delivered * 100),
        "delivered_minus_indicated_L": short,
        "delivered_minus_indicated_percent": _six(short / indicated * 100),
        "verdict": "computed",
    }


def _rounding(case: Case, library: Library) -> dict[str, Any]:
    given = case.get("given", {})
    step = _dec(_need(given, "step"), "step")
    values = _need(given, "values")
    return {"rounded": [half_even(_dec(value, "values"), step) for value in values], "verdict": "computed"}


ITEMS: dict[str, Callable[[Case, Library], dict[str, Any]]] = {
    "flow_point": _measured("flow", FLOW_LIMITS),
    "mmq": _measured("mmq", MMQ_LIMITS),
    "repeatability": _repeatability,
    "dispenser_error": _dispenser_error,
    "flow_rate": _flow_rate,
    "temperature_check": _temperature_check,
    "neck": _neck,
    "measure_temperature": _measure_temperature,
    "payment": _payment,
    "sign_convention": _sign_convention,
    "rounding": _rounding,
    **case_electric.ITEMS,
    **case_gases.ITEMS,
    **case_meters.ITEMS,
    **case_nist.ITEMS,
}


def evaluate(case: dict[str, Any], library: Library) -> dict[str, Any]:
    """Values in the shape of the case's `expect`. Raises Unsupported for other instruments and BadInput."""
    item = str(case.get("item", ""))
    if item not in ITEMS:
        raise Unsupported(field="item", value=item, accepted=", ".join(ITEMS))
    return ITEMS[item](case, library)
