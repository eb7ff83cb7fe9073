"""A window of its own for the preview of a procedure file: no laboratory's workspace is opened for it."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from fieldcal.services.preview import Previews
from fieldcal.ui import fonts
from fieldcal.ui.fault import FaultBanner
from fieldcal.ui.i18n import set_language
from fieldcal.ui.loop import shown
from fieldcal.ui.pages import LOOKS
from fieldcal.ui.runtime import Run, Runner
from fieldcal.ui.shell import Shell
from fieldcal.ui.theme import dress_forms, set_theme
from fieldcal.ui.views.help import HelpPage
from fieldcal.ui.views.preview import PreviewPage

SIZE = (1366, 768)


class PreviewDesk(QObject):
    """The preview and the card of keys."""

    def __init__(self, previews: Previews, runner: Run, shell: Shell) -> None:
        super().__init__(shell)
        self.shell, self.preview, self._help = shell, PreviewPage(previews, runner), HelpPage()
        self._banner: FaultBanner | None = None
        self.preview.back.connect(shell.close)
        self._help.back.connect(self.help)
        shell.help_asked.connect(self.help)
        pages = [("preview", *LOOKS["preview"], self.preview), ("help", *LOOKS["help"], self._help)]
        shell.set_pages(pages, hidden=("help",))

    def help(self) -> None:
        self.shell.go("preview" if self.shell.here() == "help" else "help")

    def fault(self, code: str) -> None:
        """Something failed that nobody caught."""
        if self._banner is None:
            self._banner = FaultBanner(self.shell.stack)
        self._banner.tell(code)

    def stop(self) -> None:
        """Nothing goes on by itself after this: the stage is about to go."""
        self.preview.stop()


def build(previews: Previews, name: str = "", runner: Run | None = None, language: str = "zh") -> Shell:
    """The whole window, not shown yet, on the file of this path or id; without a name on the list of files."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    fonts.load()
    set_theme(app, "light")
    dress_forms(app)
    set_language(language)
    shell = Shell()
    own: Run = runner or Runner(shell)
    desk = PreviewDesk(previews, own, shell)
    shell.desk, shell.runner, shell.scanner = desk, own, None  # type: ignore[attr-defined]
    shell.resize(*SIZE)
    if name:
        desk.preview.open(name)
    return shell


def run_preview(previews: Previews, name: str, language: str = "zh") -> int:
    """Shows the window until it is closed; the exit code. The caller closes `previews` afterwards."""
    return shown(lambda: build(previews, name, language=language))
