"""Parts of the sign-in: the dots of a PIN and the line of health at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.widgets.basic import label
from fieldcal.ui.widgets.paint import Painted, box
from fieldcal.ui.widgets.shape import Shape

DOT, STEP = 18, 32


class Dots(Painted):
    """One ring for each place of the PIN, filled as it is typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.total, self.done = 0, 0
        self.setFixedHeight(40)

    def set(self, total: int, done: int) -> None:
        self.total, self.done = total, done
        self.setAccessibleName(f"{done} / {total}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        left = (self.width() - self.total * STEP + STEP - DOT) / 2
        for at in range(self.total):
            area = QRectF(left + at * STEP, (self.height() - DOT) / 2, DOT, DOT)
            filled = at < self.done
            token = "accent" if filled else "edge"
            box(painter, area, theme.color("accent") if filled else None, theme.color(token), DOT / 2 - 1, 2)
        painter.end()


class HealthBar(QFrame):
    """(kind, name, value) side by side; what the keys are stands at the right end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("box", "keys")
        self.setFixedHeight(72)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(12)
        self._words: list[QBoxLayout] = []

    def set_margin(self, margin: int) -> None:
        self._row.setContentsMargins(margin, 0, margin, 0)

    def set(self, parts: Sequence[tuple[str, str, str]], note: str) -> None:
        clear(self._row)
        self._words = []
        for kind, name, value in parts:
            words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
            words.setSpacing(12)
            for part in (label(name, "strong"), label(value, "second")):
                words.addWidget(part)
            holder = QWidget()
            holder.setLayout(words)
            words.setContentsMargins(0, 0, 24, 0)
            self._row.addWidget(Shape(kind))
            self._row.addWidget(holder, 0, Qt.AlignmentFlag.AlignVCenter)
            self._words.append(words)
        self._row.addStretch(1)
        self._row.addWidget(label(note, "second"))
        QTimer.singleShot(0, self, self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """Where a line has no room for all of it, values stand under their names."""
        for way, gap in ((QBoxLayout.Direction.LeftToRight, 12), (QBoxLayout.Direction.TopToBottom, 0)):
            for words in self._words:
                words.setDirection(way)
                words.setSpacing(gap)
            self._row.invalidate()
            if self._row.minimumSize().width() <= self.width():
                return
