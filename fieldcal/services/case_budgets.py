"""Worked cases on the uncertainty budgets that the procedures carry: the case's numbers replace those presumed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fieldcal.domain.budget import Worked, points, worked
from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.evaluate import Evaluator
from fieldcal.domain.plate import complete, read
from fieldcal.domain.procedure import Budget
from fieldcal.domain.quantity import number
from fieldcal.domain.rows import Row
from fieldcal.domain.uncertainty import decide, plainly, rounded
from fieldcal.services.procedures import Library

Case = dict[str, Any]
Out = dict[str, Any]
SCALE, DISPENSER = "jjg539-2016", "jjg443-2023"


def _budget(compiled: Compiled, name: str) -> Budget:
    return next(budget for budget in compiled.procedure.budget if budget.id == name)


def _own(given: Case, keys: dict[str, str]) -> dict[str, Decimal]:
    return {name: number(str(given[key]), key) for key, name in keys.items() if key in given}


def _worked(compiled: Compiled, name: str, values: Names, row: Names, cells: list[Names], own: Names) -> Worked:
    """The budget of one point; `row` are the names of its rows, `cells` those of each run."""
    budget = _budget(compiled, name)
    evaluator = Evaluator(compiled, values)
    plain = {"direction": "up", "point": Decimal(1), "repeat": Decimal(1)}
    rows = [Row(i, 0, i + 1, {**plain, **row}) for i in range(len(cells))]
    outcome = evaluator.item(compiled.procedure.item(budget.item), rows, dict(enumerate(cells)))
    return worked(compiled, budget, points(evaluator, outcome)[0], own)


def _lines(found: Worked) -> list[Out]:
    return [{"name": line.part.symbol, "u_approx": line.part.contribution} for line in found.lines]


SCALE_OWN = {
    "digitisation_step": "step", "s_rep": "s_rep", "ecc_difference": "ecc_difference", "ecc_load": "ecc_load",
    "weights_mpe_total": "weights_mpe",
}  # fmt: skip


def scale(case: Case, library: Library) -> Out:
    """A weighing point of JJG 539; masses in g."""
    given, instrument = case["given"], case["instrument"]
    compiled = library.get(SCALE)
    raw = {
        "max": f"{instrument['Max_kg']} kg",
        "e": instrument["e_g"],
        "d": instrument["d_g"],
        "min": instrument["e_g"],
    }
    values = read(compiled, case["kind"], {**raw, "accuracy_class": instrument["class"]}).values
    load, d = number(given["load"]), values["d"]
    cells: Names = {"indication": load, "delta_load": d / 2}
    cells |= _own(given, {"E": "error_corrected"})
    found = _worked(compiled, "weighing", values, {"load": load}, [cells], _own(given, SCALE_OWN))
    assert found.limit is not None
    out: Out = {
        "components": _lines(found), "u_approx": found.combined.u, "U_k2_approx": found.expanded,
        "U_reported": rounded(found.expanded, number(given["U_interval"]), given["U_rounding"]),
        "mpe": found.limit, "mpe_third_approx": found.limit / 3, "one_third_ok": found.one_third,
    }  # fmt: skip
    if "E" not in given:
        return {**out, "verdict": "computed"}
    verdict = decide(found.value, found.limit, found.expanded)
    return {**out, "verdict": verdict, "verdict_plain": plainly(found.value, found.limit)}


DISPENSER_OWN = {
    "u_V_B_L": "u_v_b", "neck_rect_L": "neck_width", "beta_Y_rect_pct": "beta_y_width", "t_rect_degC": "t_width",
    "beta_B_rect_pct": "beta_b_width", "resolution_L": "resolution", "range_L": "range_l",
    "range_coefficient": "coefficient",
}  # fmt: skip
DISPENSER_PLATE = {"beta_Y_per_degC": "beta_fuel", "beta_B_per_degC": "beta_measure", "limit_pct": "mpe"}
DISPENSER_CELLS = {"V_J_L": "v_j", "V_B_L": "v_b", "t_J_degC": "t_j", "t_B_degC": "t_b"}


def dispenser(case: Case, library: Library) -> Out:
    """A flow point of JJG 443: as many runs as the case says, all alike, their range given."""
    given, compiled = case["given"], library.get(DISPENSER)
    values: Names = {"kind": case["kind"], "fuel": "petrol", "material": "stainless"}
    complete(compiled, values)
    values |= _own(given, DISPENSER_PLATE)
    cells = [dict(_own(given, DISPENSER_CELLS)) for _ in range(int(given["runs"]))]
    found = _worked(compiled, "flow", values, {}, cells, _own(given, DISPENSER_OWN))
    assert found.limit is not None
    return {
        "V_Bt_L": found.names["v_bt"], "E_pct_approx": found.value, "components_pct": _lines(found),
        "u_pct_approx": found.combined.u, "U_k2_pct_approx": found.expanded,
        "U_reported_pct": rounded(found.expanded, number(given["U_interval_pct"]), given["U_rounding"]),
        "limit_third_pct_approx": found.limit / 3, "one_third_ok": found.one_third,
        "verdict": decide(found.value, found.limit, found.expanded),
    }  # fmt: skip


ITEMS: dict[str, Callable[[Case, Library], Out]] = {"scale_error_budget": scale, "dispenser_error_budget": dispenser}
