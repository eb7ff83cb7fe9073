"""The workspace is opened and checked on the worker, once the sign-in has been painted; or it is said why not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from fieldcal.ui.i18n import message, t
from fieldcal.ui.runtime import Run

if TYPE_CHECKING:
    from fieldcal.services.app import Services
    from fieldcal.ui.views.signin import SignInPage

log = logging.getLogger(__name__)
Tell = Callable[[str], None]
Open = Callable[[Tell], "Services"]
SOON = 10  # ms after the page began to paint: the parts on it are painted by then
LATEST = 2000  # ms; a window that starts minimised is never painted, and opens all the same


class Opening(QObject):
    """`opened` brings the services, `failed` the error; one of them comes, once."""

    opened = Signal(object)
    failed = Signal(object)
    _step = Signal(str)

    def __init__(self, work: Open, runner: Run, page: SignInPage) -> None:
        super().__init__(page)
        self._work, self._runner, self._page = work, runner, page
        self._begun = False
        self._step.connect(page.opening)
        page.installEventFilter(self)
        QTimer.singleShot(LATEST, self._begin)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(SOON, self._begin)
        return False

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._runner(lambda: self._work(self._step.emit), self.opened.emit, self._failed)

    def _failed(self, error: Exception) -> None:
        if not hasattr(error, "code"):
            log.error("opening", exc_info=error)
        self._page.not_opened(reason(error), str(getattr(error, "path", "")))
        self.failed.emit(error)


def unseen() -> bool:
    """True where no eye can read the window: then it closes by itself when the workspace cannot be opened."""
    return QGuiApplication.platformName() in ("offscreen", "minimal")


def reason(error: Any) -> str:
    """The sentence for what went wrong."""
    code = str(getattr(error, "code", "internal"))
    found = message(code)
    return found if found != code else t("shell.error_title")
