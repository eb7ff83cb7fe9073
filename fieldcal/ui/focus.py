"""The focus ring: two pixels of accent, four outside the control, drawn over whatever lies there."""

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFocusFrame,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QWidget,
)
from shiboken6 import isValid

OUTSIDE = 4
WIDTH = 2
CHECK = 24


class FormStyle(QProxyStyle):
    def __init__(self) -> None:
        super().__init__("Fusion")
        self.accent = QColor("#000000")

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if element == QStyle.ControlElement.CE_FocusFrame:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.accent, WIDTH))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 11, 11)  # type: ignore[attr-defined]
            return
        super().drawControl(element, option, painter, widget)

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if element == QStyle.PrimitiveElement.PE_FrameFocusRect:
            return  # the frame above stands for it
        if element == QStyle.PrimitiveElement.PE_IndicatorCheckBox:
            self._check_box(option, painter)
            return
        super().drawPrimitive(element, option, painter, widget)

    def _check_box(self, option: QStyleOption, painter: QPainter) -> None:
        state, palette = option.state, option.palette  # type: ignore[attr-defined]
        checked = bool(state & QStyle.StateFlag.State_On)
        area = QRectF(option.rect).adjusted(1, 1, -1, -1)  # type: ignore[attr-defined]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.accent if checked else palette.mid().color(), WIDTH))
        painter.setBrush(self.accent if checked else palette.base().color())
        painter.drawRoundedRect(area, 6, 6)
        if checked:
            painter.setPen(QPen(palette.highlightedText().color(), 2.25))
            left, top, side = area.left(), area.top(), area.width()
            spots = [(0.25, 0.52), (0.43, 0.70), (0.76, 0.32)]
            painter.drawPolyline(QPolygonF([QPointF(left + x * side, top + y * side) for x, y in spots]))

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        if metric in (QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin):
            return OUTSIDE
        if metric in (QStyle.PixelMetric.PM_IndicatorWidth, QStyle.PixelMetric.PM_IndicatorHeight):
            return CHECK
        return super().pixelMetric(metric, option, widget)


class FocusRing(QObject):
    """Moves one frame to whatever button has the keyboard; fields show focus in their own border."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._frame: QFocusFrame | None = None
        app.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._frame is not None and isValid(self._frame):  # it goes with the page or dialog it lies on
            self._frame.setWidget(None)  # type: ignore[arg-type]
            self._frame.deleteLater()
        self._frame = None
        if isinstance(now, QAbstractButton) and now.parentWidget() and not now.property("own_focus"):
            self._frame = QFocusFrame(now.parentWidget())
            self._frame.setWidget(now)
