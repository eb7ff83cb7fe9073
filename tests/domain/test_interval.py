"""How long a verification holds: the same for all instruments of a procedure, or decided by size and use."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadInput, BadProcedure
from fieldcal.domain.plate import read
from fieldcal.domain.procedure import Interval
from fieldcal.domain.validity import valid_until

SHIPPED = Path(__file__).parents[2] / "resources/procedures"
WATER = {"q1": "0.025", "q2": "0.04", "q3": "2.5", "q4": "3.125", "scale_interval": "0.05"}
PRINTED = {"tightness_pressure": "1.6", "tightness_time": "60"}
GAS = {"qmin": "0.016", "pmax": "10", "tightness_time": "180", "loss_limit": "200", "runs": "1"}


def months(name: str, plate: dict[str, str]) -> int:
    compiled = load((SHIPPED / f"{name}.toml").read_bytes())
    return compiled.procedure.interval.of(read(compiled, "first", plate).values)


@pytest.mark.parametrize(("dn", "expected"), [("15", 72), ("25", 72), ("26", 48), ("50", 48), ("51", 24), ("80", 24)])
def test_a_water_meter_holds_as_long_as_its_size_allows(dn: str, expected: int) -> None:
    assert months("jjg162-2019", {**WATER, **PRINTED, "dn": dn}) == expected


@pytest.mark.parametrize(
    ("qmax", "use", "gas", "expected"),
    [
        ("10", "domestic", "natural", 120),
        ("10", "domestic", "other", 72),
        ("16", "domestic", "natural", 36),
        ("10", "industrial", "natural", 36),
    ],
)
def test_a_gas_meter_holds_by_size_use_and_gas(qmax: str, use: str, gas: str, expected: int) -> None:
    assert months("jjg577-2012", {**GAS, "qmax": qmax, "use": use, "gas": gas}) == expected


def test_without_such_a_value_the_months_of_the_procedure_hold() -> None:
    assert Interval(12, 24, "s").of({"validity_months": 6}) == 12
    assert months("jjg580-2005", {"centre_limit": "0.4"}) == 12


def test_a_period_above_the_maximum_of_the_regulation_is_refused() -> None:
    with pytest.raises(BadInput, match="interval-too-long"):
        valid_until(date(2026, 3, 1), Interval(12, 24, "s", "own").of({"own": 36}), maximum=24)


def test_an_interval_by_an_unknown_value_does_not_load() -> None:
    text = (SHIPPED / "jjg162-2019.toml").read_text("utf-8")
    assert 'by = "validity_months"' in text
    with pytest.raises(BadProcedure, match=r"interval\.by"):
        load(text.replace('by = "validity_months"', 'by = "validity_years"').encode())
