"""The stability ring: fills while the reading settles, closed when it is stable."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from fieldcal.ui.theme import Theme


def ring(painter: QPainter, centre: tuple[float, float], across: float, part: float, stroke: float = 8) -> None:
    """`across` is the outer diameter, `part` 0 to 1."""
    theme = Theme.current()
    side = across - stroke
    area = QRectF(centre[0] - side / 2, centre[1] - side / 2, side, side)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if part < 1:
        thin = 2 if theme.filled else stroke
        painter.setPen(QPen(theme.color("line"), thin))
        painter.drawEllipse(area)
    if part > 0:
        pen = QPen(theme.color("accent"), stroke)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(area, 90 * 16, -round(min(part, 1.0) * 360 * 16))
