"""Rows of lists: verdict shape, title, second line, something at the right. Drawn by one delegate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QScroller,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import WORD, box, cut, hairline, verdict, write

DATA = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class ListRow:
    """One row as text. `kind` draws a verdict shape, `word` stands beside `right` in its colour."""

    id: str
    title: str
    second: str = ""
    right: str = ""
    kind: str = ""
    word: str = ""


class RowDelegate(QStyledItemDelegate):
    """40, 48 or 64 px: two lines in 64, title and second beside each other in the others."""

    def __init__(self, high: int = 64, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.high = high

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, self.high)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ListRow | None = index.data(DATA)
        if row is None:
            return
        theme, area = Theme.current(), QRect(option.rect)  # type: ignore[attr-defined]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(area.topLeft())
        if chosen:
            box(painter, QRectF(0, 2, area.width(), self.high - 4), QColor(theme.selection()[0]), None, 8)
        else:
            hairline(painter, 0, area.width(), self.high - 1)
        self._words(painter, theme, row, area.width(), chosen)
        painter.restore()

    def _words(self, painter: QPainter, theme: Theme, row: ListRow, wide: int, chosen: bool) -> None:
        _, ink, second = theme.selection()
        if not chosen:
            ink, second = theme.hex("text"), theme.hex("text_second")
        block = chosen and theme.filled
        middle, left, right = self.high / 2, 12.0, wide - 12.0
        if row.kind:
            verdict(painter, left, middle, row.kind, 20, block)
            left += 32
        body, strong, small = theme.font("body"), theme.font("body", True), theme.font("caption")
        if row.right:
            right -= write(painter, right, middle, row.right, body, second, "right") + 16
        if row.word:
            tone = ink if block or not row.kind else theme.hex(WORD[row.kind])
            right -= write(painter, right, middle, row.word, strong, tone, "right") + 16
        room = right - left
        if self.high >= 64 and row.second:
            write(painter, left, middle - 12, cut(row.title, strong, room), strong, ink)
            write(painter, left, middle + 13, cut(row.second, small, room), small, second)
            return
        taken = write(painter, left, middle, cut(row.title, body, room), body, ink)
        if row.second and room - taken > 48:
            write(painter, left + taken + 24, middle, cut(row.second, body, room - taken - 24), body, second)


class RowModel(QAbstractListModel):
    """Rows of one kind, handed to the delegate as they are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Any] = []

    def set_rows(self, rows: Sequence[Any]) -> None:
        self.beginResetModel()
        self.rows = [*rows]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        row = self.rows[index.row()]
        if role == DATA:
            return row
        return self.spoken(row) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def spoken(self, row: Any) -> str:
        """For a screen reader."""
        return f"{row.title} {row.second}"


class RowList(QListView):
    """A list of `ListRow`; keeps the choice by id when the rows change."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, high: int = 64, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = RowModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(RowDelegate(high, self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.selectionModel().currentChanged.connect(self._current)
        self.activated.connect(lambda index: self.opened.emit(self._rows.rows[index.row()].id))

    def set_rows(self, rows: Sequence[ListRow]) -> None:
        before = self.choice()
        self.selectionModel().blockSignals(True)
        self._rows.set_rows(rows)
        self.selectionModel().blockSignals(False)
        if before:
            self.choose(before)

    def choice(self) -> str | None:
        index = self.currentIndex()
        return self._rows.rows[index.row()].id if index.isValid() else None

    def choose(self, name: str) -> None:
        for at, row in enumerate(self._rows.rows):
            if row.id == name:
                self.setCurrentIndex(self._rows.index(at))

    def _current(self, now: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(self._rows.rows[now.row()].id)
