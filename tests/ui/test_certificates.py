"""The page of issued papers, on jobs that were measured, checked and approved on the simulated bench."""

from __future__ import annotations

import shutil

import pypdfium2
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog

from fieldcal.bootstrap import open_demo
from fieldcal.services.clock import DemoClock
from fieldcal.storage.errors import BlobDamaged
from fieldcal.ui.i18n import set_language
from fieldcal.ui.models import certificates as model
from fieldcal.ui.runtime import Runner
from fieldcal.ui.theme import set_theme
from fieldcal.ui.views.certificates import CertificatesPage
from fieldcal.ui.views.certificates_parts import VerifyQuestion
from fieldcal.ui.views.run_dialogs import ReasonDialog
from fieldcal.ui.widgets.pdf_view import page_size
from tests.ui import jobs

pytest_plugins = ["tests.ui.demo_window"]
KEY = Qt.Key
ENTER = Qt.Key.Key_Return


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    """Two good scales, a bad one and a nozzle, signed by all three people."""
    folder = tmp_path_factory.mktemp("certified") / "demo"
    services = jobs.open_fast(folder)
    runs = [jobs.good_scale(services, "stall-03"), jobs.good_scale(services, "stall-04")]
    for run in [*runs, jobs.bad_scale(services, "stall-02"), jobs.good_nozzle(services)]:
        jobs.issued(services, run)
    services.close()
    return folder


@pytest.fixture
def services(certified, tmp_path):
    shutil.copytree(certified, tmp_path / "demo")
    clock = DemoClock(1, jump=True)
    made = open_demo(tmp_path / "demo", clock=clock, link_clock=clock.mono)
    yield made
    made.close()


@pytest.fixture
def enter(window, services, qtbot):
    def sign_in(who):
        services.sign_in(*who)
        window.desk.enter()
        window.go("certificates")
        page = window.desk.content("certificates")
        page.list.setFocus()
        return page

    return sign_in


@pytest.fixture
def page(enter):
    return enter(jobs.APPROVE)


def key(page, name):
    offered = page.keys()
    return next(found for found in offered if found.shortcut == name)


def numbers(page):
    return [row.id for row in page.list._rows.rows]


def pick(page, document):
    number = next(one.number for one in page.data.entries if one.issued.document == document)
    page.list.choose(number)
    return number


def ink(image):
    """How many of the sampled pixels are not white."""
    spots = ((x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7))
    return sum(image.pixelColor(x, y).lightness() < 200 for x, y in spots)


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


@pytest.fixture
def code(page, services):
    pick(page, "certificate")
    return services.runs.view(page.picked().issued.run).certified.qr


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
