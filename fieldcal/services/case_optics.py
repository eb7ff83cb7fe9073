"""Worked cases of focimeters and eye refractometers, run through the items of JJG 580-2005 and JJG 892-2022."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from fieldcal.domain.compiled import Names
from fieldcal.domain.quantity import number
from fieldcal.domain.rows import applies
from fieldcal.domain.verdict import Verdict
from fieldcal.services.case_kinds import Case, KindBench, Out, word
from fieldcal.services.case_print import cells, full, near, printed, rounded
from fieldcal.services.procedures import Library

FOCIMETER, REFRACTOR = "jjg580-2005", "jjg892-2022"
FOCIMETER_PLATE = ("step",)


def _one_lens(case: Case) -> list[tuple[Names, Names]]:
    """The readings of one standard; its certified value comes with the first."""
    given = case["given"]
    own = cells(given, {"nominal": "nominal"})
    certified = cells(given, {"d_std": "d_std", "std": "d_std"})
    table: list[tuple[Names, Names]] = []
    for repeat, text in enumerate(given["readings"], 1):
        first = certified if repeat == 1 else {}
        table.append(({**own, "repeat": Decimal(repeat)}, {"reading": number(str(text)), **first}))
    return table


def _lens(bench: KindBench, item: str, case: Case) -> Out:
    outcome = bench.run(item, _one_lens(case))
    found = {name: values[0] for name, values in outcome.per_point.items()}
    out: Out = {
        "mean_approx": found["mean"],
        "error_approx": found["error"],
        "error": printed(bench, item, "error", found["error"]),
        "mpe": found["limit"],
        "verdict_full": word(full(outcome)),
        "verdict_rounded": word(rounded(outcome)),
        "verdict": word(full(outcome)),
    }
    if "correction" in found:
        out["correction"] = printed(bench, item, "correction", found["correction"])
    return near(out, case["expect"])


def _focimeter(item: str) -> Callable[[Case, Library], Out]:
    def run(case: Case, library: Library) -> Out:
        own = {key: case["instrument"][key] for key in FOCIMETER_PLATE if key in case["instrument"]}
        return _lens(KindBench(library, FOCIMETER, case["kind"], own), item, case)

    return run


JJG580 = {"vertex_power_error": _focimeter("power"), "prism_power_error": _focimeter("prism")}


def _refractor(case: Case, library: Library) -> KindBench:
    """The limits that the public cases know are those of 2011, named or not."""
    given = case["given"]
    has = given.get("has_pd", case["instrument"].get("has_pd", True))
    plate = {"edition": given.get("limits_edition", "2011"), "has_pd": "yes" if has else "no"}
    return KindBench(library, REFRACTOR, case["kind"], plate)


def _sphere(case: Case, library: Library) -> Out:
    return _lens(_refractor(case, library), "sphere", case)


def _pupil_distance(case: Case, library: Library) -> Out:
    bench = _refractor(case, library)
    if not applies(bench.compiled, bench.compiled.procedure.item("pupil_distance"), bench.values):
        return {"verdict": word(Verdict.NOT_APPLICABLE)}
    outcome = bench.run("pupil_distance", _one_lens(case))
    error = printed(bench, "pupil_distance", "error", outcome.results["error"])
    return {"error": error, "mpe": bench.values["pd_limit"], "verdict": word(outcome.verdict)}


JJG892 = {"sphere_error": _sphere, "pupil_distance_error": _pupil_distance}
