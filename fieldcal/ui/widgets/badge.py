"""A verdict as colour, shape and word together."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import INK, TINT, WORD, Painted, box, verdict, width, write

PAD, SHAPE = 12, 20


class Badge(Painted):
    """Kinds: pass, fail, warn, current, pending, skipped. Without a text it says the usual word."""

    def __init__(self, kind: str = "pending", text: str = "", tall: bool = False, parent: QWidget | None = None):
        super().__init__(parent)
        self._tall = tall
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(kind, text)

    def set(self, kind: str, text: str = "") -> None:
        self.kind, self._text = kind, text
        self.setAccessibleName(self.word())
        self.updateGeometry()
        self.update()

    def word(self) -> str:
        return self._text or t(f"verdict.{self.kind}")

    def sizeHint(self) -> QSize:
        wide = width(self.word(), Theme.current().font("body", True))
        return QSize(round(PAD * 2 + SHAPE + 8 + wide) + 2, 40 if self._tall else 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        middle = self.height() / 2
        edge = theme.color(INK[self.kind]) if theme.filled else None
        box(painter, QRectF(self.rect()), theme.color(TINT[self.kind]), edge, middle - 1, theme.hairline)
        verdict(painter, PAD, middle, self.kind, SHAPE)
        ink = theme.color(WORD[self.kind])
        write(painter, PAD + SHAPE + 8, middle, self.word(), theme.font("body", True), ink)
        painter.end()
