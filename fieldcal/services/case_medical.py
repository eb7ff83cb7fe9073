"""Worked cases of blood-pressure monitors, sphygmomanometers and clinical thermometers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from fieldcal.domain.compiled import Names
from fieldcal.domain.quantity import number
from fieldcal.domain.verdict import Verdict, worst
from fieldcal.services.case_kinds import Case, KindBench, Out, word
from fieldcal.services.case_print import cells, near, printed
from fieldcal.services.procedures import Library

MONITOR, SPHYGMOMANOMETER = "jjg692-2010", "jjg270-2008"
EAR, ELECTRONIC = "jjg1164-2019", "jjg1162-2019"
DISPLAY = {"mmHg": "mmhg", "kPa": "kpa"}


def _unit(case: Case) -> str:
    return DISPLAY[str(case["given"]["unit"])]


def _bench(case: Case, library: Library, procedure: str, plate: Mapping[str, Any]) -> KindBench:
    return KindBench(library, procedure, case["kind"], {"display": _unit(case), **plate})


def static(case: Case, library: Library) -> Out:
    """Rising and falling reading of a point share its reference pressure."""
    unit, bench = _unit(case), _bench(case, library, MONITOR, {})
    table: list[tuple[Names, Names]] = []
    for point in case["given"]["readings"]:
        for direction in ("up", "down"):
            read = cells(point, {"std": "std", direction: "reading"})
            table.append(({"direction": direction}, read))
    outcome = bench.run(f"static_{unit}", table)
    pairs = zip(outcome.rows[::2], outcome.rows[1::2], strict=True)
    points = [
        {"std": up.values["std"], "error_up": up.values["error"], "error_down": down.values["error"]}
        for up, down in pairs
    ]
    return {
        "points": points,
        "max_abs_error": abs(outcome.results["max_error"]),
        "limit": bench.values[f"static_limit_{unit}"],
        "verdict": word(outcome.verdict),
    }


def leak(case: Case, library: Library) -> Out:
    unit, given = _unit(case), case["given"]
    bench = _bench(case, library, MONITOR, {})
    bench.values.update(cells(given, {"limit_per_min": f"leak_limit_{unit}"}))
    read = cells(given, {"p_start": "p_start", "p_end": "p_end", "stabilise_s": "stabilise"})
    read["duration"] = number(str(given["duration_min"])) * 60
    outcome = bench.run(f"leak_{unit}", [({}, read)])
    return {f"leak_{given['unit']}_per_min": outcome.rows[0].values["leak"], "verdict": word(outcome.verdict)}


def repeatability(case: Case, library: Library) -> Out:
    """Which statistic decides is unknown: both are tried, and no decision falls where they disagree."""
    unit, given = _unit(case), case["given"]
    item = f"repeatability_{unit}"
    table: list[tuple[Names, Names]] = [({}, {"systolic": number(str(text))}) for text in given["readings"]]
    out, verdicts = Out(), set[Verdict]()
    for statistic in ("s", "range"):
        bench = _bench(case, library, MONITOR, {"method": "oscillometric", "statistic": statistic})
        bench.values.update(cells(given, {"limit": f"rep_limit_{unit}"}))
        outcome = bench.run(item, table)
        found = {name: values[0] for name, values in outcome.per_point.items()}
        s = found["s_systolic"]
        out |= {"mean": found["mean_systolic"], "s_approx": s, "s": printed(bench, item, "s_systolic", s)}
        out |= {"range": found["range_systolic"], f"verdict_{statistic}": word(outcome.verdict)}
        verdicts.add(outcome.verdict)
    agreed = verdicts.pop() if len(verdicts) == 1 else Verdict.NOT_DONE
    return near({**out, "verdict": word(agreed)}, case["expect"])


def zero(case: Case, library: Library) -> Out:
    unit, bench = _unit(case), _bench(case, library, SPHYGMOMANOMETER, {"type": "mercury"})
    outcome = bench.run(f"zero_{unit}", [({}, cells(case["given"], {"zero_reading": "reading"}))])
    limits = {"limit_low": bench.values[f"zero_low_{unit}"], "limit_high": bench.values[f"zero_high_{unit}"]}
    return {**limits, "verdict": word(outcome.verdict)}


def error(case: Case, library: Library) -> Out:
    unit, given = _unit(case), case["given"]
    bench = _bench(case, library, SPHYGMOMANOMETER, {})
    bench.values.update(cells(given, {"limit": f"mpe_{unit}"}))
    table: list[tuple[Names, Names]] = [
        ({}, cells(point, {"std": "std", "reading": "reading"})) for point in given["points"]
    ]
    outcome = bench.run(f"error_{unit}", table)
    return {"max_abs_error": abs(outcome.results["max_error"]), "verdict": word(outcome.verdict)}


def thermometer(procedure: str, case: Case, library: Library) -> Out:
    """Point by point; every single reading is judged, the mean only shown."""
    bench = KindBench(library, procedure, case["kind"], {})
    points: list[Out] = []
    verdicts: list[Verdict] = []
    for point in case["given"]["points"]:
        reference = cells(point, {"t_ref": "t_ref"})
        table: list[tuple[Names, Names]] = [
            ({}, {**reference, "reading": number(str(text))}) for text in point["readings"]
        ]
        outcome = bench.run("error", table)
        limit = outcome.rows[0].values["mpe"]
        points.append(
            {
                **reference,
                "errors": [row.values["error"] for row in outcome.rows],
                "limit_low": -limit,
                "limit_high": limit,
                "mean_error_approx": outcome.per_point["mean_error"][0],
                "verdict": word(outcome.verdict),
            }
        )
        verdicts.append(outcome.verdict)
    return near({"points": points, "verdict": word(worst(verdicts))}, case["expect"])


JJG692 = {"static_pressure_error": static, "air_leak": leak, "reading_repeatability": repeatability}
JJG270 = {"zero": zero, "indication_error": error}
JJG1164 = {"indication_error_every_single_reading": partial(thermometer, EAR)}
JJG1162 = {"indication_error_every_single_reading": partial(thermometer, ELECTRONIC)}
