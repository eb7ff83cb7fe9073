"""How the rows of a paper are named."""

import pytest

from fieldcal.domain.verdict import Verdict
from fieldcal.services.paper import Paper


def table(desk, run, title):
    judged = desk.runs.judgement(run)
    paper = Paper(desk.ws, desk.runs.compiled(run), desk.runs.view(run), judged, "zh")
    return next(one for one in paper.content("", "", "", "").tables if one.title == title)


def test_a_listed_point_is_named_once_and_a_repeat_by_its_number(desk):
    run = desk.finished()
    assert [row[0] for row in table(desk, run, "偏载").rows] == ["零点", "位置 1", "位置 2", "位置 3", "位置 4"]
    assert [row[0] for row in table(desk, run, "重复性").rows] == ["12 kg (1)", "12 kg (2)", "12 kg (3)"]


def test_a_comparison_that_fails_names_its_point(desk):
    run = desk.started()
    at = desk.go(run, "eccentricity", "indication")
    while desk.due(run).item == "eccentricity":
        at = desk.due(run)
        if at.column == "indication" and at.row == 2:
            desk.runs.take(run, at, "5.050", "kg", "tech")
        else:
            desk.step(run, at)
    summary = table(desk, run, "偏载").summary
    assert [row[0] for row in summary] == ["位置 2 修正误差 Ec"]


@pytest.mark.parametrize(("kind", "said"), [("subsequent", "合格"), ("in_use", "使用中检查")])
def test_an_inspection_in_use_says_so_in_its_conclusion(desk, kind, said):
    run = desk.finished(kind=kind)
    judged = desk.runs.judgement(run)
    content = Paper(desk.ws, desk.runs.compiled(run), desk.runs.view(run), judged, "zh").content("", "", "", "")
    assert judged.overall == "pass"
    assert said in content.conclusion
    assert ("使用中检查" in content.conclusion) == (kind == "in_use")


def test_a_failed_inspection_in_use_says_so(desk):
    run = desk.started("stall-02", "in_use")
    at = desk.go(run, "zero", "indication")
    desk.runs.take(run, at, "0.050", "kg", "tech")
    while desk.due(run).item == "zero":
        desk.step(run, desk.due(run))
    judged = desk.runs.judgement(run)
    judged.overall = Verdict.FAIL
    content = Paper(desk.ws, desk.runs.compiled(run), desk.runs.view(run), judged, "zh").content("", "", "", "")
    assert "使用中检查" in content.conclusion
    assert "不" in content.conclusion
