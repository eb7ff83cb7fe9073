"""The reading from the wire: one exchange at a time off the window's thread, five a second at most."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from fieldcal.services.capture import Capture, Live
from fieldcal.ui.runtime import Run

EVERY_MS, AGAIN_MS = 200, 2000


class LiveReader(QObject):
    """`got` carries a Live, `failed` a code; after a failure it tries again by itself, but slowly."""

    got = Signal(object)
    failed = Signal(str)

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run, self._capture, self._busy = run, None, False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._poll)

    def watch(self, capture: Capture | None) -> None:
        """None stops."""
        if capture is not None and capture is not self._capture:
            capture.window.restart()
        self._capture: Capture | None = capture
        if capture is None:
            self._timer.stop()
        elif not self._busy:
            self._timer.start(0)

    @property
    def watching(self) -> bool:
        return self._capture is not None

    def _poll(self) -> None:
        capture = self._capture
        if capture is None or self._busy:
            return
        self._busy = True
        self._run(capture.poll, lambda live: self._done(capture, live), lambda error: self._bad(capture, error))

    def _done(self, capture: Capture, live: Live) -> None:
        self._busy = False
        if capture is self._capture:
            self.got.emit(live)
        self._again(EVERY_MS)

    def _bad(self, capture: Capture, error: Exception) -> None:
        self._busy = False
        if capture is self._capture:
            self.failed.emit(str(getattr(error, "code", "timeout" if isinstance(error, TimeoutError) else "internal")))
        self._again(AGAIN_MS)

    def _again(self, wait: int) -> None:
        if self._capture is not None:
            self._timer.start(wait)
