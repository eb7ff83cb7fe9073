"""Worked cases of any procedure, run on the shipped files."""

import json
from typing import Any

import pytest

from fieldcal import bootstrap
from fieldcal.domain.errors import BadInput
from fieldcal.services.cases import run_cases

PRINTED = {"mmq_mpe": "0.50", "mmq_rep": "0.25", "q2_low": "36", "q2_high": "44"}
PLATE = {"qmax": "50", "unit_price": "8.00", "v_n": "20.000", "h_0": "0", "d": "20", **PRINTED}


def run(**case: Any):
    made = {"id": "c", "plate": PLATE, **case}
    text = json.dumps({"topic": "procedure", "procedure": "jjg443-2023", "cases": [made]})
    return run_cases(text.encode(), bootstrap.library()).cases[0]


def differing(**case: Any) -> dict[str, Any]:
    return {d.key: d.got for d in run(**case).differences}


def air(temperature: str) -> dict[str, Any]:
    return {"environment": {"each": {"temperature": temperature, "humidity": "50"}}}


def test_items_that_the_case_leaves_out_do_not_count():
    assert run(items=air("20"), expect={"verdict": "pass", "overall": "not-done"}).match


def test_a_wrong_expectation_differs_in_verdict_item_and_value():
    expect = {"verdict": "fail", "items": {"environment": "fail"}, "values": {"environment.change": "1"}}
    got = differing(items=air("20"), expect=expect)
    assert {key: str(value) for key, value in got.items()} == {
        "verdict": "pass",
        "items.environment": "pass",
        "values.environment.change": "0",
    }


def test_one_failed_question_fails_the_checklist():
    items = {"visual": {"all": "pass", "checks": {"leaks": "fail"}}}
    assert run(items=items, expect={"verdict": "fail", "items": {"visual": "fail"}}).match


def test_a_row_of_its_own_wins_over_each():
    items = {"environment": {"each": {"temperature": "20", "humidity": "50"}, "rows": [{}, {"temperature": "24"}]}}
    expect = {"verdict": "pass", "values": {"environment.change": "4.0", "environment.2.temperature": "24"}}
    assert run(items=items, expect=expect).match


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ({"absent": {}}, "unknown-item"),
        ({"visual": {"rows": []}}, "unknown-field"),
        ({"visual": {"checks": {"absent": "pass"}}}, "unknown-question"),
        ({"environment": {"each": {"absent": "1"}}}, "unknown-column"),
        ({"environment": {"rows": [{}, {}, {}]}}, "out-of-range"),
        (air("101"), "out-of-range"),
        (air("20 kg"), "wrong-unit"),
        (air("warm"), "not-a-number"),
    ],
)
def test_what_no_run_could_hold_is_no_case(items: dict[str, Any], told: str):
    assert told in run(items=items, expect={"verdict": "refused"}).differences[0].got


def test_an_unknown_value_differs_and_is_named():
    found = run(items=air("20"), expect={"verdict": "pass", "values": {"environment.absent": "1"}})
    assert [d.got for d in found.differences] == ["error: missing 'absent'"]


@pytest.mark.parametrize("broken", [{"expect": {}}, {"expect": {"verdict": "pass", "verdicts": {}}}, {"plates": {}}])
def test_a_misspelt_key_is_refused_before_anything_runs(broken: dict[str, Any]):
    with pytest.raises(BadInput, match="bad-cases-file"):
        run(**{"expect": {"verdict": "pass"}, **broken})


FLOW = {"preset": "no", "t_fill": "24", "v_j": "20.00", "amount": "160.00", "t_j": "24.0", "t_b": "23.5", "h": "-0.7"}
FLOWN = {"flow": {"each": {**FLOW, "drip": "120"}}}


def test_a_case_may_expect_a_budget_with_the_laboratory_s_own_values():
    # The parts of UN-008 but for repeatability: the runs are alike.
    own = {"u_v_b": "0.0050"}
    expect = {"verdict": "pass", "budget": {"flow.1": {"u": "0.034973", "one_third": True}}}
    assert run(items=FLOWN, own=own, expect=expect).match
    wrong = {"verdict": "pass", "budget": {"flow.2": {"u": "0.034974"}}}
    assert "budget.flow.2.u" in differing(items=FLOWN, own=own, expect=wrong)


@pytest.mark.parametrize("budget", [{"flow.3": {"u": "1"}}, {"flow.1": {"uu": "1"}}])
def test_a_budget_that_is_not_there_is_no_match(budget):
    assert not run(items=FLOWN, expect={"verdict": "pass", "budget": budget}).match
