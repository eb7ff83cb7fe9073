"""A field for one number: the input method is off, the value stays as typed, the unit stands still."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.widgets.basic import label, restyle
from fieldcal.ui.widgets.digits import is_number, normalise

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Line(QLineEdit):
    focused = Signal(bool)
    touched = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.touched.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in ENTER:
            event.accept()  # Enter belongs to the field before it belongs to the page
            return True
        return super().event(event)


class NumberField(QWidget):
    """`accepted` carries the text as typed, normalised, once Enter finds a number in it; `touched` says that a
    finger or the mouse came to it, so that a pad on the screen is of use."""

    accepted = Signal(str)
    touched = Signal()
    edited = Signal(str)

    def __init__(self, caption: str = "", unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption, self._unit = label(caption, "caption"), label(unit, "second")
        self._hint, self._focus, self._bad = "", False, False
        self._under = label(role="caption", wrap=True)
        self.line = _Line()
        self.line.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.line.textEdited.connect(self._edited)
        self.line.returnPressed.connect(self.accept)
        self.line.focused.connect(self._focused)
        self.line.touched.connect(self.touched)
        self.setFocusProxy(self.line)
        self._box = QFrame()
        self._box.setProperty("box", "number")
        self._box.setFixedHeight(48)
        inside = QHBoxLayout(self._box)
        inside.setContentsMargins(13, 2, 13, 2)
        inside.addWidget(self.line, 1)
        inside.addWidget(self._unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._caption, self._box, self._under):
            column.addWidget(part)
        self._show()

    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        self.line.setText(normalise(text))
        self.set_error("")

    def set_caption(self, caption: str, unit: str = "", hint: str = "") -> None:
        self._caption.setText(caption)
        self._unit.setText(unit)
        self._hint = hint
        self._show()

    def set_error(self, sentence: str) -> None:
        """A sentence under the field until the value is changed; empty takes it away."""
        self._bad = bool(sentence)
        self._under.setText(sentence)
        self._show()

    def type_key(self, key: str) -> None:
        """As the number pad types: a digit, "." or "-"; minus turns the sign round."""
        if key == "-":
            self.line.setText(self.text().removeprefix("-") if "-" in self.text() else "-" + self.text())
        else:
            self.line.insert(key)
        self._edited()

    def backspace(self) -> None:
        self.line.backspace()
        self._edited()

    def accept(self) -> None:
        if is_number(self.text()):
            self.set_error("")
            self.accepted.emit(self.text())
        else:
            self.set_error(t("common.not_a_number") if self.text() else t("common.number_missing"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.EnabledChange:
            self._show()
        super().changeEvent(event)

    def _edited(self) -> None:
        plain = normalise(self.text())
        if plain != self.text():
            place = self.line.cursorPosition() - len(self.text()) + len(plain)
            self.line.setText(plain)
            self.line.setCursorPosition(max(0, place))
        if self._bad:
            self.set_error("")
        self.edited.emit(plain)

    def _focused(self, focus: bool) -> None:
        self._focus = focus
        self._show()

    def _show(self) -> None:
        state = "bad" if self._bad else "focus" if self._focus else "plain"
        restyle(self._box, state=state if self.isEnabled() else "off")
        restyle(self._under, role="error" if self._bad else "caption")
        if not self._bad:
            self._under.setText(self._hint)
        self._under.setVisible(bool(self._under.text()))
        self._caption.setVisible(bool(self._caption.text()))
