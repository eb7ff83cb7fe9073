"""Worked cases of water meters, gas meters and taximeters, run through the items of JJG 162, 577 and 517."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fieldcal.domain.evaluate import ItemOutcome
from fieldcal.domain.verdict import worst
from fieldcal.services.case_kinds import KindBench, Out, word
from fieldcal.services.case_print import cells
from fieldcal.services.procedures import Library

Case = Mapping[str, Any]
WATER, GAS, TAXI = "jjg162-2019", "jjg577-2012", "jjg517-2016"
WATER_PLATE = {"accuracy_class": "accuracy_class"} | {f"q{i}_m3_per_h": f"q{i}" for i in range(1, 5)}
WATER_CELLS = {"indicated_L": "v_i", "actual_L": "v_a", "flow_m3_per_h": "q", "water_temperature_C": "water"}
GAS_PLATE = {"accuracy_class": "accuracy_class", "qmin_m3_per_h": "qmin", "qmax_m3_per_h": "qmax"}
GAS_CELLS = {
    "v_m_L": "v_m", "v_r_L": "v_r", "t_m_C": "t_m", "t_r_C": "t_r", "p_m_kPa_abs": "p_m", "p_r_kPa_abs": "p_r",
}  # fmt: skip


def _bench(case: Case, library: Library, procedure: str, keys: Mapping[str, str]) -> KindBench:
    plate: dict[str, Any] = {name: case["instrument"][key] for key, name in keys.items() if key in case["instrument"]}
    return KindBench(library, procedure, case["kind"], plate)


def _of_error(outcome: ItemOutcome) -> str:
    """The case gives no scale interval and no band of the flow, so the warnings of these stay open."""
    return word(worst(j.verdict for row in outcome.rows for j in row.judged if j.name == "error_percent"))


def water_meter(case: Case, library: Library) -> Out:
    bench = _bench(case, library, WATER, WATER_PLATE)
    outcome = bench.run("error", [({}, cells(case["given"], WATER_CELLS))])
    found = outcome.rows[0].values
    return {
        "error_percent": found["error_percent"],
        "zone": "upper" if found["upper"] == 1 else "lower",
        "mpe_percent": found["mpe"],
        "verdict": _of_error(outcome),
    }


def gas_meter(case: Case, library: Library) -> Out:
    bench = _bench(case, library, GAS, GAS_PLATE)
    own = cells(case["given"], {"flow_m3_per_h": "q_point"})
    outcome = bench.run("error", [(own, cells(case["given"], GAS_CELLS))])
    return {
        "error_percent": outcome.per_point["error_percent"][0],
        "mpe_percent": outcome.per_point["limit"][0],
        "verdict": word(outcome.verdict),
    }


def taximeter(case: Case, library: Library) -> Out:
    """Of the two stages, bench and vehicle, the public cases record the one on the vehicle."""
    bench = _bench(case, library, TAXI, {"k_rev_per_km": "k"})
    row = cells(case["given"], {"indicated_km": "q", "rig_count_rev": "n"})
    outcome = bench.run("vehicle", [({"distance": row.get("q", Decimal(0))}, row)])
    return {
        "error_percent": outcome.rows[0].values["error_percent"],
        "limit_low_percent": bench.values["vehicle_low"],
        "limit_high_percent": bench.values["vehicle_high"],
        "verdict": word(outcome.verdict),
    }


ITEMS = {"water_meter": water_meter, "gas_meter": gas_meter, "taximeter": taximeter}
