"""What people state for a budget: kept with the record, named on its page, and never a part of the record itself."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from fieldcal.domain.errors import BadInput, DomainError, NotAllowed
from fieldcal.domain.explained import Budgeted
from fieldcal.domain.quantity import quantity
from fieldcal.services.budget_values import BudgetValues
from fieldcal.services.explain import explain, places
from fieldcal.services.explain_paper import Explanations
from fieldcal.services.uncertainty import Typed, budgets, coarse
from tests.services.test_explain import records
from tests.services.test_explain_budget import told_of

RUN, BUDGET, STEP = "run:stall-01", "weighing", "step"


@pytest.fixture
def run(office) -> str:
    return next(view.stream for view in office.runs.all() if view.instrument == "stall-01")


@pytest.fixture
def values(office) -> BudgetValues:
    return BudgetValues(office.runs)


def weighed(office, run: str, language: str = "en") -> Budgeted:
    """Of the last load, whose weights bring the largest part."""
    service = Explanations(office.certificates)
    told = [service.of(run, one, language).budget for one in service.places(run) if one.item == "weighing"]
    return [one for one in told if one is not None and one.parts][-1]


def given(told: Budgeted, name: str):
    return next(step for step in told.given if step.name == name)


def asked(told: Budgeted, name: str):
    return next(one for one in told.asked if one.name == name)


def test_a_stated_value_counts_at_once_and_is_said_by_whom_and_when(office, values, run):
    before = weighed(office, run)
    values.state(run, BUDGET, STEP, "5", "tech")
    told = weighed(office, run)
    assert told.result != before.result
    assert given(told, STEP).formula == "step = 5 g"
    person = office.ws.catalogue.person("tech").name
    assert re.fullmatch(rf"stated by {person} on \d{{4}}-\d\d-\d\d \d\d:\d\d", given(told, STEP).because[0])
    assert (asked(told, STEP).text, asked(before, STEP).text) == ("5", "")
    assert given(weighed(office, run, "zh"), STEP).because[0].startswith(f"由 {person} 于 ")


def test_it_lies_on_a_stream_of_its_own_and_the_record_stays_as_it_was_signed(office, values, run):
    version, digest = office.runs.view(run).version, office.runs.view(run).signed.record
    overall = office.runs.judgement(run).overall
    values.state(run, BUDGET, STEP, "5", "check")
    kept = office.ws.journal.read(f"budget:{run}")
    assert [(one.actor, one.event.value, one.event.unit) for one in kept] == [("check", "5", "g")]
    assert len(office.ws.journal.read(run)) == version
    assert office.certificates.unchanged(run)
    assert (office.runs.view(run).signed.record, office.runs.judgement(run).overall) == (digest, overall)


def test_a_later_one_replaces_an_earlier_one_and_nothing_takes_it_back(office, values, run):
    before = weighed(office, run)
    for text, actor in (("5", "tech"), ("0.5", "check"), ("0.5", "check"), ("", "check"), ("", "check")):
        values.state(run, BUDGET, STEP, text, actor)
    assert len(office.ws.journal.read(f"budget:{run}")) == 3  # what counts already is not written again
    assert values.of(run) == {}
    assert weighed(office, run) == before


def test_the_page_of_tomorrow_is_that_of_today(office, values, run):
    values.state(run, BUDGET, STEP, "5", "tech")
    again = BudgetValues(type(office.runs)(office.ws))
    assert again.of(run) == values.of(run) != {}


def test_another_unit_of_the_same_kind_is_kept_as_typed_and_counted_in_the_unit_of_the_value(office, values, run):
    values.state(run, BUDGET, STEP, "500 mg", "tech")
    told = weighed(office, run)
    assert given(told, STEP).formula == "step = 500 mg"
    assert given(told, STEP).value == Decimal("0.5")
    assert asked(told, STEP).text == "500 mg"


@pytest.mark.parametrize(
    ("name", "text", "actor", "code"),
    [
        (STEP, "wide", "tech", "not-a-number"), (STEP, "1 L", "tech", "wrong-unit"),
        (STEP, "-1", "tech", "out-of-range"), ("nosuch", "1", "tech", "unknown-name"),
        (STEP, "1", "admin", "wrong-role"), (STEP, "1", "", "unknown-person"),
    ],
)  # fmt: skip
def test_what_cannot_count_is_refused_and_nothing_is_kept(office, values, run, name, text, actor, code):
    with pytest.raises(DomainError) as refused:
        values.state(run, BUDGET, name, text, actor)
    assert refused.value.code == code
    assert office.ws.journal.read(f"budget:{run}") == []


def test_technician_checker_and_approver_may_and_an_administrator_may_not(values):
    for actor in ("tech", "check", "approve"):
        values.require(actor)
    with pytest.raises(NotAllowed) as refused:
        values.require("admin")
    assert refused.value.accepted == "technician, checker, approver"


def test_what_nobody_can_presume_is_asked_first_and_makes_the_budget_once_stated():
    _, compiled, judged = next(found for found in records("jjg892-2022") if budgets(found[1], found[2]))
    for place in places(compiled, judged):
        without = explain(compiled, judged, place, "en").budget
        if without is None or (without.id != "lens" and "dut_step" not in [one.name for one in without.asked]):
            continue
        assert not without.parts
        assert [one.name for one in without.asked if one.needed] == ["dut_step"]
        assert without.asked[0].name == "dut_step"
        told = explain(compiled, judged, place, "en", typed={"dut_step": Typed(quantity("0.01", "1/m"), "A", "now")})
        assert told.budget is not None
        assert told.budget.parts
        assert told.budget.asked[0].text == "0.01"
        return
    raise AssertionError("no budget")


def test_a_value_by_the_same_name_counts_only_in_the_budget_whose_unit_it_fits():
    for _, compiled, judged in records("jjg270-2008"):
        found = budgets(compiled, judged, typed={"dut_step": Typed(quantity("1", "mmHg"))})
        for one in found:
            fits = next(entry.unit for entry in one.budget.given if entry.id == "dut_step") == "mmHg"
            assert (one.worked is not None) == fits


def test_an_own_value_of_the_command_line_wins_over_a_stated_one():
    _, compiled, judged = next(found for found in records("jjg443-2023") if budgets(found[1], found[2]))
    typed = {"t_width": Typed(quantity("0.5", "°C"))}
    first = budgets(compiled, judged, typed=typed)[0].worked
    wins = budgets(compiled, judged, {"t_width": Decimal(2)}, typed=typed)[0].worked
    assert first is not None
    assert wins is not None
    assert (first.names["t_width"], wins.names["t_width"]) == (Decimal("0.5"), Decimal(2))


def test_a_stated_value_can_make_an_exception_of_a_record_and_never_takes_one_away():
    _, compiled, judged = next(found for found in records("jjg443-2023") if budgets(found[1], found[2]))
    stated = lambda error: {"measure": {"error": error}}  # noqa: E731
    typed = lambda error: {"measure_error": Typed(quantity(error, "%"))}  # noqa: E731
    assert not coarse(compiled, judged, stated("0.02"))
    assert coarse(compiled, judged, stated("0.02"), typed("0.095"))
    assert coarse(compiled, judged, stated("0.095"), typed("0.02"))


def test_a_stated_value_is_no_presumption_and_no_standard_s(office):
    typed = {"measure_error": Typed(quantity("0.05", "%"), "A", "2026-11-23 20:00")}
    told = told_of("jjg443-2023", "flow", "error_mean_percent", typed=typed).budget
    assert told is not None
    step = given(told, "measure_error")
    assert (step.because, step.clause) == (("stated by A on 2026-11-23 20:00",), "")


def test_the_checker_s_list_hears_of_a_stated_value_that_breaks_the_third(office, values, run):
    flags = lambda: next(one.flags for one in office.certificates.queue("checker") if one.run == run)  # noqa: E731
    assert "u-large" not in flags()
    values.state(run, BUDGET, STEP, "20", "tech")
    assert "u-large" in flags()


def test_refusals_name_what_is_accepted(values, run):
    with pytest.raises(BadInput) as refused:
        values.state(run, BUDGET, STEP, "wide", "tech")
    assert (refused.value.field, refused.value.accepted) == (STEP, "a number such as 12.340")
