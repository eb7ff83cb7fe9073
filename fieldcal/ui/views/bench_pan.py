"""The pan of a scale from above: middle and four corners, one of which carries the load."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.models.bench import POINTS
from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import Painted, box

WIDE, HIGH, DOT = 168, 120, 32
SPOTS = ((0.5, 0.5), (0.2, 0.22), (0.8, 0.22), (0.8, 0.78), (0.2, 0.78))  # of the pan, in the order of the corners
FAR, NEAR = {-1: 0.2, 1: 0.8}, {-1: 0.22, 1: 0.78}
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class Pan(Painted):
    """`moved` carries 0 for the middle, 1 to 4 for the corners from back left clockwise."""

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def stand(self, place: int) -> None:
        if place != self.place and 0 <= place < len(SPOTS):
            self.place = place
            self.update()
        self.retranslate()

    def retranslate(self) -> None:
        """For a screen reader, and under the pointer."""
        words = f"{t('bench.corner')}: {t(f'bench.{POINTS[self.place]}')}"
        self.setAccessibleName(words)
        self.setToolTip(words)

    def spot(self, place: int) -> QPointF:
        across, along = SPOTS[place]
        return QPointF(across * self.width(), along * self.height())

    def sizeHint(self) -> QSize:
        return QSize(WIDE, HIGH)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        near = min(range(len(SPOTS)), key=lambda place: (self.spot(place) - at).manhattanLength())
        self._move(near)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in "01234" and event.text():
            self._move(int(event.text()))
        elif event.key() in ARROWS:
            self._move(self._beside(*ARROWS[Qt.Key(event.key())]))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        focus = self.hasFocus()
        edge = theme.color("accent" if focus else "edge")
        box(painter, QRectF(self.rect()), theme.color("sunken"), edge, 12, 2 if focus else 1)
        for place in range(len(SPOTS)):
            here = place == self.place
            side = DOT if here else DOT * 0.6
            spot = self.spot(place)
            area = QRectF(spot.x() - side / 2, spot.y() - side / 2, side, side)
            painter.setPen(QPen(theme.color("accent" if here else "edge"), 2))
            painter.setBrush(theme.color("accent" if here else "surface"))
            painter.drawEllipse(area)
        painter.end()

    def _beside(self, across: int, along: int) -> int:
        """From the middle to the corner on that side; from a corner along the edge."""
        if self.place == 0:
            return {(-1, 0): 4, (1, 0): 2, (0, -1): 1, (0, 1): 3}[across, along]
        column, line = SPOTS[self.place]
        wanted = (FAR.get(across, column), NEAR.get(along, line))
        return 0 if wanted == SPOTS[self.place] else SPOTS.index(wanted)

    def _move(self, place: int) -> None:
        self.stand(place)
        self.moved.emit(place)
