"""Explain this verdict at the window: any number by key and by mouse, and its paper in a file."""

from __future__ import annotations

import io
import re

import pytest
from msgspec import structs
from pypdf import PdfReader
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel

from fieldcal.domain.errors import BadInput
from fieldcal.domain.explained import Place
from fieldcal.services.explain_paper import Explanations
from fieldcal.ui.i18n import set_language
from fieldcal.ui.models import review as review_model
from fieldcal.ui.models.explain_browser import Browser, nearest
from fieldcal.ui.runtime import inline
from fieldcal.ui.views.explain_dialog import ExplainDialog
from fieldcal.ui.views.review import ReviewPage
from fieldcal.ui.views.run import RunPage
from fieldcal.ui.widgets.badge import Badge
from tests.ui import jobs

KEY = Qt.Key


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A bad scale, signed by the technician, and a good one."""
    folder = tmp_path_factory.mktemp("explained") / "demo"
    services = jobs.open_fast(folder)
    jobs.bad_scale(services, "stall-02")
    jobs.good_scale(services, "stall-03")
    services.close()
    return folder


@pytest.fixture
def services(measured, tmp_path):
    with jobs.copied(measured, tmp_path / "demo") as made:
        yield made


@pytest.fixture
def review(qtbot, services):
    services.sign_in(*jobs.CHECK)
    page = ReviewPage(services, inline)
    qtbot.addWidget(page)
    page.resize(1278, 648)
    page.retranslate()
    page.show()
    page.shown()
    page.list.choose("run:stall-02")
    return page


def told(dialog: ExplainDialog) -> str:
    return "\n".join(found.text() for found in dialog.findChildren(QLabel))


def opened(act, look):
    """What `look` says of the dialog that `act` opens; it is closed with F1 then."""
    seen = []

    def when():
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, ExplainDialog):
            try:
                seen.append(look(dialog))
            finally:
                dialog.accept()

    QTimer.singleShot(0, when)
    act()
    assert len(seen) == 1
    return seen[0]


def press(page, shortcut):
    offered = page.keys()
    key = next(key for key in offered if key.shortcut == shortcut)
    assert key.enabled
    return key.callback


def test_f1_in_the_review_explains_the_worst_number_with_its_formula_and_side(review):
    text = opened(press(review, "F1"), told)
    assert "修正误差 Ec" in text
    assert "超出上限" in text
    assert "Ec = E − e0" in text
    assert "标准砝码" in text
    assert opened(press(review, "F1"), lambda dialog: dialog.browser.told().word) == "不合格"


def test_a_click_on_a_row_of_the_record_explains_that_row(review, qtbot):
    table = review.view.record.table
    at = next(i for i, row in enumerate(table.rows()) if row.at and row.at.item == "eccentricity")
    sheet, wanted = table._sheet, table.rows()[at].at
    point = QPoint(60, sheet.top(at) + 10)
    place = opened(
        lambda: qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=point), lambda dialog: dialog.browser.place
    )
    assert (place.item, place.row) == (wanted.item, wanted.row)


def test_a_click_on_the_worst_point_explains_it(review, qtbot):
    looked = review.detail.looked
    place = opened(lambda: qtbot.mouseClick(review.view.worst, Qt.MouseButton.LeftButton), lambda d: d.browser.place)
    assert (place.item, place.row) == (looked.item, looked.row)


def test_the_arrows_reach_every_number_and_f1_closes(review, qtbot):
    def walk(dialog):
        dialog.browser.at = 0
        titles = set()
        for _ in dialog.browser.places:
            titles.add(dialog.title.text())
            qtbot.keyClick(dialog, KEY.Key_Right)
        assert not dialog.after.isEnabled()
        assert dialog.before.isEnabled()
        qtbot.keyClick(dialog, KEY.Key_Left)
        assert dialog.browser.at == len(dialog.browser.places) - 2
        qtbot.keyClick(dialog, KEY.Key_F1)
        return len(titles), dialog.isVisible()

    found, visible = opened(press(review, "F1"), walk)
    assert found > 30
    assert not visible


def test_the_page_is_saved_as_pdf_with_what_the_screen_says(review, tmp_path):
    one, whole = tmp_path / "one.pdf", tmp_path / "whole.pdf"

    def save(dialog):
        dialog.save_pdf(False, str(one))
        dialog.save_pdf(True, str(whole))
        return dialog.title.text(), "whole.pdf" in told(dialog)

    title, said = opened(press(review, "F1"), save)
    assert said
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(one.read_bytes())).pages]
    assert len(pages) == 1
    assert "".join(title.split()) in "".join(pages[0].split())
    assert len(PdfReader(str(whole)).pages) > 1


def test_a_file_that_cannot_be_written_is_said_and_leaves_the_question_open(review, tmp_path):
    def save(dialog):
        dialog.save_pdf(False, str(tmp_path / "none" / "one.pdf"))
        return dialog.note.isVisible(), dialog.isVisible()

    assert opened(press(review, "F1"), save) == (True, True)


def test_english_screens_explain_in_english(review):
    set_language("en")
    try:
        assert "above the upper limit" in opened(press(review, "F1"), told)
    finally:
        set_language("zh")


def budgeted(dialog):
    """Moves to the first number that has a budget."""
    for at in range(len(dialog.browser.places)):
        dialog.browser.at = at
        if (found := dialog.browser.told().budget) and found.parts:
            dialog.move_by(0)
            return
    raise AssertionError("no budget")


@pytest.fixture
def weighed(qtbot, services):
    """The good scale, which has all that its budget needs."""
    made = ExplainDialog(Browser(services, "run:stall-03"), inline)
    qtbot.addWidget(made)
    made.resize(860, 700)
    made.show()
    budgeted(made)
    return made


def test_the_budget_shows_parts_u_check_and_what_it_presumes(weighed):
    text = told(weighed)
    assert weighed.budget.trials.isVisible()
    assert re.search(r"\(.* ± [\d.]+\) g，k = 2", text)
    for part in ("digL", "mc", "U = k × uc", "成立：", "÷ 3 =", "不确定度中来自标准器的分量（mc, mB, mD）"):
        assert part in text, part
    assert "U ≤ MPE/3" in [badge.word() for badge in weighed.findChildren(Badge)]


def test_f5_draws_trials_once_and_the_paper_has_them(weighed, qtbot, tmp_path):
    assert "JJF 1059.2" not in told(weighed)
    qtbot.keyClick(weighed, KEY.Key_F5)
    assert "1 000 000 次，随机种子 1" in told(weighed)
    assert "JJF 1059.2" in told(weighed)
    assert not weighed.budget.trials.isVisible()
    weighed.save_pdf(False, str(tmp_path / "one.pdf"))
    text = "".join(page.extract_text() for page in PdfReader(str(tmp_path / "one.pdf")).pages)
    assert "1000000次" in "".join(text.split())
    weighed.move_by(1)
    weighed.move_by(-1)
    assert "JJF 1059.2" in told(weighed)


def test_trials_that_cannot_be_drawn_are_said_and_may_be_asked_for_again(weighed, qtbot, services):
    def refuse(task):
        raise BadInput("no-numpy", field="trials")

    weighed.browser._explanations.simulate = refuse
    qtbot.mouseClick(weighed.budget.trials, Qt.MouseButton.LeftButton)
    assert weighed.note.isVisible()
    assert "蒙特卡洛" in told(weighed)
    assert weighed.budget.trials.isEnabled()


def test_trials_that_come_after_the_dialog_has_closed_reach_nobody(services):
    jobs_asked = []
    dialog = ExplainDialog(Browser(services, "run:stall-03"), lambda work, ok, bad: jobs_asked.append((work, ok, bad)))
    budgeted(dialog)
    dialog.draw()
    assert not dialog.budget.trials.isEnabled()
    dialog.draw()
    assert len(jobs_asked) == 1
    dialog.done(0)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    work, ok, bad = jobs_asked[0]
    work()
    ok(None)
    bad(BadInput("no-numpy", field="trials"))


def test_a_u_above_a_third_is_an_exception_that_the_checker_sees(services):
    run = jobs.good_nozzle(services)
    services.sign_in(*jobs.CHECK)
    assert next(job for job in review_model.load(services) if job.run == run).clean
    used = services.ws.catalogue.standards[services.runs.view(run).standards["measure"]]
    services.ws.put(f"standard:{used.id}", structs.replace(used, values={"error": "0.095"}), "admin")
    job = next(job for job in review_model.load(services) if job.run == run)
    assert (job.flags, job.why, job.kind) == (("u-large",), "不确定度大于最大允许误差的 1/3", "warn")
    assert services.runs.judgement(run).overall == "pass"


@pytest.fixture
def run_page(qtbot, services):
    services.sign_in(*jobs.TECH)
    page = RunPage(services, inline)
    qtbot.addWidget(page)
    page.resize(1278, 648)
    page.retranslate()
    page.show()
    yield page
    page.model.reader.watch(None)


def test_f1_and_a_click_on_the_panel_of_a_run_explain_the_last_row(run_page, services, qtbot):
    run_page.open("run:stall-02")
    last = run_page.model.last_row()
    place = opened(run_page.explain, lambda dialog: dialog.browser.place)
    assert (place.item, place.row) == last
    panel = run_page.columns.explain
    again = opened(lambda: qtbot.mouseClick(panel, Qt.MouseButton.LeftButton), lambda dialog: dialog.browser.place)
    assert again == place


def test_a_run_that_has_only_begun_has_nothing_to_explain(run_page, services):
    run_page.prepare("stall-01", "subsequent")
    run_page.start()
    assert Browser(services, run_page.model.run).places == []
    QTimer.singleShot(0, lambda: QApplication.activeModalWidget() and pytest.fail("a dialog"))
    run_page.explain()


def test_the_nearest_number_is_the_judged_one_of_the_row_then_of_the_item(services):
    places = Explanations(services.certificates).places("run:stall-02")
    row = nearest(places, Place("eccentricity", 2, ""))
    assert (places[row].item, places[row].row) == ("eccentricity", 2)
    assert places[row].rule >= 0
    assert places[nearest(places, Place("eccentricity", 99, ""))].item == "eccentricity"
    assert nearest(places, Place("no such item", 0, "")) == 0
