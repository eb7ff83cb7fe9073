"""What happened, what is safe, and one thing to do; stays until it is solved."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.shape import Icon, Shape


class Banner(Box):
    """Kinds: fail, warn, info."""

    pressed = Signal()

    def __init__(self, kind: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(kind, 0, 0, parent)
        self.setMinimumHeight(64)
        self._title, self._safe = label(role="strong", wrap=True), label(role="caption", wrap=True)
        self.action = Button(kind="quiet")
        self.action.clicked.connect(self.pressed)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._safe)
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(Icon("explain", 24, "accent") if kind == "info" else Shape(kind))
        row.addLayout(words, 1)
        row.addWidget(self.action)
        self.column.addLayout(row)
        self.set("")

    def set(self, title: str, safe: str = "", action: str = "") -> None:
        self._title.setText(title)
        self._safe.setText(safe)
        self._safe.setVisible(bool(safe))
        self.action.setText(action)
        self.action.setVisible(bool(action))
