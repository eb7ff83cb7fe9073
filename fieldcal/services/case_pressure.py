"""Worked cases of pressure gauges: general, digital and tyre-pressure gauges on their shipped procedures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Names
from fieldcal.domain.evaluate import ItemOutcome
from fieldcal.domain.quantity import number
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import Verdict
from fieldcal.services.case_kinds import Case, KindBench, Out, word
from fieldcal.services.procedures import Library

HOME = "MPa"
GENERAL, DIGITAL, TYRE = "jjg52-2013", "jjg875-2019", "jjg927-2013"
RANGE = {"range_min": "range_min", "range_max": "range_max", "division": "division"}
STANDARD = {"standard_range_min": "std_min", "standard_range_max": "std_max"}
FLAWS = {"error_before": "error", "error_after": "error", "hysteresis": "hysteresis", "shift": "tap"}


class _Gauge(KindBench):
    """A gauge of a case: its pressures come and go in the case's unit."""

    def __init__(self, case: Case, library: Library, procedure: str, own: Mapping[str, Any]) -> None:
        self.given, plate = case["given"], case["instrument"]
        self.unit = str(self.given.get("unit", plate["unit"]))
        found = {name: f"{plate[key]} {plate['unit']}" for key, name in RANGE.items() if key in plate}
        found |= {name: f"{self.given[key]} {self.unit}" for key, name in STANDARD.items() if key in self.given}
        if "standard_class" in self.given:
            found["std_percent"] = self.given["standard_class"]
        super().__init__(library, procedure, case["kind"], {**found, **own})

    def cell(self, raw: Any) -> Decimal:
        return convert(number(str(raw)), self.unit, HOME)

    def back(self, value: Any) -> Any:
        return convert(value, HOME, self.unit) if isinstance(value, Decimal) else value

    def cells(self, source: Mapping[str, Any], keys: Mapping[str, str]) -> Names:
        return {name: self.cell(source[key]) for key, name in keys.items() if key in source}


def _general(case: Case, library: Library, own: Mapping[str, Any] | None = None) -> _Gauge:
    given, plate = case["given"], case["instrument"]
    asked = {"zone90_boundary": "boundary", "hysteresis_tap_basis": "basis"}
    words = {name: given[key] for key, name in asked.items() if key in given}
    words |= {"type": "pressure", "accuracy_class": plate["accuracy_class"], "medium": "gas", **(own or {})}
    return _Gauge(case, library, GENERAL, words)


def _errors(case: Case, library: Library) -> Out:
    gauge = _general(case, library)
    readings: list[Any] = case["given"]["readings"]
    gauge.values["pressure_points"] = Decimal(len(readings))
    table = [_row(gauge, i, reading, "up") for i, reading in enumerate(readings)]
    table += [_row(gauge, i, reading, "down") for i, reading in reversed(list(enumerate(readings)))]
    out = gauge.run("error", table)
    limits = {
        "span": "span", "mpe_basic": "mpe_basic", "mpe_zone90": "mpe_zone",
        "tap_limit_basic": "shift_basic", "tap_limit_zone90": "shift_zone",
    }  # fmt: skip
    found: Out = {key: gauge.back(gauge.values[name]) for key, name in limits.items() if name in gauge.values}
    return {
        **found,
        "points": [_point(gauge, out, place) for place in range(len(readings))],
        "max_abs_error": gauge.back(abs(out.results["largest_error"])),
        "max_hysteresis": gauge.back(out.results["largest_hysteresis"]),
        "max_tap": gauge.back(out.results["largest_shift"]),
        "failed": _failed(gauge, out),
        "verdict": word(out.verdict),
    }


def _row(gauge: _Gauge, place: int, reading: Mapping[str, Any], way: str) -> tuple[Names, Names]:
    mark = gauge.cell(reading["p_std"])
    own: Names = {"mark": mark, "direction": way, "point": Decimal(place + 1)}
    keys = {"p_std": "p_std", f"{way}_before_tap": "before", f"{way}_after_tap": "after"}
    return own, {"top": mark, **gauge.cells(reading, keys)}


def _point(gauge: _Gauge, out: ItemOutcome, place: int) -> Out:
    up, down = (row for row in out.rows if row.row.point == place)
    errors = [abs(row.values[name]) for row in (up, down) for name in ("error_before", "error_after")]
    found = {
        "p_std": up.values["p_std"], "mpe": up.values["mpe"], "max_abs_error": max(errors),
        "hysteresis": out.per_point["hysteresis"][place],
        "tap_up": up.values["shift"], "tap_down": down.values["shift"],
    }  # fmt: skip
    return {key: gauge.back(value) for key, value in found.items()}


def _failed(gauge: _Gauge, out: ItemOutcome) -> list[Out]:
    """Each quantity that fails, once, at the first mark where it does."""
    found: dict[str, Decimal] = {}
    for row in out.rows:
        for judged in row.judged:
            if judged.verdict is Verdict.FAIL and judged.name in FLAWS:
                found.setdefault(FLAWS[judged.name], gauge.back(row.values["mark"]))
    for place, judged in enumerate(j for j in out.judged if j.name == "hysteresis"):
        if judged.verdict is Verdict.FAIL:
            mark = next(row.values["mark"] for row in out.rows if row.row.point == place)
            found.setdefault("hysteresis", gauge.back(mark))
    return [{"item": item, "at": at} for item, at in found.items()]


def _head(case: Case, library: Library) -> Out:
    given = case["given"]
    keys = {"density_kg_m3": "density", "g_m_s2": "gravity", "dut_below_standard_m": "below"}
    own = {name: given[key] for key, name in keys.items()}
    gauge = _general(case, library, {**own, "medium": "liquid"})
    gauge.values["pressure_points"] = Decimal(1)
    cells = gauge.cells(given, {"p_std": "p_std", "reading": "after"})
    table: list[tuple[Names, Names]] = [({"mark": cells["p_std"], "direction": "up"}, {"top": cells["p_std"], **cells})]
    corrected = gauge.run("error", table)
    head = gauge.values["head"]
    gauge.values["head"] = Decimal(0)
    plain = gauge.run("error", table)
    row = corrected.rows[0].values
    return {
        "head_MPa": head,
        "error": gauge.back(row["error_after"]),
        "error_uncorrected": gauge.back(plain.rows[0].values["error_after"]),
        "mpe": gauge.back(row["mpe"]),
        "verdict": word(corrected.rows[0].verdict),
    }


def _adequate(gauge: _Gauge) -> Out:
    """The rule of the shipped procedure for its pressure standard, with the ratio it prescribes."""
    rule = next(rule for rule in gauge.compiled.procedure.standards if rule.role == "pressure")
    names = {"mpe_dut": "mpe_basic", "mpe_std": "mpe_std", "limit_std": "std_limit"}
    found = {key: gauge.back(gauge.values[name]) for key, name in names.items()}
    holds = gauge.compiled.expr(rule.rule)(gauge.values)
    return {**found, "verdict": word(Verdict.PASS if holds else Verdict.FAIL)}


def _standard(case: Case, library: Library) -> Out:
    return _adequate(_general(case, library))


def _digital(case: Case, library: Library) -> _Gauge:
    return _Gauge(case, library, DIGITAL, {"accuracy_class": case["instrument"]["accuracy_class"]})


def _digital_standard(case: Case, library: Library) -> Out:
    return _adequate(_digital(case, library))


def _drift(case: Case, library: Library) -> Out:
    gauge = _digital(case, library)
    out = gauge.run("drift", [({}, {"zero": gauge.cell(raw)}) for raw in case["given"]["zero_readings"]])
    return {
        "drift": gauge.back(out.results["drift"]),
        "limit": gauge.back(gauge.values["drift_limit"]),
        "verdict": word(out.verdict),
    }


def _tyre(case: Case, library: Library) -> Out:
    """No public source gives the limits: only what the case itself states can be judged with."""
    limits: Mapping[str, Any] = case["given"].get("limits") or {}
    own = {name: raw for name, raw in limits.items() if name in ("mpe_percent", "hysteresis_percent", "tap_percent")}
    gauge = _Gauge(case, library, TYRE, own)
    cells = gauge.cells(case["given"], {"p_std": "p_std", "reading": "after"})
    row = gauge.run("error", [({"mark": cells["p_std"], "direction": "up"}, cells)]).rows[0]
    return {"error": gauge.back(row.values["error_after"]), "verdict": word(row.verdict)}


GENERAL_ITEMS = {
    "indication_error_hysteresis_tapping_shift": _errors,
    "liquid_head_correction": _head,
    "adequacy_of_the_standard": _standard,
}
DIGITAL_ITEMS = {"adequacy_of_the_standard": _digital_standard, "zero_drift_in_1_h": _drift}
TYRE_ITEMS = {"indication_error": _tyre}
