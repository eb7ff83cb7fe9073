"""One key of the strip: a cap with its word, and the filled button at the end."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fieldcal.ui import icons
from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.paint import Painted, box, cap_width, key_cap, width, write

SPACE = 12


class _Zone(QAbstractButton):
    def __init__(self, key: Key, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = key
        self.setText(key.label)
        self.setAccessibleName(f"{key.label} ({key.shortcut})")
        self.setEnabled(key.enabled)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if key.callback is not None:
            self.clicked.connect(key.callback)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    brush = Painted.brush

    def enterEvent(self, event: QEvent) -> None:  # type: ignore[override]
        self.update()
        super().enterEvent(event)  # type: ignore[arg-type]

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)


class KeyZone(_Zone):
    """The whole height of the strip is the target, not only the drawn cap."""

    def sizeHint(self) -> QSize:
        words = width(self.text(), Theme.current().font("body"))
        return QSize(round(cap_width(self.key.cap()) + 8 + words + 2 * SPACE), 62)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        live = self.key.callback is not None and self.isEnabled()
        if live and (self.isDown() or self.underMouse()):
            tint = theme.color("accent_tint" if self.isDown() else "sunken")
            box(painter, QRectF(0, 8, self.width(), self.height() - 16), tint, None, 8)
        ink = theme.color("text" if self.isEnabled() else "text_third")
        soft = theme.color("text_second" if self.isEnabled() else "text_third")
        edge = theme.color("edge" if self.isEnabled() else "line")
        middle = self.height() // 2
        taken = key_cap(painter, SPACE, middle, self.key.cap(), soft, edge)
        write(painter, SPACE + taken + 8, middle, self.text(), theme.font("body"), ink)
        painter.end()


class PrimaryKey(_Zone):
    """The one filled button of the page, with its key drawn in it."""

    def sizeHint(self) -> QSize:
        words = width(self.text(), Theme.current().font("title", True))
        icon = 32 if self.key.icon else 0
        return QSize(max(200, round(words + 12 + icon + cap_width(self.key.cap()) + 64)), 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        on = self.isEnabled()
        pressed = self.isDown() or self.underMouse()
        fill = "accent_strong" if pressed else "accent"
        off = "sunken" if theme.filled else "line"
        box(painter, QRectF(self.rect()), theme.color(fill if on else off), None, 8)
        ink = theme.color("on_accent" if on else "text_third")
        font = theme.font("title", True)
        icon = 32 if self.key.icon else 0
        whole = icon + width(self.text(), font) + 12 + cap_width(self.key.cap())
        left = (self.width() - whole) / 2
        if self.key.icon:
            icons.draw(painter, self.key.icon, QRectF(left, 12, 24, 24), ink.name())
        taken = write(painter, left + icon, 24, self.text(), font, ink)
        key_cap(painter, left + icon + taken + 12, 24, self.key.cap(), ink, ink)
        painter.end()
