"""Values of a budget typed where its explanation shows them: counted at once, named on screen and paper."""

from __future__ import annotations

import re

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from fieldcal import bootstrap, paths
from fieldcal.services.proof import generic_cases
from fieldcal.services.simulate import play
from fieldcal.ui.models.explain_browser import Browser
from fieldcal.ui.runtime import inline
from fieldcal.ui.views.explain_dialog import ExplainDialog
from tests.ui import jobs

KEY = Qt.Key
GAUGE = "jjg927-2013"  # asks for the step of the gauge


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A gauge, played as its worked case has it; its run's name beside the folder."""
    folder = tmp_path_factory.mktemp("stated") / "demo"
    services = jobs.open_fast(folder)
    compiled = services.ws.library.get(GAUGE)
    cases = generic_cases(compiled, paths.resources() / "procedures")
    run = play(services, compiled, cases, bootstrap.simulators_for(services, compiled)).run
    services.close()
    return folder, run


@pytest.fixture
def services(measured, tmp_path):
    with jobs.copied(measured[0], tmp_path / "demo") as made:
        yield made


@pytest.fixture
def opened(qtbot, services, measured):
    """The dialog on the first number with a budget, for the person who signs in."""

    def make(who):
        if who:
            services.sign_in(*who)
        browser = Browser(services, measured[1])
        made = ExplainDialog(browser, inline)
        qtbot.addWidget(made)
        made.resize(860, 700)
        made.show()
        browser.at = next(at for at, _ in enumerate(browser.places) if _budget(browser, at))
        made.move_by(0)
        return made

    return make


def _budget(browser, at):
    browser.at = at
    return browser.told().budget


def said(dialog):
    return "\n".join(found.text() for found in dialog.findChildren(QLabel))


def type_in(qtbot, dialog, name, text, key: Qt.Key | None = KEY.Key_Return):
    """Types over what stands in the field, and waits until the page was made anew."""
    values = dialog.budget.values
    line = values.fields[name].line
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text) if text else qtbot.keyClick(line, KEY.Key_Delete)
    if key is not None:
        qtbot.keyClick(line, key)
        qtbot.waitUntil(lambda: dialog.budget.values is not values)


def test_what_nobody_can_presume_is_asked_first_and_typing_it_makes_the_budget(opened, qtbot):
    dialog = opened(jobs.TECH)
    assert "不能计算，缺" in said(dialog)
    assert next(iter(dialog.budget.values.fields)) == "dut_step"
    assert "须由实验室给出" in said(dialog)
    type_in(qtbot, dialog, "dut_step", "0.01")
    assert "不能计算" not in said(dialog)
    assert "U = k × uc" in said(dialog)
    assert re.search(r"由 .+ 于 \d{4}-\d\d-\d\d \d\d:\d\d 给出", said(dialog))
    assert dialog.isVisible()  # Enter belongs to the field


def test_the_button_counts_every_field_that_was_changed(opened, qtbot, services, measured):
    dialog = opened(jobs.CHECK)
    type_in(qtbot, dialog, "dut_step", "1 kPa", None)
    type_in(qtbot, dialog, "std_width", "0.002", None)
    before = dialog.budget.values
    qtbot.mouseClick(before.apply, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.budget.values is not before)
    kept = services.ws.journal.read(f"budget:{measured[1]}")
    assert [(one.event.name, one.event.value, one.event.unit, one.actor) for one in kept] == [
        ("dut_step", "1", "kPa", "check"), ("std_width", "0.002", "MPa", "check"),
    ]  # fmt: skip
    assert "dut_step = 1 kPa = 0.001 MPa" in said(dialog)


def test_a_bad_text_is_refused_under_its_field_and_the_good_one_counts(opened, qtbot):
    dialog = opened(jobs.TECH)
    type_in(qtbot, dialog, "std_width", "wide", None)
    type_in(qtbot, dialog, "dut_step", "0.01")
    fields = dialog.budget.values.fields
    assert "这不是一个数" in fields["std_width"].error
    assert "12.340" in fields["std_width"].error
    assert (fields["std_width"].text(), fields["dut_step"].text(), fields["dut_step"].error) == ("wide", "0.01", "")
    assert "U = k × uc" in said(dialog)


def test_an_emptied_field_goes_back_to_what_counted_before(opened, qtbot):
    dialog = opened(jobs.TECH)
    type_in(qtbot, dialog, "dut_step", "0.01")
    type_in(qtbot, dialog, "dut_step", "")
    assert "不能计算，缺" in said(dialog)


def test_trials_of_another_budget_are_not_shown_any_more(opened, qtbot):
    dialog = opened(jobs.TECH)
    type_in(qtbot, dialog, "dut_step", "0.01")
    qtbot.keyClick(dialog, KEY.Key_F5)
    assert "JJF 1059.2" in said(dialog)
    type_in(qtbot, dialog, "dut_step", "0.02")
    assert "JJF 1059.2" not in said(dialog)


@pytest.mark.parametrize(("who", "why"), [(("admin", "4444"), "此人没有这个职责"), (None, "登录后才能给出")])
def test_who_may_not_state_values_sees_the_fields_off_and_why(opened, who, why):
    dialog = opened(who)
    assert not any(field.isEnabled() for field in dialog.budget.values.fields.values())
    assert not dialog.budget.values.apply.isEnabled()
    assert why in said(dialog)


def test_the_keys_walk_until_a_field_has_the_focus_and_again_after_esc(opened, qtbot):
    dialog = opened(jobs.TECH)
    at = dialog.browser.at
    type_in(qtbot, dialog, "dut_step", "0.5", None)
    line = dialog.budget.values.fields["dut_step"].line
    qtbot.keyClick(line, KEY.Key_Left)
    assert (dialog.browser.at, line.cursorPosition()) == (at, 2)
    qtbot.keyClick(line, KEY.Key_Escape)
    assert dialog.isVisible()
    qtbot.keyClick(dialog, KEY.Key_Right)
    assert dialog.browser.at == at + 1


def test_the_paper_says_who_stated_what_and_when_also_tomorrow(opened, qtbot, services, measured, tmp_path):
    dialog = opened(jobs.TECH)
    type_in(qtbot, dialog, "dut_step", "0.01")
    place = dialog.browser.place
    again = Browser(services, measured[1], place)
    for name, browser, whole in (
        ("today", dialog.browser, False), ("tomorrow", again, False), ("record", again, True),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(browser.pdf(whole))
        pages = PdfReader(str(tmp_path / name)).pages
        sheets = ["".join(page.extract_text().split()) for page in pages]
        text = "".join(sheets)
        if whole:  # the heading stands with what it heads
            assert any("由人员给出的评定取值" in sheet and "dut_step=0.01MPa" in sheet for sheet in sheets)
        person = services.ws.catalogue.person("tech").name
        assert "dut_step=0.01MPa" in text
        assert len(re.findall(rf"由{person}于\d{{4}}-\d\d-\d\d\d\d:\d\d给出", text)) == 1
