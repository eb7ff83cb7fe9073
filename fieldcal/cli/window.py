"""Opening the window, or saying why not."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from fieldcal.cli.output import NO_DISPLAY, fail


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


def _refuse(why: str) -> int:
    print(f"fieldcal: no-display: {why}; without one: fieldcal demo --headless --out DIR", file=sys.stderr)
    return NO_DISPLAY


def demo(arguments: argparse.Namespace) -> int:
    if why := no_display():
        return _refuse(why)
    from fieldcal import paths
    from fieldcal.bootstrap import open_demo

    folder = arguments.workspace or paths.default_workspace().with_name("demo")
    return _show(open_demo(folder, seed=arguments.seed), arguments.lang)


def workspace(arguments: argparse.Namespace) -> int:
    if why := no_display():
        return _refuse(why)
    from fieldcal import paths
    from fieldcal.bootstrap import open_workspace

    folder = arguments.workspace or paths.default_workspace()
    try:
        services = open_workspace(folder, arguments.lang)
    except Exception as error:
        if not hasattr(error, "code"):
            raise
        code = fail(error)
        if getattr(error, "code", "") == "missing-file":
            print("fieldcal: try `fieldcal demo`, or `fieldcal restore FILE --workspace DIR`", file=sys.stderr)
        return code
    return _show(services, arguments.lang)


def _show(services: object, language: str) -> int:
    from fieldcal.services.app import Services
    from fieldcal.ui.app import run_app

    assert isinstance(services, Services)
    try:
        return run_app(services, language=language)
    finally:
        services.close()
