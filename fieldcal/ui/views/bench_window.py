"""The window of `fieldcal bench`: the page over the keys that act now."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from fieldcal.services.practice_bench import PracticeBench
from fieldcal.ui import fonts, theme
from fieldcal.ui.fault import FaultBanner
from fieldcal.ui.garbage import Garbage
from fieldcal.ui.guard import Guard
from fieldcal.ui.i18n import language as current_language
from fieldcal.ui.i18n import set_language, t
from fieldcal.ui.language import language
from fieldcal.ui.theme import set_theme
from fieldcal.ui.views.bench import BenchPage
from fieldcal.ui.widgets.key_strip import KeyStrip
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.toast import Toast

SIZE, SMALLEST = (1366, 768), (960, 640)


class BenchWindow(QMainWindow):
    def __init__(self, bench: PracticeBench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(*SMALLEST)
        self.resize(*SIZE)
        self.page, self.strip = BenchPage(bench), KeyStrip()
        self.toast = Toast(self.page)
        self._banner: FaultBanner | None = None
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.page, 1)
        column.addWidget(self.strip)
        self.setCentralWidget(whole)
        self.page.said.connect(self.toast.say)
        self.page.keys_changed.connect(self.show_keys)
        self.page.tongue.clicked.connect(self.next_language)
        self.page.dress.clicked.connect(self.next_theme)
        language.changed.connect(self.retranslate)
        theme.signals.changed.connect(self._themed)
        self._always("F5", self.next_theme)
        self._always("F6", self.next_language)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(f"fieldcal · {t('bench.title')}")
        self.page.retranslate()
        self.strip.refresh()
        self.show_keys()

    def show_keys(self) -> None:
        common = [Key("F5", t("shell.theme")), Key("F6", t("common.other_language"))]
        self.strip.set_keys([*self.page.keys(), *common])

    def next_theme(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.next_theme(app)

    def next_language(self) -> None:
        set_language("en" if current_language() == "zh" else "zh")

    def _themed(self, _name: str) -> None:
        self.strip.refresh()

    def fault(self, code: str) -> None:
        """Something failed that nobody caught."""
        if self._banner is None:
            self._banner = FaultBanner(self.page)
        self._banner.tell(code)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.page.stop()
        super().closeEvent(event)

    def _always(self, sequence: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(sequence), self)
        shortcut.activated.connect(act)


def run_bench(bench: PracticeBench, language: str = "zh", ready: Callable[[], object] = lambda: None) -> int:
    """Shows the window until it is closed or the program is asked to stop; the exit code. `ready` is called once
    the window stands. The caller closes the bench afterwards."""
    os.environ["QT_STYLE_OVERRIDE"] = "Fusion"
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    guard = Guard()
    guard.install()
    fonts.load()
    set_language(language)
    set_theme(app, "light")
    window = BenchWindow(bench)
    guard.failed.connect(window.fault)
    window.showMaximized()
    window.page.shown()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: app.quit())  # heard between two looks at the bench
    QTimer.singleShot(0, ready)
    garbage = Garbage(window)
    try:
        return app.exec()
    finally:
        garbage.stop()
        guard.remove()
