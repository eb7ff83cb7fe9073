"""A person at the sign-in: initial, name, role, last seen; the last tile is for the badge."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fieldcal.ui import icons
from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import Painted, box, cut, write


def initial(name: str) -> str:
    """One sign for the disc: the last Han character tells people apart, the first letter does."""
    bare = name.strip()
    if not bare:
        return "?"
    return bare[0].upper() if bare[0].isascii() else bare[-1]


class PeopleTile(QAbstractButton):
    """344 x 120; `scan` draws the dashed tile of the badge scanner."""

    brush = Painted.brush

    def __init__(self, name: str, role: str, seen: str = "", scan: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scan = scan
        self.setCheckable(not scan)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set(name, role, seen)

    def set(self, name: str, role: str, seen: str = "") -> None:
        self._name, self._role, self._seen = name, role, seen
        self.setAccessibleName(f"{name}, {role}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(344, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        chosen = self.isChecked()
        fill, ink, second = theme.selection()
        if not chosen:
            ink, second = theme.hex("text"), theme.hex("text_second")
            fill = theme.hex("sunken" if self.isDown() or self.underMouse() else "surface")
        area = QRectF(self.rect())
        slim = self.width() < 320
        left = 64 if self._scan and slim else 112  # nobody's disc stands there
        if self._scan:
            painter.setPen(QPen(theme.color("edge"), theme.hairline, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 16, 16)
            icons.draw(painter, "scan", QRectF(24 if left < 100 else 44, 48, 24, 24), second)
        else:
            edge = theme.color("accent" if chosen else "line")
            box(painter, area, QColor(fill), edge, 16, 2 if chosen else theme.hairline)
            self._disc(painter, theme, chosen)
        right = self.width() - (16 if slim else 24)
        seen = 0.0
        if self._seen:
            seen = write(painter, right, 76, self._seen, theme.font("caption"), second, "right")
        title = theme.font("title", True)
        write(painter, left, 45, cut(self._name, title, right - left - (0 if self._scan else 32)), title, ink)
        body = theme.font("body")
        write(painter, left, 76, cut(self._role, body, right - left - 8 - seen), body, second)
        if chosen:
            tick = ink if theme.filled else theme.hex("accent")
            icons.draw(painter, "check", QRectF(right - 22, 33, 22, 22), tick)
        painter.end()

    def _disc(self, painter: QPainter, theme: Theme, chosen: bool) -> None:
        fill, ink = ("accent", "on_accent") if chosen else ("sunken", "text_second")
        if chosen and theme.filled:
            fill, ink = "on_accent", "accent"
        edge = theme.color("edge") if theme.filled else None
        box(painter, QRectF(24, 28, 64, 64), theme.color(fill), edge, 32, theme.hairline)
        write(painter, 56, 60, initial(self._name), theme.font("heading", True), theme.color(ink), "middle")
