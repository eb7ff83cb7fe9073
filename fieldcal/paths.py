"""Where the shipped data lies: frozen program, installed wheel or source tree. No Qt, nothing created."""

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    return _shipped() / "resources"


def shipped_drivers() -> Path:
    return _shipped() / "drivers"


def default_workspace() -> Path:
    """The folder for database, photos and certificates of the person signed in to the computer."""
    from platformdirs import user_data_path  # only the program needs it, tests and tools do not

    return user_data_path("fieldcal", appauthor=False)


def _shipped() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen)
    installed = _PACKAGE / "_data"
    return installed if installed.is_dir() else _PACKAGE.parent
