"""Worked cases of gas detectors, run through the items of JJG 693-2011 and JJG 915-2008."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Names
from fieldcal.domain.evaluate import ItemOutcome
from fieldcal.domain.quantity import number
from fieldcal.domain.verdict import Verdict
from fieldcal.services.case_kinds import Case, KindBench, Out, word
from fieldcal.services.case_print import cells, full, near, printed, rounded
from fieldcal.services.procedures import Library

COMBUSTIBLE, CARBON_MONOXIDE = "jjg693-2011", "jjg915-2008"
LIMITS = {"limit_pctFS": "mpe", "limit_pct": "rep_limit", "limit_abs": "mpe_abs", "limit_rel_pct": "mpe_rel"}
PLATE = ("full_scale", "sampling", "mounting")


def _bench(case: Case, library: Library, procedure: str, plate: Mapping[str, Any]) -> KindBench:
    own = {key: case["instrument"][key] for key in PLATE if key in case["instrument"]}
    bench = KindBench(library, procedure, case["kind"], {**own, **plate})
    bench.values.update(cells(case["given"], LIMITS))
    return bench


def _points(given: Mapping[str, Any], name: str) -> list[tuple[Names, Names]]:
    """One row a point, with its gas and its readings."""
    out: list[tuple[Names, Names]] = []
    for point in given["points"]:
        found = {f"reading_{i}": number(str(text)) for i, text in enumerate(point["readings"], 1)}
        out.append(({}, {name: number(str(point["c_std"])), **found}))
    return out


def _readings(texts: list[Any], name: str = "reading") -> list[tuple[Names, Names]]:
    return [({"repeat": Decimal(i)}, {name: number(str(text))}) for i, text in enumerate(texts, 1)]


def _both(outcome: ItemOutcome) -> Out:
    return {
        "verdict": word(full(outcome)),
        "verdict_full": word(full(outcome)),
        "verdict_rounded": word(rounded(outcome)),
    }


def error(case: Case, library: Library) -> Out:
    bench = _bench(case, library, COMBUSTIBLE, {"certified_in": "lel"})
    outcome = bench.run("error", _points(case["given"], "c_lel"), by_point=True)
    points = [
        {
            "c_std": row.values["c_std"],
            "mean_approx": row.values["mean_reading"],
            "error_pctFS_approx": row.values["error"],
            "error_pctFS": printed(bench, "error", "error", row.values["error"]),
        }
        for row in outcome.rows
    ]
    largest = printed(bench, "error", "max_error", outcome.results["max_error"])
    return near({"points": points, "max_abs_error_pctFS": abs(largest), **_both(outcome)}, case["expect"])


def repeatability(case: Case, library: Library) -> Out:
    bench = _bench(case, library, COMBUSTIBLE, {})
    outcome = bench.run("repeatability", _readings(case["given"]["readings"]))
    found = outcome.results
    values = {"mean_approx": found["mean_reading"], "s_approx": found["s"], "rsd_pct_approx": found["rsd"]}
    reported = {"rsd_pct": printed(bench, "repeatability", "rsd", found["rsd"])}
    return near({**values, **reported, **_both(outcome)}, case["expect"])


def response(case: Case, library: Library) -> Out:
    bench, given = _bench(case, library, COMBUSTIBLE, {}), case["given"]
    stable = cells(given, {"stable_value": "stable"})
    outcome = bench.run("response", [(own, {**cell, **stable}) for own, cell in _readings(given["times"], "t90")])
    mean = outcome.results["mean_t90"]
    out: Out = {
        "mean_s_approx": mean,
        "mean_s": printed(bench, "response", "mean_t90", mean),
        "limit_s": bench.values["t90_limit"],
        "verdict": word(outcome.verdict),
    }
    if stable:
        out["threshold_90"] = outcome.rows[0].values["threshold"]
    return near(out, case["expect"])


def drift(case: Case, library: Library) -> Out:
    """Each candidate of the unknown limits is tried; no decision where they disagree."""
    given, out, verdicts = case["given"], Out(), set[Verdict]()
    pairs = zip(_readings(given["zero_readings"], "zero"), _readings(given["span_readings"], "span"), strict=True)
    table = [(own, {**zero, **span}) for (own, zero), (_, span) in pairs]
    for name, limits in given["assumed_limits"].items():
        plate = {"zero_drift_limit": limits["zero_pctFS"], "span_drift_limit": limits["span_pctFS"]}
        outcome = _bench(case, library, COMBUSTIBLE, plate).run("drift", table)
        out["max_zero_drift_pctFS"] = outcome.results["max_zero_drift"]
        out["max_span_drift_pctFS"] = outcome.results["max_span_drift"]
        out[f"verdict_{name}"] = word(outcome.verdict)
        verdicts.add(outcome.verdict)
    agreed = verdicts.pop() if len(verdicts) == 1 else Verdict.NOT_DONE
    return {**out, "verdict": word(agreed)}


def alarm(case: Case, library: Library) -> Out:
    given = case["given"]
    limit = {} if given.get("limit") is None else {"alarm_limit": given["limit"]}
    bench = _bench(case, library, COMBUSTIBLE, {"set_point": given["set_point"], **limit})
    outcome = bench.run("alarm", _readings(given["alarm_readings"]))
    found = outcome.results
    values = {"alarm_value_approx": found["alarm_value"], "deviation_approx": found["difference"]}
    return near({**values, "verdict": word(outcome.verdict)}, case["expect"])


def conversion(case: Case, library: Library) -> Out:
    """%vol to %LEL: the standard value that the item of the indication error works with."""
    given = case["given"]
    bench = _bench(case, library, COMBUSTIBLE, {"certified_in": "vol", "lel": given["lel_vol_pct"]})
    row = bench.run("error", [({}, cells(given, {"vol_pct": "c_vol"}))]).rows[0]
    value = row.values["c_std"]
    shown = {"lel_pct_approx": value, "lel_pct": printed(bench, "error", "c_std", value)}
    return near({**shown, "verdict": "computed"}, case["expect"])


def either_of(case: Case, library: Library) -> Out:
    bench = _bench(case, library, CARBON_MONOXIDE, {})
    outcome = bench.run("error", _points(case["given"], "c_std"), by_point=True)
    points = [
        {
            "mean_approx": row.values["mean_reading"],
            "error_abs_approx": row.values["error_abs"],
            "error_rel_pct_approx": row.values["error_rel"],
            "abs_ok": row.values["share_abs"] <= 1,
            "rel_ok": row.values["share_rel"] <= 1,
            "c_std": row.values["c_std"],
            "verdict": word(row.verdict),
        }
        for row in outcome.rows
    ]
    return near({"points": points, "verdict": word(outcome.verdict)}, case["expect"])


JJG693 = {
    "indication_error": error,
    "repeatability_rsd_n_1": repeatability,
    "response_time_t90": response,
    "zero_drift_and_span_drift": drift,
    "alarm_value": alarm,
    "conversion_vol_to_lel": conversion,
}
JJG915 = {"indication_error_either_of_rule": either_of}
