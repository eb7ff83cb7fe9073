"""The queue of a supervisor: jobs that need a look as cards, clean ones as rows, in one list for the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt, Signal
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

from fieldcal.ui import icons
from fieldcal.ui.i18n import t
from fieldcal.ui.models.review import Job
from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import WORD, box, cut, hairline, verdict, width, write
from fieldcal.ui.widgets.rows import DATA, Index, RowModel

CARD, ROW, TITLE, GAP = 104, 44, 44, 8


@dataclass(frozen=True)
class Title:
    text: str
    count: int


Entry = Title | Job


class _Model(RowModel):
    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.rows[index.row()], Title):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def spoken(self, row: Entry) -> str:
        return row.text if isinstance(row, Title) else f"{row.title} {row.why}"


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry: Entry = index.data(DATA)
        high = TITLE if isinstance(entry, Title) else ROW if entry.clean else CARD + GAP
        return QSize(200, high)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry | None = index.data(DATA)
        if entry is None:
            return
        area = QRect(option.rect)  # type: ignore[attr-defined]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(area.topLeft())
        if isinstance(entry, Title):
            _title(painter, entry, area.width())
        elif entry.clean:
            _row(painter, entry, area.width(), chosen)
        else:
            _card(painter, entry, area.width(), chosen)
        painter.restore()


def _title(painter: QPainter, entry: Title, wide: int) -> None:
    theme = Theme.current()
    strong = theme.font("body", True)
    write(painter, 0, TITLE / 2, entry.text, strong, theme.color("text"))
    write(painter, wide, TITLE / 2, str(entry.count), strong, theme.color("text"), "right")


def _inks(theme: Theme, chosen: bool) -> tuple[str, str, bool]:
    _, ink, second = theme.selection()
    if not chosen:
        ink, second = theme.hex("text"), theme.hex("text_second")
    return ink, second, chosen and theme.filled


def _card(painter: QPainter, job: Job, wide: int, chosen: bool) -> None:
    theme = Theme.current()
    ink, second, block = _inks(theme, chosen)
    fill = QColor(theme.selection()[0]) if chosen else theme.color("surface")
    edge = theme.color("accent" if chosen else "line")
    box(painter, QRectF(1, 1, wide - 2, CARD - 2), fill, edge, 12, 2 if chosen else theme.hairline)
    verdict(painter, 18, 28, job.kind, 22, block)
    left, right, strong, body = 54, wide - 44, theme.font("body", True), theme.font("body")
    title = f"{job.title}  {job.model}".rstrip()
    write(painter, left, 27, cut(title, strong, right - left), strong, ink)
    write(painter, left, 54, cut(job.why, body, wide - 16 - left), body, ink)
    small = theme.font("caption")
    by = t("review.by", person=job.by, time=job.at, document=job.document)
    write(painter, left, 80, cut(by, small, wide - 16 - left), small, second)
    icons.draw(painter, "chevron", QRectF(wide - 36, 17, 20, 20), second, theme.hex("surface"))


def _row(painter: QPainter, job: Job, wide: int, chosen: bool) -> None:
    theme = Theme.current()
    ink, second, block = _inks(theme, chosen)
    if chosen:
        box(painter, QRectF(0, 2, wide, ROW - 4), QColor(theme.selection()[0]), None, 8)
    else:
        hairline(painter, 0, wide, ROW - 1)
    middle, body, strong = ROW / 2, theme.font("body"), theme.font("body", True)
    verdict(painter, 4, middle, job.kind, 20, block)
    right = wide - 8.0
    right -= write(painter, right, middle, job.at, body, second, "right") + 20
    word = t(f"verdict.{job.kind}")
    tone = ink if block else theme.hex(WORD[job.kind])
    right -= write(painter, right, middle, word, strong, tone, "right") + 20
    left = 36.0
    title = cut(job.title, body, right - left)
    write(painter, left, middle, title, body, ink)
    left = max(left + width(title, body) + 20, 136.0)
    write(painter, left, middle, cut(job.model, body, right - left), body, second)


class JobList(QListView):
    """`chosen` carries the run in hand; `opened` a tap twice or Enter in the list."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = _Model(self)
        self.setModel(self._entries)
        self.setItemDelegate(_Delegate(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("area", "flow")
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.selectionModel().currentChanged.connect(self._current)

    def set_jobs(self, jobs: Sequence[Job], look: str, clean: str) -> None:
        """Keeps the choice by run; without one the first job is chosen."""
        before = self.choice()
        parts: list[Entry] = []
        for title, some in ((look, [j for j in jobs if not j.clean]), (clean, [j for j in jobs if j.clean])):
            parts += [Title(title, len(some)), *some] if some else []
        self.selectionModel().blockSignals(True)
        self._entries.set_rows(parts)
        self.selectionModel().blockSignals(False)
        known = [job.run for job in jobs]
        if known:
            self.choose(before if before in known else next(e.run for e in parts if isinstance(e, Job)))

    def choice(self) -> str | None:
        index = self.currentIndex()
        entry = self._entries.rows[index.row()] if index.isValid() else None
        return entry.run if isinstance(entry, Job) else None

    def choose(self, run: str) -> None:
        for at, entry in enumerate(self._entries.rows):
            if isinstance(entry, Job) and entry.run == run:
                self.setCurrentIndex(self._entries.index(at))

    def jobs(self) -> list[Job]:
        return [entry for entry in self._entries.rows if isinstance(entry, Job)]

    def _current(self, now: QModelIndex) -> None:
        entry = self._entries.rows[now.row()] if now.isValid() else None
        if isinstance(entry, Job):
            self.chosen.emit(entry.run)
