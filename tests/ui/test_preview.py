"""A procedure file played on the page of the technician; the laboratory's own record knows nothing of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from fieldcal import bootstrap, paths
from fieldcal.domain.verdict import Verdict
from fieldcal.services.preview import Previews
from fieldcal.ui.runtime import inline
from fieldcal.ui.views.preview import PreviewPage

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key


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
    assert {"certificate", "record", "label"} == set(page.result.papers)
    assert page.ending.pdf.images


def test_what_the_file_leaves_to_the_printed_text_is_asked_for(page):
    page.open("my-gauge")
    assert page.run.form.field("dwell").text() == ""
    assert page.run.form.field("full").text() == "100 kPa"
    page.auto.step()
    assert page.run.model.phase == "work"
    assert page.run.model.view.inputs["dwell"] == "10"
