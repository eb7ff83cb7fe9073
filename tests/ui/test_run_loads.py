"""The pieces for every load stand on the page before the first step, and those for the row in hand beside it."""

import msgspec
import pytest
from PySide6.QtTest import QTest

from fieldcal import bootstrap
from fieldcal.services.clock import DemoClock
from fieldcal.ui.runtime import inline
from fieldcal.ui.views.run import RunPage
from tests.ui import jobs
from tests.ui.test_run_page import begin, to_item


@pytest.fixture
def services(tmp_path):
    made = bootstrap.open_demo(jobs.fresh(tmp_path / "demo"), clock=DemoClock(20))
    made.sign_in("tech", made.demo_pins()["tech"])
    yield made
    made.close()


@pytest.fixture
def page(qtbot, services):
    made = RunPage(services, inline)
    qtbot.addWidget(made)
    made.retranslate()
    made.show()
    yield made
    made.model.reader.watch(None)


def test_a_long_refusal_under_one_field_does_not_move_the_line_of_its_neighbour(qtbot, page):
    page.prepare("stall-03", "subsequent")
    page.resize(960, 648)
    left, right = page.form.fields[:2]
    QTest.qWait(20)
    before = right.line.y()
    left.set_error("这个值不能用，" * 12)
    QTest.qWait(20)
    assert left._under.height() > 40
    assert (left.line.y(), right.line.y()) == (before, before)


def test_a_long_name_is_read_from_its_beginning_and_typed_on_at_its_end(qtbot, page):
    page.prepare("stall-03", "subsequent")
    line = page.form.field("maker").line
    assert line.cursorPosition() == 0
    page.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClick(line, "x")
    assert line.text().endswith("x")
    page.form.field("model").line.setFocus()
    assert line.cursorPosition() == 0


FAILING = ((75, "称量"), (100, "称量"), (120, "重复性"), (150, "称量"))  # they stand first


def put(page, **changes):
    ws = page.services.ws
    ws.put("standard:M1-01", msgspec.structs.replace(ws.catalogue.standards["M1-01"], **changes), "system")


def typed(page, **fields):
    for name, text in fields.items():
        line = page.form.field(name).line
        line.setText(text)
        line.textEdited.emit(text)


def test_every_load_stands_there_with_its_pieces_and_a_third_of_the_limit(page):
    page.prepare("stall-03", "subsequent")
    card = page.form.loads
    assert (card.title.text(), card.badge.kind, card.badge.word()) == ("载荷与砝码", "pass", "够用")
    assert [row.title for row in card.rows] == [
        "100 g = 100 g", "2.5 kg = 2 kg + 500 g", "5 kg = 5 kg", "7.5 kg = 5 kg + 2 kg + 500 g", "10 kg = 10 kg",
        "12 kg = 10 kg + 2 kg", "15 kg = 10 kg + 5 kg",
    ]  # fmt: skip
    assert card.rows[3].second == "称量 · 误差和 375 mg ≤ 1.667 g（1/3 允差）"


def test_a_nameplate_that_the_van_cannot_test_is_seen_before_the_start_and_refused_there(qtbot, page):
    page.prepare("stall-03", "subsequent")
    typed(page, max="150 kg", e="50 g", min="1 kg")
    card = page.form.loads
    qtbot.waitUntil(lambda: card.badge.kind == "fail")
    assert (card.badge.kind, card.badge.word()) == ("fail", "4 项做不了")
    assert [row.title for row in card.rows[:4]] == [f"{kg} kg · {item}" for kg, item in FAILING]
    page.start()
    assert page.model.view.state == "draft"
    assert page.form.banner.isVisible()


def test_a_refusal_does_not_stay_for_the_next_instrument(page):
    page.prepare("stall-03", "subsequent")
    typed(page, max="150 kg", e="50 g", min="1 kg")
    page.start()
    page.leave()
    page.prepare("nozzle-1-1", "subsequent")
    assert not page.form.banner.isVisible()


def test_a_form_that_is_not_complete_is_not_judged(qtbot, page):
    page.prepare("stall-03", "subsequent")
    typed(page, max="fifteen")
    qtbot.waitUntil(lambda: page.form.loads.badge.kind == "pending")


def test_a_set_whose_pieces_nobody_listed_is_said_not_to_be_known(page):
    put(page, pieces=[])
    page.prepare("stall-03", "subsequent")
    assert page.form.loads.badge.kind == "warn"
    assert page.form.loads.rows == []


def test_a_dispenser_shows_which_measure_takes_which_flow(page):
    page.prepare("nozzle-1-1", "subsequent")
    rows = [row.title for row in page.form.loads.rows]
    assert rows == ["50 L/min → 100 L (MM-100)", "22 L/min → 100 L (MM-100)", "5 L → 5 L (MM-100)"]


def test_the_row_in_hand_says_what_to_lay_on(page):
    begin(page)
    assert not page.columns.lay.isVisibleTo(page.columns)
    to_item(page, "weighing")
    assert page.columns.lay.text() == ""
    for load, then in (("0", "放砝码：100 g"), ("0.1", "放砝码：2 kg + 500 g")):
        page.model.set_value("indication", load, "kg")
        page.model.set_value("delta_load", "2.5", "g")
        assert page.model.accept() is None
        assert page.columns.lay.text() == then
