"""The cases command: bad files are named, comparison is by value, unknown things never match."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.domain.errors import BadInput
from fieldcal.services.cases import CaseResult, compare, run_cases
from fieldcal.services.procedures import Library

ROOT = Path(__file__).parents[2]
LIBRARY = Library([ROOT / "resources/procedures"])
SCALE = {"class": "III", "unit": "g", "range_mode": "single", "max": "15000", "min": "100", "e": "5", "d": "5"}


def verdict(item, given, instrument=SCALE, regulation="JJG 539-2016", kind="first", **expect):
    """The verdict, after checking the other expected keys."""
    case = {"id": "T", "regulation": regulation, "kind": kind, "instrument": instrument, "item": item,
            "given": given, "expect": {"verdict": "?", **expect}}  # fmt: skip
    result = run_cases(json.dumps({"topic": "weighing", "cases": [case]}).encode(), LIBRARY).cases[0]
    assert [d for d in result.differences if d.key != "verdict"] == []
    assert result.not_compared == []
    return next(d.got for d in result.differences if d.key == "verdict")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"{", "file"),
        (b"\xff\xfe", "file"),
        (b"[]", "file"),
        (b'{"cases": [{}]}', "topic"),
        (b'{"topic": "weighing"}', "cases"),
        (b'{"topic": "weighing", "cases": []}', "cases"),
        (b'{"topic": "weighing", "cases": [3]}', "cases[0]"),
        (b'{"topic": "weighing", "cases": [{"id": "1", "item": "zero", "given": []}]}', "cases[0].given"),
        (b'{"topic": "w", "cases": [{"id": "1", "item": "z", "given": {}, "expect": {}}]}', "cases[0].expect.verdict"),
    ],
)
def test_an_unusable_file_names_what_is_wrong(data, field):
    with pytest.raises(BadInput) as error:
        run_cases(data, LIBRARY)
    assert (error.value.code, error.value.field) == ("bad-cases-file", field)


def test_a_missing_file_is_reported_as_such(tmp_path):
    with pytest.raises(BadInput) as error:
        run_cases(tmp_path / "none.json", LIBRARY)
    assert error.value.code == "bad-cases-file"


def test_an_unknown_topic_or_item_differs():
    case = {"id": "1", "item": "nonsense", "given": {}, "expect": {"verdict": "pass"}, "instrument": SCALE}
    for topic in ("weighing", "magic"):
        report = run_cases(json.dumps({"topic": topic, "cases": [case]}).encode(), LIBRARY)
        assert (report.matched, report.total) == (0, 1)
        assert "unsupported" in report.cases[0].differences[0].got


def test_a_case_without_its_numbers_differs_and_spoils_no_other():
    good = {"id": "2", "item": "rounding", "given": {"x": "2.5", "interval": "1"}, "expect": {"verdict": "computed"}}
    bad = {**good, "id": "1", "given": {}}
    report = run_cases(json.dumps({"topic": "rounding", "cases": [bad, good]}).encode(), LIBRARY)
    assert [case.match for case in report.cases] == [False, True]


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        ("2.50", Decimal("2.5"), True),
        ("2.5", Decimal("2.5000001"), False),
        ("1.333333", Decimal(4) / 3, True),
        ("1.333333", Decimal("1.333335"), False),
        (None, None, True),
        (None, Decimal(0), False),
        ("yes", True, True),
        (["1", "2"], [Decimal(1), Decimal(2)], True),
        (["1", "2"], [Decimal(1)], False),
        ("a  b", "a b", True),
    ],
)
def test_values_compare_by_value(expected, got, same):
    result = CaseResult("x")
    compare({"key": expected, "verdict": "pass"}, {"key": got, "verdict": "pass"}, "", result)
    assert result.match is same


def test_traps_and_uncomputed_keys_are_listed_and_the_verdict_never_is():
    result = CaseResult("x")
    compare({"trap": {}, "odd": "1", "verdict": "pass"}, {}, "", result)
    assert result.not_compared == ["trap", "odd"]
    assert [d.key for d in result.differences] == ["verdict"]


def test_the_report_is_plain_data():
    case = {"id": "1", "item": "rounding", "given": {"x": "2.5", "interval": "1"}, "expect": {"verdict": "fail"}}
    report = run_cases(json.dumps({"topic": "rounding", "cases": [case]}).encode(), LIBRARY).as_dict()
    assert report == {
        "matched": 0,
        "total": 1,
        "cases": [
            {"id": "1", "match": False, "not_compared": [],
             "differences": [{"key": "verdict", "expected": "fail", "got": "computed"}]}
        ],
    }  # fmt: skip


@pytest.mark.parametrize("delta", ["0", "-0.5", "5.5"])
def test_small_weights_outside_one_interval_are_no_reading(delta):
    given = {"load": "2500", "indication": "2500", "delta_load": delta, "e0": "0"}
    assert verdict("weighing", given) == "invalid_reading"


def test_discrimination_with_another_extra_weight_is_no_test():
    given = {"load": "100", "indication_1": "100", "indication_after_removal": "95",
             "added_small": "0.5", "added_extra": "10", "indication_2": "105"}  # fmt: skip
    assert verdict("discrimination", given) == "invalid_test"


def test_two_weighings_are_no_repeatability():
    weighings = [{"indication": "12000", "delta_load": "2.5"}] * 2
    assert verdict("repeatability", {"load": "12000", "weighings": weighings}) == "incomplete"


def test_three_of_four_positions_are_incomplete():
    positions = [{"position": p, "indication": "5000", "delta_load": "2.5"} for p in ("P1", "P2", "P3")]
    assert verdict("eccentricity", {"load": "5000", "positions": positions}) == "incomplete"


def test_a_failing_corner_with_one_zero_at_the_start_is_repeated():
    positions = [
        {"position": f"P{i}", "indication": "5010" if i == 4 else "5000", "delta_load": "2.5"} for i in range(1, 5)
    ]
    given = {"load": "5000", "e0_policy": "determined once at the start", "e0": "0", "positions": positions}
    assert verdict("eccentricity", given) == "repeat_with_e0_per_position"


def test_a_price_step_below_half_goes_up_by_half_up_and_a_wrong_display_fails():
    given = {"unit": "kg", "indicated_weight": "1.250", "unit_price": "0.10", "price_step": "0.01"}
    assert verdict("price", {**given, "indicated_total": "0.13"}, total="0.13") == "pass"
    assert verdict("price", {**given, "indicated_total": "0.12"}, total="0.13") == "fail"


def test_digital_indications_must_agree_exactly():
    assert verdict("multiple_indicators", {"load": "5000", "indication_1": "5000", "indication_2": "5000"}) == "pass"
    assert verdict("multiple_indicators", {"load": "5000", "indication_1": "5000", "indication_2": "5005"}) == "fail"


def test_planned_loads_of_a_shop_scale():
    loads = ["100", "2500", "7500", "10000", "15000"]
    assert verdict("test_points", {"unit": "g"}, loads=loads) == "computed"


def test_planned_loads_of_a_truck_scale():
    truck = {**SCALE, "unit": "kg", "max": "60000", "min": "400", "e": "20", "d": "20"}
    assert verdict("test_points", {}, truck, loads=["400", "10000", "30000", "40000", "60000"]) == "computed"


def test_price_scales_change_regulation_on_8_january_2027():
    price = {**SCALE, "name": "electronic price-computing scale"}
    for day, rule in (("2027-01-07", "JJG 539-2016"), ("2027-01-08", "JJG 1204-2025")):
        case = {"id": "1", "item": "rule_selection", "instrument": price, "given": {"verification_date": day},
                "expect": {"regulation": rule, "verdict": "computed"}}  # fmt: skip
        result = run_cases(json.dumps({"topic": "weighing", "cases": [case]}).encode(), LIBRARY).cases[0]
        assert result.differences == []


def test_sensitivity_of_a_mechanical_scale_needs_2_mm_up_to_30_kg():
    given = {"load": "15000", "extra_load": "7.5", "displacement": "2"}
    assert verdict("sensitivity", given, mpe="7.5") == "pass"
    assert verdict("sensitivity", {**given, "displacement": "1.9"}) == "fail"
    assert verdict("sensitivity", {**given, "extra_load": "5"}) == "invalid_test"


def test_a_fifth_of_max_needs_0_2_e_and_too_few_standards_are_insufficient():
    truck = {**SCALE, "unit": "kg", "max": "60000", "min": "400", "e": "20", "d": "20"}
    given = {"repeatability_load": "12000", "errors": ["0", "4", "2"]}
    assert verdict("substitution_fraction", given, truck, fraction_of_max="1/5") == "computed"
    assert verdict("substitution_fraction", {**given, "standards": "11000"}, truck) == "insufficient"


def test_a_blank_above_max_plus_9_e_is_needed():
    assert verdict("overload_display", {"largest_indication_shown": "15050"}) == "fail"


def test_an_item_that_does_not_apply_says_so():
    assert verdict("price", {"applicable": "no"}) == "not_applicable"


def test_weights_are_looked_up_in_r111_when_the_case_names_only_the_class():
    pieces = [{"nominal": "10 kg", "count": "1"}, {"nominal": "5 kg", "count": "1"}]
    given = {"load": "15000", "weight_class": "M2", "pieces": pieces}
    assert verdict("standards", given, sum_mpe_weights="2400", limit_one_third="2500") == "suitable"


@pytest.mark.parametrize(("receptor", "nominal"), [("platform", "5000"), ("hopper", "1500"), ("rolling load", "12000")])
def test_the_receptor_decides_the_eccentric_load(receptor, nominal):
    assert verdict("eccentricity_load", {"receptor": receptor}, load_nominal=nominal) == "computed"


def test_no_rows_at_all_are_incomplete():
    assert verdict("repeatability", {"load": "12000", "weighings": []}) == "incomplete"
    assert verdict("eccentricity", {"load": "5000", "positions": []}) == "incomplete"


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"min": "50"}, "min_below_20e"), ({"max": "400"}, "n_below_500"), ({"d": "1"}, "e_not_d")],
)
def test_a_plate_reason_carries_the_figure_of_the_class(change, reason):
    assert verdict("classification", {}, {**SCALE, **change}, reasons=[reason]) == "fail"
