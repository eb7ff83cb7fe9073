"""A run starts only with standards that make every planned load; what they lack is told, and nothing gets smaller."""

from decimal import Decimal

import pytest

from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.plate import read
from fieldcal.services import standards_words as words
from fieldcal.services.standards_check import checked, in_date, limits_of, next_above
from fieldcal.services.standards_fit import Piece, Refusal
from tests.services.workspace import Desk

D, TON = Decimal, Decimal(1000000)
SHOP = [("10 kg", 1), ("5 kg", 1), ("2 kg", 2), ("1 kg", 1), ("500 g", 1), ("200 g", 2), ("100 g", 1)]
TENTHS = [("5 g", 1), ("2 g", 2), ("1 g", 1), ("500 mg", 1)]


def pieces(*listed):
    return [{"nominal": nominal, "count": str(count)} for nominal, count in listed]


def opened(desk: Desk, instrument, plate):
    run = desk.runs.open(instrument, "subsequent", "tech")
    if plate:
        desk.runs.give(run, plate, "tech")
    return run


def prepared(desk: Desk, instrument="stall-01", **plate):
    run = opened(desk, instrument, plate)
    desk.runs.prepare(run, "tech")
    return desk.runs.view(run)


def refused(desk: Desk, instrument="stall-01", **plate):
    run = opened(desk, instrument, plate)
    with pytest.raises(NotAllowed) as stopped:
        desk.runs.prepare(run, "tech")
    assert desk.runs.view(run).state == "draft"
    error = stopped.value
    return error.code, error.field, error.value, error.accepted


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([*SHOP[1:], *TENTHS], ("too-few-weights", "15 kg", "", "<= 11.01 kg")),
        ([*SHOP[:5], *TENTHS], ("load-not-makeable", "100 g", "10.5 g", "")),
        (SHOP, ("small-weights-missing", "5 kg", "500 mg", "")),
    ],
)
def test_a_run_does_not_start_where_a_planned_load_cannot_be_laid(desk, listed, expected):
    desk.put_standard("M1-01", pieces=pieces(*listed))
    assert refused(desk) == expected


def test_a_set_that_is_not_exact_enough_for_one_load_stops_the_run(desk):
    desk.put_standard("M1-01", pieces=[{**one, "error": "0.5 g"} for one in pieces(*SHOP, *TENTHS)])
    assert refused(desk) == ("weights-too-coarse", "2.5 kg", "1 g", "<= 833.3 mg")


def test_a_set_whose_pieces_nobody_listed_is_judged_by_its_rule_alone(desk):
    desk.put_standard("M1-01", pieces=[])
    assert prepared(desk).standards["weights"] == "M1-01"


def test_another_set_in_date_helps_out_and_stands_in_the_record(desk):
    desk.put_standard("M1-01", pieces=pieces(*SHOP))
    desk.put_standard("M1-01", id="M1-02", pieces=pieces(*TENTHS, ("20 kg", 2)))
    view = prepared(desk)
    assert view.standards == {"weights": "M1-01", "weights/M1-02": "M1-02"} | {
        role: name for role, name in view.standards.items() if not role.startswith("weights")
    }


def test_an_expired_set_does_not_help_out(desk):
    desk.put_standard("M1-01", pieces=pieces(*SHOP))
    desk.put_standard("M1-01", id="M1-02", pieces=pieces(*TENTHS), valid_to="2001-01-01")
    assert refused(desk)[0] == "small-weights-missing"


def test_a_second_set_stays_in_the_van_where_the_chosen_one_does_the_job(desk):
    desk.put_standard("M1-01", pieces=pieces(*SHOP, *TENTHS))
    desk.put_standard("M1-01", id="F2-01", accuracy_class="F2", pieces=pieces(*SHOP, *TENTHS))
    assert "weights/F2-01" not in prepared(desk).standards


def test_a_nozzle_needs_the_measure_of_its_plate_and_a_minute_of_flow_in_it(desk):
    hundred, five = {"nominal": "100 L"}, {"nominal": "5 L"}
    desk.put_standard("MM-100", pieces=[hundred, five])
    assert prepared(desk, "nozzle-1-1").standards["measure"] == "MM-100"
    desk.put_standard("MM-100", pieces=[hundred])
    assert refused(desk, "nozzle-1-1") == ("no-measure", "5 L", "5 L", "")
    desk.put_standard("MM-100", pieces=[hundred, {"nominal": "20 L"}, five])
    small = {"v_n": "20 L", "h_0": "200", "d": "4"}
    assert refused(desk, "nozzle-1-1", **small) == ("measure-too-small", "50 L/min", "20 L", ">= 50 L")
    desk.put_standard("MM-100", pieces=[{**hundred, "error": "0.12"}, five])
    assert refused(desk, "nozzle-1-1") == ("measure-too-coarse", "50 L/min", "0.12 %", "<= 0.1 %")


# --- truck scales --------------------------------------------------------------------------------------------------
TRUCK = {"max": "60 t", "min": "400 kg", "e": "20 kg", "n_supports": "8"}


def truck(desk: Desk, standards, small=30, **results):
    compiled = desk.ws.library.get("jjg539-2016-truck")
    values = read(compiled, "first", {**TRUCK, "standards_mass": standards}).values | results
    desk.put_standard("M1-01", pieces=pieces(("1 t", 20), ("20 kg", small), ("2 kg", 10)))
    found = in_date(
        desk.ws.catalogue.standards.values(), "weights", desk.ws.today(), desk.ws.catalogue.standards["M1-01"]
    )
    return checked(compiled, values, "weights", found, limits_of(compiled, desk.ws.library.all()))


def test_a_truck_scale_is_planned_with_as_much_material_as_it_needs(desk):
    found = truck(desk, "20 t")
    assert found.refused() == []
    assert found.plan is not None
    assert found.plan.material == 40 * TON
    assert (found.fraction, found.repeatability) == (3, D("0.3"))
    at_80 = next(one for one in found.loads if one.planned.item == "repeatability")
    assert (at_80.material / TON, at_80.fit.load / TON) == (40, 8)


def test_a_load_that_is_meant_about_becomes_larger_never_smaller(desk):
    one = next(one for one in truck(desk, "20 t", small=20).loads if one.planned.item == "eccentricity")
    assert words.mass(one.planned.load) == "8.58 t"
    assert words.mass(one.load) == "9 t"
    assert next_above(D("73.33"), [Piece(D(50), D(0)), Piece(D(20), D(0)), Piece(D(5), D(0))]) == 75


def test_a_poor_repeatability_takes_the_plan_back(desk):
    assert truck(desk, "20 t", substitution_fraction_divisor=D(3)).refused() == []
    found = truck(desk, "20 t", substitution_fraction_divisor=D(2)).refused()
    assert found == [("", 20 * TON, Refusal("too-few-standards", 20 * TON, 30 * TON))]


def test_text_names_the_piece_of_another_set_and_what_was_missed():
    pair = [Piece(D(20000), D(1), 2, "A"), Piece(D("0.5"), D(0), 1, "B")]
    assert words.stack(pair, "A") == "2×20 kg + 500 mg (B)"
    assert words.reason(Refusal("weights-too-coarse", D("0.76"), D(2) / 3)) == ("760 mg", "<= 666.7 mg")
    assert words.mass(D(0)) == "0 g"


OWN = """
schema = 1
id = "own"
revision = 1
regulation = "R 1"
title = { zh = "秤", en = "Scale" }
instrument = { zh = "秤", en = "Scale" }
interval = { months = 12, maximum = 12, source = "a" }
inputs = []
[sources]
a = { clause = "4.1", text = "MPE", grade = "A" }
[[standards]]
role = "weights"
source = "a"
text = { zh = "砝码", en = "Weights" }
[[items]]
id = "weighing"
source = "a"
title = { zh = "称量", en = "Weighing" }
text = { zh = "称", en = "Weigh" }
points = [{ over = "load", unit = "g", values = ["5", "10"] }]
columns = [
  { id = "indication", source = "entered", unit = "g", text = { zh = "示值", en = "Indication" } },
  { id = "error", source = "computed", expr = "indication - load", text = { zh = "误差", en = "Error" } },
  { id = "mpe", source = "computed", expr = "0.3", text = { zh = "允差", en = "MPE" } },
]
accept = [{ value = "error", limit = "mpe", source = "a" }]
"""


def test_an_own_procedure_without_a_capacity_is_checked_load_by_load_with_the_errors_of_a_certificate(desk):
    compiled = load(OWN.encode(), "own.toml")
    desk.put_standard("M1-01", pieces=[{"nominal": "5 g", "error": "0.1 g"}])
    sets = [desk.ws.catalogue.standards["M1-01"]]
    found = checked(compiled, read(compiled, "first", {}).values, "weights", sets, limits_of(compiled, []))
    assert found.refused() == [("weighing", D(10), Refusal("too-few-weights", D(10), D(5)))]
    with pytest.raises(BadInput):
        limits_of(compiled, [])("M1", D(5))
