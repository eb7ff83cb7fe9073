"""An icon or a verdict shape as a widget of its own."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from fieldcal.ui import icons
from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import Painted, box, verdict


class Shape(Painted):
    """The shape of a verdict: pass, fail, warn, current, pending, skipped."""

    def __init__(self, kind: str, size: int = 24, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self.setFixedSize(size, size)

    def set(self, kind: str) -> None:
        self._kind = kind
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self.brush()
        verdict(painter, 0, self.height() / 2, self._kind, self.width())
        painter.end()


class Icon(Painted):
    """An icon in a colour token; in a disc it stands on the accent tint, three fifths as large."""

    def __init__(
        self, name: str, size: int = 20, token: str = "text_second", disc: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._token, self._disc = name, token, disc
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        side = self.width()
        if self._disc:
            edge = theme.color("accent") if theme.filled else None
            box(painter, QRectF(self.rect()), theme.color("accent_tint"), edge, side / 2 - 1, 2)
        inner = side / 2 if self._disc else side
        area = QRectF((side - inner) / 2, (side - inner) / 2, inner, inner)
        icons.draw(painter, self._name, area, theme.hex(self._token))
        painter.end()
