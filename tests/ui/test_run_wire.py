"""Why a reading isn't taken yet, and what the technician is told to do: a simulated scale on a real line."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from fieldcal import bootstrap
from fieldcal.services.clock import DemoClock
from fieldcal.ui.i18n import set_language
from fieldcal.ui.runtime import Runner
from fieldcal.ui.views.run import RunPage
from tests.ui import jobs
from tests.ui.test_run_page import begin, to_item, wait_captured


@pytest.fixture
def services(tmp_path):
    made = bootstrap.open_demo(jobs.fresh(tmp_path / "demo"), clock=DemoClock(20))
    made.sign_in("tech", made.demo_pins()["tech"])
    made.demo = False  # the test moves the weights
    yield made
    made.close()


@pytest.fixture
def page(qtbot, services, qapp):
    runner = Runner()
    made = RunPage(services, runner)
    qtbot.addWidget(made)
    made.resize(1278, 648)
    made.retranslate()
    made.show()
    yield made
    made.model.reader.watch(None)
    runner.close()


def code(page):
    why = page.model.why()
    return why.code if why else ""


def until(qtbot, page, wanted):
    qtbot.waitUntil(lambda: code(page) == wanted, timeout=8000)


def hint(page):
    return page.columns.hint._title.text() if page.columns.hint.isVisible() else ""


def at_zero(page, tracks="yes"):
    page.prepare("stall-03", "subsequent")
    page.model.runs.give(page.model.run, {"zero_tracking": tracks}, "tech")
    page._form()
    page.start()
    to_item(page, "zero")


def test_a_display_that_has_not_moved_since_the_load_was_asked_to_change_is_a_question(qtbot, page, services):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    page.accept()
    until(qtbot, page, "stale")
    assert page.model.stale
    assert hint(page) == "仍是上一个示值：载荷换了吗？"
    assert not page.model.pending
    services.bench.place(Decimal(100))
    wait_captured(qtbot, page)
    assert page.model.pending["indication"].text == "0.100"
    assert hint(page) == ""


def test_the_question_is_answered_by_capturing_and_the_value_has_its_proof(qtbot, page):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    page.accept()
    until(qtbot, page, "stale")
    page.capture()
    entry = page.model.pending["indication"]
    assert entry.text == "0.000"
    assert entry.proof.frames[-1] == entry.raw
    assert hint(page) == ""


def test_a_value_taken_on_the_page_carries_its_window_and_frames_to_the_record(qtbot, page):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    page.accept()
    kept = page.model.view.attempt("weighing", 0).cells["indication"]
    assert kept.proof.samples == len(kept.proof.frames) >= 2
    assert float(kept.proof.window) >= 1.0
    assert bytes.fromhex(kept.proof.frames[-1]).startswith(b"S S")


def test_what_keeps_the_reading_from_being_stable_stands_under_it(qtbot, page, services):
    begin(page)
    to_item(page, "weighing")
    assert page.columns.live.live.proof == "等待第一个回应"
    wait_captured(qtbot, page)
    seen = []
    page.model.live_changed.connect(lambda: seen.append(page.columns.live.live.proof))
    services.bench.place(Decimal(5000))
    qtbot.waitUntil(lambda: any("5.000" in e.text for e in page.model.pending.values()), timeout=8000)
    assert "仪器报告示值在动" in seen
    assert "极差 0.000 kg" in seen[-1]


def test_small_weights_that_step_the_display_leave_the_captured_indication(qtbot, page, services):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    qtbot.keyClicks(page, "+")
    services.bench.place(Decimal(5))
    qtbot.waitUntil(lambda: page.model.stepped() == ("0.000", "0.005"), timeout=8000)
    assert page.columns.live.live.news == "已跳变 0.000 → 0.005"
    page.accept()
    assert page.model.view.attempt("weighing", 0).cells["indication"].text == "0.000"


@pytest.mark.parametrize(
    ("tracks", "told"),
    [("yes", "此秤有零点跟踪：先加 0.05 kg（10e）"), ("unknown", "若有零点跟踪：先加 0.05 kg（10e）"), ("no", "")],
)
def test_at_zero_the_load_of_10_e_is_told_as_the_plate_says(qtbot, page, tracks, told):
    at_zero(page, tracks)
    qtbot.waitUntil(lambda: page.model.live is not None, timeout=8000)
    assert hint(page) == told


def test_the_hint_goes_once_10_e_is_on_the_pan(qtbot, page):
    at_zero(page)
    qtbot.waitUntil(lambda: hint(page) != "", timeout=8000)
    page.model.set_value("load", "0.05", "kg")
    assert hint(page) == ""


def test_pieces_that_zero_tracking_swallows_are_noticed(qtbot, page):
    at_zero(page)
    wait_captured(qtbot, page)
    qtbot.keyClicks(page, "++")
    assert page.model.pending["delta_load"].text == "3.5"
    assert code(page) != "zero-tracking"
    qtbot.keyClicks(page, "+")
    until(qtbot, page, "zero-tracking")
    assert hint(page) == "已加 4 g，示值仍为 0"


def test_the_reasons_are_told_in_english_too(qtbot, page):
    set_language("en")
    at_zero(page)
    qtbot.waitUntil(lambda: hint(page) != "", timeout=8000)
    assert hint(page) == "This scale tracks zero: first load 0.05 kg (10 e)"


def test_the_reason_is_found_faster_than_readings_come(qtbot, page):
    at_zero(page)
    wait_captured(qtbot, page)
    start = time.monotonic()
    for _ in range(20):
        page.model.live_changed.emit()
    assert (time.monotonic() - start) / 20 < 0.05


def test_on_a_line_without_checksum_a_reading_heard_once_is_not_captured(qtbot, page, services):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    page.model.live = replace(page.model.live, firm=False)
    page.model.clear("indication")
    page.capture()
    assert "indication" not in page.model.pending
    assert page.columns.refusal._title.text() == "等待第二个相同的回应"
