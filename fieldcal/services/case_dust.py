"""Worked cases of dust meters (JJG 846-2015) and flue-dust samplers (JJG 680-2021)."""

from __future__ import annotations

from fieldcal.domain.compiled import Names
from fieldcal.domain.quantity import number
from fieldcal.services.case_kinds import Case, KindBench, Out, word
from fieldcal.services.case_print import cells, near, printed
from fieldcal.services.procedures import Library

METER, SAMPLER = "jjg846-2015", "jjg680-2021"
STATISTICS = {"RSD, n-1": "rsd"}


def error(case: Case, library: Library) -> Out:
    """One concentration: the mean of the readings against the standard value."""
    given, bench = case["given"], KindBench(library, METER, case["kind"], {})
    bench.values.update(cells(given, {"limit_pct": "mpe"}))
    standard = cells(given, {"c_std": "c_std"})
    table: list[tuple[Names, Names]] = [({}, {**standard, "reading": number(str(text))}) for text in given["readings"]]
    outcome = bench.run("error", table)
    found = outcome.per_point["error"][0]
    out = {
        "mean_approx": outcome.per_point["mean_reading"][0],
        "error_pct_approx": found,
        "error_pct": printed(bench, "error", "error", found),
        "verdict": word(outcome.verdict),
    }
    return near(out, case["expect"])


def repeatability(case: Case, library: Library) -> Out:
    """The statistic is the case's own: the procedure asks for it."""
    given = case["given"]
    bench = KindBench(library, METER, case["kind"], {"statistic": STATISTICS[given["statistic"]]})
    bench.values.update(cells(given, {"limit_pct": "rep_limit"}))
    table: list[tuple[Names, Names]] = [({}, {"reading": number(str(text))}) for text in given["readings"]]
    outcome = bench.run("repeatability", table)
    found = outcome.results
    out = {
        "mean": found["mean_reading"],
        "s_approx": found["s"],
        "rsd_pct_approx": found["rsd"],
        "rsd_pct": printed(bench, "repeatability", "rsd", found["rsd"]),
        "verdict": word(outcome.verdict),
    }
    return near(out, case["expect"])


def volume(case: Case, library: Library) -> Out:
    """The case names its own standard conditions."""
    given, bench = case["given"], KindBench(library, SAMPLER, case["kind"], {})
    bench.values.update(cells(given, {"T_0_K": "kelvin", "P_0_kPa": "standard_pressure"}))
    read = cells(given, {"V_L": "metered", "P_a_kPa": "p_a", "P_r_kPa": "p_r"})
    read["t_m"] = number(str(given["T_m_K"])) - bench.values["kelvin"]
    row = bench.run("volume", [({}, read)]).rows[0]
    return near({"V_nd_L_approx": row.values["v_nd"], "verdict": "computed"}, case["expect"])


def velocity(case: Case, library: Library) -> Out:
    bench = KindBench(library, SAMPLER, case["kind"], {})
    read = cells(case["given"], {"K_p": "factor", "P_d_Pa": "dynamic", "rho_kg_m3": "density"})
    row = bench.run("velocity", [({}, read)]).rows[0]
    return near({"v_m_s_approx": row.values["velocity"], "verdict": "computed"}, case["expect"])


JJG846 = {"indication_error": error, "repeatability": repeatability}
JJG680 = {"standard_dry_volume": volume, "gas_velocity_from_the_pitot_tube": velocity}
