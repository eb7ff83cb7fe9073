"""The rail at the left: icons with words, icons alone in a narrow window, a count where something waits."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from fieldcal.ui import icons
from fieldcal.ui.i18n import t
from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import Painted, box, cut, write

WIDE, NARROW = 88, 64


class Place(NamedTuple):
    """A page on the rail; `text` is the key of its word, `note` stands behind it as it is."""

    id: str
    icon: str
    text: str
    note: str = ""


class RailItem(QAbstractButton):
    brush = Painted.brush

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place, self.count, self.narrow = place, 0, False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(NARROW, 56) if self.narrow else QSize(WIDE, 72)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 44 if self.narrow else 52)

    def word(self) -> str:
        return f"{t(self.place.text)} {self.place.note}".strip()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        here = self.isChecked()
        fill, _, _ = theme.selection()
        area = QRectF(self.rect()).adjusted(8, 4, -8, -4)
        if here or self.isDown() or self.underMouse():
            box(painter, area, QColor(fill) if here else theme.color("sunken"), None, 8)
        ink = theme.hex("on_accent" if theme.filled else "accent") if here else theme.hex("text_second")
        middle = self.height() / 2
        top = middle - 12 if self.narrow else middle - 28
        icons.draw(painter, self.place.icon, QRectF(self.width() / 2 - 12, top, 24, 24), ink)
        if not self.narrow:
            font = theme.font(13, here)
            write(painter, self.width() / 2, middle + 16, cut(self.word(), font, 76), font, ink, "middle")
        if self.count:
            self._badge(painter, theme, top)
        painter.end()

    def _badge(self, painter: QPainter, theme: Theme, top: float) -> None:
        text = str(min(self.count, 999))
        wide = max(20, 10 + 9 * len(text))
        left = min(self.width() / 2 + 6, self.width() - wide)
        box(painter, QRectF(left, top - 3, wide, 18), theme.color("accent"), theme.color("surface"), 9)
        middle = left + wide / 2
        write(painter, middle, top + 6, text, theme.font(13, True), theme.hex("on_accent"), "middle")


class Rail(QFrame):
    """Emits `chosen` with the id of a page; the lower items stand at the foot."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("box", "rail")
        self._items: dict[str, RailItem] = {}
        self._narrow = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(0)
        self.setFixedWidth(WIDE)

    def set_places(self, upper: Sequence[Place], lower: Sequence[Place] = ()) -> None:
        while self._column.count():
            item = self._column.takeAt(0)
            old = item.widget() if item else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self._column.addWidget(Logo(32, self, pad=12), 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(8)
        self._items = {place.id: RailItem(place, self) for place in [*upper, *lower]}
        for place in upper:
            self._put(self._items[place.id])
        self._column.addStretch(1)
        for place in lower:
            self._put(self._items[place.id])
            self._items[place.id].setCheckable(False)
        self.retranslate()

    def mark(self, name: str) -> None:
        for place, item in self._items.items():
            item.setChecked(place == name)

    def set_count(self, name: str, count: int) -> None:
        if name in self._items:
            self._items[name].count = count
            self._items[name].update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        for item in self._items.values():
            item.narrow = narrow
            item.updateGeometry()

    def retranslate(self) -> None:
        for item in self._items.values():
            item.setToolTip(item.word())
            item.setAccessibleName(item.word())
            item.update()

    def _put(self, item: RailItem) -> None:
        item.narrow = self._narrow
        item.clicked.connect(lambda _on=False, name=item.place.id: self._choose(name))
        self._column.addWidget(item)

    def _choose(self, name: str) -> None:
        self.chosen.emit(name)


class Logo(Painted):
    """The beam with its pointer, on a block of accent."""

    def __init__(self, size: int = 32, parent: QWidget | None = None, pad: int = 0) -> None:
        super().__init__(parent)
        self._size = size
        self.setFixedSize(size, size + 2 * pad)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter, size = Theme.current(), self.brush(), self._size
        painter.translate(0, (self.height() - size) / 2)
        painter.scale(size / 32, size / 32)
        box(painter, QRectF(0, 0, 32, 32), theme.color("accent"), None, 7)
        ink = theme.color("on_accent")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon([QPointF(10, 8.5), QPointF(18.5, 8.5), QPointF(14.25, 16.5)])
        for left, top, wide, high in ((5, 20.2, 22, 2.2), (5, 18, 2.2, 6.6), (14, 18, 2.2, 6.6), (24.8, 18, 2.2, 6.6)):
            painter.drawRoundedRect(QRectF(left, top, wide, high), 1, 1)
        painter.end()
