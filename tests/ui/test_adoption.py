"""The administrator adopts a procedure with the keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from fieldcal.services.prescribed import EFFECTIVE
from fieldcal.ui import i18n
from fieldcal.ui.models import adoption as model

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key
SMALL, BETA = "jjg176-2022", "jjg443-2023"


@pytest.fixture
def page(window, services):
    services.sign_in("admin", "4444")
    window.desk.enter()
    return window.desk.content("adoption")


@pytest.fixture
def answer(qtbot, page):
    """Types into the question as soon as it is there."""
    from PySide6.QtCore import QTimer

    def type_in(*keys):
        def now():
            for text in keys:
                target = QApplication.focusWidget() or page.question
                if isinstance(text, str):
                    qtbot.keyClicks(target, text)
                else:
                    qtbot.keyClick(target, text)

        QTimer.singleShot(100, now)

    return type_in


def open_one(press, page, name):
    """Down the list until it is chosen, then Enter."""
    for _ in page.states:
        if page.list.choice() == name:
            break
        press(Key.Key_Down, pause=-1)
    press(Key.Key_Return)


def confirm_all(press, page):
    """Edition is there; the clause where the file knows none, then the page, Enter."""
    for _ in page.lines:
        field = page.card.fields
        if not field["clause"].text():
            press("7.1", Key.Key_Return, pause=-1)
        press("12", Key.Key_Return, pause=60)


def test_the_administrator_finds_the_list_in_front_and_nobody_else_has_it(window, services, page):
    assert window.here() == "adoption"
    assert {state.state for state in page.states} <= {"adopted", "expired"}  # by date
    services.sign_in("check", "2222")
    window.desk.enter()
    assert "adoption" not in window.rail._items


def test_a_small_procedure_is_adopted_with_the_keyboard_alone(window, services, page, press, answer):
    open_one(press, page, SMALL)
    assert page.card.line.entry.id == EFFECTIVE
    confirm_all(press, page)
    assert all(line.done for line in page.lines)
    assert page.steps.choice() == model.CASES
    answer("4444", Key.Key_Return)
    press(Key.Key_F7)
    last = services.ws.catalogue.adoptions[-1]
    assert (last.event.procedure, last.by) == (SMALL, "admin")
    assert {value.page for value in last.event.values.values()} == {"12"}
    assert page.procedure == ""


def test_a_corrected_value_is_typed_kept_and_told_in_the_list(page, press, services):
    open_one(press, page, BETA)
    page.steps.choose("beta_petrol")
    press(Key.Key_F4, "0.0013")
    page.card.fields["clause"].setFocus()
    press("7.6", Key.Key_Return, "14", Key.Key_Return)
    line = next(line for line in page.lines if line.entry.id == "beta_petrol")
    assert list(line.step.event.changes.values()) == ["0.0013"]
    assert model.line_row(line).word == i18n.t("adoption.corrected")


def test_a_refused_value_stays_in_its_field_with_the_reason_beside_it(page, press):
    open_one(press, page, BETA)
    page.steps.choose("mpe")
    press(Key.Key_F4, "viel")
    page.card.fields["clause"].setText("5.1")
    page.card.fields["page"].setFocus()
    press("12", Key.Key_Return)
    assert page.steps.choice() == "mpe"
    assert i18n.message("not-a-number") in page.card.error.text()
    assert "viel" in [field.text() for field in page.card.values.values()]


def test_an_open_clause_of_the_file_is_never_filled_in(page, press):
    open_one(press, page, BETA)
    page.steps.choose("mpe")
    assert page.card.fields["clause"].text() in ("", "7.1")
    assert QApplication.focusWidget() is page.card.fields["clause"]


def test_signing_waits_for_the_last_value(page, press):
    open_one(press, page, SMALL)
    offered = {key.shortcut: key.enabled for key in [*page.keys()]}
    assert not offered["F7"]


def test_taking_a_confirmation_back_opens_the_value_again(page, press):
    open_one(press, page, SMALL)
    if not page.card.fields["clause"].text():
        press("7.1", Key.Key_Return)
    press("12", Key.Key_Return)
    press(Key.Key_PageUp, Key.Key_F9)
    assert not any(line.done for line in page.lines)


def test_an_adoption_is_withdrawn_with_reason_and_pin(page, press, services, answer):
    name = page.list.choice()
    from PySide6.QtCore import QTimer

    def reason():
        answer("4444", Key.Key_Return)
        page.question.ready[0].click()

    QTimer.singleShot(100, reason)
    press(Key.Key_Delete)
    assert services.ws.catalogue.adoption(services.ws.library.get(name).sha256) is None
    assert next(one for one in page.states if one.compiled.procedure.id == name).state == "withdrawn"


def test_a_change_of_language_keeps_what_is_typed(page, press):
    open_one(press, page, SMALL)
    page.card.fields["clause"].setText("7.9")
    i18n.set_language("en")
    assert page.card.fields["clause"].text() == "7.9"
    i18n.set_language("zh")
