"""The three states of a list without rows: empty, loading, failed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.shape import Icon

CENTRE = Qt.AlignmentFlag.AlignHCenter


class EmptyState(QWidget):
    """What belongs here, and one quiet way to add it."""

    pressed = Signal()

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        self._title, self._text = label(role="title", wrap=True), label(role="second", wrap=True)
        self.action = Button(kind="quiet")
        self.action.clicked.connect(self.pressed)
        column.addStretch(1)
        column.addWidget(Icon(icon, 72, "accent", disc=True), 0, CENTRE)
        for words in (self._title, self._text):
            words.setAlignment(CENTRE)
            column.addWidget(words)
        column.addWidget(self.action, 0, CENTRE)
        column.addStretch(1)

    def set(self, title: str, text: str = "", action: str = "") -> None:
        self._title.setText(title)
        self._text.setText(text)
        self.action.setText(action)
        self.action.setVisible(bool(action))


class Progress(QWidget):
    """Long work: bar, count, time left, and a way out."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar, self._count = QProgressBar(), label(role="strong")
        self._bar.setTextVisible(False)
        self._text, self.cancel = label(role="caption", wrap=True), Button(kind="quiet")
        self.cancel.clicked.connect(self.cancelled)
        above, below = QHBoxLayout(), QHBoxLayout()
        above.setSpacing(24)
        above.addWidget(self._bar, 1)
        above.addWidget(self._count)
        below.addWidget(self._text, 1)
        below.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(above)
        column.addLayout(below)

    def set(self, done: int, total: int, text: str = "") -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._count.setText(f"{done} / {total}" if total else "")
        self._text.setText(text)
        self.cancel.setText(t("common.cancel"))


class Failed(Banner):
    """What failed in plain words and the one thing to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("fail", parent)
