"""The pages of a document as they will be printed: pictures handed in, fitted to the width or the page."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QScroller, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import Painted, box

GAP, SHADOW = 16, 4


class _Pages(Painted):
    def __init__(self) -> None:
        super().__init__()
        self.images: list[QImage] = []
        self.page = QSize(0, 0)

    def fit(self, space: QSize, whole: bool) -> None:
        """Height of all pages when each fits the space."""
        if not self.images:
            self.setFixedHeight(0)
            return
        first = self.images[0].size()
        room = QSize(space.width() - 2 * GAP, space.height() - 2 * GAP if whole else 10**6)
        self.page = first.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        self.setFixedHeight(GAP + len(self.images) * (self.page.height() + GAP))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
        left = (self.width() - self.page.width()) / 2
        for number, image in enumerate(self.images):
            top = GAP + number * (self.page.height() + GAP)
            area = QRectF(left, top, self.page.width(), self.page.height())
            if not area.intersects(QRectF(event.rect())):
                continue
            box(painter, area.translated(0, SHADOW / 2), theme.color("line"), None, 2)
            painter.drawImage(area, image)
            box(painter, area, None, theme.color("line"), 0, theme.hairline)
        painter.end()


class PdfView(QScrollArea):
    """`whole` shows a page at once; else a page is as wide as the view and scrolls."""

    def __init__(self, whole: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole, self._pages = whole, _Pages()
        self._pages.setProperty("area", "flow")
        self.setWidget(self._pages)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    def set_pages(self, images: Sequence[QImage]) -> None:
        self._pages.images = [*images]
        self._fit()
        self.verticalScrollBar().setValue(0)

    def set_whole(self, whole: bool) -> None:
        self._whole = whole
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._pages.fit(self.viewport().size(), self._whole)
