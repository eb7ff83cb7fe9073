"""A slider over exact decimals: it works on whole steps, so no figure is ever rounded on the way."""

from decimal import ROUND_HALF_UP, Decimal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QStyle, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import box

HANDLE, TRACK, PAGES = 24, 6, 20
FINEST = 100_000  # places; a longer range goes in whole multiples of its step, the field beside it in single ones


class Slider(QSlider):
    """`turned` carries the value that a hand set, with the key, the finger or the mouse."""

    turned = Signal(object)

    def __init__(self, low: Decimal, high: Decimal, step: Decimal, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        steps = max(1, int((high - low) / step))
        stride = -(-steps // FINEST)
        self._low, self._step, steps = low, step * stride, max(1, steps // stride)
        self.setRange(0, steps)
        self.setPageStep(max(1, steps // PAGES))
        self.setMinimumHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.valueChanged.connect(lambda at: self.turned.emit(self._low + self._step * at))

    def stand(self, value: Decimal) -> None:
        """Moves to the step next to this value and tells nobody."""
        at = int(((value - self._low) / self._step).to_integral_value(ROUND_HALF_UP))
        before = self.blockSignals(True)
        self.setValue(at)
        self.blockSignals(before)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 48)

    def minimumSizeHint(self) -> QSize:
        return QSize(72, 48)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls; a load must not change because a hand passed over it

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._to(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            pages = self.pageStep() if event.key() == Qt.Key.Key_Up else -self.pageStep()
            self.setValue(self.value() + pages)
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.EnabledChange):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, at = self.height() / 2, self._place()
        track = QRectF(HANDLE / 2, middle - TRACK / 2, self.width() - HANDLE, TRACK)
        fill, edge = ("surface", theme.color("edge")) if theme.filled else ("line", None)
        box(painter, track, theme.color(fill), edge, TRACK / 2)
        done = QRectF(track.left(), track.top(), at - track.left(), TRACK)
        box(painter, done, theme.color("accent"), None, TRACK / 2)
        grip = QRectF(at - HANDLE / 2, middle - HANDLE / 2, HANDLE, HANDLE).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(theme.color("accent") if self.hasFocus() else theme.color("surface"))
        painter.drawEllipse(grip)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(grip.adjusted(-4, -4, 4, 4))
        painter.end()

    def _place(self) -> float:
        part = self.value() / self.maximum()
        return HANDLE / 2 + part * (self.width() - HANDLE)

    def _to(self, event: QMouseEvent) -> None:
        room = max(1, self.width() - HANDLE)
        place = round(event.position().x() - HANDLE / 2)
        self.setValue(QStyle.sliderValueFromPosition(0, self.maximum(), max(0, min(room, place)), room))
        self.update()
