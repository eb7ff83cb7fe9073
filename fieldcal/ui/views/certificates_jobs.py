"""Long work paper by paper: printing and saving, with progress and a way out between any two of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.runtime import Done, Failed, Run
from fieldcal.ui.widgets.empty_state import Progress
from fieldcal.ui.widgets.pdf_view import page_image, page_size

if TYPE_CHECKING:
    from fieldcal.services.app import Services

DPI = 300
Work = Callable[[Any], Sequence[Any]]


class Batch(QObject):
    """`work(item)` off the window's thread, one after another; what it returns is still to do for the same paper.

    `moved` carries how many are done, of how many, and the seconds left; `ended` how many and whether cancelled.
    """

    moved = Signal(int, int, int)
    ended = Signal(int, bool)
    broke = Signal(Exception)

    def __init__(self, runner: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._queue: deque[Any] = deque()
        self._done = self.total = 0
        self._cancelled = self.running = False
        self._began = 0.0

    def start(self, items: Sequence[Any], work: Work) -> None:
        self._queue, self._work = deque(items), work
        self._done, self.total, self._began = 0, len(items), monotonic()
        self._cancelled, self.running = False, True
        self.moved.emit(0, self.total, 0)
        self._next()

    def cancel(self) -> None:
        self._cancelled = True

    def _next(self) -> None:
        if self._cancelled or not self._queue:
            self.running = False
            self.ended.emit(self._done, bool(self._queue))
            return
        item = self._queue.popleft()
        self._runner(lambda: self._work(item), self._got, self._failed)

    def _got(self, more: Sequence[Any]) -> None:
        self._queue.extendleft(reversed(more))
        if not more:
            self._done += 1
            left = (monotonic() - self._began) / self._done * (self.total - self._done)
            self.moved.emit(self._done, self.total, round(left))
        QTimer.singleShot(0, self._next)

    def _failed(self, error: Exception) -> None:
        self.running = False
        self.broke.emit(error)


class NoPrinter(RuntimeError):
    """The printer, or the file in its place, does not take the job."""

    code = "cannot-print"


class Sheets:
    """One print job, page after page, each as large as the sheet allows. Painted on the worker: it takes its time."""

    def __init__(self, printer: QPrinter) -> None:
        self.printer, self._painter = printer, QPainter()
        self._first = True

    def put(self, image: QImage) -> None:
        """Raises NoPrinter."""
        if self._first:
            started = self._painter.begin(self.printer)
        else:
            started = self.printer.newPage()
        if not started:
            raise NoPrinter
        self._first = False
        sheet = self.printer.paperRect(QPrinter.Unit.DevicePixel)
        size = QSizeF(image.size()).scaled(sheet.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (sheet.width() - size.width()) / 2, (sheet.height() - size.height()) / 2
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._painter.drawImage(QRectF(left, top, size.width(), size.height()), image)

    def end(self, cancelled: bool = False) -> None:
        if cancelled:
            self.printer.abort()
        if self._painter.isActive():
            self._painter.end()


def printer_for(points: tuple[float, float]) -> QPrinter:
    """A printer set to the size of the paper, in 1/72 inch, to its very edges."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(DPI)
    wide, high = points
    across = wide > high
    size = QSizeF(min(points), max(points))
    printer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch))
    way = QPageLayout.Orientation.Landscape if across else QPageLayout.Orientation.Portrait
    printer.setPageOrientation(way)
    printer.setFullPage(True)
    return printer


class Jobs(QObject):
    """At most one at a time. `said` when one ended, `broke` when it could not, `changed` when it begins or ends."""

    said = Signal(str)
    broke = Signal(Exception)
    changed = Signal()

    def __init__(self, services: Services, runner: Run, progress: Progress, window: QWidget) -> None:
        super().__init__(window)
        self._services, self._runner, self._progress, self._window = services, runner, progress, window
        self._batch = Batch(runner, self)
        self._sheets: Sheets | None = None
        self._batch.moved.connect(self._moved)
        self._batch.ended.connect(self._ended)
        self._batch.broke.connect(self._failed)
        progress.cancelled.connect(self._batch.cancel)

    @property
    def running(self) -> bool:
        return self._batch.running

    def save(self, numbers: Sequence[str], folder: Path) -> None:
        """All papers of each number as they were frozen."""

        def work(number: str) -> list[str]:
            self._services.certificates.export(number, folder)
            return []

        if not self.running and numbers:
            self._batch.start(numbers, work)

    def print(self, numbers: Sequence[str], kind: str) -> None:
        """One job on the size of the first paper; the system's dialog asks which printer."""
        if self.running or not numbers:
            return
        paper = self._services.certificates.paper
        begin = lambda size: self._begin(numbers, kind, size)  # noqa: E731
        self._runner(lambda: page_size(paper(numbers[0], kind)), begin, self._failed)

    def _begin(self, numbers: Sequence[str], kind: str, points: tuple[float, float]) -> None:
        printer = printer_for(points)
        if QPrintDialog(printer, self._window).exec() != QPrintDialog.DialogCode.Accepted:
            return
        self._sheets = sheets = Sheets(printer)
        paper = self._services.certificates.paper

        def work(item: tuple[str, int]) -> list[tuple[str, int]]:
            number, page = item
            image, count = page_image(paper(number, kind), page, dpi=DPI)
            sheets.put(image)
            return [(number, page + 1)] if page + 1 < count else []

        self._batch.start([(number, 0) for number in numbers], work)

    def _moved(self, done: int, total: int, left: int) -> None:
        word = t("certificates.saving" if self._sheets is None else "certificates.printing")
        rest = t("common.time_left", time=f"{left}\u2009s") if left else ""
        self._progress.set(done, total, " · ".join(part for part in (word, rest) if part))
        self._progress.show()
        if done == 0:
            self.changed.emit()

    def _ended(self, done: int, cancelled: bool) -> None:
        printing = self._close(cancelled)
        if cancelled:
            stopped = t("certificates.stopped", done=done, count=self._batch.total)
            self.said.emit(t("certificates.stopped_print") if printing else stopped)
        else:
            self.said.emit(t("certificates.printed" if printing else "certificates.saved", count=done))
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        """Nothing half printed; what was saved stays."""
        self._close(True)
        self.broke.emit(error)
        self.changed.emit()

    def _close(self, cancelled: bool) -> bool:
        """True if it was a print job."""
        self._progress.hide()
        sheets, self._sheets = self._sheets, None
        if sheets is not None:
            sheets.end(cancelled)
        return sheets is not None


def print_pages(pdf: bytes, window: QWidget, runner: Run, done: Done, broke: Failed) -> None:
    """Every page of one document; the system's dialog asks which printer, and `done` is not called where it is left."""
    printer = printer_for(page_size(pdf))
    if QPrintDialog(printer, window).exec() != QPrintDialog.DialogCode.Accepted:
        return
    sheets = Sheets(printer)

    def put() -> None:
        page, count = 0, 1
        while page < count:
            image, count = page_image(pdf, page, dpi=DPI)
            sheets.put(image)
            page += 1
        sheets.end()

    runner(put, done, broke)
