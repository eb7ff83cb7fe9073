"""Worked cases about the scale as a whole: plate, standards, substitution, price, limits, choice of regulation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from fieldcal.domain.compiled import Names
from fieldcal.domain.evaluate import ItemOutcome
from fieldcal.domain.plate import read
from fieldcal.domain.procedure import Check
from fieldcal.domain.quantity import number, trim
from fieldcal.domain.rows import series
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import Verdict
from fieldcal.services.case_bench import Bench, Given, Out, cells_of, invalid, report, word
from fieldcal.services.effective import covering

SCOPE = {"class_scope", "digital_scope"}


def _classification(bench: Bench) -> Out:
    found: Out = {"n": bench.values["n"], "min_in_e": bench.values["min_in_e"]}
    if bench.case["instrument"].get("class") not in ("I", "II", "III", "IIII"):
        fitting = [name for name in ("I", "II", "III", "IIII") if not _broken(bench, name)]
        return {**found, "fitting_classes": fitting, "verdict": "class_must_be_read_from_plate"}
    reasons = [_reason(bench, check) for check in bench.plate.broken if _in_force(bench, check)]
    return {**found, "reasons": reasons, "verdict": "fail" if reasons else "pass"}


def _broken(bench: Bench, name: str) -> list[Check]:
    raw = {i.id: bench.values[i.id] for i in bench.compiled.procedure.inputs if i.id in bench.values}
    texts = {key: _text(value) for key, value in raw.items()}
    plate = read(bench.compiled, bench.values["kind"], {**texts, "accuracy_class": name})
    return [check for check in plate.broken if check.id not in SCOPE]


def _text(value: object) -> object:
    if isinstance(value, list):
        return [_text(inner) for inner in value]  # pyright: ignore
    return trim(value) if isinstance(value, Decimal) else value


def _in_force(bench: Bench, check: Check) -> bool:
    return check.id not in SCOPE or bench.case["regulation"] == bench.compiled.procedure.regulation


def _reason(bench: Bench, check: Check) -> str:
    """The rule's id with the figure of the class, as `n_above_10000`."""
    figure = {"n_above": "n_high", "n_below": "n_low", "min_below": "min_low"}.get(check.id)
    if figure is None:
        return check.id
    return f"{check.id}_{trim(bench.values[figure])}" + ("e" if check.id == "min_below" else "")


def _standards(bench: Bench) -> Out:
    given = bench.given
    mpe = bench.run("weighing", [({"load": bench.g(given["load"]), "direction": ""}, {})]).rows[0].values["mpe"]
    total = sum((_piece(bench, piece) for piece in given["pieces"]), Decimal(0))
    rule = next(rule for rule in bench.compiled.procedure.standards if rule.role == "weights")
    names = {**bench.values, "std_error": convert(total, "mg", "g"), "mpe_max": mpe}
    holds = bench.compiled.expr(rule.rule)(names)
    limit = convert(mpe, "g", "mg") / 3
    return {
        "unit": "mg",
        "mpe_instrument": convert(mpe, "g", "mg"),
        "limit_one_third": limit,
        "sum_mpe_weights": total,
        "verdict": "suitable" if holds else "reject",
    }


def _piece(bench: Bench, piece: Given) -> Decimal:
    """mg: stated by the case, or from the R111 table of the procedure."""
    count = number(str(piece.get("count", "1")))
    if "mpe_mg" in piece:
        return count * number(piece["mpe_mg"])
    value, unit = str(piece["nominal"]).split()
    names: Names = {**bench.values, "weight_class": bench.given["weight_class"], "nominal": number(value)}
    return count * bench.compiled.expr("weight_mpe(nominal)")({**names, "nominal": convert(number(value), unit, "g")})


def _price(bench: Bench) -> Out:
    given = bench.given
    unit = str(given.get("unit", "kg"))
    cells: Names = {
        "indicated_weight": convert(number(given["indicated_weight"]), unit, "kg"),
        "unit_price": number(given["unit_price"]),
    }
    shown = given.get("indicated_total", given.get("shown_total", given.get("displayed_total")))
    if shown is not None:
        cells["shown_total"] = number(shown)
    out = bench.run("price", [({}, cells)])
    values = out.rows[0].values
    found = {key: values[key] for key in ("raw_total", "total", "difference") if key in values}
    return {**found, "unit": unit, "verdict": word(out.verdict) if shown is not None else "computed"}


FRACTIONS = {Decimal(2): "1/2", Decimal(3): "1/3", Decimal(5): "1/5"}


def _fraction(bench: Bench) -> Out:
    given = bench.given
    load = bench.number("repeatability_load", str(given.get("load", "0")))
    if "errors" in given:
        table: list[tuple[Names, Names]] = [
            ({"load": load}, {"indication": load, "delta_load": load, "error": bench.g(x)}) for x in given["errors"]
        ]
    else:
        table = [({"load": load}, cells_of(bench, x, ("indication", "delta_load"))) for x in given["weighings"]]
    out = bench.run("substitution_fraction", table)
    if len(table) < int(given.get("required", 3)):
        return {"verdict": "incomplete"}
    results = out.results
    found: Out = {key: bench.back(results[key]) for key in ("range", "standards_required")}
    found |= {"range_in_e": results["range_in_e"], "fraction_of_max": FRACTIONS[results["divisor"]]}
    hand = given.get("standards", given.get("standards_available", given.get("standards_mass")))
    if hand is None:
        return {**found, "verdict": "computed"}
    enough = bench.g(hand) >= results["standards_required"]
    return {**found, "verdict": "sufficient" if enough else "insufficient"}


def _substitution(bench: Bench) -> Out:
    table: list[tuple[Names, Names]] = []
    previous = Decimal(0)
    for source in bench.given["steps"]:
        wanted = 1 if source["action"] == "std" else 0
        previous += 1 if (previous + 1) % 2 == wanted else 2
        cells = {"e0": bench.number("e0"), **cells_of(bench, source, ("indication", "delta_load", "e0"))}
        table.append(({"step": previous}, cells))
    out = bench.run("substitution", table)
    steps = [_step(bench, source, out, i) for i, source in enumerate(bench.given["steps"])]
    verdict = "invalid_reading" if invalid(bench, "substitution", out) else word(out.verdict)
    return {"steps": steps, "verdict": verdict}


def _step(bench: Bench, source: Given, out: ItemOutcome, place: int) -> Out:
    row = out.rows[place]
    found: Out = {"step": source.get("step", str(place + 1))}
    if source["action"] != "std":
        return {**found, **report(bench, row, ("p", "substitute_load"))}
    keys = ("load", "p", "error", "error_corrected", "mpe", "e_used")
    return {**found, **report(bench, row, keys, ["load_in_e"]), "verdict": word(row.verdict)}


def _points(bench: Bench) -> Out:
    """Zero is where E0 comes from, not a load."""
    block = bench.item("weighing").points[0]
    loads = [load for load in series(bench.compiled, block, bench.values) if load > 0]
    shown = bench.back(loads)
    down = list(reversed(shown[:-1]))
    return {"loads": shown, "points": shown, "test_points": shown, "loads_up": shown, "loads_down": down,
            "count": Decimal(len(shown)), "verdict": "computed"}  # fmt: skip


def _rule_selection(bench: Bench) -> Out:
    """Price-computing scales leave JJG 539-2016 on the day JJG 1204-2025 comes into force."""
    given, instrument = bench.given, bench.case["instrument"]
    day = date.fromisoformat(given.get("verification_date") or given.get("date") or given["today"])
    text = " ".join(str(x) for x in [*instrument.values(), *given.values()]).lower()
    price = instrument.get("price_computing", given.get("price_computing"))
    is_price = price == "yes" if price else "price" in text or "计价" in text
    start = date.fromisoformat(bench.compiled.procedure.valid_from)
    plate = {"price_computing": "yes" if is_price else "no"}
    found = covering(bench.library, bench.compiled, plate, day).procedure.regulation
    name = found if day >= start else "JJG 539-1997"
    asked = given.get("regulation", given.get("proposed_regulation"))
    verdict = "computed" if asked is None else "allowed" if asked == name else "not_allowed"
    return {"regulation": name, "rule": name, "selected": name, "procedure": name, "verdict": verdict}


def _overload(bench: Bench) -> Out:
    limit = bench.values["show_limit"]
    shown = bench.number("largest_indication_shown")
    return {"limit": bench.back(limit), "verdict": _within(shown <= limit)}


def _zero_range(bench: Bench) -> Out:
    setting, initial = bench.values["zero_limit"], bench.values["initial_limit"]
    holds = bench.number("zero_setting_range") <= setting and bench.number("initial_zero_setting_range") <= initial
    found: Out = {"limit_zero_setting": bench.back(setting), "limit_initial_zero": bench.back(initial)}
    return {**found, "verdict": _within(holds)}


def _within(holds: bool) -> str:
    return (Verdict.PASS if holds else Verdict.FAIL).value


ITEMS: dict[str, Callable[[Bench], Out]] = {
    "classification": _classification,
    "standards": _standards,
    "price": _price,
    "substitution_fraction": _fraction,
    "substitution": _substitution,
    "test_points": _points,
    "rule_selection": _rule_selection,
    "overload_display": _overload,
    "zero_range": _zero_range,
}
