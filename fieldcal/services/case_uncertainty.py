"""Worked cases of uncertainty: budgets of the shipped procedures, the rules of JJF 1059.1 and 1094, Monte Carlo."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

from fieldcal.domain.dual import Dual
from fieldcal.domain.expression import ARITHMETIC, Expression
from fieldcal.domain.functions import mean
from fieldcal.domain.quantity import number
from fieldcal.domain.student import student_t
from fieldcal.domain.trials import Drawn, Simulated, Simulator, Trials
from fieldcal.domain.uncertainty import (
    Part,
    aligned,
    bessel,
    by_range,
    combine,
    decide,
    of_mean,
    one_third,
    rounded,
    second_order,
    standard,
)
from fieldcal.services import case_budgets
from fieldcal.services.case_types import Near, Unsupported
from fieldcal.services.procedures import Library

TOPIC = "uncertainty"
Case = dict[str, Any]
Given = dict[str, Any]
Out = dict[str, Any]
ONE = Decimal(1)
U_PERCENT, ENDS_PERCENT = "0.5", "0.3"  # what trials must meet if the case does not say
_EQUATION = re.compile(r"\s*(\w+)\s*=\s*(.+?)\s*(?=[,;]\s*\w+\s*=|$)[,;]?")


def evaluate(case: Case, library: Library, simulate: Simulator | None) -> Out:
    """Raises Unsupported for an unknown item, and for trials without somebody to run them."""
    item = str(case["item"])
    if item == "monte_carlo":
        if simulate is None:
            raise Unsupported(field="item", value=item, accepted="a simulator")
        return _monte_carlo(case["given"], simulate)
    if item in case_budgets.ITEMS:
        return case_budgets.ITEMS[item](case, library)
    if item not in RULES:
        accepted = ", ".join([*RULES, *case_budgets.ITEMS, "monte_carlo"])
        raise Unsupported(field="item", value=item, accepted=accepted)
    return {"verdict": "computed", **RULES[item](case["given"])}


def equations(text: str) -> list[tuple[str, str]]:
    """ "E = a / V, V = b + c" to names and formulas, those that others use first."""
    found = [(name, formula) for name, formula in _EQUATION.findall(text)]
    return found[::-1]


def _monte_carlo(given: Given, simulate: Simulator) -> Out:
    steps = equations(given["model"])
    inputs = [_drawn(i, source) for i, source in enumerate(given["inputs"], 1)]
    task = Trials(steps, steps[-1][0], inputs, probability=number(given["p"], "p"))
    return _trials(simulate(task), given.get("tolerance", {}))


def _drawn(place: int, source: Given) -> Drawn:
    name = str(source.get("name", f"X{place}"))
    if source["dist"] == "normal":
        return Drawn(name, "normal", number(source["mean"]), number(source["sd"]))
    if source["dist"] != "rect":
        raise Unsupported(field="dist", value=source["dist"], accepted="normal, rect")
    if "low" in source:
        low, high = number(source["low"]), number(source["high"])
        return Drawn(name, "rect", (low + high) / 2, (high - low) / 2)
    return Drawn(name, "rect", number(source["mean"]), number(source["half_width"]))


def _trials(found: Simulated, asked: Given) -> Out:
    width = found.high - found.low
    at_end = width * number(asked.get("interval_ends_pct_of_width", ENDS_PERCENT)) / 100
    at_u = found.u * number(asked.get("u_rel_pct", U_PERCENT)) / 100
    middle, u, half = Near(found.mean, at_end), Near(found.u, at_u), Near(width / 2, at_end)
    return {
        "mean": middle, "mean_approx": middle, "u": u, "u_exact": u, "u_approx": u, "half_width_approx": half,
        "interval": [Near(found.low, at_end), Near(found.high, at_end)], "verdict": "computed",
    }  # fmt: skip


def _squares(given: Given) -> Out:
    """Y = X1^2 + X2^2 of correlated normal inputs: first order, and with the terms of second order."""
    x, u = [number(given["x1"]), number(given["x2"])], [number(given["u1"]), number(given["u2"])]
    r = number(given.get("r", "0"))
    square = Expression("x1 ** 2 + x2 ** 2")
    names = {"x1": x[0], "x2": x[1]}
    parts = [Part(n, v, square({**names, n: Dual(names[n], ONE)}).slope) for n, v in zip(names, u, strict=True)]
    first = combine(parts, {("x1", "x2"): r}).u
    covariance = [[a * b * (ONE if i == j else r) for j, b in enumerate(u)] for i, a in enumerate(u)]
    more, spread = second_order([[Decimal(2), Decimal(0)], [Decimal(0), Decimal(2)]], covariance)
    with localcontext(ARITHMETIC):
        whole = (first**2 + spread).sqrt()
    at = square(names)
    return {"mean_exact": at + more, "u_approx": whole, "mean_first_order": at, "u_first_order": first}


def _gauge(given: Given) -> Out:
    """GUM H.1: the slopes come from the model as it stands in the case."""
    length, theta = number(given["l_S"]), number(given["theta_degC"])
    model = Expression(equations(given["model"])[-1][1])
    names = {
        "l_S": length, "d": number(given["d"]), "alpha_S": number(given["alpha_S_per_degC"]), "theta": theta,
        "d_alpha": Decimal(0), "d_theta": Decimal(0),
    }  # fmt: skip

    def part(name: str, u: Decimal, freedom: str) -> Part:
        return Part(name, u, model({**names, name: Dual(names[name], ONE)}).slope, number(freedom))

    u_alpha = standard(number(given["d_alpha_rect_per_degC"]), "rect")
    u_theta = standard(number(given["d_theta_rect_degC"]), "rect")
    d_parts = zip(given["u_d_parts"], given["nu_d_parts"], strict=True)
    parts = [
        part("l_S", number(given["u_l_S"]), given["nu_l_S"]),
        *(part("d", number(u), nu) for u, nu in d_parts),
        part("d_alpha", u_alpha, given["nu_d_alpha"]),
        part("d_theta", u_theta, given["nu_d_theta"]),
    ]
    combined = combine(parts)
    k = student_t(Decimal("0.99"), combined.whole_freedom)
    u_printed = rounded(combined.u, ONE, "HALF_EVEN")
    published = {"u_c": u_printed, "nu_eff": combined.whole_freedom, "U99": rounded(u_printed * k, ONE, "HALF_EVEN")}
    return {
        "y": model(names), "u_c_approx": combined.u, "nu_eff_approx": combined.freedom, "published": published,
        "nu_eff": combined.whole_freedom, "U99_approx": combined.u * k,
    }  # fmt: skip


def _rounding(given: Given) -> Out:
    return {"U_reported": rounded(number(given["U"]), number(given["interval"]), given["policy"])}


def _alignment(given: Given) -> Out:
    return {"y_reported": aligned(number(given["y"]), number(given["interval"]))}


def _decision(given: Given) -> Out:
    error, limit, expanded = number(given["E"]), number(given["mpe"]), number(given["U95"])
    return {"one_third_ok": one_third(expanded, limit), "verdict": decide(error, limit, expanded)}


def _type_a(given: Given) -> Out:
    readings = [number(reading) for reading in given["readings"]]
    s, r, n = bessel(readings), by_range(readings, number(given["range_coefficient"])), len(readings)
    middle = mean(readings)
    return {
        "mean": middle, "mean_approx": middle, "s_bessel_approx": s, "s_range_approx": r,
        "u_mean_bessel_approx": of_mean(s, n), "u_mean_range_approx": of_mean(r, n),
    }  # fmt: skip


def _freedom(given: Given) -> Out:
    parts = [
        Part(str(i), number(source["u"]), ONE, None if source["nu"] == "inf" else number(source["nu"]))
        for i, source in enumerate(given["components"])
    ]
    found = combine(parts)
    return {"u_c_approx": found.u, "nu_eff_approx": found.freedom, "nu_eff": found.whole_freedom}


def _sum(given: Given) -> Out:
    r = number(given["r"])
    parts = [Part(str(i), number(u)) for i, u in enumerate(given["u_parts_g"])]
    pairs = {(a.symbol, b.symbol): r for i, a in enumerate(parts) for b in parts[i + 1 :]}
    return {"u_approx": combine(parts, pairs).u}


RULES: dict[str, Callable[[Given], Out]] = {
    "sum_of_squares_y_x1_2_x2_2": _squares,
    "gum_budget_with_degrees_of_freedom": _gauge,
    "rounding_of_u": _rounding,
    "alignment_of_the_result_to_u": _alignment,
    "decision_rule": _decision,
    "type_a_evaluation": _type_a,
    "welch_satterthwaite": _freedom,
    "sum_of_weights": _sum,
}
