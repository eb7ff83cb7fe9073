"""A window from its first showing to its end, whatever it shows."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from fieldcal.ui.garbage import Garbage
from fieldcal.ui.guard import Guard
from fieldcal.ui.runtime import Runner
from fieldcal.ui.shell import Shell


def shown(make: Callable[[], Shell]) -> int:
    """Shows the window that `make` gives until it is closed; the exit code."""
    os.environ["QT_STYLE_OVERRIDE"] = "Fusion"  # what our style of the forms stands on, from the first page on
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    guard = Guard()
    guard.install()
    shell = make()
    guard.failed.connect(shell.desk.fault)  # type: ignore[attr-defined]
    shell.showMaximized()
    garbage = Garbage(shell)
    try:
        return app.exec()
    finally:
        garbage.stop()
        guard.remove()
        close(shell)


def close(shell: Shell) -> None:
    """Ends the worker before the objects it would report to."""
    scanner, runner = shell.scanner, shell.runner  # type: ignore[attr-defined]
    if scanner is not None:
        scanner.stop()
    shell.desk.stop()  # type: ignore[attr-defined]
    shell.close()
    if isinstance(runner, Runner):
        runner.close()
