"""A procedure file played on the page of the technician; the laboratory's own record knows nothing of it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt

from fieldcal import bootstrap, paths
from fieldcal.domain.verdict import Verdict
from fieldcal.services.preview import Previews
from fieldcal.ui.runtime import inline
from fieldcal.ui.views.preview import PreviewPage

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def stage():
    made = bootstrap.preview_stage()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path):
    """A workspace with one file of an author, as `procedures new` writes it."""
    place = tmp_path / "lab" / "procedures"
    (place / "cases").mkdir(parents=True)
    for name, file in (("procedure.toml", "my-gauge.toml"), ("cases.json", "cases/my-gauge.json")):
        text = (paths.resources() / "procedure_template" / name).read_text("utf-8")
        (place / file).write_text(text.replace("EXAMPLE-ID", "my-gauge"), "utf-8")
    return place.parent


@pytest.fixture
def page(qtbot, folder, stage):
    """Jobs run inline; the stage is made once for all tests."""
    previews = Previews(lambda: bootstrap.procedure_folders(folder), list, lambda: stage)
    made = PreviewPage(previews, inline)
    made.retranslate()
    made.resize(1200, 700)
    qtbot.addWidget(made)
    made.show()
    return made


def own(folder):
    return folder / "procedures" / "my-gauge.toml"


def play(qtbot, page, limit=60_000):
    page.auto.speed = "fast"
    page.auto.play()
    qtbot.waitUntil(lambda: page.result is not None or not page.auto.playing, timeout=limit)


@pytest.mark.parametrize("name", ["jjg52-2013", "jjg539-2016", "my-gauge"])
def test_a_file_is_played_to_the_verdict_and_its_papers(qtbot, page, name):
    page.open(name)
    assert page.run.model.phase == "prepare"
    play(qtbot, page)
    assert page.result.verdict is Verdict.PASS
    assert {"certificate", "record"} == set(page.result.papers)
    texts = [PdfReader(io.BytesIO(pdf)).pages[0].extract_text() for pdf in page.result.papers.values()]
    assert all("PRACTICE" in text for text in texts)
    assert page.ending.pdf.images


def test_what_the_file_leaves_to_the_printed_text_is_asked_for(page):
    page.open("my-gauge")
    assert page.run.form.field("dwell").text() == ""
    assert page.run.form.field("full").text() == "100 kPa"
    page.auto.step()
    assert page.run.model.phase == "work"
    assert page.run.model.view.inputs["dwell"] == "10"


def test_all_mistakes_of_a_file_are_listed_with_place_and_choice(page, folder):
    text = own(folder).read_text("utf-8").replace('field = "step"', 'field = "stepp"')
    own(folder).write_text(text.replace('high = "25", source = "environment"', 'source = "enviroment"'), "utf-8")
    page.open("my-gauge")
    assert page.faults.isVisible()
    first, second = page.faults.texts
    assert first.place.startswith("my-gauge.toml 第 60 行")
    assert first.place.endswith("checks[0].field")
    assert "stepp" in first.wrong
    assert "serial, full, step, dwell" in first.allowed
    assert "enviroment" in second.wrong


def test_a_file_that_is_no_toml_is_one_mistake_with_its_line(page, folder):
    own(folder).write_text("schema = \n", "utf-8")
    page.open(str(own(folder)))
    assert [text.place.split()[:3] for text in page.faults.texts] == [["my-gauge.toml", "第", "1"]]


def test_an_empty_file_says_how_each_key_is_written(page, folder):
    own(folder).write_text("", "utf-8")
    page.open(str(own(folder)))
    told = {text.wrong: text.allowed for text in page.faults.texts}
    assert [allowed for wrong, allowed in told.items() if "inputs" in wrong] == ["可用：[[inputs]]"]
    assert [allowed for wrong, allowed in told.items() if "title" in wrong] == ["可用：{ zh = …, en = … }"]


def test_read_again_the_new_step_is_in_front_and_the_values_are_kept(qtbot, page, folder):
    page.open("my-gauge")
    for _ in range(6):  # plate, two questions, the room, wait and reference of the first point
        page.auto.step()
    at = page.run.model.at
    assert (at.item, at.row, at.column) == ("error", 0, "indication")
    glass = '  { id = "glass", '
    hands = '  { id = "hands", text = { zh = "指针平直", en = "The hand is straight" } },\n'
    own(folder).write_text(own(folder).read_text("utf-8").replace(glass, hands + glass), "utf-8")
    page.read_again()
    assert page.run.model.at.question == "hands"
    assert "指针平直" in page.run.columns.question.text.text()
    own(folder).write_text(own(folder).read_text("utf-8").replace(hands, ""), "utf-8")
    page.read_again()
    assert page.run.model.at.question == "glass"
    assert page.run.model.view.answers.keys() == {("visual", "plate")}
    assert page.run.model.view.inputs["dwell"] == "10"


def test_read_again_after_a_limit_changed_the_place_is_the_same(page, folder):
    page.open("my-gauge")
    for _ in range(9):
        page.auto.step()
    before = page.run.model.at
    assert (before.item, before.row) == ("error", 1)
    own(folder).write_text(own(folder).read_text("utf-8").replace("0.01 * full", "0.02 * full"), "utf-8")
    page.read_again()
    assert page.run.model.at == before
    assert str(page.run.model.judged.plate.values["mpe"]) == "2.00"


def test_a_mistake_made_while_it_is_played_is_shown_and_mended_the_place_is_kept(page, folder):
    page.open("my-gauge")
    for _ in range(9):
        page.auto.step()
    before, good = page.run.model.at, own(folder).read_text("utf-8")
    own(folder).write_text(good.replace('field = "step"', 'field = "stepp"'), "utf-8")
    page.read_again()
    assert page.faults.isVisible()
    own(folder).write_text(good, "utf-8")
    page.read_again()
    assert page.run.model.at == before


@pytest.mark.parametrize("wish", ["fail", "borderline"])
def test_a_point_can_be_made_to_fail_or_to_be_borderline(qtbot, page, wish):
    page.open("my-gauge")
    for _ in range(4):
        page.auto.step()
    page.auto.bend(wish)
    at = page.run.model.at
    assert (at.item, at.row) == ("error", 1)  # the whole row was played
    assert page.run.model.judged.items["error"].outcome.rows[0].verdict == Verdict(wish)
    play(qtbot, page)
    assert page.result.verdict == Verdict(wish)
    assert ("certificate" in page.result.papers) is (wish == "fail")
    assert "record" in page.result.papers


def test_a_question_answered_with_fail_is_a_failure(qtbot, page):
    page.open("my-gauge")
    page.auto.step()
    page.auto.bend("fail")
    play(qtbot, page)
    assert page.result.verdict is Verdict.FAIL


def test_where_nothing_is_rounded_no_value_is_borderline_and_it_is_said(page):
    page.open("my-gauge")
    for _ in range(3):
        page.auto.step()
    assert page.run.model.at.item == "environment"
    page.auto.bend("borderline")
    assert page.failed.isVisible()
    assert page.run.model.at.item == "environment"


def test_taken_over_by_hand_it_goes_on_from_there(qtbot, page):
    page.open("my-gauge")
    for _ in range(6):
        page.auto.step()
    page.run.model.set_value("indication", "0.3", "kPa")
    page.run.accept()
    assert page.run.model.at.row == 1
    play(qtbot, page)
    assert page.result.verdict is Verdict.PASS
    cells = page.take and page.run.model.view.attempt("error", 0).cells
    assert cells["indication"].text == "0.3"


def test_another_kind_is_another_run_with_its_own_items(page):
    page.open("jjg596-2012")
    page.outline.kind_chosen.emit("in_use")
    assert page.take.kind == "in_use"
    skipped = {row.id for row in page.outline.items.model().rows if row.kind == "skipped"}
    assert "withstand" in skipped


def test_while_it_plays_the_window_answers(qtbot, page):
    page.open("my-gauge")
    page.auto.speed = "slow"
    page.auto.play()
    qtbot.wait(50)
    page.auto.pause()
    at = page.run.model.at
    qtbot.wait(1700)
    assert page.run.model.at == at


def test_the_administrator_comes_from_the_procedures_and_the_record_stays_as_it_was(qtbot, window, services, press):
    services.sign_in("admin", "4444")
    window.desk.enter()
    adoption = window.desk.content("adoption")
    adoption.list.choose("jjg52-2013")
    count = services.ws.journal.head()
    press(Key.Key_F2)
    page = window.desk.content("preview")
    assert window.here() == "preview"
    assert page.opened.file.id == "jjg52-2013"
    assert page.run.services.folder != services.folder
    page.auto.speed = "fast"
    press(Key.Key_F9)
    qtbot.waitUntil(lambda: page.result is not None, timeout=60_000)
    assert services.ws.journal.head() == count
    press(Key.Key_Escape)
    assert page.list.isVisible()
    press(Key.Key_Escape)
    assert window.here() == "adoption"


def test_the_window_of_the_command_line_stands_on_the_file(qtbot, folder, stage):
    from fieldcal.ui import preview_app
    from fieldcal.ui.loop import close

    previews = Previews(lambda: bootstrap.procedure_folders(folder), list, lambda: stage)
    shell = preview_app.build(previews, str(own(folder)), inline, "en")
    shell.show()
    assert shell.desk.preview.opened.file.path == own(folder)
    assert "nothing is recorded" in shell.desk.preview.bar.text()
    close(shell)
    shell.deleteLater()


CLOSED_AS_SOON_AS_IT_STANDS = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from fieldcal.cli.main import main
from fieldcal.ui.shell import Shell

app = QApplication([])

def close():
    for shell in [one for one in app.topLevelWidgets() if isinstance(one, Shell)]:
        if shell.desk.preview.run is not None:
            print(shell.desk.preview.run.services.folder)
            shell.close()
            return
    QTimer.singleShot(100, close)

QTimer.singleShot(100, close)
sys.exit(main(sys.argv[1:]))
"""


def test_the_verb_opens_it_and_nothing_is_left_behind(folder, tmp_path):
    words = ["procedures", "preview", "my-gauge", "--workspace", str(folder), "--lang", "en"]
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", CLOSED_AS_SOON_AS_IT_STANDS, *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    used = Path(done.stdout.strip())
    assert tmp_path in used.parents
    assert not used.exists()


def test_without_cases_the_nameplate_is_typed_and_a_standard_is_there(qtbot, page, folder):
    (folder / "procedures" / "cases" / "my-gauge.json").unlink()
    page.open("my-gauge")
    assert page.run.form.field("full").text() == ""
    for name, text in (("full", "250 kPa"), ("step", "5"), ("dwell", "10")):
        page.run.form.field(name).line.setText(text)
    play(qtbot, page)
    assert page.result.verdict is Verdict.PASS


def test_the_items_in_place_of_the_page_and_back_the_instrument_is_read_again(qtbot, page):
    page.resize(900, 650)
    page.open("jjg52-2013")
    page.auto.step()
    while page.run.model.at.item != "error":
        page.auto.step()
    page.toggle_outline()
    assert not page.run.isVisible()
    page.toggle_outline()
    assert page.run.isVisible()
    qtbot.waitUntil(lambda: page.run.model.reader.watching and page.run.model.live is not None, timeout=5000)


def test_a_key_keeps_its_place_under_the_finger_while_it_plays(page):
    page.open("my-gauge")
    page.auto.step()
    page.auto.playing = True
    page._show()
    before = list(page.controls._zones)
    page._show()
    assert page.controls._zones == before
    page.auto.playing = False


def test_it_stops_playing_when_another_page_comes_in_front_and_the_header_is_back(qtbot, window, services):
    services.sign_in("admin", "4444")
    window.desk.enter()
    window.desk.open_preview("jjg52-2013", "")
    page = window.desk.content("preview")
    assert not window.header.isVisible()
    page.auto.speed = "slow"
    page.auto.play()
    assert page.auto.playing
    window.go("adoption")
    assert not page.auto.playing
    assert window.header.isVisible()
    at = page.run.model.at
    window.go("preview")
    assert page.run.model.at == at
    assert page.run.isVisible()
