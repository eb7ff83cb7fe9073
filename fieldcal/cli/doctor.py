"""`fieldcal doctor`: versions, hashes, settings, fonts and ports of this computer, and what is wrong."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from fieldcal import __version__, bootstrap, paths
from fieldcal.cli.output import DIFFERS, OK, code_of, sentence, tell
from fieldcal.cli.place import folder

Arguments = argparse.Namespace


def doctor(arguments: Arguments) -> int:
    data = examination(folder(arguments), arguments.lang)
    tell(data, arguments.json, lambda: lines(data))
    return OK if not data["problems"] else DIFFERS


def examination(place: Path, language: str) -> dict[str, Any]:
    import sqlite3
    from importlib.metadata import PackageNotFoundError, version

    from fieldcal.devices.serial_link import list_ports
    from fieldcal.storage.errors import StoreError
    from fieldcal.storage.store import Store

    def number(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "bundled"

    names = ["PySide6-Essentials", "pyserial", "sqlite-utils", "reportlab", "numpy", "cryptography", "msgspec"]
    library = bootstrap.library()
    problems = [f"{code_of(error)}: {sentence(error, language)}" for error in library.errors.values()]
    data: dict[str, Any] = {
        "fieldcal": __version__, "python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version,
        "packages": {name: number(name) for name in names},
        "procedures": {c.procedure.id: c.sha256 for c in library.all()},
        "drivers": [e.folder.name for e in bootstrap.catalog(place).entries()],
        "fonts": sorted(path.name for path in (paths.resources() / "fonts").glob("*.ttf")),
        "ports": [str(port) for port in list_ports()], "workspace": str(place), "settings": {},
    }  # fmt: skip
    if (place / "fieldcal.db").exists():
        try:
            with Store.open(place) as store:
                data["settings"] = store.settings()
                problems += store.journal.verify().problems
        except StoreError as error:  # what keeps the workspace from opening is what the doctor is asked for
            problems.append(f"{error.code}: {sentence(error, language)}")
    return data | {"problems": problems}


def lines(data: dict[str, Any]) -> list[str]:
    out: list[str] = []
    for name, value in data.items():
        if isinstance(value, dict):
            out += [f"{name}:", *(f"  {key}: {inner}" for key, inner in value.items())]
        elif isinstance(value, list):
            out.append(f"{name}: {'; '.join(map(str, value)) or '–'}")
        else:
            out.append(f"{name}: {value}")
    return out
