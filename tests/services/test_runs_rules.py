"""Before the first step and between steps: nameplates, standards, people, clocks, broken cables, kills."""

from __future__ import annotations

import pytest

from fieldcal.domain import events as ev
from fieldcal.domain.errors import BadInput, DomainError, NotAllowed
from fieldcal.domain.fold import RunView, fold
from fieldcal.domain.judge import judge
from tests.services.workspace import Desk


@pytest.mark.parametrize(
    ("plate", "field"),
    [({"max": "60 kg"}, "max"), ({"min": "99 g"}, "min"), ({"max": "2 kg"}, "max"), ({"min": "15 kg"}, "min")],
)
def test_an_impossible_nameplate_is_refused(desk: Desk, plate: dict[str, str], field: str) -> None:
    run = desk.runs.open("stall-01", "subsequent", "tech")
    desk.runs.give(run, plate, "tech")
    before = desk.head()
    with pytest.raises(BadInput) as refused:
        desk.runs.prepare(run, "tech")
    assert (refused.value.code, refused.value.field) == ("impossible-plate", field)
    assert refused.value.value == plate[field]
    assert refused.value.accepted
    assert desk.head() == before


def test_a_class_three_scale_of_exactly_ten_thousand_intervals_is_possible(desk: Desk) -> None:
    run = desk.started(max="50 kg")
    assert desk.runs.view(run).state == "running"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"valid_to": "2001-01-01"}, "standard-expired"), ({"role": "other"}, "no-standard"),
     ({"values": {"error": "2.51"}}, "standard-too-coarse"), ({"values": {}}, "standard-unstated")],
)  # fmt: skip
def test_a_standard_missing_late_or_too_coarse_stops_the_run(desk: Desk, changes: dict, code: str) -> None:
    desk.put_standard("M1-01", **changes)
    run = desk.runs.open("stall-01", "subsequent", "tech")
    before = desk.head()
    with pytest.raises(NotAllowed) as refused:
        desk.runs.prepare(run, "tech")
    assert refused.value.code == code
    assert desk.head() == before


def test_a_standard_chosen_by_hand_must_be_in_date(desk: Desk) -> None:
    run = desk.runs.open("stall-01", "subsequent", "tech")
    desk.runs.choose(run, "weights", "M1-01", "tech")
    desk.put_standard("M1-01", valid_to="2001-01-01")
    with pytest.raises(NotAllowed) as refused:
        desk.runs.prepare(run, "tech")
    assert (refused.value.code, refused.value.field) == ("standard-expired", "M1-01")


@pytest.mark.parametrize("standard", ["absent", "SW-01"])
def test_a_standard_of_another_role_cannot_be_chosen(desk: Desk, standard: str) -> None:
    run = desk.runs.open("stall-01", "subsequent", "tech")
    with pytest.raises(BadInput) as refused:
        desk.runs.choose(run, "weights", standard, "tech")
    assert (refused.value.code, refused.value.accepted) == ("unknown-standard", "M1-01")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"projects": []}, "no-project"), ({"valid_to": "2001-01-01"}, "registration-expired"),
     ({"roles": ["checker"]}, "wrong-role"), ({"active": False}, "wrong-role")],
)  # fmt: skip
def test_a_person_without_role_project_or_registration_opens_nothing(desk: Desk, changes: dict, code: str) -> None:
    desk.put_person("tech", **changes)
    before = desk.head()
    with pytest.raises(NotAllowed) as refused:
        desk.runs.open("stall-01", "subsequent", "tech")
    assert refused.value.code == code
    assert desk.head() == before


def test_a_drip_time_is_not_stopped_before_its_minimum(desk: Desk) -> None:
    run = desk.started("nozzle-1-1")
    at = desk.go(run, "wetting", "drip")
    desk.runs.start_timer(run, at, "tech")
    found = desk.runs.timer(run, at)
    assert found is not None
    _, minimum = found
    assert minimum == 180
    desk.clock.sleep(179)
    with pytest.raises(NotAllowed) as refused:
        desk.runs.stop_timer(run, at, "tech")
    assert refused.value.code == "too-short"
    desk.clock.sleep(1)
    desk.runs.stop_timer(run, at, "tech")
    assert desk.runs.view(run).attempt("wetting", 0).cells["drip"].source == "timer"


def test_a_drip_time_is_never_typed(desk: Desk) -> None:
    run = desk.started("nozzle-1-1")
    at = desk.go(run, "wetting", "drip")
    with pytest.raises(NotAllowed) as typed:
        desk.runs.take(run, at, "300", "s", "tech")
    assert typed.value.code == "timer-needed"
    with pytest.raises(NotAllowed) as short:
        desk.runs.take(run, at, "179.9", "s", "tech", source="paper")
    assert short.value.code == "too-short"


def test_a_timer_of_an_earlier_start_of_the_program_does_not_count(desk: Desk) -> None:
    run = desk.started("nozzle-1-1")
    at = desk.go(run, "wetting", "drip")
    desk.runs.start_timer(run, at, "tech")
    later = desk.reopen()
    try:
        assert later.runs.recover() == [run]
        later.runs.resume(run, "tech")
        later.clock.sleep(1000)
        assert later.runs.timer(run, at) is None
        with pytest.raises(NotAllowed) as refused:
            later.runs.stop_timer(run, at, "tech")
        assert refused.value.code == "timer-not-started"
    finally:
        later.store.close()


def test_only_timed_columns_have_a_timer(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "zero", "indication")
    with pytest.raises(NotAllowed) as refused:
        desk.runs.start_timer(run, at, "tech")
    assert refused.value.code == "not-timed"


def test_a_run_that_was_running_is_paused_at_the_next_start_and_goes_on(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "weighing", "delta_load")
    later = desk.reopen()
    try:
        later.runs.recover()
        assert later.runs.view(run).state == "paused"
        with pytest.raises(NotAllowed) as refused:
            later.runs.take(run, at, "2.5", "g", "tech")
        assert refused.value.code == "wrong-state"
        later.runs.resume(run, "tech")
        assert later.due(run) == at
        assert later.runs.take(run, at, "2.5", "g", "tech").complete
    finally:
        later.store.close()


def test_after_a_device_failure_the_run_waits_and_goes_on_by_hand(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "zero", "indication")
    desk.runs.device_failed(run, "scale", "timeout", "no answer", "tech")
    assert desk.runs.view(run).state == "waiting"
    desk.runs.take(run, at, "0.000", "kg", "tech")
    assert desk.runs.view(run).state == "running"
    assert desk.runs.view(run).attempt("zero", 0).cells["indication"].source == "manual"


def test_a_run_keeps_its_procedure_when_the_library_loses_it(desk: Desk) -> None:
    run = desk.started()
    later = desk.reopen()
    try:
        later.ws.library._by_id.clear()
        assert later.runs.compiled(run).procedure.id == "jjg539-2016"
        assert later.due(run).item == "visual"
    finally:
        later.store.close()


def test_the_live_view_is_the_fold_of_the_journal(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "weighing", "delta_load")
    desk.runs.reject(run, at.item, at.row, "抖动", "tech")
    desk.runs.pause(run, "午饭", "tech")
    desk.runs.resume(run, "tech")
    stored = desk.store.journal.read(run)
    again = fold(run, [(s.event, s.actor, s.at) for s in stored])
    assert again == desk.runs.view(run)


def test_the_kept_judgement_is_the_one_of_the_newest_event(desk: Desk) -> None:
    run = desk.started()
    for _ in range(40):
        desk.step(run, desk.due(run))
        assert desk.runs.judgement(run) == judge(desk.runs.compiled(run), desk.runs.view(run))


def test_review_can_be_reopened_with_a_reason(desk: Desk) -> None:
    run = desk.finished()
    with pytest.raises(BadInput):
        desk.runs.reopen(run, " ", "tech")
    desk.runs.reopen(run, "重测", "tech")
    assert desk.runs.view(run).state == "running"
    assert desk.kinds(run)[-1] is ev.StepReopened


def test_an_unknown_run_is_named(desk: Desk) -> None:
    with pytest.raises(DomainError) as refused:
        desk.runs.view("run:absent")
    assert (refused.value.code, refused.value.value) == ("unknown-run", "run:absent")
    assert isinstance(RunView("x"), RunView)
