"""The loads that the shipped procedures plan, laid with what is in the van."""

from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.domain.plate import read
from fieldcal.services.procedures import Library
from fieldcal.services.standards_fit import Piece, Refusal
from fieldcal.services.standards_job import job, planned_loads, substitution

LIBRARY = Library([Path(__file__).parents[2] / "resources/procedures"])
D, TON = Decimal, Decimal(1000000)
SHOP = {"accuracy_class": "III", "max": "15 kg", "min": "100 g", "e": "5 g"}
SET = [
    Piece(D(10000), D("0.5")), Piece(D(5000), D("0.25")), Piece(D(2000), D("0.1"), 2), Piece(D(500), D("0.025")),
    Piece(D(100), D("0.005"), 5),
]  # fmt: skip


def plate(procedure, **raw):
    compiled = LIBRARY.get(procedure)
    return compiled, read(compiled, "first", raw).values


def test_every_load_of_a_shop_scale_is_known_before_the_work():
    found = {}
    for one in planned_loads(*plate("jjg539-2016", **SHOP)):
        found.setdefault(one.item, []).append((str(int(one.load)), str(one.mpe)))
    assert found["weighing"] == [
        ("100", "2.5"), ("2500", "2.5"), ("7500", "5"), ("10000", "5"), ("15000", "7.5")
    ]  # fmt: skip
    assert [(load, D(mpe)) for load, mpe in found["eccentricity"]] == [("5000", 5)]
    assert [load for load, _ in found["repeatability"]] == ["12000"]
    assert "2500" in [load for load, _ in found["tare_weighing"]]


def test_the_van_makes_them_or_says_which_not():
    compiled, values = plate("jjg539-2016", **SHOP)
    assert {one.item for one, found in job(compiled, values, SET) if found.refused} == set()
    missing = [piece for piece in SET if piece.nominal != 10000]
    refused = {(one.item, int(one.load)): found.refused.code for one, found in job(compiled, values, missing)
               if found.refused}  # fmt: skip
    assert refused[("weighing", 15000)] == "too-few-weights"
    assert ("weighing", 7500) not in refused


@pytest.mark.parametrize("procedure", ["jjg13-2016", "jjg14-2016", "jjg1036-2008"])
def test_other_scales_name_their_loads_too(procedure):
    extra = {"jjg13-2016": {"reading_step": "0.2"}, "jjg14-2016": {"n_poises": "0"}}.get(procedure, {})
    own = {"max": "220 g", "min": "0.1 g", "e": "0.001 g", "d": "0.0001 g"} if procedure == "jjg1036-2008" else SHOP
    compiled, values = plate(procedure, **own, **extra)
    found = [one for one in planned_loads(compiled, values) if one.item == "weighing"]
    assert max(one.load for one in found) == values["max"]
    assert all(one.mpe > 0 for one in found)


TRUCK = {"max": "60 t", "min": "400 kg", "e": "20 kg", "n_supports": "8", "standards_mass": "20 t"}
TONS = [Piece(TON, D(50), 20), Piece(D(20000), D(1), 30)]


def test_a_truck_scale_is_planned_from_its_procedure():
    compiled, values = plate("jjg539-2016-truck", **TRUCK)
    found = substitution(compiled, values, TONS, D(3))
    assert found.refused == ()
    assert found.material == 40 * TON
    assert [s.load / TON for s in found.steps if s.action == "load" and s.direction == "up"] == [
        D("0.4"), 10, 20, 30, 40, 60
    ]  # fmt: skip


def test_a_poor_repeatability_needs_half_of_max():
    compiled, values = plate("jjg539-2016-truck", **TRUCK)
    assert substitution(compiled, values, TONS, D(2)).refused == (Refusal("too-few-standards", 20 * TON, 30 * TON),)


@pytest.mark.parametrize(
    ("procedure", "own"),
    [
        ("jjg539-2016", {"max": "100 kg", "min": "1 kg", "e": "50 g"}),
        ("jjg13-2016", {"max": "100 kg", "min": "1 kg", "e": "50 g", "reading_step": "0.2"}),
        ("jjg14-2016", {"max": "100 kg", "min": "1 kg", "e": "50 g", "n_poises": "0"}),
        ("jjg1036-2008", {"max": "220 g", "min": "0.1 g", "e": "0.001 g", "d": "0.0001 g", "accuracy_class": "I"}),
        ("jjg539-2016-truck", TRUCK),
    ],
)
def test_a_third_of_max_is_proposed_as_a_load_that_can_be_laid_and_written_down(procedure, own):
    compiled, values = plate(procedure, **{"accuracy_class": "III"} | own)
    for one in planned_loads(compiled, values):
        assert one.load % values["e"] == 0, one
