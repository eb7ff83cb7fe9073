"""How far along: one pip a point, done filled, the one in hand outlined."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import Painted, box

PIP, GAP, HIGH = 20, 4, 6


class Pips(Painted):
    """`stretch` spreads the pips over the whole width, with the one in hand outlined."""

    def __init__(self, total: int = 0, done: int = 0, stretch: bool = False, parent: QWidget | None = None):
        super().__init__(parent)
        self._stretch = stretch
        across = QSizePolicy.Policy.Expanding if stretch else QSizePolicy.Policy.Preferred
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self.set(total, done)

    def set(self, total: int, done: int) -> None:
        self.total, self.done = total, done
        self.setAccessibleName(f"{done} / {total}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.total * (PIP + GAP), 8 if self._stretch else HIGH)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.total:
            return
        theme, painter = Theme.current(), self.brush()
        fit = (self.width() + GAP) / self.total
        step = fit if self._stretch else min(PIP + GAP, fit)
        gap = GAP if step > 3 * GAP else 1
        for index in range(self.total):
            area = QRectF(index * step, 0, step - gap, self.height())
            filled, hand = index < self.done, index == self.done and self._stretch
            fill = theme.color("accent" if filled else "accent_tint" if hand else "line")
            edge = theme.color("accent" if filled or hand else "edge") if theme.filled or hand else None
            if theme.filled and not filled:
                fill = theme.color("surface")
            box(painter, area, fill, edge, self.height() / 2)
        painter.end()
