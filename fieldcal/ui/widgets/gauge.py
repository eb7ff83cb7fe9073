"""The limit band with the error on it: hatched where it fails, posts at the limits, a marker on the value."""

from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import Painted, figure, figure_width, signed, write

TRACK, POST, POST_HIGH = 24, 4, 48
HIGH, EDGE = 76, 16
UNIT = 0.85


class Gauge(Painted):
    """Band from `low` to `high` in `unit`; with `low` None it starts at nought and has one post."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high, self._unit = Decimal(-1), Decimal(1), ""
        self._one_sided = False
        self.value: Decimal | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_limits(self, low: Decimal | None, high: Decimal, unit: str) -> None:
        """Limits in the unit of the value; ValueError if the band is empty."""
        self._one_sided = low is None
        self._low, self._high, self._unit = low if low is not None else Decimal(0), high, unit
        if not self._low < self._high:
            raise ValueError(f"empty band {low} to {high}")
        self.update()

    def set_value(self, value: Decimal | None) -> None:
        """The error to show; None before there is one. On the limit is inside."""
        self.value = value
        self.setAccessibleName("" if value is None else f"{signed(value)} {self._unit}")
        self.update()

    def inside(self) -> bool:
        if self.value is None:
            return True
        return self.value <= self._high and (self._one_sided or self._low <= self.value)

    def place(self, value: Decimal) -> float:
        """Where a value stands on the track, 0 to 1; outside it is pinned at 98 % of the way out."""
        low, high = self._ends()
        part = (value - low) / (high - low)
        return float(min(max(part, Decimal("0.01")), Decimal("0.99")))

    def sizeHint(self) -> QSize:
        return QSize(360, HIGH)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, HIGH)

    def _ends(self) -> tuple[Decimal, Decimal]:
        over = (self._high - self._low) / 4
        return (self._low if self._one_sided else self._low - over), self._high + over

    def _x(self, value: Decimal) -> float:
        low, high = self._ends()
        return float((value - low) / (high - low)) * self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        self._paint_track(painter, theme)
        self._paint_ticks(painter, theme)
        self._paint_labels(painter, theme)
        if self.value is not None:
            self._paint_marker(painter, theme, self.value)
        painter.end()

    def _paint_track(self, painter: QPainter, theme: Theme) -> None:
        top, line = 12.0, theme.hairline
        whole = QRectF(0.5, top, self.width() - 1, TRACK)
        path = QPainterPath()
        path.addRoundedRect(whole, TRACK / 2, TRACK / 2)
        painter.setClipPath(path)
        painter.fillRect(whole, theme.color("fail_tint"))
        _hatch(painter, whole, theme.color("fail"))
        left = 0.0 if self._one_sided else self._x(self._low)
        band = QRectF(left, top, self._x(self._high) - left, TRACK)
        painter.fillRect(band, theme.color("surface"))
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("edge"), line))
        if self._one_sided or theme.filled:
            painter.drawPath(path)
        painter.drawLine(QPointF(left + 8 * self._one_sided, top + 0.5), QPointF(band.right(), top + 0.5))
        bottom = top + TRACK - 0.5
        painter.drawLine(QPointF(left + 8 * self._one_sided, bottom), QPointF(band.right(), bottom))

    def _paint_ticks(self, painter: QPainter, theme: Theme) -> None:
        steps = 5 if self._one_sided else 10
        for index in range(1, steps):
            x = self._x(self._low + (self._high - self._low) * index / steps)
            painter.fillRect(QRectF(round(x) - 0.5, 20, 1, 8), theme.color("edge"))
        if self._low < 0 < self._high:
            painter.fillRect(QRectF(round(self._x(Decimal(0))) - 1, 12, 2, TRACK), theme.color("text"))
        for limit in self._posts():
            post = QRectF(round(self._x(limit)) - POST / 2, 0, POST, POST_HIGH)
            painter.fillRect(post, theme.color("text"))

    def _posts(self) -> list[Decimal]:
        return [self._high] if self._one_sided else [self._low, self._high]

    def _paint_labels(self, painter: QPainter, theme: Theme) -> None:
        strong = theme.font("body", True)
        inks = theme.color("text"), theme.color("text_second")
        for limit in self._posts():
            x = self._x(limit)
            half = figure_width(signed(limit), self._unit, strong, UNIT) / 2
            right = min(max(x + half, 2 * half), float(self.width()))
            figure(painter, right, 61, signed(limit), self._unit, strong, inks, UNIT)
        if self._one_sided or self._low < 0 < self._high:
            x = max(self._x(Decimal(0)), 6.0)
            write(painter, x, 61, "0", theme.font("body"), theme.color("text_second"), "middle")

    def _paint_marker(self, painter: QPainter, theme: Theme, value: Decimal) -> None:
        room = EDGE + 2.0
        tip = min(max(self.place(value) * self.width(), room), self.width() - room)
        shape = QPolygonF([QPointF(tip - EDGE, 0), QPointF(tip + EDGE, 0), QPointF(tip, 35)])
        painter.setPen(QPen(theme.color("surface"), 3))
        painter.setBrush(theme.color("pass" if self.inside() else "fail"))
        painter.drawPolygon(shape)


def _hatch(painter: QPainter, area: QRectF, color: QColor) -> None:
    painter.setPen(QPen(QBrush(color), 1.75))
    x = area.left() - area.height()
    while x < area.right():
        painter.drawLine(QPointF(x, area.bottom() + 1), QPointF(x + 18, area.top() - 1))
        x += 8
