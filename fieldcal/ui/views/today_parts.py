"""Parts of Today: the strip of health checks and one stop of the route."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.models import today_health
from fieldcal.ui.theme import Theme
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.paint import Painted, box, cut, write
from fieldcal.ui.widgets.shape import Shape

if TYPE_CHECKING:
    from fieldcal.services.app import Health, SiteSummary

HIGH = 80
DISC, CARD_LEFT, COUNT = 40, 56, 76


class Preflight(Box):
    """Bad checks above and wide, with what to do; good ones narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", 0, 0, parent)
        self.setMinimumHeight(HIGH)
        self._bad, self._good = QHBoxLayout(), QHBoxLayout()
        for row in (self._bad, self._good):
            row.setContentsMargins(1, 1, 1, 1)
            row.setSpacing(0)
            self.column.addLayout(row)

    def set(self, health: Sequence[Health]) -> None:
        for row in (self._bad, self._good):
            clear(row)
        for item in health:
            row, made = (self._good, _good(item)) if item.ok else (self._bad, _bad(item))
            row.addWidget(made, 1)


def _bad(item: Health) -> Box:
    made = Box("fail", 0, 0)
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(label(today_health.fault(item), "fail", wrap=True))
    words.addWidget(label(today_health.remedy(item), wrap=True))
    row = QHBoxLayout()
    row.setContentsMargins(20, 8, 16, 8)
    row.setSpacing(12)
    row.addWidget(Shape("fail"))
    row.addLayout(words, 1)
    made.column.addLayout(row)
    return made


def _good(item: Health) -> QWidget:
    made = QWidget()
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(Shape("pass", 20))
    head.addWidget(label(t(f"today.{item.id}"), "caption"), 1)
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 12, 8, 12)
    column.setSpacing(4)
    column.addLayout(head)
    column.addWidget(label(today_health.value(item), "strong"))
    return made


class Stop(QAbstractButton):
    """A numbered disc on the line of the route, and the site's card with its counts."""

    brush = Painted.brush

    def __init__(self, number: int, found: SiteSummary, last: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number, self.found, self.last, self.current = number, found, last, False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{number}. {found.site.name}")

    def sizeHint(self) -> QSize:
        return QSize(480, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        self._disc(painter, theme)
        chosen = self.isChecked()
        card = QRectF(CARD_LEFT, 0, self.width() - CARD_LEFT, 128)
        over = self.isDown() or self.underMouse()
        fill = theme.color("sunken" if over else "surface")
        edge = theme.color("accent" if chosen else "line")
        box(painter, card, fill, edge, 12, max(2, theme.hairline) if chosen else theme.hairline)
        room = self.width() - CARD_LEFT - 48 - 3 * COUNT - 16
        site, left = self.found.site, CARD_LEFT + 24
        title, body = theme.font("title", True), theme.font("body")
        write(painter, left, 33, cut(site.name, title, room), title, theme.color("text"))
        second = theme.color("text_second")
        write(painter, left, 65, cut(t("today.count", count=self.found.total), body, room), body, second)
        write(painter, left, 95, cut(site.address, body, room), body, second)
        self._counts(painter, theme)
        painter.end()

    def _disc(self, painter: QPainter, theme: Theme) -> None:
        if not self.last:
            painter.fillRect(QRectF(DISC / 2 - 1, 64, 2, self.height() - 40), theme.color("line"))
        if self.number > 1:
            painter.fillRect(QRectF(DISC / 2 - 1, 0, 2, 24), theme.color("line"))
        filled = self.isChecked()
        fill = theme.color("accent" if filled else "surface")
        edge = theme.color("accent" if filled else "edge")
        box(painter, QRectF(0, 24, DISC, DISC), fill, edge, DISC / 2 - 1, 1.5)
        ink = theme.color("on_accent" if filled else "text_second")
        write(painter, DISC / 2, 24 + DISC / 2, str(self.number), theme.font("body", True), ink, "middle")

    def _counts(self, painter: QPainter, theme: Theme) -> None:
        right = self.width() - 24
        parts = (("due", self.found.due), ("left", self.found.left), ("done", self.found.done))
        for at, (name, count) in enumerate(parts):
            x = right - at * COUNT
            ink = theme.color("text" if count else "text_second")
            write(painter, x, 43, str(count), theme.font("row", True), ink, "right")
            caption = theme.font("caption")
            write(painter, x, 78, t(f"today.{name}"), caption, theme.color("text_second"), "right")
        bar = QRectF(right - 2 * COUNT - 48, 104, 2 * COUNT + 48, 6)
        box(painter, bar, theme.color("line"), None, 3)
        if self.found.total and self.found.done:
            part = QRectF(bar)
            part.setWidth(max(6.0, bar.width() * self.found.done / self.found.total))
            box(painter, part, QColor(theme.hex("accent")), None, 3)
