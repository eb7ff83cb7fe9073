"""The Run page on a real demo workspace: simulated scale on a real line, real journal on disk."""

import time

import pytest
from PySide6.QtCore import Qt

from fieldcal import bootstrap
from fieldcal.services.clock import DemoClock
from fieldcal.ui.runtime import Runner, inline
from fieldcal.ui.views.run import RunPage
from tests.ui import jobs


@pytest.fixture
def services(tmp_path):
    made = bootstrap.open_demo(jobs.fresh(tmp_path / "demo"), clock=DemoClock(20))
    made.sign_in("tech", made.demo_pins()["tech"])
    yield made
    made.close()


@pytest.fixture
def runner(qapp):
    made = Runner()
    yield made
    made.close()


@pytest.fixture
def page(qtbot, services, runner):
    made = RunPage(services, runner)
    qtbot.addWidget(made)
    made.resize(1278, 648)
    made.retranslate()
    made.show()
    yield made
    made.model.reader.watch(None)


def is_primary(key):
    return key.primary


def begin(page, kind="subsequent"):
    page.prepare("stall-03", kind)
    page.start()
    assert page.model.phase == "work"


def to_item(page, name):
    """Answers what comes before `name` as a technician without instruments would."""
    model = page.model
    while model.at.item != name:
        if model.question is not None:
            assert model.answer("pass")
        elif reasons := model.reasons():
            assert model.skip(reasons[0].zh, True)
        else:
            assert model.skip("not today", False)


def wait_captured(qtbot, page):
    qtbot.waitUntil(lambda: bool(page.model.pending), timeout=8000)


def test_the_form_is_prefilled_from_the_plate_and_starts(page):
    page.prepare("stall-03", "subsequent")
    assert page.form.field("max").text() == "15 kg"
    assert next(filter(is_primary, page.keys())).shortcut == "Return"
    page.start()
    assert page.model.view.state == "running"


def test_a_bad_plate_value_is_refused_under_its_field(page):
    page.prepare("stall-03", "subsequent")
    page.form.field("max").line.setText("fifteen")
    page.start()
    assert page.form.field("max").error
    assert page.model.phase == "prepare"


def test_an_impossible_plate_is_refused_under_the_field_it_points_at(page):
    page.prepare("stall-03", "subsequent")
    page.form.field("min").line.setText("20 kg")
    page.start()
    assert page.form.field("min").error.startswith("铭牌数据不可能。")
    assert "20 kg" in page.form.field("min").error
    assert "Min 必须小于 Max" in page.form.field("min").error
    assert page.model.view.state == "draft"


def test_key_one_passes_a_question(qtbot, page):
    begin(page)
    first = page.model.question.id
    qtbot.keyClick(page, Qt.Key.Key_1)
    assert page.model.question.id != first


def test_not_applicable_is_refused_where_the_procedure_does_not_offer_it(qtbot, page):
    begin(page)
    first = page.model.question.id
    assert not page.columns.question.buttons["na"].isEnabled()
    qtbot.keyClick(page, Qt.Key.Key_3)
    assert page.model.question.id == first


def test_a_photo_is_kept_as_evidence_of_the_question(page, tmp_path):
    picture = tmp_path / "plate.png"
    picture.write_bytes(b"\x89PNG not really")
    begin(page)
    assert page.photo(str(picture))
    kept = page.model.view.evidence[-1]
    assert (kept.check, kept.media) == (page.model.question.id, "image/png")
    assert page.services.ws.blobs.get(kept.sha256).data == picture.read_bytes()


def test_a_stable_reading_from_the_wire_stands_ready_and_enter_writes_the_row(qtbot, page):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    page.accept()
    cells = page.model.view.attempt("weighing", 0).cells
    assert cells["indication"].source == "wire"
    assert cells["indication"].text == "0.000"
    assert cells["delta_load"].text == "2.5"
    assert page.model.at.row == 1


def test_a_reading_left_from_the_last_load_is_not_taken_for_the_next(qtbot, page):
    begin(page)
    page.services.demo = False  # nobody moves the weights now
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    page.accept()
    qtbot.wait(700)
    assert page.model.live.stable
    assert not page.model.pending  # 0.1 kg is due and the pan is empty
    page.capture()
    assert page.model.pending["indication"].text == "0.000"


def test_a_typed_value_replaces_the_captured_one(qtbot, page):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    qtbot.keyClicks(page, "0")
    field = page.columns.facts.field("indication").field
    assert field.text() == "0"
    field.line.setText("0.005")
    field.accept()
    cell = page.model.view.attempt("weighing", 0).cells["indication"]
    assert (cell.text, cell.unit, cell.source) == ("0.005", "kg", "manual")


def test_small_weights_step_by_a_tenth_of_the_interval(qtbot, page):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    qtbot.keyClicks(page, "+")
    fact = page.columns.facts.field("delta_load").fact
    assert fact.text == "3.0"
    qtbot.keyClicks(page, "-")
    assert page.columns.facts.field("delta_load").fact.text == "2.5"


def test_a_value_out_of_range_is_refused_under_its_field_and_not_written(qtbot, page):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    page.model.set_value("delta_load", "9", "g")
    page.accept()
    assert "delta_load" not in page.model.view.attempt("weighing", 0).cells
    told = page.columns.facts.field("delta_load").field._under.text()
    assert told == "数值超出可能的范围。附加砝码 ΔL：9 g；可接受：0.5..5 g"


def test_a_struck_row_stays_readable_with_its_reason(qtbot, page):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    page.accept()
    assert page.model.last_row() == ("weighing", 0)
    assert page.model.strike("weighing", 0, "砝码未放稳")
    struck = [row for row in page.columns.readings.rows() if row.struck]
    assert len(struck) == 1
    assert "砝码未放稳" in struck[0].struck
    assert "检定员甲" in struck[0].struck
    assert page.model.at.row == 0


def test_a_lost_instrument_raises_a_banner_and_the_run_goes_on_by_hand(qtbot, page):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    page.services.devices.unbind("scale")
    qtbot.waitUntil(lambda: page.columns.banner.isVisible(), timeout=8000)
    assert page.model.view.state == "waiting"
    page.columns.banner.pressed.emit()
    assert not page.columns.banner.isVisible()
    page.model.set_value("indication", "0.000", "kg")
    page.accept()
    assert page.model.at.row == 1


def test_leaving_pauses_and_opening_goes_on_where_it_stood(qtbot, page):
    begin(page)
    to_item(page, "weighing")
    wait_captured(qtbot, page)
    page.accept()
    run, at = page.model.run, page.model.at
    with qtbot.waitSignal(page.done):
        page.leave()
    assert page.services.runs.view(run).state == "paused"
    page.open(run)
    assert page.model.view.state == "running"
    assert page.model.at == at


def test_an_incomplete_run_cannot_be_signed(page):
    begin(page)
    model = page.model
    while model.at is not None:
        assert model.skip("no time", False)
    assert model.phase == "finish"
    assert not model.signable()
    assert not next(filter(is_primary, page.keys())).enabled
    assert not model.sign("1111")


def test_the_window_stays_live_while_the_wire_is_silent(qtbot, services, qapp):
    slow = Runner()
    page = RunPage(services, slow)
    qtbot.addWidget(page)
    page.show()
    page.prepare("stall-04", "subsequent")
    page.start()
    to_item(page, "weighing")
    services.bench.scale.place(0)
    longest, last, end = 0.0, time.monotonic(), time.monotonic() + 2
    while time.monotonic() < end:
        qapp.processEvents()
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    assert longest < 0.25
    page.model.reader.watch(None)
    slow.close()


def test_english_and_chinese_hold_every_text_of_the_page(qtbot, page):
    from fieldcal.ui.i18n import set_language

    begin(page)
    set_language("en")
    page.retranslate()
    assert page.columns.instruction.text().startswith("Check plate")
    assert page.keys()[-1].label == "Back"


def test_a_refused_run_says_why(page):
    page.services.ws.catalogue.people["tech"] = _without_projects(page.services.ws.catalogue.people["tech"])
    page.prepare("stall-05", "subsequent")
    assert page.model.phase == "none"
    assert page.empty._text.text()


def _without_projects(person):
    import msgspec

    return msgspec.structs.replace(person, projects=[])


def test_the_demo_needs_no_runner_of_its_own(qtbot, services):
    page = RunPage(services, inline)
    qtbot.addWidget(page)
    page.prepare("stall-06", "subsequent")
    assert page.model.phase == "prepare"
