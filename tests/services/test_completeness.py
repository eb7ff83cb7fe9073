"""Nothing dropped, shortened or cut: the record states its times, and no certificate comes without them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fieldcal.domain import events as ev
from fieldcal.domain.errors import NotAllowed
from fieldcal.domain.judge import Position
from fieldcal.domain.quantity import show
from fieldcal.domain.timing import Timing, gaps, timings
from fieldcal.services.certificates import flags
from fieldcal.services.demo import nozzle_plate
from fieldcal.services.fill import fill
from fieldcal.services.paper import Paper
from tests.services.workspace import APPROVE, CHECK, TECH, Desk

NOZZLE = "nozzle-1-1"


def worked(desk: Desk, cut: dict[Position, str] | None = None, until: str = "") -> str:
    """A whole run of a good nozzle; `cut` puts shorter times into the record than the program would take."""
    run = desk.started(NOZZLE)
    plan = fill(desk.runs.compiled(run), "subsequent", nozzle_plate(1, 1), {}).items
    while (at := desk.runs.judgement(run).position) is not None and at.item != until:
        if at.question:
            desk.step(run, at)
            continue
        column = next(c for c in desk.runs.columns(run, at) if c.id == at.column)
        value = plan[at.item][at.row][at.column]
        if at in (cut or {}):
            taken = ev.ReadingTaken(at.item, at.row, 1, at.column, (cut or {})[at], "s", "timer")
            desk.runs.write(run, [taken], "tech")
        elif column.source == "timed":
            desk.runs.start_timer(run, at, "tech")
            desk.clock.sleep(float(value) + 0.2)
            desk.runs.stop_timer(run, at, "tech")
        else:
            text = value if isinstance(value, str) else show(value)
            desk.runs.take(run, at, text, "" if isinstance(value, str) else column.unit, "tech")
    if not until:
        desk.runs.complete(run, "tech")
    return run


def times(desk: Desk, run: str) -> dict[str, Timing]:
    return timings(desk.runs.compiled(run), desk.runs.view(run), desk.runs.judgement(run))


def code(call: Any, *arguments: Any) -> tuple[str, str]:
    with pytest.raises(NotAllowed) as error:
        call(*arguments)
    return error.value.code, error.value.field


def test_every_item_has_begin_end_and_duration_against_its_least(desk: Desk) -> None:
    run = worked(desk)
    found = times(desk, run)
    assert all(one.began and one.began <= one.ended for one in found.values())
    wetting, flow = found["wetting"], found["flow"]
    assert wetting.minimum == 180
    assert Decimal(180) <= wetting.duration < 190
    assert flow.minimum == 6 * 180  # three runs at each of two points
    assert flow.duration >= flow.minimum
    assert gaps(desk.runs.judgement(run), found) == []


def test_the_record_states_the_times(desk: Desk) -> None:
    run = worked(desk)
    paper = Paper(desk.ws, desk.runs.compiled(run), desk.runs.view(run), desk.runs.judgement(run), "zh")
    rows = {row[0]: row for row in paper.content("", "", "", "").times}
    assert rows["湿润量器"][4] == "180 s"
    assert rows["外观检查"][4] == "–"
    assert len(rows) == len(desk.runs.judgement(run).items)


def test_a_complete_run_gets_its_certificate(desk: Desk) -> None:
    run = worked(desk)
    desk.certificates.sign(run, *TECH)
    desk.certificates.check(run, *CHECK)
    assert desk.certificates.approve(run, *APPROVE).document == "certificate"


def test_a_dwell_cut_in_the_record_is_never_signed_and_reported(desk: Desk) -> None:
    cut = Position("flow", 2, "drip")
    run = worked(desk, {cut: "60.0"})
    assert code(desk.certificates.sign, run, *TECH) == ("dwell-cut", "flow")
    found = times(desk, run)
    assert [(d.row, d.seconds, d.minimum) for d in found["flow"].cut] == [(2, Decimal("60.0"), Decimal(180))]
    assert "dwell-cut" in flags(desk.runs.view(run), desk.runs.judgement(run), found)


def test_times_taken_over_from_paper_faster_than_they_can_pass_are_reported(desk: Desk) -> None:
    run = worked(desk, until="wetting")
    desk.runs.take(run, Position("wetting", 0, "drip"), "200", "s", "tech", source="paper")
    found = times(desk, run)
    assert found["wetting"].cut == []
    assert found["wetting"].hurried
    assert "hurried" in flags(desk.runs.view(run), desk.runs.judgement(run), found)


def test_a_time_that_no_clock_measured_counts_as_cut(desk: Desk) -> None:
    run = worked(desk, until="flow")
    compiled, view = desk.runs.compiled(run), desk.runs.view(run)
    first = view.attempts[("wetting", 0)][0]
    first.cells["drip"] = ev.ReadingTaken("wetting", 0, 1, "drip", "500", "s", "manual")
    found = timings(compiled, view, desk.runs.judgement(run))
    assert [dwell.timed for dwell in found["wetting"].cut] == [False]


def test_an_item_left_out_is_named_reported_and_never_signed_as_a_pass(desk: Desk) -> None:
    run = worked(desk, until="mmq")
    assert ("item-dropped", "mmq") in {(gap.code, gap.item) for gap in gaps(desk.runs.judgement(run), times(desk, run))}
    desk.runs.skip(run, "mmq", "not-done", "没有油了", "tech")
    assert "not-done" in flags(desk.runs.view(run), desk.runs.judgement(run), times(desk, run))
    for state in desk.runs.judgement(run).items.values():
        if not state.settled and state.item.kind == "table":
            desk.runs.skip(run, state.item.id, "not-done", "没有油了", "tech")
    while (at := desk.runs.judgement(run).position) is not None:
        desk.step(run, at)
    desk.runs.complete(run, "tech")
    refused, items = code(desk.certificates.sign, run, *TECH)
    assert refused == "incomplete"
    assert "mmq" in items


def test_repeats_not_made_are_counted(desk: Desk) -> None:
    run = worked(desk, until="mmq")
    flow = desk.runs.view(run).attempts
    del flow[("flow", 5)]
    desk.runs._judged.clear()
    found = gaps(desk.runs.judgement(run), times(desk, run))
    assert ("repeats-cut", "flow", "5/6") in {(gap.code, gap.item, gap.detail) for gap in found}
