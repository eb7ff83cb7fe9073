"""The steps of a run: shape, name, word; the one in hand is larger and tinted."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import WORD, Painted, box, two_lines, verdict, width, write


@dataclass(frozen=True)
class Step:
    """`kind` is a verdict kind; without a word the usual one is shown."""

    id: str
    name: str
    kind: str = "pending"
    word: str = ""


class StepItem(QAbstractButton):
    brush = Painted.brush

    def __init__(self, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = step
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("own_focus", True)
        self._tabbed = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_step(step)

    def set_step(self, step: Step) -> None:
        self.step = step
        self.setAccessibleName(f"{step.name}, {self.word()}")
        self.setToolTip(step.name)
        self.updateGeometry()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._tabbed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def word(self) -> str:
        return self.step.word or t(f"verdict.{self.step.kind}")

    def sizeHint(self) -> QSize:
        return QSize(160, 56 if self.step.kind == "current" else 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        kind, middle = self.step.kind, self.height() / 2
        current = kind == "current"
        fill, ink, _ = theme.selection()
        area = QRectF(8, 2, self.width() - 16, self.height() - 4)
        if current:
            box(painter, area, QColor(fill), None, 8)
        elif self.isDown() or self.underMouse():
            box(painter, area, theme.color("sunken"), None, 8)
        block = current and theme.filled
        verdict(painter, 20, middle, kind, 24, block)
        waits = kind in ("pending", "skipped")
        strong = theme.font("body" if current else "caption", not waits)
        tone = theme.hex("on_accent") if block else theme.hex(WORD[kind])
        right = self.width() - 24
        word = self.word() if current or self.has_room(width(self.word(), strong)) else ""
        taken = write(painter, right, middle, word, strong, tone, "right")
        if not current:
            ink = theme.hex("text_second" if waits else "text")
        self._name(painter, theme, right - taken - 60, ink)
        if self._tabbed and self.hasFocus():
            box(painter, area, None, theme.color("accent"), 8, 2)
        painter.end()

    def has_room(self, taken: float) -> bool:
        """Whether no word of the name has to be broken beside a word `taken` px wide; the shape says the same."""
        room, font = self.width() - 24 - taken - 60, Theme.current().font("caption")
        return not self.step.name.isascii() or all(width(part, font) <= room for part in self.step.name.split())

    def _name(self, painter: QPainter, theme: Theme, room: float, ink: str) -> None:
        current = self.step.kind == "current"
        font = theme.font("body", current)
        lines = two_lines(self.step.name, font, room)
        if len(lines) == 2:
            font = theme.font("caption", current)
            lines = two_lines(self.step.name, font, room)
        first = self.height() / 2 - 9 * (len(lines) - 1)
        for at, words in enumerate(lines):
            write(painter, 52, first + 18 * at, words, font, ink)


class StepRail(QScrollArea):
    """Emits `chosen` with the id of a tapped step."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        flow = QWidget()
        flow.setProperty("area", "flow")
        self._column = QVBoxLayout(flow)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(flow)
        self.items: list[StepItem] = []

    def set_steps(self, steps: Sequence[Step]) -> None:
        while len(self.items) > len(steps):
            item = self.items.pop()
            self._column.removeWidget(item)
            item.hide()
            item.deleteLater()
        while len(self.items) < len(steps):
            item = StepItem(steps[len(self.items)])
            item.clicked.connect(lambda _on=False, item=item: self.chosen.emit(item.step.id))
            self._column.insertWidget(self._column.count() - 1, item)
            self.items.append(item)
        for item, step in zip(self.items, steps, strict=True):
            item.set_step(step)
            if step.kind == "current":
                self.ensureWidgetVisible(item, 0, 60)


def narrowest(steps: Sequence[Step]) -> int:
    """Width in px at which no name is cut."""
    font = Theme.current().font("body")
    return max((round(width(step.name, font)) for step in steps), default=0) + 140
