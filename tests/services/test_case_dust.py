"""Dust meters and flue-dust samplers: the shipped procedures on worked cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fieldcal import bootstrap
from fieldcal.domain.errors import BadInput
from fieldcal.domain.plate import read
from fieldcal.services.case_dust import error, velocity, volume
from fieldcal.services.procedures import Library


@pytest.fixture(scope="module")
def library() -> Library:
    return bootstrap.library()


def case(**given: Any) -> dict[str, Any]:
    return {"kind": "subsequent", "instrument": {}, "given": given, "expect": {}}


@pytest.mark.parametrize(
    ("reading", "verdict"), [("4.00", "pass"), ("3.99", "fail"), ("6.00", "pass"), ("6.01", "fail")]
)
def test_the_error_of_a_dust_meter_is_judged_at_twenty_percent_inclusive(
    library: Library, reading: str, verdict: str
) -> None:
    assert error(case(c_std="5.00", readings=[reading] * 3), library)["verdict"] == verdict


def test_the_gauge_pressure_before_the_meter_is_added_with_its_sign(library: Library) -> None:
    given = {"V_L": "100", "T_m_K": "273.15", "P_a_kPa": "101.325", "T_0_K": "273.15", "P_0_kPa": "101.325"}
    assert volume(case(**given, P_r_kPa="0"), library)["V_nd_L_approx"] == 100
    assert volume(case(**given, P_r_kPa="-10.1325"), library)["V_nd_L_approx"] == 90


def test_the_velocity_grows_with_the_root_of_the_dynamic_pressure(library: Library) -> None:
    one, four = (
        velocity(case(K_p="0.84", P_d_Pa=p, rho_kg_m3="1.20"), library)["v_m_s_approx"] for p in ("100", "400")
    )
    assert four.quantize(Decimal("1e-20")) == (2 * one).quantize(Decimal("1e-20"))


def test_a_sampler_is_not_judged_before_every_unknown_limit_is_filled(library: Library) -> None:
    compiled = library.get("jjg680-2021")
    asked = [entry for entry in compiled.procedure.inputs if entry.required and not entry.default]
    assert len(asked) == 13
    filled = {entry.id: "5" for entry in asked}
    read(compiled, "first", filled)
    for name in filled:
        with pytest.raises(BadInput) as found:
            read(compiled, "first", {key: text for key, text in filled.items() if key != name})
        assert found.value.field == name
