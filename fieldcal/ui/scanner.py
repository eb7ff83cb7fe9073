"""A scanner types like a keyboard, only faster: a burst ending in Enter outside a text field is a scan."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

GAP = 0.05  # s between two keys; no hand is that fast
SHORTEST = 4
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox)


class Scanner(QObject):
    """A filter on whatever has the keyboard. `found` answers True if it takes the text; else Enter goes its way.

    Not on the application: there it would be asked for every event of objects that are just being destroyed, too.
    """

    def __init__(self, app: QApplication, found: Callable[[str], bool], mono: Callable[[], float] = monotonic) -> None:
        super().__init__(app)
        self._found, self._mono = found, mono
        self._text, self._last, self._held = "", 0.0, ""
        self._watched: QWidget | None = None
        app.focusChanged.connect(self._follow)
        self._follow(None, QApplication.focusWidget())

    def stop(self) -> None:
        """Nothing is filtered after this."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.disconnect(self._follow)
        self._watch(None)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        self._watch(now or QApplication.activeWindow())

    def _watch(self, widget: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = widget
        if widget is not None:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if event.type() not in kinds or not isinstance(event, QKeyEvent) or not self._ours(watched):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            return self._override(event)
        if event.key() in ENTER:
            return self._end()
        if event.text().isprintable() and event.text():
            self._add(event.text())
        return False

    def _ours(self, watched: QObject) -> bool:
        """Once a key, where it arrives first, and never in a field that is being typed into."""
        if not isinstance(watched, QWidget) or QApplication.activeModalWidget() is not None:
            return False
        focus = QApplication.focusWidget()
        if isinstance(focus, FIELDS) and not (isinstance(focus, QPlainTextEdit) and focus.isReadOnly()):
            return False
        return focus is None or watched is focus

    def _add(self, text: str) -> None:
        now = self._mono()
        self._text = self._text + text if now - self._last <= GAP else text
        self._last = now

    def _burst(self) -> str:
        fast = self._mono() - self._last <= GAP
        return self._text if fast and len(self._text) >= SHORTEST else ""

    def _override(self, event: QKeyEvent) -> bool:
        """Asked before any shortcut: a scan keeps its Enter from the page's large button."""
        if event.key() not in ENTER:
            return False
        text, self._text = self._burst(), ""
        if text and self._found(text):
            self._held = text
            event.accept()
            return True
        return False

    def _end(self) -> bool:
        if self._held:
            self._held = ""
            return True
        text, self._text = self._burst(), ""
        return bool(text) and self._found(text)
