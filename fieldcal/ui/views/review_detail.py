"""One job in full at the right of the review: worst point, recalculation, replay, photos."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.models.review_detail import Detail
from fieldcal.ui.models.run_show import Scale
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.views.review_replay import ReplayCard
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.basic import Box, label, restyle
from fieldcal.ui.widgets.gauge import Gauge
from fieldcal.ui.widgets.paint import shown
from fieldcal.ui.widgets.record_table import RecordTable

THUMB, LOW = 72, 208
TOP, BOTTOM = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom


class WorstCard(Box):
    """The worst point as figure and gauge; the nearest to its limit where all is well. `pressed`: explain it."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__("card", 16, 4)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._caption, self._figure = label(role="caption", wrap=True), label(role="figure")
        self._unit = label(role="second")
        self._limits = label(role="second", wrap=True)
        self.gauge = Gauge()
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._figure)
        line.addWidget(self._unit, 0, BOTTOM)
        line.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self._caption)
        left.addLayout(line)
        left.addWidget(self._limits)
        row = QHBoxLayout()
        row.setSpacing(32)
        row.addLayout(left, 1)
        row.addWidget(self.gauge, 1)
        self.column.addLayout(row)

    def set(self, detail: Detail) -> None:
        scale = detail.scale
        self.setVisible(scale is not None and scale.value is not None)
        if scale is None or scale.value is None:
            return
        self._caption.setText(detail.caption)
        self._figure.setText(shown(scale.text))
        restyle(self._figure, role="figure_fail" if scale.kind == "fail" else "figure")
        self._unit.setText(scale.unit)
        limits = t("run.limits", limits=scale.limits)
        self._limits.setText(f"{limits} · {detail.over}" if detail.over else limits)
        self._set_gauge(scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def _set_gauge(self, scale: Scale) -> None:
        self.gauge.setVisible(scale.drawable())
        if scale.drawable() and scale.high is not None:
            self.gauge.set_limits(scale.low, scale.high, scale.unit)
            self.gauge.set_value(scale.value)


class RecordCard(Box):
    """The whole record, and what judging it again from disk gave."""

    def __init__(self) -> None:
        super().__init__("card", 0, 0)
        self._title, self._word = label(role="strong"), label(role="pass")
        self._shape = Badge("pass")
        self.table = RecordTable()
        head = QHBoxLayout()
        head.setContentsMargins(24, 10, 24, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._shape)
        self.column.addLayout(head)
        self.column.addWidget(self.table.heads)
        self.column.addWidget(self.table, 1)

    def set(self, detail: Detail) -> None:
        found = detail.recheck
        self._title.setText(t("review.recalculated"))
        if not found.record:
            self._shape.set("fail", t("review.record_bad"))
        elif found.differing:
            self._shape.set("fail", t("review.differs", count=len(found.differing)))
        else:
            self._shape.set("pass", t("review.matches", same=found.same, total=found.total))
        self.table.set_heads(t("review.point"), t("run.indication"), t("run.error"), t("review.limit"))
        self.table.set_rows(detail.lines, detail.first)


class PhotoCard(Box):
    """Small pictures of the evidence; a tap opens one."""

    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__("card", 16, 8)
        self._title, self._count, self._none = label(role="strong"), label(role="caption"), label(role="second")
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._count)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self.column.addLayout(head)
        self.column.addWidget(self._none)
        self.column.addLayout(self._row, 1)

    def set(self, pictures: list[tuple[QPixmap, str]]) -> None:
        clear(self._row)
        self._title.setText(t("review.photos"))
        self._count.setText(t("review.photo_count", count=len(pictures)) if pictures else "")
        self._none.setText(t("review.no_photos"))
        self._none.setVisible(not pictures)
        for at, (picture, caption) in enumerate(pictures[:3]):
            self._row.addWidget(_Thumb(picture, caption, lambda at=at: self.opened.emit(at)))
        self._row.addStretch(1)


class _Thumb(QLabel):
    def __init__(self, picture: QPixmap, caption: str, opened: Callable[[], object]) -> None:
        super().__init__()
        self._opened = opened
        size = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        self.setPixmap(picture.scaled(THUMB, THUMB, *size).copy(0, 0, THUMB, THUMB))
        self.setToolTip(caption)
        self.setAccessibleName(caption)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._opened()


class DetailView(QWidget):
    """Everything about the job in hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._second, self._signed = label(role="title"), label(role="second"), label(role="caption")
        for words in (self._title, self._second, self._signed):
            words.setMinimumWidth(60)
        self._badge = Badge(tall=True)
        self.worst, self.record, self.replay, self.photos = WorstCard(), RecordCard(), ReplayCard(), PhotoCard()
        words = QVBoxLayout()
        words.setSpacing(2)
        for part in (self._title, self._second, self._signed):
            words.addWidget(part)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self._badge, 0, TOP)
        low = QHBoxLayout()
        low.setSpacing(16)
        low.addWidget(self.replay, 3)
        low.addWidget(self.photos, 2)
        for card in (self.replay, self.photos):
            card.setMinimumHeight(LOW)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 10, 24, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.worst)
        column.addWidget(self.record, 1)
        column.addLayout(low)

    def set(self, detail: Detail, pictures: list[tuple[QPixmap, str]]) -> None:
        job = detail.job
        self._title.setText(f"{job.title}  {job.model}".rstrip())
        self._second.setText(detail.plate)
        self._signed.setText(detail.signatures)
        self._badge.set(job.kind if job.kind != "warn" or detail.recheck.total == 0 else "pass", detail.word)
        self.worst.set(detail)
        self.record.set(detail)
        self.replay.set(detail.played)
        self.photos.set(pictures)
