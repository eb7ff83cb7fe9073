"""One short word on what is on disk, over the page, at most one at a time."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.shape import Icon

HIGH, STAYS_MS = 56, 4000


class Toast(Box):
    """A child of the page it floats over; a new word takes the place of the old one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("toast", 0, 0, parent)
        self.setFixedHeight(HIGH)
        self._over = parent
        self._text, self._action = label(), Button(kind="quiet")
        self._callback: Callable[[], object] | None = None
        self._action.clicked.connect(self._act)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(12)
        row.addWidget(Icon("check", 24, "surface"))
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        self.column.addLayout(row)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, action: str = "", callback: Callable[[], object] | None = None) -> None:
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._callback = callback
        self._float()
        self._timer.start(STAYS_MS)

    def _float(self) -> None:
        over = self._over
        wide = min(max(366, self.sizeHint().width()), over.width() - 32)
        self.setGeometry((over.width() - wide) // 2, over.height() - HIGH - 16, wide, HIGH)
        self.show()
        self.raise_()

    def _act(self) -> None:
        self.hide()
        if self._callback:
            self._callback()
