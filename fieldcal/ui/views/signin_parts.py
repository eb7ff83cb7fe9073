"""Parts of the sign-in: the dots of a PIN and the line of health at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

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

    def set_margin(self, margin: int) -> None:
        self._row.setContentsMargins(margin, 0, margin, 0)

    def set(self, parts: Sequence[tuple[str, str, str]], note: str) -> None:
        clear(self._row)
        for kind, name, value in parts:
            self._row.addWidget(Shape(kind))
            self._row.addWidget(label(name, "strong"))
            self._row.addWidget(label(value, "second"))
            self._row.addSpacing(24)
        self._row.addStretch(1)
        self._row.addWidget(label(note, "second"))
