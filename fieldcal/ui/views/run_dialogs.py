"""Small questions of the work pages: a reason, a note, a PIN. Each one is one screen and one answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.widgets.basic import label, restyle
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.dialog import Question
from fieldcal.ui.widgets.number_pad import NumberPad


class ReasonDialog(Question):
    """Ready reasons to tap, or words of one's own; `reason` is never empty once accepted."""

    def __init__(
        self, title: str, text: str, accept: str, ready: Sequence[str] = (), kind: str = "danger",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title, accept, kind, parent=parent)
        if text:
            self.add_text(text)
        self.ready = [self._choice(word) for word in ready]
        self.line = QLineEdit()
        self.line.setPlaceholderText(t("run.own_words"))
        self.line.textChanged.connect(lambda _text: self._show())
        self.body.addWidget(self.line)
        self.line.setFocus()
        self._show()

    @property
    def reason(self) -> str:
        return self.line.text().strip()

    def _choice(self, word: str) -> Button:
        made = Button(word)
        made.clicked.connect(lambda: self._take(word))
        self.body.addWidget(made)
        return made

    def _take(self, word: str) -> None:
        self.line.setText(word)
        self.accept()

    def _show(self) -> None:
        self.accept_button.setEnabled(bool(self.reason))


class NoteDialog(Question):
    """Words of several lines; may be left empty unless asked for."""

    def __init__(self, title: str, text: str = "", needed: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(title, t("common.save"), parent=parent)
        if text:
            self.add_text(text)
        self._needed, self.field = needed, QPlainTextEdit()
        self.field.setMinimumHeight(120)
        self.field.setTabChangesFocus(True)
        self.field.textChanged.connect(self._show)
        self.body.addWidget(self.field)
        self.field.setFocus()
        self._show()

    @property
    def note(self) -> str:
        return self.field.toPlainText().strip()

    def _show(self) -> None:
        self.accept_button.setEnabled(bool(self.note) or not self._needed)


class PinDialog(Question):
    """The PIN is the signature; it is shown as dots and forgotten with the dialog.

    `check` says why a PIN is not taken, "" if it is; until then the question stays.
    """

    def __init__(
        self, title: str, text: str, check: Callable[[str], str], hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(title, t("run.sign"), parent=parent)
        self._check = check
        self.add_text(text)
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setMaxLength(12)
        self.line.textChanged.connect(lambda _text: self._show())
        self._hint = label(hint, "caption", wrap=True)
        self.pad = NumberPad(pin=True)
        self.pad.typed.connect(self.line.insert)
        self.pad.backspace.connect(self.line.backspace)
        self.pad.enter.connect(self._enter)
        for part in (self.line, self._hint, self.pad):
            self.body.addWidget(part)
        self._hint.setVisible(bool(hint))
        self.line.setFocus()
        self._show()

    @property
    def pin(self) -> str:
        return self.line.text()

    def accept(self) -> None:
        refused = self._check(self.pin)
        if not refused:
            super().accept()
            return
        self.line.clear()
        self.line.setFocus()
        self._hint.setText(refused)
        self._hint.setVisible(True)
        restyle(self._hint, role="error")

    def _enter(self) -> None:
        if self.accept_button.isEnabled():
            self.accept()

    def _show(self) -> None:
        self.accept_button.setEnabled(len(self.pin) >= 4)
