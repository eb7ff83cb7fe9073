"""The page of checker and approver, on jobs that were really measured on the simulated bench."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldcal.ui.app import build, close
from fieldcal.ui.i18n import set_language
from fieldcal.ui.runtime import inline
from fieldcal.ui.theme import set_theme
from fieldcal.ui.views.review import ReviewPage
from fieldcal.ui.views.review_detail import _Thumb
from fieldcal.ui.views.review_dialogs import DraftDialog
from fieldcal.ui.views.run_dialogs import PinDialog, ReasonDialog
from tests.services.test_replay import tamper
from tests.ui import jobs

ENTER = Qt.Key.Key_Return


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Two good scales and a bad one, signed by the technician."""
    folder = tmp_path_factory.mktemp("measured") / "demo"
    services = jobs.open_fast(folder)
    for stall in ("stall-03", "stall-04"):
        jobs.good_scale(services, stall)
    jobs.bad_scale(services, "stall-02")
    services.close()
    return folder


@pytest.fixture
def services(measured, tmp_path):
    with jobs.copied(measured, tmp_path / "demo") as made:
        yield made


@pytest.fixture
def window(qtbot, services):
    shell = build(services, inline)
    shell.show()
    qtbot.waitExposed(shell)
    yield shell
    close(shell)
    shell.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def enter(window, services):
    def sign_in(who):
        services.sign_in(*who)
        window.desk.enter()
        window.shell.go("review") if hasattr(window, "shell") else window.go("review")
        return window.desk.content("review")

    return sign_in


@pytest.fixture
def checker(enter):
    return enter(jobs.CHECK)


def answer(kind, act):
    """Acts on the dialog as soon as it is there; the test fails if none comes."""
    seen = []

    def look():
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            seen.append(dialog)
            act(dialog)
        elif len(seen) == 0:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)
    return seen


def give_pin(pin):
    def act(dialog):
        dialog.line.setText(pin)
        dialog.accept()

    return answer(PinDialog, act)


def test_exceptions_stand_above_the_clean_jobs_with_the_reason_in_words(checker):
    found = checker.list.jobs()
    assert [job.title for job in found] == ["02号摊位", "03号摊位", "04号摊位"]
    assert [job.clean for job in found] == [False, True, True]
    assert "，超 ±" in found[0].why
    assert checker.job().run == "run:stall-02"


def test_the_record_is_judged_again_from_disk(checker):
    checker.list.choose("run:stall-03")
    found = checker.detail.recheck
    assert found.good
    assert found.same == found.total > 30


def test_a_changed_record_is_seen_before_it_is_signed(checker, services):
    view = services.runs.view("run:stall-03")
    attempt = view.attempts[("weighing_up", 2)][0] if ("weighing_up", 2) in view.attempts else None
    attempt = attempt or next(tries[0] for (item, _), tries in view.attempts.items() if item.startswith("weigh"))
    import msgspec

    name = next(n for n, r in attempt.cells.items() if r.source == "wire")
    attempt.cells[name] = msgspec.structs.replace(attempt.cells[name], text="99.000")
    services.runs._judged.clear()
    checker.list.choose("run:stall-03")
    assert not checker.detail.recheck.good
    assert checker.detail.recheck.differing


def test_enter_checks_the_job_in_hand_with_a_pin(checker, services, qtbot):
    checker.list.choose("run:stall-03")
    seen = give_pin("2222")
    qtbot.keyClick(checker.list, ENTER)
    assert seen
    assert services.runs.view("run:stall-03").state == "checked"
    assert [job.run for job in checker.list.jobs()] == ["run:stall-02", "run:stall-04"]


def test_a_wrong_pin_keeps_the_question_open_and_signs_nothing(checker, services, qtbot):
    checker.list.choose("run:stall-03")
    hints = []

    def try_twice(dialog):
        dialog.line.setText("9999")
        dialog.accept()
        hints.append((dialog.isVisible(), dialog._hint.text(), dialog.line.text()))
        dialog.reject()

    answer(PinDialog, try_twice)
    qtbot.keyClick(checker.list, ENTER)
    assert hints == [(True, "PIN 不对，请再输一次。", "")]
    assert services.runs.view("run:stall-03").state == "signed"


def test_all_clean_ones_are_signed_at_once_and_a_flagged_one_never_joins(checker, services, qtbot):
    give_pin("2222")
    qtbot.keyClick(checker.list, Qt.Key.Key_F7)
    states = {name: services.runs.view(f"run:stall-0{name}").state for name in (2, 3, 4)}
    assert states == {2: "signed", 3: "checked", 4: "checked"}
    assert [job.run for job in checker.list.jobs()] == ["run:stall-02"]


def test_sent_back_needs_a_reason_and_the_technician_gets_it(checker, services, qtbot):
    answer(ReasonDialog, lambda dialog: dialog._take("照片看不清"))
    qtbot.keyClick(checker.list, Qt.Key.Key_F4)
    view = services.runs.view("run:stall-02")
    assert (view.state, view.closing) == ("review", "照片看不清")
    assert "run:stall-02" not in [job.run for job in checker.list.jobs()]


def test_the_approver_issues_certificate_and_notice(enter, services, qtbot):
    for run in ("run:stall-02", "run:stall-03"):
        services.certificates.check(run, *jobs.CHECK)
    page = enter(jobs.APPROVE)
    said = []
    page.said.connect(said.append)
    for run in ("run:stall-02", "run:stall-03"):
        page.list.choose(run)
        give_pin("3333")
        page.window().activateWindow()  # a dialog stood before it
        qtbot.waitUntil(page.window().isActiveWindow)
        qtbot.keyClick(page.list, ENTER)
    papers = {entry.run: entry for entry in services.certificates.issued()}
    assert papers["run:stall-02"].document == "notice"
    assert papers["run:stall-03"].document == "certificate"
    assert papers["run:stall-03"].number in said[-1]
    assert not page.jobs


def test_the_technician_can_not_check_what_he_measured(enter, services, qtbot):
    import msgspec

    person = services.ws.catalogue.people["tech"]
    services.ws.put("person:tech", msgspec.structs.replace(person, roles=["technician", "checker"]), "system")
    page = enter(jobs.TECH)
    page.list.choose("run:stall-03")
    assert page.job().own
    assert not next(filter(lambda key: key.primary, page.keys())).enabled
    qtbot.keyClick(page.list, ENTER)
    assert services.runs.view("run:stall-03").state == "signed"


def test_the_replay_gives_every_wire_value_again_from_its_transcript(checker, services):
    checker.list.choose("run:stall-03")
    played = checker.detail.played
    assert len(played.frames) == services.runs.view("run:stall-03").readings
    wire = [frame for frame in played.frames if frame.raw]
    assert {frame.mark.kind for frame in wire if frame.mark.word} == {"pass"}
    assert sum(frame.mark.kind == "pass" for frame in wire) > 20
    assert checker.view.replay.sum.word() == played.word
    weighed = next(frame for frame in wire if "S S" in frame.raw)
    assert weighed.value in weighed.raw
    assert weighed.frames[0].startswith(weighed.raw)
    assert "极差 0.000 kg" in weighed.proof
    assert "个数据" in weighed.proof


def test_the_replay_is_played_stepped_and_sped_up_from_the_keyboard(checker, qtbot):
    checker.list.choose("run:stall-03")
    replay = checker.view.replay
    qtbot.keyClick(checker.list, Qt.Key.Key_Right)
    qtbot.keyClick(checker.list, Qt.Key.Key_Right)
    qtbot.keyClick(checker.list, Qt.Key.Key_Left)
    assert (replay.trace.at, replay.playing) == (1, False)
    for speed in (10, 20):
        qtbot.keyClick(checker.list, Qt.Key.Key_F9)
        assert replay.speed == speed
    assert replay.pace.text() == "20×"
    qtbot.keyClick(checker.list, Qt.Key.Key_Space)
    assert replay.playing
    qtbot.waitUntil(lambda: replay.trace.at >= 6, timeout=5000)
    qtbot.keyClick(checker.list, Qt.Key.Key_Space)
    assert not replay.playing
    qtbot.keyClick(checker.list, Qt.Key.Key_F9)
    assert replay.speed == 1  # after the fastest the slowest


def test_each_value_of_the_replay_says_whether_it_is_the_same(checker):
    checker.list.choose("run:stall-03")
    replay = checker.view.replay
    place = next(at for at, frame in enumerate(checker.detail.played.frames) if "S S" in frame.raw)
    replay.go(place)
    assert replay.mark.text() == "一致"
    assert replay.raw.text().startswith("S S")
    typed = next(at for at, frame in enumerate(checker.detail.played.frames) if not frame.mark.kind)
    replay.go(typed)
    assert replay.mark.text() == ""
    assert not replay.shape.isVisible()


def shown(page, job):
    page.list.choose(job.run)
    return page.detail.played


def test_a_changed_transcript_is_seen_in_the_replay(qtbot, measured, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(measured, folder)
    tamper(folder / "fieldcal.db")
    with jobs.copied(folder, tmp_path / "demo") as services:
        services.sign_in(*jobs.CHECK)
        page = ReviewPage(services, inline)
        qtbot.addWidget(page)
        page.retranslate()
        page.show()
        played = next(one for one in (shown(page, job) for job in page.list.jobs()) if one.kind == "fail")
        page.view.replay.set(played)
        assert played.word == page.view.replay.sum.word()
        place = next(at for at, frame in enumerate(played.frames) if frame.mark.kind == "fail")
        page.view.replay.go(place)
        assert page.view.replay.mark.text() == "不一致：原始数据被改动"
        assert page.view.replay.trace._wrong[0] == place


def test_photos_of_the_run_are_shown_small(checker, qtbot):
    checker.list.choose("run:stall-03")
    assert [photo.caption for photo in checker.detail.photos] == ["铭牌", "封印"]
    qtbot.waitUntil(lambda: sum(t.isVisible() for t in checker.view.photos.findChildren(_Thumb)) == 2)


def test_an_error_carries_one_sign(checker):
    errors = [line.error for line in checker.detail.lines if line.error]
    assert any(error.startswith("+") for error in errors)
    assert not [error for error in errors if error.startswith("++")]


def test_draft_and_photo_open_over_the_page(checker, qtbot):
    drafts = answer(DraftDialog, lambda dialog: dialog.accept())
    qtbot.keyClick(checker.list, Qt.Key.Key_F3)
    assert drafts


def test_a_list_that_went_on_does_not_wait_for_the_records_it_left(checker, services):
    asked = []
    checker._runner = lambda work, ok, bad: asked.append((work, ok))
    for run in ("run:stall-03", "run:stall-04"):
        checker.list.choose(run)
    for work, ok in asked[:2]:
        ok(work())
    assert checker.detail.job.run == "run:stall-04"
    assert len(asked) == 3  # one replay, of the record in hand
    assert checker.detail.played.word == "正在回放…"
    work, ok = asked[2]
    ok(work())
    assert checker.detail.played.kind == "pass"


def test_back_at_the_record_in_front_what_was_asked_meanwhile_is_not_shown(checker):
    asked = []
    checker._runner = lambda work, ok, bad: asked.append((work, ok))
    for run in ("run:stall-03", "run:stall-02"):
        checker.list.choose(run)
    for work, ok in asked:
        ok(work())
    assert checker.detail.job.run == "run:stall-02"


def test_out_of_doors_on_a_narrow_screen_the_whole_job_is_on_the_page(checker, window, qapp):
    set_language("en")
    set_theme(qapp, "outdoor")
    window.resize(1024, 768)
    QTest.qWait(50)
    view = checker.view
    assert view.worst.isVisible()
    assert view.replay.geometry().bottom() < view.height()
    assert all(part.height() >= part.minimumSizeHint().height() for part in (view.worst, view.record, view.replay))
    set_language("zh")
    set_theme(qapp, "light")
