"""Worked cases of breath alcohol analysers and radar speed meters, run through JJG 657, 527 and 528."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Names
from fieldcal.domain.evaluate import RowOutcome
from fieldcal.domain.quantity import number
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import worst
from fieldcal.services.case_kinds import Case, KindBench, Out, word
from fieldcal.services.case_print import cells, near, printed
from fieldcal.services.procedures import Library

ALCOHOL, FIXED, MOBILE = "jjg657-2019", "jjg527-2015", "jjg528-2015"


def alcohol(case: Case, library: Library) -> Out:
    """The limits are the case's own for its kind; it names none for the standard deviation, which stays open."""
    given = case["given"]
    limits = given["assumed_limits"]["first" if case["kind"] == "first" else "subsequent_in_use"]
    bench = KindBench(library, ALCOHOL, case["kind"], {"abs_limit": limits["abs"], "rel_limit": limits["rel_pct"]})
    outcome = bench.run("error", _readings(given))
    found = {name: values[0] for name, values in outcome.per_point.items()}
    out: Out = {
        "mean": found["mean"],
        "error": found["error"],
        "error_reported": printed(bench, "error", "error", found["error"]),
        "mpe": found["limit"],
        "verdict": word(worst(j.full for j in outcome.judged if j.name == "error")),
    }
    if found["s"] is not None:
        out["s_approx"] = found["s"]
    return near(out, case["expect"])


def _readings(given: dict[str, Any]) -> list[tuple[Names, Names]]:
    """A case that states only the mean stands for one reading of that value."""
    certified = cells(given, {"c_std": "c_std"})
    texts: list[Any] = given.get("readings") or [given["mean"]]
    return [
        ({"repeat": Decimal(repeat)}, {"reading": number(str(text)), **(certified if repeat == 1 else {})})
        for repeat, text in enumerate(texts, 1)
    ]


def simulator(case: Case, library: Library) -> Out:
    given = case["given"]
    nominal = convert(number(str(given["f0_GHz"]), "f0_GHz"), "GHz", "MHz")
    bench = KindBench(library, MOBILE, case["kind"], {"frequency_nominal": nominal})
    row = bench.run("simulated", [(cells(given, {"v_kmh": "v_sim"}), {})]).rows[0]
    return near({"f_d_Hz_approx": row.values["f_d"], "verdict": "computed"}, case["expect"])


def simulated(case: Case, library: Library) -> Out:
    bench = KindBench(library, MOBILE, case["kind"], {})
    bench.values.update(cells(case["given"], {"limit": "simulated_limit"}))
    table = [
        (cells(point, {"v_sim": "v_sim"}), {"v_shown": number(str(text))})
        for point in case["given"]["points"]
        for text in point["readings"]
    ]
    outcome = bench.run("simulated", table)
    return {"max_abs_error": outcome.results["max_abs_error"], "verdict": word(outcome.verdict)}


def cosine_effect(case: Case, library: Library) -> Out:
    given = case["given"]
    bench = KindBench(library, FIXED, case["kind"], {"angle": given["angle_deg"], "angle_mode": "uncorrected"})
    row = bench.run("field", [({}, cells(given, {"v_kmh": "v_ref"}))]).rows[0]
    return near({"v_uncorrected_kmh_approx": row.values["v_uncorrected"], "verdict": "computed"}, case["expect"])


def field(case: Case, library: Library) -> Out:
    given = case["given"]
    limits = given["assumed_limits"]
    plate = {"angle_mode": "corrected", "field_low_kmh": limits["low"], "field_low_percent": limits["low"]}
    bench = KindBench(library, FIXED, case["kind"], plate)
    bench.values.update(cells(limits, {"high": "field_high"}))
    row = bench.run("field", [({}, cells(given, {"v_ref_kmh": "v_ref", "v_shown_kmh": "v_shown"}))]).rows[0]
    out = {
        "error_kmh": row.values["error_kmh"],
        "error_pct_approx": row.values["error_percent"],
        "branch": _branch(row),
        "verdict": word(row.verdict),
    }
    return near(out, case["expect"])


def _branch(row: RowOutcome) -> str:
    return "percent" if any(j.name == "error_percent" for j in row.judged) else "kmh"


JJG657 = {"indication_error": alcohol}
JJG527 = {"field_speed_error": field, "cosine_effect": cosine_effect}
JJG528 = {"doppler_frequency_of_the_simulator": simulator, "simulated_speed_error": simulated}
