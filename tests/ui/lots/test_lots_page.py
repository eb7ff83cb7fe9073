"""A lot in the window: opened, drawn, worked and judged with the keyboard alone and with the mouse alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from fieldcal.domain.lot import ranked
from fieldcal.services import verify
from fieldcal.services.lots import Plan
from fieldcal.ui import i18n
from fieldcal.ui.app import pages_for
from fieldcal.ui.views.lots_parts import DrawQuestion
from fieldcal.ui.views.run_dialogs import ReasonDialog
from fieldcal.ui.widgets.pdf_view import keywords
from tests.services.test_lots import PLATE
from tests.ui import jobs, lot_jobs
from tests.ui.hands import Keyboard, Mouse
from tests.ui.lot_jobs import PLAN

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key


def offered(page):
    return {key.shortcut: key for key in [*page.keys()]}


def primary(page):
    return next(key for key in [*page.keys()] if key.primary)


# --- who has it ---------------------------------------------------------------------------------------


def test_technicians_and_approvers_have_the_page_and_nobody_else():
    assert "lots" in pages_for(["technician"])
    assert pages_for(["approver"])[0] == "review"
    assert "lots" in pages_for(["approver"])
    assert pages_for(["technician", "approver"]).count("lots") == 1
    assert "lots" not in pages_for(["checker"]) + pages_for(["admin"])


def test_the_site_leads_to_it(technician, press):
    technician.go("site")
    press(Key.Key_F8)
    assert technician.here() == "lots"
    press(Key.Key_Escape)
    assert technician.here() == "today"


# --- the whole way ------------------------------------------------------------------------------------


def test_a_lot_is_opened_and_drawn_with_the_keyboard_alone(window, technician, qtbot, lots, answer):
    hand = Keyboard(window, qtbot)
    hand.go("lots")
    page = window.desk.content("lots")
    hand.press(Key.Key_F2)
    hand.press("V001..V0", "40", Key.Key_Return, "V101", pause=-1)
    names = {field.control: field.id for field in page.form.fields}
    for _ in range(3 * len(names)):
        hand.press(Key.Key_Tab, pause=-1)
        name = names.get(QApplication.focusWidget(), "")
        if name and page.form.field(name).box.count() == 0:
            field = page.form.field(name).line
            field.selectAll()
            hand.press({**PLATE, **PLAN}.get(name, ""), pause=-1)
        if name == page.form.fields[-1].id:
            break
    hand.press(Key.Key_Return)
    assert [view.lot.serials[-1] for view in lots.all()][1:] == ["V101"]
    assert page.one.sight.state == "open"
    asked = answer(DrawQuestion, lambda found: qtbot.keyClick(found.line, Key.Key_Return))
    hand.press(Key.Key_Return)
    assert asked
    view = lots.all()[-1]
    assert view.sample == ranked(view.drawn.seed, view.lot.serials)[:3]
    assert page.one.picked().serial == view.sample[0]
    hand.settle()
    hand.press(Key.Key_Down, Key.Key_Return)
    assert window.here() == "run"
    run = window.desk.content("run").model.view
    assert (run.instrument, run.kind) == (f"{view.stream}/{view.sample[1]}", "first")


def test_a_lot_is_drawn_worked_and_replaced_with_the_mouse_alone(window, page, qtbot, services, lots, answer):
    hand, lot = Mouse(window, qtbot), lot_jobs.opened(services, "V001..V020", Plan(2, 0, 1, "7.9"))
    page.refresh()
    row = page.list.visualRect(page.list.model().index(0, 0)).center()
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=row)
    hand.accept()
    assert answer(DrawQuestion, lambda found: hand.click(found.accept_button)) == []
    hand.accept()
    hand.settle()
    first, second = lots.view(lot).sample
    zone = next(zone for zone in window.strip._zones if zone.key.shortcut == "F4")
    answer(ReasonDialog, lambda found: hand.click(found.ready[0]))
    hand.click(zone)
    hand.settle()
    view = lots.view(lot)
    assert view.sample == [ranked(view.drawn.seed, view.lot.serials)[2], second]
    assert view.replaced[0].serial == first
    place = page.one.sample.visualRect(page.one.sample.model().index(1, 0)).center()
    qtbot.mouseClick(page.one.sample.viewport(), Qt.MouseButton.LeftButton, pos=place)
    hand.accept()
    assert window.here() == "run"


@pytest.mark.parametrize("hand", [Keyboard, Mouse])
def test_the_approver_judges_with_the_pin_and_has_the_paper_in_front(
    window, approver, qtbot, services, lots, done, hand, tmp_path
):
    hand = hand(window, qtbot)
    approver.open(done)
    said = []
    approver.said.connect(said.append)
    hand.sign("3333")
    view = lots.view(done)
    assert (view.judged.verdict, view.judged.failed, view.judged_by) == ("accepted", 1, "approve")
    assert said == [i18n.t("lots.judged")]
    assert approver.one.pdf == lots.paper(done)
    assert approver.one._right.currentWidget() is approver.one.paper
    assert len(approver.one.paper.images) == 2
    path = tmp_path / "lot.pdf"
    approver.one.save(str(path))
    assert verify.check(services.certificates, keywords(path.read_bytes())).status == "VALID"
    assert [key for key in offered(approver) if key in ("F4", "Del")] == []


def test_the_run_of_a_member_leads_back_to_its_lot(window, page, services, lots):
    lot = lot_jobs.drawn(services, "V001..V020", plan=Plan(1, 0, 1, "7.9"))
    page.open(lot)
    page.act()
    assert window.here() == "run"
    window.desk.content("run").done.emit()
    assert window.here() == "lots"
    member = lots.members(lots.view(lot))[0]
    assert primary(page).label == i18n.t("site.go_on")
    assert page.one.picked().serial == member.serial
    lots.runs.abort(member.runs[0].stream, "wrong meter", "tech")
    page.refresh()
    assert primary(page).label == i18n.t("site.start")


# --- what is refused ----------------------------------------------------------------------------------


def test_there_is_no_verdict_before_the_last_paper(approver, services):
    lot = lot_jobs.drawn(services, "V001..V020", plan=Plan(1, 0, 1, "7.9"))
    approver.open(lot)
    assert not primary(approver).enabled
    approver.act()
    assert approver.one.question is None


def test_a_technician_is_offered_neither_verdict_nor_the_end_of_a_drawn_lot(page, done):
    page.open(done)
    assert primary(page).label == i18n.t("site.start")
    assert not primary(page).enabled
    assert "Del" not in offered(page)
    assert not offered(page)["F4"].enabled


def test_a_lot_is_abandoned_with_a_reason(page, services, lots, answer, qtbot):
    lot = lot_jobs.opened(services, "V001..V020")
    page.open(lot)

    def type_it(found):
        assert not found.accept_button.isEnabled()
        qtbot.keyClicks(found.line, "wrong list")
        qtbot.keyClick(found.line, Key.Key_Return)

    answer(ReasonDialog, type_it)
    offered(page)["Del"].callback()
    assert lots.view(lot).abandoned == "wrong list"
    assert page.one.sight.state == "abandoned"
    assert "wrong list" in page.one.card.text()
    assert not any(key.primary for key in [*page.keys()])


# --- what is shown is what the journal has ------------------------------------------------------------


def test_nothing_is_shown_as_done_before_it_is_written(page, services, lots, monkeypatch):
    lot = lot_jobs.opened(services, "V001..V020")
    page.open(lot)
    waiting, said = [], []
    page.said.connect(said.append)
    at_once = page._runner
    monkeypatch.setattr(page, "_runner", lambda *job: waiting.append(job))
    page.one._do(lambda lots, name, actor: lots.draw(name, actor, "seed"), "drawn!")
    assert (page.one.sight.state, said) == ("open", [])
    assert [key.shortcut for key in [*page.keys()]] == ["Esc"]
    page.act()
    assert len(waiting) == 1
    monkeypatch.setattr(page, "_runner", at_once)
    at_once(*waiting[0])
    assert (page.one.sight.state, said) == ("drawn", ["drawn!"])
    assert page.one.sight.view.sample == lots.view(lot).sample


def test_a_step_that_somebody_else_made_first_is_refused_in_words(page, services, lots):
    lot = lot_jobs.opened(services, "V001..V020")
    page.open(lot)
    lots.abandon(lot, "elsewhere", "tech")
    said = []
    page.said.connect(said.append)
    page.one._do(lambda lots, name, actor: lots.draw(name, actor), "drawn!")
    assert said == []
    assert page.failed.isVisible()
    assert i18n.message("lot-finished") in page.failed._title.text()


def test_a_paper_that_was_voided_after_the_verdict_is_told(approver, services, lots, done):
    judged = lots.judge(done, *jobs.APPROVE)
    services.certificates.void(judged.results[0].number, "wrong meter", "approve")
    approver.open(done)
    assert judged.results[0].number in approver._summary.text()
    row = approver.one.sample.model().rows[0]
    assert (row.kind, row.word) == ("warn", i18n.t("lots.voided"))


def test_the_list_tells_every_state_in_both_languages(page, services, lots, done):
    lots.judge(done, *jobs.APPROVE)
    lots.abandon(lot_jobs.opened(services, "Z1..Z9"), "typo", "tech")
    lot_jobs.drawn(services, "Y1..Y9")
    lot_jobs.opened(services, "X1..X9")
    page.refresh()
    states = ["open", "drawn", "abandoned", "accepted"]
    for language in ("zh", "en"):
        i18n.set_language(language)
        page.retranslate()
        rows = page.list.model().rows
        assert [row.word for row in rows] == [i18n.t(f"lots.state_{state}") for state in states]
    assert rows[1].right == i18n.t("lots.progress", ready=0, total=5)
    assert "Cold water meter" in rows[0].second


def test_a_person_who_may_not_open_one_finds_the_list_and_not_the_form(page, window, services):
    page.new()
    window.desk.leave()
    services.sign_in(*jobs.APPROVE)
    window.desk.enter()
    window.go("lots")
    assert page.at == "list"
    assert "F2" not in offered(page)
    page.new()
    assert page.at == "list"


def test_the_print_goes_page_by_page_to_the_printer(approver, lots, done, tmp_path, monkeypatch):
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    from fieldcal.ui.views import certificates_jobs

    lots.judge(done, *jobs.APPROVE)
    approver.open(done)
    out = tmp_path / "printed.pdf"
    made = certificates_jobs.printer_for

    def to_file(points):
        printer = made(points)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(out))
        return printer

    monkeypatch.setattr(certificates_jobs, "printer_for", to_file)
    monkeypatch.setattr(QPrintDialog, "exec", lambda _self: QPrintDialog.DialogCode.Accepted)
    approver.act()
    import pypdfium2

    assert len(pypdfium2.PdfDocument(Path(out).read_bytes())) == 2
