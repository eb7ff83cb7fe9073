"""The list of issued papers and the page beside it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from fieldcal.storage.errors import BlobDamaged
from fieldcal.ui.models import certificates as model
from fieldcal.ui.runtime import Runner
from fieldcal.ui.views.certificates import CertificatesPage
from fieldcal.ui.views.explain_dialog import ExplainDialog
from fieldcal.ui.views.run_dialogs import ReasonDialog
from fieldcal.ui.widgets.pdf_view import page_size
from tests.ui import jobs
from tests.ui.certificates.common import ink, key, numbers, pick

pytest_plugins = ["tests.ui.demo_window"]
KEY = Qt.Key
ENTER = KEY.Key_Return

# --- the list ----------------------------------------------------------------------------------------


def test_every_paper_is_a_row_newest_first_and_chips_count_them(page, services):
    assert numbers(page) == [one.number for one in services.certificates.issued()]
    texts = {chip.text() for chip in page.filters._chips.values()}
    assert {"全部  4", "证书  3", "通知书  1", "已撤销  0"} <= texts


@pytest.mark.parametrize(
    ("needle", "found"), [("20231121", 1), ("djy-218a", 1), ("第一农贸市场管理", 3), ("TZ2026", 1), ("acs 20231128", 1)]
)
def test_the_search_narrows_by_number_client_serial_and_model(page, needle, found):
    page.search.setText(needle)
    assert len(numbers(page)) == found


def test_a_chip_leaves_only_its_kind(page):
    page.filters.choose("notice")
    assert [name[:2] for name in numbers(page)] == ["TZ"]


def test_papers_that_end_within_thirty_days_have_a_chip_and_a_word(page):
    entry = next(one for one in page.data.entries if one.issued.valid_to)
    last = model.date.fromisoformat(entry.issued.valid_to)
    for days, word in ((31, ""), (30, "soon"), (0, "soon"), (-1, "over")):
        today = last - model.timedelta(days=days)
        assert model.in_filter(entry, "due", today) == bool(word)
        assert model.state(entry, today)[0] == ("warn" if word else "pass")


@pytest.mark.parametrize("document", ["certificate", "notice"])
def test_f1_explains_the_numbers_of_the_paper_in_hand_the_worst_first(page, services, document):
    number = pick(page, document)
    entry = next(one for one in page.data.entries if one.number == number)
    seen = []

    def look():
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, ExplainDialog):
            seen.append((dialog.browser.run, dialog.browser.told().verdict))
            dialog.accept()

    QTimer.singleShot(0, look)
    key(page, "F1").callback()
    assert seen == [(entry.issued.run, "fail" if document == "notice" else "pass")]


def test_a_search_without_a_hit_says_so_and_one_press_shows_all(page):
    page.search.setText("nothing like it")
    assert page.empty.isVisible()
    assert not page.list.isVisible()
    page.empty.action.click()
    assert len(numbers(page)) == 4


def test_an_empty_workspace_says_what_belongs_here(qtbot, tmp_path):
    fresh = jobs.open_fast(tmp_path / "fresh")
    page = CertificatesPage(fresh, lambda work, ok, _bad: ok(work()))
    qtbot.addWidget(page)
    page.retranslate()
    page.show()
    page.refresh()
    assert page.empty._title.text() == "还没有证书"
    assert not key(page, "Return").enabled
    fresh.close()


def test_a_list_that_cannot_be_read_offers_to_try_again(page, services, monkeypatch):
    def broken():
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(services.certificates, "issued", broken)
    page.refresh()
    assert page.failed.isVisible()
    monkeypatch.undo()
    page.failed.action.click()
    assert not page.failed.isVisible()


# --- the page beside it --------------------------------------------------------------------------------


def test_a_choice_shows_the_real_first_page(page, services):
    number = pick(page, "certificate")
    shown = page.preview.view.images[0]
    wide, high = page_size(services.certificates.paper(number))
    assert abs(shown.width() / shown.height() - wide / high) < 0.01
    assert ink(shown) > 500
    assert page.preview.number.text() == number


def test_arrows_walk_the_list_and_the_pages(page, press):
    press(KEY.Key_Down)
    assert page.list.choice() == numbers(page)[1]
    first = page.preview.view.images[0]
    press(KEY.Key_Right)
    assert page.sight.page == 1
    assert page.preview.view.images[0] != first
    press(KEY.Key_Left, KEY.Key_Left)
    assert page.sight.page == 0


def test_f2_goes_from_certificate_to_record_to_label(page, press):
    pick(page, "certificate")
    seen = [page.sight.kind]
    for _ in range(3):
        press(KEY.Key_F2)
        seen.append(page.sight.kind)
    assert seen == ["certificate", "record", "label", "certificate"]


def test_a_notice_has_no_label(page):
    page.set_kind("label")
    pick(page, "notice")
    assert page.sight.kinds == ["certificate", "record"]
    assert page.sight.kind == "certificate"
    assert not key(page, "F9").enabled


def test_the_checks_hold_and_the_demo_is_marked(page):
    pick(page, "certificate")
    assert [mark.text() for mark in page.preview.marks if not mark.isHidden()] == ["签名有效，与记录一致", "演示"]


def test_a_changed_record_is_said_above_the_page(page, services, monkeypatch):
    monkeypatch.setattr(services.certificates, "_hash", lambda run: "00" * 32)
    page.set_kind("record")
    assert page.preview.marks[0].text() == "与记录不一致"


def test_a_damaged_file_is_said_and_claims_no_check(page, services, monkeypatch):
    number = numbers(page)[0]

    def damaged(*_args):
        raise BlobDamaged("00")

    monkeypatch.setattr(services.certificates, "paper", damaged)
    page.set_kind("record")
    assert page.preview.failed.isVisible()
    assert page.preview.marks[0].text() == "存档的文件已损坏"
    assert page.preview.number.text() == number
    assert not key(page, "F9").enabled


def test_while_a_page_is_being_drawn_only_the_last_wish_counts(services, qtbot):
    runner = Runner()
    page = CertificatesPage(services, runner)
    qtbot.addWidget(page)
    page.retranslate()
    page.show()
    page.refresh()
    qtbot.waitUntil(lambda: page.sight is not None, timeout=5000)
    for number in numbers(page)[1:]:
        page.list.choose(number)
    qtbot.waitUntil(lambda: page.sight is not None and page.sight.number == numbers(page)[-1], timeout=5000)
    assert page.preview.number.text() == numbers(page)[-1]
    runner.close()


# --- keys -------------------------------------------------------------------------------------------


def test_slash_goes_to_the_search_enter_back_to_the_list_and_esc_clears_it(page, press, qtbot):
    press("/")
    assert page.search.hasFocus()
    press("TZ", ENTER)
    assert page.list.hasFocus()
    assert len(numbers(page)) == 1
    press(KEY.Key_Escape)
    assert page.search.text() == ""
    with qtbot.waitSignal(page.back):
        press(KEY.Key_Escape)


def test_a_technician_gets_no_void_key(enter):
    page = enter(jobs.TECH)
    offered = page.keys()
    assert "Del" not in [found.shortcut for found in offered]
    page.ask_void()
    assert page.question is None


# --- void ---------------------------------------------------------------------------------------------


def test_an_approver_voids_with_a_reason_and_the_paper_is_printed_no_more(page, press, services):
    number = pick(page, "certificate")
    press(KEY.Key_Delete)
    assert isinstance(page.question, ReasonDialog)
    page.question.line.setText("出厂编号录错")
    page.question.accept_button.click()
    entry = next(one for one in page.data.entries if one.number == number)
    assert entry.void
    assert model.row(entry, page.data.today).word == "已撤销"
    assert page.preview.void.isVisible()
    assert "出厂编号录错" in page.preview.void._title.text()
    assert not key(page, "Return").enabled
    assert number not in page.printable()
    assert services.runs.view(entry.issued.run).state == "voided"


def test_without_a_reason_nothing_is_voided(page, press):
    pick(page, "certificate")
    press(KEY.Key_Delete)
    assert not page.question.accept_button.isEnabled()
    page.question.reject()
    assert not any(one.void for one in page.data.entries)
