"""Worked cases of weights and steel tapes on their shipped procedures."""

from __future__ import annotations

from decimal import Decimal

from fieldcal.domain.compiled import Names
from fieldcal.domain.quantity import number
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import Verdict
from fieldcal.services.case_kinds import Case, KindBench, Out, word
from fieldcal.services.procedures import Library

WEIGHTS, TAPES, SCALES = "jjg99-2022", "jjg4-2015", "jjg539-2016"


def _weight(case: Case, library: Library) -> KindBench:
    plate, given = case["instrument"], case["given"]
    own = {"weight_class": plate["class"], "nominal": str(plate["nominal"]).replace(" ", "")}
    if "m_cA" in given:
        own |= {"m_ref": f"{given['m_cA']} {given['unit']}", "u_k2": given["U_k2_mg"]}
        own |= {"buoyancy": given.get("buoyancy_mg", "0")}
    return KindBench(library, WEIGHTS, case["kind"], own)


def _abba(case: Case, library: Library) -> Out:
    bench, given = _weight(case, library), case["given"]
    cells: Names = {key.lower(): convert(number(given[key]), given["unit"], "g") for key in ("A1", "B1", "B2", "A2")}
    out = bench.run("mass", [({}, cells)])
    rule = next(check for check in bench.compiled.procedure.checks if check.id == "uncertainty")
    return {
        "delta_g": out.results["mean_difference"],
        "m_cB_g": out.results["conventional"],
        "deviation_mg": out.results["deviation"],
        "mpe_mg": bench.values["mpe_mg"],
        "u_max_mg_approx": _shown(bench.values["u_max"], case, "u_max_mg_approx"),
        "u_ok": bench.compiled.expr(rule.expr)(bench.values),
        "limit_mg": bench.values["limit_mg"],
        "verdict": word(out.verdict),
    }


def _shown(value: Decimal, case: Case, key: str) -> Decimal:
    """Half-even to the digits that the case shows, as the note of the public cases says of `_approx`."""
    return value.quantize(Decimal(str(case["expect"].get(key, "0.001"))))


def _working_weights(case: Case, library: Library) -> Out:
    """The rule of the scales' procedure, with the weights' MPE from the table of the weights' procedure."""
    given, scales = case["given"], library.get(SCALES)
    count = number(str(case["instrument"].get("count", "1")))
    total = convert(count * _weight(case, library).values["mpe_mg"], "mg", "g")
    mpe = number(given["scale_mpe_in_e"]) * number(given["scale_e_g"])
    rule = next(rule for rule in scales.procedure.standards if rule.role == "weights")
    holds = scales.expr(rule.rule)({"std_error": total, "mpe_max": mpe})
    return {
        "scale_mpe_g": mpe,
        "weights_mpe_g": total,
        "limit_g_approx": _shown(mpe / 3, case, "limit_g_approx"),
        "verdict": word(Verdict.PASS if holds else Verdict.FAIL),
    }


def _tape(case: Case, library: Library) -> Out:
    given = case["given"]
    plate = {"tape_class": case["instrument"]["class"], "whole_rule": given["L_rule"], "same_material": "yes"}
    bench = KindBench(library, TAPES, case["kind"], plate)
    cells = {
        "reading": number(given["standard_reading_mm"]),
        "correction": number(given["standard_correction_mm"]),
    }
    out = bench.run("error", [({"nominal": number(given["nominal_m"])}, cells)])
    row = out.rows[0].values
    names = {"actual_mm": "actual", "error_mm": "error", "L_for_mpe_m": "whole", "mpe_mm": "mpe"}
    return {**{key: row[name] for key, name in names.items()}, "verdict": word(out.verdict)}


def _at_20(case: Case, library: Library) -> Out:
    given = case["given"]
    bench = KindBench(library, TAPES, case["kind"], {"same_material": "no"})
    if "alpha_per_degC" in given:
        bench.values["alpha"] = number(given["alpha_per_degC"])
    cells: Names = {"actual": number(given["length_mm"]), "temperature": number(given["t_degC"])}
    row = bench.run("error", [({"nominal": Decimal(0)}, cells)]).rows[0].values
    return {"L20_mm": row["l_20"], "verdict": "computed"}


WEIGHT_ITEMS = {"conventional_mass_abba": _abba, "adequacy_of_the_standard": _working_weights}
TAPE_ITEMS = {"indication_error": _tape, "temperature_correction": _at_20}
