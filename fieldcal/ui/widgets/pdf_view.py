"""The pages of a document as they will be printed: pictures of a PDF, fitted to the width or the page."""

from collections.abc import Sequence

import pypdfium2
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QScroller, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.paint import Painted, box

GAP, SHADOW = 8, 4
POINTS = 72  # an inch


def page_size(pdf: bytes) -> tuple[float, float]:
    """Of the first page, in points of 1/72 inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document.get_page_size(0)


def page_image(pdf: bytes, number: int, dpi: float = 0, side: int = 1800) -> tuple[QImage, int]:
    """Page `number` (0-based) and how many there are. Without dpi its longer side gets `side` px.

    Pdfium is not made for threads: call it on the one worker. Raises pypdfium2.PdfiumError for a broken file.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        count = len(document)
        page = document[number]
        scale = dpi / POINTS if dpi else side / max(page.get_size())
        bitmap = page.render(scale=scale, prefer_bgrx=True)  # type: ignore[arg-type]  # annotated as int
        data = bytes(bitmap.buffer)
        image = QImage(data, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32).copy()
    return image, count


def all_pages(pdf: bytes) -> list[QImage]:
    """Every page as a picture, for the worker as well."""
    first, count = page_image(pdf, 0)
    return [first, *(page_image(pdf, number)[0] for number in range(1, count))]


def keywords(pdf: bytes) -> str:
    """What the file says of itself under Keywords. Raises pypdfium2.PdfiumError for a broken file."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document.get_metadata_value("Keywords")


class _Pages(Painted):
    def __init__(self) -> None:
        super().__init__()
        self.images: list[QImage] = []
        self.page = QSize(0, 0)
        self._scaled: list[QImage] = []

    def fit(self, space: QSize, whole: bool) -> None:
        """Height of all pages when each fits the space. Scaled once with care: the painter alone would blur."""
        if not self.images:
            self.setFixedHeight(0)
            return
        first = self.images[0].size()
        room = QSize(space.width() - 2 * GAP, space.height() - 2 * GAP if whole else 10**6)
        self.page = first.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        ratio = self.devicePixelRatioF()
        exact = QSize(round(self.page.width() * ratio), round(self.page.height() * ratio))
        smooth = Qt.TransformationMode.SmoothTransformation
        self._scaled = [image.scaled(exact, Qt.AspectRatioMode.IgnoreAspectRatio, smooth) for image in self.images]
        self.setFixedHeight(GAP + len(self.images) * (self.page.height() + GAP))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
        left = (self.width() - self.page.width()) // 2
        for number, image in enumerate(self._scaled):
            top = GAP + number * (self.page.height() + GAP)
            area = QRectF(left, top, self.page.width(), self.page.height())
            if not area.intersects(QRectF(event.rect())):
                continue
            box(painter, area.translated(0, SHADOW / 2), theme.color("line"), None, 2)
            painter.drawImage(area, image)
            box(painter, area, None, theme.color("line"), 0, theme.hairline)
        painter.end()


class PdfView(QScrollArea):
    """`whole` shows a page at once; else a page is as wide as the view and scrolls. `pressed`: it was tapped."""

    pressed = Signal()

    def __init__(self, whole: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.whole, self._pages = whole, _Pages()
        self._pages.setProperty("area", "flow")
        self.setWidget(self._pages)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    @property
    def images(self) -> list[QImage]:
        return self._pages.images

    def set_pages(self, images: Sequence[QImage]) -> None:
        self._pages.images = [*images]
        self._fit()
        self.verticalScrollBar().setValue(0)

    def set_whole(self, whole: bool) -> None:
        self.whole = whole
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.pressed.emit()

    def _fit(self) -> None:
        self._pages.fit(self.viewport().size(), self.whole)
