"""Cards in the middle of the Run page: gauge, question, clock, and what stands at the end."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.models.run_show import Scale
from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.basic import Card, label, restyle
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.gauge import Gauge
from fieldcal.ui.widgets.paint import Painted, figure, write
from fieldcal.ui.widgets.ring import ring
from fieldcal.ui.widgets.rows import ListRow, RowList

VERDICTS = ("pass", "fail", "warn")


class Figure(QWidget):
    """A large value with its smaller unit, in the colour of its verdict."""

    def __init__(self) -> None:
        super().__init__()
        self._value, self._unit = label(role="figure"), label(role="second")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._value)
        row.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)

    def set(self, value: str, unit: str, kind: str = "") -> None:
        self._value.setText(value)
        self._unit.setText(unit)
        restyle(self._value, role=f"figure_{kind}" if kind in VERDICTS else "figure")


class GaugeCard(Card):
    """Error, verdict and limit band of the row in hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", 0, 0, parent)
        self._caption, self._figure = label(role="caption"), Figure()
        self._drawable, self._compact = False, False
        self.badge, self._limits, self.gauge = Badge(), label(role="caption"), Gauge()
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._caption)
        left.addWidget(self._figure)
        right.setSpacing(6)
        right.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignRight)
        right.addWidget(self._limits, 0, Qt.AlignmentFlag.AlignRight)
        top = QHBoxLayout()
        top.addLayout(left, 1)
        top.addLayout(right)
        self.column.setContentsMargins(24, 14, 24, 10)
        self.column.setSpacing(10)
        self.column.addLayout(top)
        self.column.addWidget(self.gauge)

    def set_compact(self, compact: bool) -> None:
        """Where the page is full the band is left out."""
        self._compact = compact
        self.gauge.setVisible(self._drawable and not compact)

    def set_scale(self, scale: Scale | None, final: bool = False) -> None:
        """Before a row is judged the band stands without a marker; `final` says the verdict itself."""
        self.setVisible(scale is not None)
        if scale is None:
            return
        self._caption.setText(scale.caption)
        self._figure.set(scale.text, scale.unit if scale.value is not None else "", scale.kind)
        words = {"pass": "run.inside", "fail": "run.outside"}
        if final or scale.kind not in words:
            self.badge.set(scale.kind or "pending")
        else:
            self.badge.set(scale.kind, t(words[scale.kind]))
        self._limits.setText(t("run.limits", limits=scale.limits) if scale.limits else "")
        self._drawable = scale.drawable()
        self.gauge.setVisible(self._drawable and not self._compact)
        if scale.drawable() and scale.high is not None:
            self.gauge.set_limits(scale.low, scale.high, scale.unit)
            self.gauge.set_value(scale.value)


class QuestionCard(Card):
    """One line of a checklist and four answers for gloved fingers; the keys 1 to 4 give them too."""

    answered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("live", 24, 16, parent)
        self.text, self.note = label(role="title", wrap=True), label(role="caption", wrap=True)
        self.text.setMinimumHeight(72)
        grid = QGridLayout()
        grid.setSpacing(12)
        self.buttons: dict[str, Button] = {}
        for at, name in enumerate(("pass", "fail", "na", "suspect")):
            button = Button("", "danger" if name == "suspect" else "secondary")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(72)
            button.clicked.connect(lambda _on=False, name=name: self.answered.emit(name))
            self.buttons[name] = button
            grid.addWidget(button, at // 2, at % 2)
        self.column.addWidget(self.text)
        self.column.addLayout(grid)
        self.column.addWidget(self.note)

    def set_question(self, text: str, na: bool, note: str) -> None:
        self.text.setText(text)
        self.note.setText(note)
        for at, (name, button) in enumerate(self.buttons.items()):
            button.setText(f"{at + 1}   {t(f'run.answer.{name}')}")
        self.buttons["na"].setEnabled(na)


class _Clock(Painted):
    """Seconds in a ring that closes at the shortest time the regulation allows."""

    def __init__(self) -> None:
        super().__init__()
        self.elapsed, self.minimum = Decimal(0), Decimal(0)
        self.setFixedHeight(176)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        part = float(self.elapsed / self.minimum) if self.minimum else 1.0
        middle = self.width() / 2
        ring(painter, (middle, 88), 168, min(part, 1.0), 12)
        inks = theme.color("text"), theme.color("text_second")
        figure(painter, middle + 62, 80, f"{self.elapsed}", "s", theme.font("in_hand", True), inks, 0.5)
        left = max(Decimal(0), self.minimum - self.elapsed)
        words = t("run.seconds_left", seconds=left) if left else t("run.long_enough")
        write(painter, middle, 116, words, theme.font("caption"), theme.color("text_second"), "middle")
        painter.end()


class TimerCard(Card):
    """Start and stop of a timed column; stop works only after the shortest time."""

    start, stop = Signal(), Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("live", 24, 16, parent)
        self.clock, self.button = _Clock(), Button("", "secondary")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self._press)
        self.column.addWidget(self.clock)
        self.column.addWidget(self.button)
        self.running = False

    def set_time(self, found: tuple[Decimal, Decimal] | None) -> None:
        self.running = found is not None
        self.clock.elapsed, self.clock.minimum = found or (Decimal(0), Decimal(0))
        self.clock.update()
        self.button.setText(t("run.timer_stop" if self.running else "run.timer_start"))
        self.button.setEnabled(found is None or found[0] >= found[1])

    def _press(self) -> None:
        (self.stop if self.running else self.start).emit()


class FinishCard(Card):
    """Nothing is due any more: the verdict, and every item with its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("live", 24, 12, parent)
        self._title, self._text, self.badge = label(role="title", wrap=True), label(role="second", wrap=True), Badge()
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.badge)
        self.items = RowList(40)
        self.column.addLayout(head)
        self.column.addWidget(self._text)
        self.column.addWidget(self.items, 1)

    def set(self, title: str, text: str, kind: str, word: str, rows: Sequence[ListRow]) -> None:
        self._title.setText(title)
        self._text.setText(text)
        restyle(self._text, role="second")
        self.badge.set(kind, word)
        self.items.set_rows(rows)
