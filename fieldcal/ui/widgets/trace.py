"""The values of a record one after another as a line, with the one in hand as a dot."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import Painted, hairline

EDGE = 8


class Trace(Painted):
    """Each value against the largest of its unit; `picked` carries the index under a tap."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: list[float] = []
        self._wrong: list[int] = []
        self.at = 0
        self.setMinimumHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(200, 64)

    def set_values(self, values: Sequence[tuple[Decimal | None, str]]) -> None:
        """Values with their units; a choice among them (None) stands at nought."""
        largest: dict[str, Decimal] = {}
        for value, unit in values:
            largest[unit] = max(largest.get(unit, Decimal(0)), abs(value or Decimal(0)))
        self._shares = [float(abs(value or Decimal(0)) / (largest[unit] or Decimal(1))) for value, unit in values]
        self.update()

    def set_wrong(self, places: Sequence[int]) -> None:
        """Values that are marked, those which a replay doesn't give again."""
        self._wrong = [*places]
        self.update()

    def set_at(self, index: int) -> None:
        self.at = index
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._shares:
            step = max(1.0, (self.width() - 2 * EDGE) / max(1, len(self._shares) - 1))
            index = round((event.position().x() - EDGE) / step)
            self.picked.emit(min(max(index, 0), len(self._shares) - 1))

    def _place(self, index: int) -> QPointF:
        room = self.width() - 2 * EDGE
        x = EDGE + room * index / max(1, len(self._shares) - 1)
        return QPointF(x, self.height() - EDGE - self._shares[index] * (self.height() - 2 * EDGE))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        for share in (0.0, 0.5, 1.0):
            hairline(painter, 0, self.width(), EDGE + share * (self.height() - 2 * EDGE))
        if self._shares:
            self._line(painter, theme)
        painter.end()

    def _line(self, painter: QPainter, theme: Theme) -> None:
        points = QPolygonF()
        for index in range(len(self._shares)):
            here = self._place(index)
            if index:
                points.append(QPointF(here.x(), self._place(index - 1).y()))
            points.append(here)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawPolyline(points)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(self._place(min(self.at, len(self._shares) - 1)), 5, 5)
        painter.setBrush(theme.color("fail"))
        for index in self._wrong:
            painter.drawEllipse(self._place(index), 3, 3)
