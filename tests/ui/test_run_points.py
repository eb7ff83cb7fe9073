"""How a row is named: what to do at the row in hand must be plain from its name alone."""

from __future__ import annotations

import pytest

from fieldcal import bootstrap
from fieldcal.services.hands import NozzleHands
from fieldcal.services.walk import Walker
from fieldcal.ui.i18n import set_language
from fieldcal.ui.models import run_show
from fieldcal.ui.runtime import inline
from fieldcal.ui.views.run import RunPage
from tests.services.test_explain import records
from tests.ui import jobs

LABELLED = [
    compiled.procedure.id
    for compiled in bootstrap.library().all()
    if any(block.labels for item in compiled.procedure.items for block in item.points)
]


@pytest.fixture(params=["zh", "en"])
def language(request):
    set_language(request.param)
    yield request.param
    set_language("zh")


@pytest.mark.parametrize("procedure", LABELLED)
def test_no_two_labelled_rows_of_an_item_have_the_same_name_in_a_list(procedure, language):
    seen = 0
    for _, compiled, judged in records(procedure):
        for state in judged.items.values():
            rows = [one for one in (state.outcome.rows if state.outcome else []) if one.row.label is not None]
            names = [run_show.load_text(compiled, state.item, one.row, one.values, True)[0] for one in rows]
            assert len(names) == len(set(names)), state.item.id
            seen += len(names)
    assert seen > 0


@pytest.fixture
def services(tmp_path):
    made = jobs.open_fast(tmp_path / "demo")
    yield made
    made.close()


def test_the_row_in_hand_says_which_point_it_is(services, qtbot):
    walker = Walker(services, NozzleHands(services.bench.probes, 1), "tech")
    run = walker.start("nozzle-1-2", "subsequent", "nozzle")
    while (at := services.runs.judgement(run).position).item != "flow" or at.row < 2:
        walker.step(run, at)
    services.sign_in(*jobs.TECH)
    page = RunPage(services, inline)
    qtbot.addWidget(page)
    page.open(run)
    first = page.columns.facts.fields[0].fact
    assert (first.caption, first.text, first.fixed) == ("点", "Q1 最大流量 第 3 次", True)
    page.model.reader.watch(None)
