"""A whole record to read through: items as titles, points and answers under them, struck ones still readable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import WORD, Painted, box, cut, hairline, shown, verdict, write

HEAD, HIGH, NOTED, TITLE, MARGIN, SHAPE = 32, 36, 60, 44, 24, 18
PARTS = (0.44, 0.64, 0.86)  # right edges of value, error and limit, as shares of the room before the shape


@dataclass(frozen=True)
class RecordRow:
    """An item (`head`), one of its points, a struck attempt (`note` says why), or an answer."""

    text: str
    value: str = ""
    error: str = ""
    limit: str = ""
    kind: str = ""
    note: str = ""
    head: bool = False
    struck: bool = False
    at: Any = None  # what a tap on it asks for; None: nothing

    def high(self) -> int:
        if self.head:
            return TITLE
        return NOTED if self.note else HIGH


class _Sheet(Painted):
    tapped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[RecordRow] = []
        self.marked = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def sizeHint(self) -> QSize:
        return QSize(300, sum(row.high() for row in self.rows) + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        top, place = 0, event.position().y()
        for row in self.rows:
            top += row.high()
            if place < top:
                if row.at is not None and event.button() == Qt.MouseButton.LeftButton:
                    self.tapped.emit(row.at)
                return

    def top(self, index: int) -> int:
        return sum(row.high() for row in self.rows[:index])

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        top = 0
        for index, row in enumerate(self.rows):
            if event.rect().top() <= top + row.high() and top <= event.rect().bottom():
                self._row(painter, theme, row, top, index == self.marked)
            top += row.high()
        painter.end()

    def _row(self, painter: QPainter, theme: Theme, row: RecordRow, top: int, marked: bool) -> None:
        right = self.width() - MARGIN
        fill, ink, second = theme.selection()
        if marked:
            box(painter, QRectF(8, top + 2, self.width() - 16, row.high() - 4), QColor(fill), None, 8)
        else:
            ink, second = theme.hex("text"), theme.hex("text_second")
            hairline(painter, MARGIN, right, top + row.high() - 1)
        if row.head:
            self._title(painter, theme, row, top + row.high() / 2, (ink, second), marked and theme.filled)
            return
        self._cells(painter, theme, row, top + HIGH / 2, (ink, second), marked and theme.filled)
        if row.note:
            small = theme.font("caption")
            write(painter, MARGIN, top + 46, cut(row.note, small, right - MARGIN), small, second)

    def _title(
        self, painter: QPainter, theme: Theme, row: RecordRow, middle: float, inks: tuple[str, str], block: bool
    ) -> None:
        strong, right = theme.font("body", True), self.width() - MARGIN
        verdict(painter, MARGIN, middle, row.kind, 20, block)
        tone = inks[0] if block else theme.hex(WORD[row.kind])
        taken = write(painter, right, middle, row.limit, strong, tone, "right")
        left = MARGIN + 32
        left += write(painter, left, middle, cut(row.text, strong, right - taken - left - 16), strong, inks[0]) + 20
        small = theme.font("caption")
        write(painter, left, middle, cut(row.note, small, right - taken - 16 - left), small, inks[1])

    def _cells(
        self, painter: QPainter, theme: Theme, row: RecordRow, middle: float, inks: tuple[str, str], block: bool
    ) -> None:
        body, strong = theme.font("body"), theme.font("body", True)
        room = self.width() - 2 * MARGIN - 32
        edges = [MARGIN + room * part for part in PARTS]
        verdict(painter, self.width() - MARGIN - SHAPE, middle, row.kind, SHAPE, block)
        ink = theme.hex("text_third") if row.struck else inks[0]
        bad = row.kind in ("fail", "warn") and not block
        tone = theme.hex(WORD[row.kind]) if bad else ink
        if not row.value and not row.error:
            wide = write(painter, MARGIN + room, middle, row.limit, body, tone, "right")
            write(painter, MARGIN, middle, cut(row.text, body, room - wide - 16), body, ink)
            return
        space = edges[0] - MARGIN - 120 if row.value else edges[1] - MARGIN - 120
        write(painter, MARGIN, middle, cut(row.text, body, space), body, inks[1])
        for edge, text, font, color in (
            (edges[0], row.value, strong, ink),
            (edges[1], row.error, strong, tone),
            (edges[2], row.limit, body, inks[1]),
        ):
            wide = write(painter, edge, middle, shown(text), font, color, "right")
            if row.struck and text:
                painter.fillRect(QRectF(edge - wide - 3, middle - 1, wide + 6, 2), theme.color("text_third"))


class _Heads(Painted):
    """As wide as what scrolls under it, so that titles and figures end at one edge."""

    def __init__(self, table: QScrollArea) -> None:
        super().__init__()
        self._table = table
        self.words: tuple[str, str, str, str] = ("", "", "", "")
        self.setFixedHeight(HEAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        small, second = theme.font("caption"), theme.color("text_second")
        room = self._table.viewport().width() - 2 * MARGIN - 32
        write(painter, MARGIN, HEAD / 2, self.words[0], small, second)
        for part, word in zip(PARTS, self.words[1:], strict=True):
            write(painter, MARGIN + room * part, HEAD / 2, word, small, second, "right")
        hairline(painter, MARGIN, self.width() - MARGIN, HEAD - 1)
        painter.end()


class RecordTable(QScrollArea):
    """`heads` is a strip to put above it, so that the titles of the columns stay. `tapped` carries a row's `at`."""

    tapped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heads, self._sheet = _Heads(self), _Sheet()
        self._sheet.setProperty("area", "flow")
        self._sheet.tapped.connect(self.tapped)
        self.setWidget(self._sheet)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def set_heads(self, text: str, value: str, error: str, limit: str) -> None:
        self.heads.words = (text, value, error, limit)
        self.heads.update()

    def set_rows(self, rows: Sequence[RecordRow], first: int = 0) -> None:
        """`first` is the row to stand on top."""
        self._sheet.rows, self._sheet.marked = [*rows], -1
        self._sheet.updateGeometry()
        self._sheet.update()
        top = self._sheet.top(first)
        QTimer.singleShot(0, self, lambda: self.verticalScrollBar().setValue(top))  # its range is known after layout

    def rows(self) -> list[RecordRow]:
        return self._sheet.rows

    def turn(self, pages: int) -> None:
        """A page down or up."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())
