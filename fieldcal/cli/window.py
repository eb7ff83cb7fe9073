"""Opening the window, or saying why not."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fieldcal import paths
from fieldcal.cli.output import fail, sentence
from fieldcal.cli.place import workspace as ready
from fieldcal.domain.errors import BadInput
from fieldcal.storage.errors import StoreError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from fieldcal.services.app import Services
    from fieldcal.ui.opening import Tell


def no_display() -> str:
    """Why no window can be opened on this machine, "" when one can."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if not os.environ.get("DISPLAY"):
        return "no screen found"
    return missing_library()


def missing_library() -> str:
    """Names the system library that Qt's X11 plugin lacks: loading it here fails softly, Qt would abort."""
    import ctypes
    from importlib.util import find_spec

    spec = find_spec("PySide6")
    for place in (spec.submodule_search_locations or []) if spec else []:
        plugin = Path(place) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        try:
            if plugin.exists():
                ctypes.CDLL(str(plugin))
        except OSError as error:
            return f"Qt needs a system library: {str(error).partition(':')[0]}"
    return ""


def require_display() -> None:
    """Raises BadInput `no-display`, whose sentence names the form that needs none."""
    if why := no_display():
        raise BadInput("no-display", field="DISPLAY", value=why)


def demo(arguments: argparse.Namespace) -> int:
    require_display()
    folder = arguments.workspace or paths.default_workspace().with_name("demo")

    def opened(tell: Tell) -> Services:
        from fieldcal.bootstrap import open_demo

        return open_demo(folder, seed=arguments.seed, tell=tell)

    return Window(folder, opened).show(arguments.lang)


def workspace(arguments: argparse.Namespace) -> int:
    try:
        folder = ready(arguments)
        require_display()
    except (BadInput, StoreError) as error:
        if sys.stderr is None:  # started by a click: there is no console to read it from
            box(error, arguments.lang).exec()
        raise

    def opened(tell: Tell) -> Services:
        from fieldcal.bootstrap import open_workspace

        return open_workspace(folder, arguments.lang, tell)

    return Window(folder, opened).show(arguments.lang)


def preview(arguments: argparse.Namespace) -> int:
    """`procedures preview`: its own window, over no workspace of a laboratory."""
    from fieldcal.bootstrap import previews
    from fieldcal.cli.place import folder

    made = previews(folder(arguments))
    if arguments.id:
        made.read(made.find(arguments.id))  # what is not there is said here, not in a window
    require_display()
    from fieldcal.ui.preview_app import run_preview

    try:
        return run_preview(made, arguments.id or "", arguments.lang)
    finally:
        made.close()


def box(error: Exception, language: str) -> QMessageBox:
    """The refusal as a window of its own."""
    from PySide6.QtWidgets import QApplication, QMessageBox

    _kept.append(QApplication.instance() or QApplication([]))
    return QMessageBox(QMessageBox.Icon.Warning, "fieldcal", sentence(error, language))


_kept: list[object] = []  # Qt needs the application for as long as its window stands


class Window:
    """The window over a workspace that is opened behind it; it closes what was opened, whatever happened."""

    def __init__(self, folder: Path, opened: Callable[[Tell], Services]) -> None:
        self._folder, self._opened = folder, opened
        self._made: list[Services] = []
        self._code, self._language = 0, "zh"
        self._error: Exception | None = None

    def show(self, language: str) -> int:
        from fieldcal.services import faces
        from fieldcal.ui.app import run_app

        self._language = language
        gc.disable()  # nothing that the start makes is garbage; `_open` turns it on again
        try:
            code = run_app(self._open, language, faces=faces.read(self._folder), failed=self._failed)
        finally:
            for services in self._made:
                self._keep_faces(services)
                services.close()
        if self._error is not None:
            raise self._error
        return self._code or code

    def _open(self, tell: Tell) -> Services:
        gc.enable()
        services = self._opened(tell)
        self._made.append(services)
        self._keep_faces(services)
        return services

    def _failed(self, error: Exception) -> None:
        """Said on standard error at once; the exit code waits until the window is closed."""
        if hasattr(error, "code") or isinstance(error, OSError):
            self._code = fail(error, self._language)
        else:
            self._error = error

    def _keep_faces(self, services: Services) -> None:
        from fieldcal.services import faces

        catalogue = services.ws.catalogue
        if catalogue.workspace is not None:
            people = [person for person in catalogue.people.values() if person.active]
            faces.write(self._folder, catalogue.workspace.institution, people)
