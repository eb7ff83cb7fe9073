"""The readings so far, legible from two metres; a struck one stays readable with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import Painted, box, cut, hairline, shown, two_lines, verdict, width, write

HEAD = 40
MARGIN = 24
FLASH_MS = 160


@dataclass(frozen=True)
class Row:
    """One reading as text, ready to show. `kind`: pass, fail, warn, current, pending, skipped.
    A struck row carries its reason and name."""

    load: str
    value: str = "–"
    error: str = "–"
    kind: str = "pending"
    struck: str = ""

    def high(self) -> int:
        if self.struck:
            return 72
        return {"current": 56, "pending": 40}.get(self.kind, 48)


class _Sheet(Painted):
    tapped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.heads: tuple[str, str, str] = ("", "", "")
        self.flashed: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def sizeHint(self) -> QSize:
        return QSize(288, HEAD + sum(row.high() for row in self.rows) + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def top(self, index: int) -> int:
        return HEAD + sum(row.high() for row in self.rows[:index])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        for index, row in enumerate(self.rows):
            if self.top(index) <= event.position().y() < self.top(index) + row.high():
                self.tapped.emit(index)

    def _columns(self) -> tuple[float, float, float, float]:
        """Right edges of load, value and error, left edge of the shape."""
        right = self.width() - MARGIN
        error = right - 40
        wide = right - MARGIN
        return MARGIN + wide * 0.16, MARGIN + wide * 0.535, error, right - 24

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        load, value, error, _ = self._columns()
        small = theme.font("caption")
        second = theme.color("text_second")
        first = cut(self.heads[0], small, (value - MARGIN) / 2)
        begins = max(load, MARGIN + write(painter, MARGIN, 18, first, small, second))
        for edge, before, text in ((value, begins, self.heads[1]), (error, value, self.heads[2])):
            write(painter, edge, 18, cut(text, small, edge - before - 12, left=True), small, second, "right")
        hairline(painter, MARGIN, self.width() - MARGIN, HEAD - 1)
        for index, row in enumerate(self.rows):
            self._paint_row(painter, theme, index, row)
        painter.end()

    def _paint_row(self, painter: QPainter, theme: Theme, index: int, row: Row) -> None:
        top, high = self.top(index), row.high()
        load, value, error, shape = self._columns()
        middle = top + (24 if row.struck else high / 2)
        current = row.kind == "current"
        fill, ink, second = theme.selection()
        if current:
            box(painter, QRectF(8, top + 2, self.width() - 16, high - 4), QColor(fill), None, 8)
        else:
            ink, second = theme.hex("text"), theme.hex("text_second")
            hairline(painter, MARGIN, self.width() - MARGIN, top + high - 1)
        if index == self.flashed:
            box(painter, QRectF(8, top, self.width() - 16, high), theme.color("accent_tint"), None, 8)
        waits = row.kind == "pending"
        font = theme.font("row" if not waits else "title", not (row.struck or waits))
        font = self._fitting(theme, font, row, load, value, error)
        tone = theme.hex("text_third") if row.struck else second if waits else ink
        self._load(painter, theme, row.load, (load, value - width(shown(row.value), font) - 12), middle, second)
        for right, text in ((value, shown(row.value)), (error, shown(row.error))):
            taken = write(painter, right, middle, text, font, tone, "right")
            if row.struck:
                painter.fillRect(QRectF(right - taken - 3, middle - 1, taken + 6, 2), theme.color("text_third"))
        kind = "skipped" if row.struck else row.kind
        verdict(painter, shape, middle, kind, 24 if not waits else 22, current and theme.filled)
        if row.struck:
            small = theme.font("caption")
            reason = cut(row.struck, small, self.width() - 2 * MARGIN)
            write(painter, MARGIN, top + 56, reason, small, theme.color("text_second"))

    def _load(
        self, painter: QPainter, theme: Theme, text: str, edges: tuple[float, float], middle: float, ink: str
    ) -> None:
        """A load ends where loads end; a name that is longer begins at the margin, in two lines if it has to."""
        for font in (theme.font(22), theme.font("body")):
            if width(text, font) <= edges[0] - MARGIN / 2:
                write(painter, edges[0], middle, text, font, ink, "right")
                return
        small, room = theme.font("caption"), edges[1] - MARGIN
        lines = two_lines(text, small, room)
        for at, part in enumerate(lines):
            write(painter, MARGIN, middle + (at - (len(lines) - 1) / 2) * 18, part, small, ink)

    def _fitting(self, theme: Theme, font: QFont, row: Row, load: float, value: float, error: float) -> QFont:
        """A figure may not run into its neighbour: then the whole row is set smaller."""
        need = max(
            width(shown(row.value), font) / max(1.0, value - load - 12),
            width(shown(row.error), font) / max(1.0, error - value - 12),
        )
        return font if need <= 1 else theme.font(max(16, int(font.pixelSize() / need)), font.bold())


class ReadingsTable(QScrollArea):
    """`set_rows` shows them and keeps the row in hand in sight; `flash` marks a captured one once."""

    tapped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = _Sheet()
        self._sheet.setProperty("area", "flow")
        self._sheet.tapped.connect(self.tapped)
        self.setWidget(self._sheet)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: self._mark(None))

    def set_heads(self, load: str, value: str, error: str) -> None:
        self._sheet.heads = (load, value, error)
        self._sheet.update()

    def set_rows(self, rows: Sequence[Row]) -> None:
        self._sheet.rows = [*rows]
        self._sheet.updateGeometry()
        self._sheet.update()
        hand = next((index for index, row in enumerate(rows) if row.kind == "current"), None)
        if hand is not None:
            self.ensureVisible(0, self._sheet.top(hand) + 28, 0, 84)

    def rows(self) -> list[Row]:
        return self._sheet.rows

    def flash(self, index: int) -> None:
        self._mark(index)
        self._timer.start(FLASH_MS)

    def _mark(self, index: int | None) -> None:
        self._sheet.flashed = index
        self._sheet.update()
