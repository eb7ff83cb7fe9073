"""Worked cases of sound level meters: the check on site, and weighting data of a laboratory."""

from __future__ import annotations

from fieldcal.domain.quantity import number
from fieldcal.domain.rows import rows
from fieldcal.domain.verdict import Verdict
from fieldcal.services.case_kinds import Case, KindBench, Out, word
from fieldcal.services.case_print import cells
from fieldcal.services.procedures import Library

METER = "jjg188-2017"


def acoustic(case: Case, library: Library) -> Out:
    """One reading, before or after the job."""
    given = case["given"]
    plate = {"level": given["L_cal"], "c_mic": given["C_mic"], "c_p": given["C_p"]}
    bench = KindBench(library, METER, case["kind"], {"meter_class": case["instrument"]["class"], **plate})
    bench.values.update(cells(given, {"limit": "limit"}))
    outcome = bench.run("acoustic", [({}, cells(given, {"L": "reading"}))])
    row = outcome.rows[0]
    return {"L_exp": row.values["l_exp"], "delta": row.values["delta"], "verdict": word(outcome.verdict)}


def weighting(case: Case, library: Library) -> Out:
    """The row of the case's frequency, with the goal and the limits of the procedure."""
    given = case["given"]
    bench = KindBench(library, METER, case["kind"], {"meter_class": case["instrument"]["class"], "weighting": "A"})
    table = rows(bench.compiled, bench.compiled.procedure.item("weighting_report"), bench.values)
    own = next(row.values for row in table if row.values["frequency"] == number(str(given["frequency_Hz"])))
    read = cells(given, {"response_dB": "response", "U_dB": "u", "U_max_dB": "u_max"})
    outcome = bench.run("weighting_report", [(own, read)])
    judged = {j.name: j.verdict is Verdict.PASS for j in outcome.rows[0].judged}
    return {
        "deviation_dB": outcome.rows[0].values["deviation"],
        "limit_low": own["low"],
        "limit_high": own["high"],
        "within": judged["deviation"],
        "u_ok": judged["u"],
        "verdict": word(outcome.verdict),
    }


JJG188 = {"acoustic_check_before_and_after_the_job": acoustic, "a_weighting_deviation": weighting}
