"""The budget behind a number: its parts add up, its check has numbers, and what is presumed can be looked up."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from fieldcal import bootstrap
from fieldcal.domain.events import StandardPut
from fieldcal.domain.explained import Budgeted, Explained
from fieldcal.domain.trials import Simulated
from fieldcal.services import explain_budget, explain_standards
from fieldcal.services.explain import explain, places
from fieldcal.services.explain_paper import Explanations
from fieldcal.services.uncertainty import budgets, coarse, stated
from tests.services.test_explain import records

BUDGETED = [c.procedure.id for c in bootstrap.library().all() if c.procedure.budget]


def measure(error: str) -> dict[str, StandardPut]:
    put = StandardPut("m1", "Measure", "BJL-20", "7", "measure", "2", {"error": error}, "C-1", "NIM", "2027-01-01")
    return {"measure": put}


def told_of(procedure: str, item: str, name: str, language: str = "en", **more) -> Explained:
    """Of the worked cases the first that has this number with a budget."""
    for _, compiled, judged in records(procedure):
        for place in places(compiled, judged):
            if (place.item, place.name) == (item, name):
                told = explain(compiled, judged, place, language, **more)
                if told.budget and told.budget.parts:
                    return told
    raise AssertionError(name)


def line(told: Budgeted, caption: str) -> str:
    return next(one.text for one in told.lines if one.caption == caption)


@pytest.mark.parametrize("procedure", BUDGETED)
def test_every_budget_is_told_in_both_languages_and_its_shares_are_the_whole(procedure: str):
    for case, compiled, judged in records(procedure):
        for place in places(compiled, judged):
            for language in ("zh", "en"):
                told = explain(compiled, judged, place, language).budget
                if told is None:
                    continue
                assert all(one.text.strip() for one in told.lines), (case, place)
                if told.parts:
                    assert abs(sum(Decimal(part.percent) for part in told.parts) - 100) < 1, (case, place)
                    assert all(part.how and part.clause and part.words for part in told.parts), (case, place)
                    assert all(step.words and step.clause for step in told.given), (case, place)


def test_a_mean_over_the_runs_carries_the_budget_of_its_point():
    told = told_of("jjg443-2023", "flow", "error_mean_percent").budget
    assert told is not None
    assert told.enough is True
    assert re.fullmatch(r"\(0\.10 ± 0\.0\d\) %, k = 2, mean of 3 runs", told.result)
    assert line(told, "Combined").startswith("u_c = √(")
    assert "²) = 0.0" in line(told, "Combined")
    assert "rounded up → 0.0" in line(told, "Expanded")
    assert re.match(r"holds: 0\.0\d+… ≤ 0\.30 ÷ 3 = 0\.10 %; U is \d", line(told, "U ≤ MPE/3"))


def test_what_the_standard_takes_and_what_it_brings_stand_in_one_place():
    text = [one.text for one in told_of("jjg443-2023", "flow", "error_mean_percent", standards=measure("0.05")).lines
            if one.caption == "Standard"]  # fmt: skip
    assert len(text) == 1
    assert "3 × 0.05 ≤ 0.30: 50 % of what is allowed" in text[0]
    assert re.search(
        r"their part in the uncertainty \(V_B, t_J, t_B\): [\d.]+ % of u_c², U = 0\.0\d+ % by itself", text[0]
    )


def test_a_standard_that_states_its_error_replaces_what_was_presumed():
    presumed = told_of("jjg443-2023", "flow", "error_mean_percent").budget
    told = told_of("jjg443-2023", "flow", "error_mean_percent", standards=measure("0.05")).budget
    assert presumed is not None
    assert told is not None
    given = {step.name: step for step in told.given}
    assert given["measure_error"].shown == "0.05"
    assert given["measure_error"].because == ("stated by the standard in use",)
    assert given["u_v_b"].numbers.startswith("0.05 ÷ 100 × ")
    assert told.parts[0].u != presumed.parts[0].u


def test_the_weights_are_the_standard_of_a_scale_though_its_rule_stands_elsewhere(office):
    run = next(view.stream for view in office.runs.all() if view.instrument == "stall-01")
    compiled = office.runs.compiled(run)
    worked = [one.worked for one in budgets(compiled, office.runs.judgement(run)) if one.worked]
    assert worked
    for one in worked:
        assert [line.part.symbol for line in explain_standards.brought(compiled, one)] == ["mc", "mB", "mD"]


def test_what_is_missing_is_named_in_words_and_how_to_give_it():
    for procedure, words in (
        ("jjg892-2022", "the explanation (F1) and procedures budget --set dut_step=… take it"),
        ("jjg539-2016", "cannot be computed without Repeatability: "),
    ):
        told = [
            explain(compiled, judged, place, "en").budget
            for _, compiled, judged in records(procedure)
            for place in places(compiled, judged)
        ]
        assert any(one and not one.parts and words in one.lines[0].text for one in told), procedure


def test_a_u_above_a_third_is_said_in_words_and_the_verdict_stays():
    told = told_of("jjg52-2013", "error", "error_after")
    assert told.verdict == "pass"
    assert told.budget is not None
    assert told.budget.enough is False
    assert line(told.budget, "U ≤ MPE/3").startswith("does not hold: 0.00924211… > 0.0256 ÷ 3 = 0.00853333… MPa")
    assert "the checker decides" in line(told.budget, "U ≤ MPE/3")
    assert told.budget.result == "U = 0.010 MPa, k = 2, for the 2 rows of this point"
    _, compiled, judged = next(found for found in records("jjg52-2013") if budgets(found[1], found[2]))
    assert coarse(compiled, judged, {})


def test_a_standard_that_states_nothing_is_no_exception_and_a_coarse_one_is():
    compiled, judged = next((c, j) for name, c, j in records("jjg443-2023") if name == "jjg443-whole")
    told = [coarse(compiled, judged, stated(used)) for used in ({}, measure("0.02"), measure("0.095"))]
    assert told == [False, False, True]


def test_scatter_of_the_runs_alone_can_be_an_exception_whatever_the_standard():
    compiled, judged = next((c, j) for name, c, j in records("jjg443-2023") if name == "jjg443-four-runs")
    assert coarse(compiled, judged, {})


def test_a_number_without_a_budget_says_nothing_of_one():
    assert all(
        explain(compiled, judged, place, "en").budget is None
        for _, compiled, judged in records("jjg443-2023")[:3]
        for place in places(compiled, judged)
        if place.name in ("q", "drip", "repeatability_percent")
    )


def test_trials_say_seed_interval_and_whether_both_agree():
    compiled, judged = next((c, j) for _, c, j in records("jjg52-2013") if budgets(c, j))
    found = next(one.worked for one in budgets(compiled, judged) if one.worked)
    u, reach = found.combined.u, Decimal("1.96") * found.combined.u
    near = Simulated(found.value, u, found.value - reach, found.value + reach, 1_000_000, 7)
    lines = {one.caption: one.text for one in explain_budget.tried(found, near, "en")}
    assert lines["Trials"] == "1 000 000 trials, seed 7"
    assert lines["JJF 1059.2"].startswith("agree: ")
    assert "covers the whole interval" in lines["JJF 1059.2"]
    wide = Simulated(found.value, u, found.value - 2 * reach, found.value + reach, 1_000_000, 7)
    lines = {one.caption: one.text for one in explain_budget.tried(found, wide, "zh")}
    assert lines["JJF 1059.2"].startswith("不一致")
    assert "应以试验的区间为准" in lines["JJF 1059.2"]


def test_trials_of_a_record_are_drawn_through_the_port_and_printed(office):
    service = Explanations(office.certificates, bootstrap.simulate)
    run = next(view.stream for view in office.runs.all() if view.instrument == "stall-01")
    place = next(p for p in service.places(run) if p.item == "weighing" and service.of(run, p, "en").budget)
    drawn = service.trials(run, place, "en")
    assert [one.caption for one in drawn] == ["Trials", "95 % interval", "JJF 1059.2"]
    assert service.trials(run, place, "en") == drawn
    assert Explanations(office.certificates).trials(run, place, "en") == ()
