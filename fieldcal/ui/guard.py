"""When something fails that nobody caught: it is logged and told on, and the program goes on."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

log = logging.getLogger(__name__)
LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


class Guard(QObject):
    """`failed` carries the code of the error; emitted on whatever thread it happened on."""

    failed = Signal(str)

    def install(self) -> None:
        qInstallMessageHandler(_qt_message)
        sys.excepthook = self.hook

    def remove(self) -> None:
        qInstallMessageHandler(None)
        sys.excepthook = sys.__excepthook__

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("uncaught", exc_info=(kind, error, trace))
        self.failed.emit(str(getattr(error, "code", "internal")))


def _qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    log.log(LEVELS.get(kind, logging.WARNING), "%s: %s", context.category or "qt", text)
