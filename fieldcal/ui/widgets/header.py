"""The header: where one is at the left; device, delivery, clock and person at the right."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from fieldcal.services.local import LOCAL
from fieldcal.ui import icons
from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.basic import divider, label
from fieldcal.ui.widgets.paint import TINT, WORD, Painted, box, cut, width, write
from fieldcal.ui.widgets.people_tile import initial
from fieldcal.ui.widgets.shape import Icon


class Trail(Painted):
    """The breadcrumb: the last part is strong, what does not fit is cut at its end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set(self, parts: Sequence[str]) -> None:
        self.parts = [*parts]
        self.setAccessibleName(" / ".join(parts))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        x, middle = 0.0, self.height() / 2
        for at, part in enumerate(self.parts):
            last = at == len(self.parts) - 1
            font = theme.font("body", last)
            if at:
                icons.draw(painter, "chevron", QRectF(x + 6, middle - 10, 20, 20), theme.hex("text_second"))
                x += 32
            ink = theme.color("text" if last else "text_second")
            x += write(painter, x, middle, cut(part, font, self.width() - x), font, ink)
        painter.end()


class Person(Painted):
    """Initial in a disc, and the name."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set(self, name: str) -> None:
        self._name = name
        self.setAccessibleName(name)
        self.setVisible(bool(name))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(42 + width(self._name, Theme.current().font("body"))) + 1, 48)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter, middle = Theme.current(), self.brush(), self.height() / 2
        fill, ink = ("text", "surface") if theme.filled else ("accent_tint", "accent")
        box(painter, QRectF(0, middle - 16, 32, 32), theme.color(fill), None, 16)
        write(painter, 16, middle, initial(self._name), theme.font("body", True), theme.color(ink), "middle")
        write(painter, 42, middle, self._name, theme.font("body"), theme.color("text"))
        painter.end()


class Notice(Painted):
    """A chip that says this is not the real thing: demo data, developer mode."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.hide()

    def set(self, text: str) -> None:
        self._text = text
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(24 + width(self._text, Theme.current().font("caption", True))) + 1, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter, middle = Theme.current(), self.brush(), self.height() / 2
        edge = theme.color("warn")
        box(painter, QRectF(0, middle - 14, self.width(), 28), theme.color(TINT["warn"]), edge, 13)
        font, ink = theme.font("caption", True), theme.hex(WORD["warn"])
        write(painter, self.width() / 2, middle, self._text, font, ink, "middle")
        painter.end()


class Header(QFrame):
    """56 px high. A state given as "" is not shown."""

    person_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("box", "header")
        self.setFixedHeight(56)
        self.trail, self.person, self.notice = Trail(), Person(), Notice()
        self._device, self._delivery, self.clock = label(), label(), label(role="strong")
        self._icons = [Icon("devices"), Icon("delivery")]
        self.person.pressed.connect(self.person_pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(8)
        row.addWidget(self.trail, 1)
        row.addWidget(self.notice)
        row.addSpacing(12)
        for icon, words in zip(self._icons, (self._device, self._delivery), strict=True):
            row.addWidget(icon)
            row.addWidget(words)
            row.addSpacing(12)
        rule = divider(vertical=True)
        rule.setFixedHeight(24)
        row.addWidget(rule)
        row.addSpacing(12)
        row.addWidget(self.clock)
        row.addSpacing(12)
        row.addWidget(self.person)
        self.set_status("", "", "")
        self._now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(5000)
        self._tick()

    def set_clock(self, now: Callable[[], datetime]) -> None:
        """The clock of the workspace, which stamps the records: a demo's runs faster than the machine's."""
        self._now = now
        self._tick()

    def set_status(self, device: str | None = None, delivery: str | None = None, person: str | None = None) -> None:
        """What is None stays as it is."""
        for text, words, icon in (
            (device, self._device, self._icons[0]),
            (delivery, self._delivery, self._icons[1]),
        ):
            if text is not None:
                words.setText(text)
                words.setVisible(bool(text))
                icon.setVisible(bool(text))
        if person is not None:
            self.person.set(person)

    def _tick(self) -> None:
        self.clock.setText(self._now().astimezone(LOCAL).strftime("%H:%M"))
