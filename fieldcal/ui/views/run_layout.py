"""The three columns of the Run page: steps, the one thing to do, readings so far."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.views.run_cards import FinishCard, GaugeCard, QuestionCard, TimerCard
from fieldcal.ui.views.run_facts import FactsCard
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import label, restyle
from fieldcal.ui.widgets.explain_panel import ExplainPanel
from fieldcal.ui.widgets.number_field import NumberField
from fieldcal.ui.widgets.number_pad import NumberPad
from fieldcal.ui.widgets.pips import Pips
from fieldcal.ui.widgets.reading_display import ReadingDisplay
from fieldcal.ui.widgets.readings_table import ReadingsTable
from fieldcal.ui.widgets.rows import RowList
from fieldcal.ui.widgets.shape import Icon
from fieldcal.ui.widgets.step_rail import StepRail

WIDE, NARROW = (272, 376), (192, 288)


class Columns(QWidget):
    """Only parts and places; what they show is the page's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.second, self.third = (
            label(role="strong", wrap=True),
            label(role="caption"),
            label(role="caption"),
        )
        self.unofficial = Badge()
        self.unofficial.hide()
        self.steps = StepRail()
        self.phase, self.count, self.pips = label(role="second"), label(role="second"), Pips()
        self.instruction, self.help = label(role="heading", wrap=True), label(role="second", wrap=True)
        self.lay = label(role="strong", wrap=True)
        self.banner, self.refusal, self.hint = Banner("fail"), Banner("warn"), Banner("info")
        self.hint.hide()
        self.live, self.facts, self.gauge = ReadingDisplay(), FactsCard(), GaugeCard()
        self.question, self.timer, self.finish = QuestionCard(), TimerCard(), FinishCard()
        self.readings_title, self.saved = label(role="title"), label(role="caption_strong")
        self.readings, self.answers, self.explain = ReadingsTable(), RowList(48), ExplainPanel()
        self._hinted = ("", "")
        self.pad = NumberPad(slim=True)
        self.pad.hide()
        self.facts.touched.connect(self._touched)
        self.right = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._left, self._right = self._make_left(), self._make_right()
        row.addWidget(self._left)
        row.addLayout(self._make_middle(), 1)
        row.addWidget(self._right)

    def set_hint(self, title: str, todo: str) -> None:
        """Advice that stands until it is followed, in the place of the general help; no title takes it away."""
        if title == self._hinted[0] and todo == self._hinted[1]:
            return
        self._hinted = (title, todo)
        self.hint.set(title, todo)
        self.hint.setVisible(bool(title))
        self.fit()

    def fit(self) -> None:
        """Where the page is full, first the band goes, then the size of the instruction, the help, the proof under
        the reading and the size of the instruction again; what is still too much of the facts is scrolled to."""
        self.facts.lack(0)
        over = 0
        for level in range(6):
            self.gauge.set_compact(level > 0)
            role = "strong" if level > 4 else "title" if level > 1 else "heading"
            if self.instruction.property("role") != role:
                restyle(self.instruction, role=role)
            self.help.setVisible(level < 3 and bool(self.help.text()) and not self._hinted[0])
            self.live.set_short(level > 3)
            if (over := self._needed() - self.height()) <= 0:
                return
        self.facts.lack(over)

    def _needed(self) -> int:
        for part in (self.instruction, self.lay, self.help, self.live, self.facts, self.gauge):
            part.updateGeometry()  # what was hidden a moment ago is still counted otherwise
        self._middle.invalidate()
        return self._middle.minimumHeightForWidth(self.width() - self._left.width() - self._right.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            QTimer.singleShot(0, self, self.fit)  # the parts have their new sizes then

    def set_narrow(self, narrow: bool) -> None:
        left, right = NARROW if narrow else WIDE
        self._left.setFixedWidth(left)
        self._right.setFixedWidth(right)
        self._middle.setContentsMargins(*((16, 16, 16, 16) if narrow else (24, 20, 24, 20)))
        self.phase.setVisible(not narrow)

    def _touched(self, field: NumberField | None) -> None:
        """Who came with a finger gets keys for fingers, in place of the explanation."""
        self.pad.attach(field)
        self.pad.setVisible(field is not None)
        self.explain.setVisible(field is None)

    def _make_left(self) -> QWidget:
        side = _surface()
        words = QVBoxLayout()
        words.setContentsMargins(24, 20, 16, 8)
        words.setSpacing(4)
        for part in (self.unofficial, self.title, self.second, self.third):
            words.addWidget(part)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(words)
        column.addWidget(self.steps, 1)
        return side

    def _make_middle(self) -> QVBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.phase)
        top.addStretch(1)
        top.addWidget(self.pips)
        top.addWidget(self.count)
        self._middle = QVBoxLayout()
        self._middle.setSpacing(8)
        self._middle.addLayout(top)
        for part in (self.instruction, self.lay, self.help, self.banner, self.refusal, self.hint):
            self._middle.addWidget(part)
        self._middle.addSpacing(4)
        for part in (self.question, self.timer, self.live, self.facts, self.gauge):
            self._middle.addWidget(part)
        self._middle.addWidget(self.finish, 8)
        self._middle.addStretch(1)
        return self._middle

    def _make_right(self) -> QWidget:
        side = _surface()
        head = QHBoxLayout()
        head.setContentsMargins(24, 20, 24, 4)
        head.addWidget(self.readings_title, 1)
        head.addWidget(Icon("disk", 16))
        head.addWidget(self.saved)
        self.right.addWidget(self.readings)
        self.right.addWidget(self.answers)
        foot = QVBoxLayout()
        foot.setContentsMargins(24, 12, 24, 24)
        foot.addWidget(self.explain)
        foot.addWidget(self.pad)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.right, 1)
        column.addLayout(foot)
        return side


def _surface() -> QWidget:
    made = QWidget()
    made.setProperty("area", "surface")
    made.setAutoFillBackground(True)
    made.setPalette(Theme.current().palette())
    return made
