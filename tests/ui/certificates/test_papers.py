"""Papers saved, printed and verified from the Certificates page."""

from __future__ import annotations

import pypdfium2
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog

from fieldcal.ui.i18n import set_language
from fieldcal.ui.runtime import Runner
from fieldcal.ui.theme import set_theme
from fieldcal.ui.views.certificates import CertificatesPage
from fieldcal.ui.views.certificates_parts import VerifyQuestion
from tests.ui.certificates.common import key, numbers, pick

pytest_plugins = ["tests.ui.demo_window"]
KEY = Qt.Key
ENTER = KEY.Key_Return

# --- save and print --------------------------------------------------------------------------------------


def test_save_writes_every_paper_as_it_was_frozen(page, services, tmp_path, monkeypatch, press, qtbot):
    number = pick(page, "certificate")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(tmp_path))
    with qtbot.waitSignal(page.said):
        press(KEY.Key_F7)
    for kind in ("certificate", "record", "label"):
        assert (tmp_path / f"{number}-{kind}.pdf").read_bytes() == services.certificates.paper(number, kind)


def test_save_all_takes_what_is_shown(page, tmp_path, monkeypatch, press, qtbot):
    page.search.setText("第一农贸市场")
    page.filters.choose("certificate")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(tmp_path))
    page.list.setFocus()
    with qtbot.waitSignal(page.said):
        press(KEY.Key_F8)
    assert len(list(tmp_path.glob("*-certificate.pdf"))) == 2


def test_a_batch_can_be_cancelled_between_two_papers(page, tmp_path, qtbot):
    said = []
    page.said.connect(said.append)
    page.jobs.save(numbers(page), tmp_path)
    assert page.progress.isVisible()
    assert not key(page, "F4").enabled
    page.progress.cancel.click()
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["已停止，完成 1 / 4 份"]
    assert len(list(tmp_path.glob("*-certificate.pdf"))) == 1
    assert not page.progress.isVisible()
    assert key(page, "F4").enabled


def test_a_folder_that_takes_nothing_is_said_in_words(page, tmp_path, qtbot):
    page.jobs.save(numbers(page)[:1], tmp_path / "not there")
    assert page.failed.isVisible()
    assert "打不开" in page.failed._title.text()
    assert not page.jobs.running


@pytest.fixture
def to_file(tmp_path, monkeypatch):
    """The person at the print dialog chooses a file."""
    target = tmp_path / "printed.pdf"

    def chosen(dialog):
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(target))
        return QPrintDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", chosen)
    return target


def test_enter_prints_every_page_of_the_paper_in_hand(page, services, to_file, press, qtbot):
    number = pick(page, "certificate")
    with qtbot.waitSignal(page.said, timeout=20000):
        press(ENTER)
    with pypdfium2.PdfDocument(to_file) as out, pypdfium2.PdfDocument(services.certificates.paper(number)) as ours:
        assert len(out) == len(ours)
        assert out.get_page_size(0) == pytest.approx(ours.get_page_size(0), abs=2)
        page_out = out[0].render(scale=1).to_pil().convert("L")
        page_ours = ours[0].render(scale=1).to_pil().convert("L")
    assert abs(sum(page_out.histogram()[:128]) - sum(page_ours.histogram()[:128])) < 1500


def test_enter_before_the_page_is_drawn_prints_the_row_in_hand_and_not_the_one_before(page, monkeypatch):
    printed = []
    monkeypatch.setattr(page.jobs, "print", lambda numbers, kind: printed.append((numbers, kind)))
    monkeypatch.setattr(page, "_runner", lambda work, ok, bad: None)
    page.list.choose(numbers(page)[2])
    page.act()
    assert printed == [([numbers(page)[2]], "certificate")]


def test_printing_all_leaves_the_voided_out(page, services, to_file, qtbot):
    number = pick(page, "notice")
    page.void(number, "wrong place")
    page.search.setText("第一农贸市场")
    assert len(page.printable()) == 2
    with qtbot.waitSignal(page.said, timeout=30000):
        page.print_all()
    wanted = 0
    for one in page.printable():
        with pypdfium2.PdfDocument(services.certificates.paper(one)) as document:
            wanted += len(document)
    with pypdfium2.PdfDocument(to_file) as out:
        assert len(out) == wanted


def test_a_label_is_printed_on_paper_of_its_own_size(page, services, to_file, press, qtbot):
    number = pick(page, "certificate")
    with qtbot.waitSignal(page.said, timeout=20000):
        press(KEY.Key_F9)
    with (
        pypdfium2.PdfDocument(to_file) as out,
        pypdfium2.PdfDocument(services.certificates.paper(number, "label")) as o,
    ):
        assert out.get_page_size(0) == pytest.approx(o.get_page_size(0), abs=2)


def test_printing_goes_on_beside_the_window(services, to_file, qtbot):
    runner = Runner()
    page = CertificatesPage(services, runner)
    qtbot.addWidget(page)
    page.retranslate()
    page.show()
    page.refresh()
    qtbot.waitUntil(lambda: page.sight is not None, timeout=5000)
    with qtbot.waitSignal(page.said, timeout=30000):
        page.print_all()
        assert not to_file.exists()
    with pypdfium2.PdfDocument(to_file) as out:
        assert len(out) >= len(page.printable())
    runner.close()


# --- verify -------------------------------------------------------------------------------------------------


def asked(page, text):
    page.verify()
    page.question.field.setText(text)
    page.question.accept()
    return page.question


def test_the_real_code_is_accepted_with_what_it_says(page, code):
    question = asked(page, code)
    assert question.badge.word() == "真，且有效"
    assert ("编号", page.picked().number) in question.lines()
    assert question.isVisible()
    question.reject()


def test_a_scan_typed_by_the_scanner_is_asked_at_its_enter(page, code, press, qtbot):
    press(KEY.Key_F10)
    question = page.question
    qtbot.keyClicks(question.field, code)
    qtbot.keyClick(question.field, ENTER)
    assert question.badge.word() == "真，且有效"
    question.reject()


@pytest.mark.parametrize("at", [4, 60, -1])
def test_a_code_with_one_changed_character_is_refused(page, code, at):
    at %= len(code)
    other = "A" if code[at] != "A" else "B"
    question = asked(page, code[:at] + other + code[at + 1 :])
    assert question.badge.kind == "fail"
    assert question.lines() == []
    question.reject()


def test_blanks_around_a_pasted_code_do_no_harm(page, code):
    question = asked(page, f"  {code}\n")
    assert question.badge.kind == "pass"
    question.reject()


def test_a_voided_paper_is_genuine_but_void(page, code):
    page.void(page.picked().number, "wrong serial")
    question = asked(page, code)
    assert (question.badge.kind, question.badge.word()) == ("warn", "真，但已撤销")
    question.reject()


def test_a_saved_file_is_verified_and_a_changed_one_refused(page, services, tmp_path, monkeypatch):
    number = pick(page, "certificate")
    path = services.certificates.export(number, tmp_path)[0]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(path), ""))
    page.verify()
    page.question.open_file.click()
    assert page.question.badge.kind == "pass"
    assert ("文件", "与存档逐字节相同") in page.question.lines()
    path.write_bytes(path.read_bytes() + b"\n% edited\n")
    page.question.open_file.click()
    assert (page.question.badge.kind, page.question.badge.word()) == ("fail", "与存档不同，文件被改过")
    path.write_bytes(b"no pdf at all")
    page.question.open_file.click()
    assert page.question.badge.word() == "这个文件里没有签名"
    page.question.reject()


def test_a_scan_on_the_page_opens_the_question_and_another_text_does_not(page, code):
    assert not page.scanned("20231121")
    assert page.question is None
    assert page.scanned(code)
    assert isinstance(page.question, VerifyQuestion)
    assert page.question.badge.kind == "pass"
    page.question.reject()


# --- looks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark", "outdoor"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_chip_and_check_shows_its_whole_text_at_1024(page, window, qapp, theme, language):
    set_theme(qapp, theme)
    set_language(language)
    window.resize(1024, 768)
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        qapp.processEvents()
    chips = [*page.filters._chips.values(), *page.preview.kinds._chips.values()]
    for chip in chips:
        assert chip.width() >= chip.fontMetrics().horizontalAdvance(chip.text()) + 32, chip.text()
        assert chip.mapTo(page, chip.rect().topRight()).x() <= page.width()
    for mark in page.preview.marks:
        assert mark.isHidden() or mark._word.width() >= mark._word.sizeHint().width()
    assert page._left.width() + page.preview.width() == page.width()
