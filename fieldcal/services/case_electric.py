"""Worked cases of charging piles and electricity meters, run through the items of their procedures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from fieldcal.domain.compiled import Names
from fieldcal.domain.errors import BadInput
from fieldcal.domain.plate import complete
from fieldcal.domain.quantity import number
from fieldcal.domain.rounding import half_even
from fieldcal.domain.rows import applies
from fieldcal.domain.verdict import Judged
from fieldcal.services.case_kinds import KindBench, word
from fieldcal.services.case_types import Unsupported
from fieldcal.services.procedures import Library

Case = Mapping[str, Any]
Out = dict[str, Any]
SIX = Decimal("0.000001")
PLATE = {
    "accuracy_class": "accuracy_class", "class": "accuracy_class", "display_step_kWh": "display_step",
    "time_of_use_billing": "time_of_use", "minimum_payment_variable_CNY": "payment_variable",
    "constant_imp_per_kWh": "constant",
}  # fmt: skip
OWN = {"limit_percent": "limit", "rounding_step_percent": "step"}  # what the case prescribes in place of the file
CHARGED = {"w_x": ("w_x_kWh",), "w_0": ("w_0_kWh",), "pulses": ("pulses",), "error_percent": ("error_percent",)}
COUNTED = {
    "m": ("m", "m_imp", "m_pulses", "pulses", "n", "w_x_kWh"),
    "m_0": ("m_0", "m0", "m_0_imp", "m0_imp", "m_0_pulses", "m0_pulses", "n_0", "n0", "w_0_kWh"),
    "error_percent": ("error_percent",),
}


def plate_of(case: Case) -> Mapping[str, Any]:
    return {**case.get("instrument", {}), **case["given"]}


def bench_of(case: Case, library: Library, more: Mapping[str, Any] | None = None) -> KindBench:
    """The procedure of the case's regulation with what its plate says. Raises Unsupported, BadInput."""
    found = library.for_regulation(str(case.get("regulation", "")))
    if found is None:
        raise Unsupported(field="regulation", value=case.get("regulation", ""), accepted="a shipped procedure")
    known, given = {entry.id for entry in found.procedure.inputs}, plate_of(case)
    plate = {name: given[key] for key, name in PLATE.items() if key in given and name in known}
    bench = KindBench(library, found.procedure.id, str(case.get("kind", "first")), plate | dict(more or {}))
    own = {name: number(str(given[key]), key) for key, name in OWN.items() if key in given}
    bench.values.update(own)
    complete(bench.compiled, bench.values)  # what hangs on the case's own limit
    bench.values.update(own)
    return bench


def readings_of(given: Mapping[str, Any], keys: Mapping[str, tuple[str, ...]]) -> list[Names]:
    """The cells of each reading: readings in full, one reading, or a plain list of errors."""
    raw: Any = given.get("readings")
    if raw is None and (errors := given.get("errors_percent")):
        raw = [{"error_percent": error} for error in errors]
    found: list[Mapping[str, Any]] = [given] if raw is None else raw
    cells = [
        {name: number(str(one[key]), key) for name, wanted in keys.items() for key in wanted if key in one}
        for one in found
    ]
    if not cells or not all(cells):
        raise BadInput("empty", field="readings", accepted=", ".join(key for keys in keys.values() for key in keys))
    return cells


def six(value: Decimal) -> Decimal:
    return half_even(value, SIX)


def _judged(bench: KindBench, item: str, cells: list[Names], own: Names) -> Out:
    outcome = bench.run(item, [({"point": Decimal(1), **own}, row) for row in cells])
    errors, mean = [row.values.get("error_percent") for row in outcome.rows], _mean(outcome.judged)
    if any(error is None for error in errors) or mean is None:
        raise BadInput("empty", field="readings", accepted="both energies or both numbers of pulses")
    return {
        "errors_percent": [six(cast("Decimal", error)) for error in errors],
        "error_mean_percent": six(mean.value),
        "error_reported_percent": mean.rounded_value,
        "limit_percent": mean.high,
        "verdict_full": word(mean.full),
        "verdict_rounded": word(mean.rounded),
        "verdict": word(mean.verdict),
    }


def _mean(judged: list[Judged]) -> Judged | None:
    return next((j for j in judged if j.name == "error_mean_percent"), None)


def working_error(case: Case, library: Library) -> Out:
    cells = readings_of(case["given"], CHARGED)
    pulsed = "pulses" in cells[0]
    more: dict[str, Any] = {"edition": _edition(case), "method": "pulse" if pulsed else "display"}
    first: Mapping[str, Any] = (case["given"].get("readings") or [case["given"]])[0]
    if pulsed and "constant_imp_per_kWh" in first:
        more["constant"] = first["constant_imp_per_kWh"]
    return _judged(bench_of(case, library, more), "working_error", cells, {})


def _edition(case: Case) -> str:
    return "e2018" if str(case.get("regulation", "")).endswith("2018") else "e2022"


def clock(case: Case, library: Library) -> Out:
    bench, given = bench_of(case, library, {"edition": _edition(case)}), case["given"]
    limit = bench.values["clock_limit"]
    if not applies(bench.compiled, bench.compiled.procedure.item("clock"), {"time_of_use": "yes", **bench.values}):
        return {"limit_s": limit, "verdict": "not_applicable"}
    row = {**_moment("charger", given["charger_time"]), **_moment("reference", given["reference_time"])}
    outcome = bench.run("clock", [({}, row)])
    return {
        "clock_error_s": outcome.rows[0].values["clock_error"],
        "limit_s": limit,
        "verdict": word(outcome.verdict),
    }


def _moment(whose: str, text: str) -> Names:
    at = datetime.fromisoformat(text)
    seconds = Decimal(at.strftime("%H%M%S")) + Decimal(at.microsecond).scaleb(-6)
    return {f"{whose}_date": Decimal(at.strftime("%Y%m%d")), f"{whose}_time": seconds}


def payment(case: Case, library: Library) -> Out:
    given = case["given"]
    bench = bench_of(case, library, {"edition": "e2018"})  # the later edition has no such item
    fees = bench.run("fees", [({}, _fee(segment)) for segment in given["segments"]])
    bench.values.update({f"fees_{name}": value for name, value in fees.results.items()})
    cells = {"service_price": "service_price_CNY_per_kWh", "displayed_total": "displayed_total_CNY"}
    row = {name: number(str(given.get(key, "0")), key) for name, key in cells.items()}
    item = bench.compiled.procedure.item("payment")
    outcome = bench.run("payment", [({}, row)])
    found = outcome.rows[0].values
    step = next(c.report for c in item.columns if c.id == "computed_total")
    return {
        "energy_fee_CNY": fees.results["energy_fee"],
        "service_fee_CNY": found["service_fee"],
        "total_CNY": found["computed_total"],
        "total_reported_CNY": half_even(found["computed_total"], bench.compiled.expr(step)(bench.values)),
        "difference_CNY": found["difference"],
        "verdict": word(outcome.verdict),
    }


def _fee(segment: Mapping[str, Any]) -> Names:
    cells = {"energy": "energy_kWh", "price": "energy_price_CNY_per_kWh"}
    return {name: number(str(segment[key]), key) for name, key in cells.items()}


def minimum_energy(case: Case, library: Library) -> Out:
    bench = bench_of(case, library)
    return {"minimum_energy_kWh": bench.values["minimum_energy"], "verdict": "computed"}


def basic_error(case: Case, library: Library) -> Out:
    """At power factor 1 unless the case prescribes its own limit."""
    bench = bench_of(case, library, {"method": "pulses"})
    limit = bench.values.get("limit", bench.values.get("limit_unity"))
    return _judged(
        bench, "basic_error", readings_of(case["given"], COUNTED), {} if limit is None else {"point_limit": limit}
    )


ITEMS: dict[str, Callable[[Case, Library], Out]] = {
    "ev_working_error": working_error,
    "ev_clock": clock,
    "ev_payment": payment,
    "ev_minimum_energy": minimum_energy,
    "basic_error": basic_error,
}
