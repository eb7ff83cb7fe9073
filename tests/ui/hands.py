"""Two people at the window: one has only a keyboard, the other only a mouse (and the number pad on the screen)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from fieldcal.ui.views.run_dialogs import PinDialog

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """What both do alike: wait for the window, and answer the PIN question when it comes."""

    def __init__(self, window, qtbot) -> None:
        self.window, self.bot = window, qtbot

    @property
    def desk(self):
        return self.window.desk

    def settle(self) -> None:
        """A dialog takes the keyboard with it when it goes."""
        self.window.activateWindow()
        self.bot.waitUntil(self.window.isActiveWindow)

    def sign(self, pin: str) -> None:
        """Presses the primary key; the PIN goes into the question that it opens."""
        asked: list[QWidget] = []

        def look() -> None:
            found = QApplication.activeModalWidget()
            if isinstance(found, PinDialog):
                asked.append(found)
                self.fill(found, pin)
            else:
                QTimer.singleShot(20, look)

        QTimer.singleShot(0, look)
        self.accept()
        assert asked
        self.settle()

    def accept(self) -> None:
        raise NotImplementedError

    def fill(self, dialog: PinDialog, pin: str) -> None:
        raise NotImplementedError


class Keyboard(Hand):
    def press(self, *keys: str | Qt.Key, pause: int = 60) -> None:
        for key in keys:
            QApplication.processEvents()  # no hand is faster than the window
            target = self.window.focusWidget() or self.window
            if isinstance(key, str):
                self.bot.keyClicks(target, key, delay=pause)
            else:
                self.bot.keyClick(target, key)

    def enter(self, person: str, pin: str) -> None:
        page = self.window.page("signin")
        while page.model.chosen != person:
            self.press(KEY.Key_Right)
        self.press(pin, KEY.Key_Return)

    def leave(self) -> None:
        self.bot.keyClick(self.window.focusWidget() or self.window, KEY.Key_L, Qt.KeyboardModifier.ControlModifier)

    def go(self, name: str) -> None:
        number = self.window._shown.index(name) + 1
        target = self.window.focusWidget() or self.window
        self.bot.keyClick(target, Qt.Key(KEY.Key_0 + number), Qt.KeyboardModifier.ControlModifier)

    def accept(self) -> None:
        self.press(KEY.Key_Return)

    def choose_first_site(self) -> None:
        self.press(KEY.Key_Return)

    def choose(self, row: int) -> None:
        self.press(*[KEY.Key_Down] * row)

    def start(self) -> None:
        self.press(KEY.Key_Return)

    def answer_pass(self) -> None:
        self.press("1")

    def type(self, text: str) -> None:
        self.press(text, KEY.Key_Return)

    def pick(self, number: int) -> None:
        self.press(str(number))

    def export(self, page: QWidget) -> None:
        self.press(KEY.Key_Return)

    def fill(self, dialog: PinDialog, pin: str) -> None:
        self.bot.keyClicks(dialog.line, pin)
        self.bot.keyClick(dialog.line, KEY.Key_Return)


class Mouse(Hand):
    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QApplication.processEvents()
        assert widget.isVisible(), widget
        assert widget.isEnabled(), widget
        self.bot.mouseClick(widget, LEFT, pos=at or widget.rect().center())

    def enter(self, person: str, pin: str) -> None:
        page = self.window.page("signin")
        self.click(page.tiles[person])
        for digit in pin:
            self.click(page.pad.keys[digit])
        self.click(page.pad.keys["enter"])

    def leave(self) -> None:
        self.click(self.window.header.person)

    def go(self, name: str) -> None:
        self.click(self.window.rail._items[name])

    def accept(self) -> None:
        self.click(self.window.strip._primary)

    def choose_first_site(self) -> None:
        self.click(self.desk.content("today").go_on.button)

    def choose(self, row: int) -> None:
        view = self.desk.content("site").list
        self.bot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(view.model().index(row, 0)).center())

    def start(self) -> None:
        self.click(self.desk.content("site").card.start)

    def answer_pass(self) -> None:
        self.click(self.desk.content("run").columns.question.buttons["pass"])

    def pick(self, number: int) -> None:
        columns = self.desk.content("run").columns
        due = next(field for field in columns.facts.fields if field.choices)
        self.click(due.choices[number - 1])

    def export(self, page: QWidget) -> None:
        self.click(page.button)

    def type(self, text: str) -> None:
        QApplication.processEvents()
        columns = self.desk.content("run").columns
        due = next(field for field in columns.facts.fields if field.fact.due)
        self.click(due.field.line if due.field.isVisible() else due.still)
        for sign in text:
            self.click(columns.pad.keys[sign])
        self.click(columns.pad.keys["enter"])

    def fill(self, dialog: PinDialog, pin: str) -> None:
        for digit in pin:
            self.click(dialog.pad.keys[digit])
        self.click(dialog.pad.keys["enter"])
