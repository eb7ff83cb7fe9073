"""`fieldcal drivers new ID`: a folder with a driver that works, to be changed into one's own."""

from __future__ import annotations

import argparse
import re
import shutil

from fieldcal import paths
from fieldcal.cli.output import OK, tell
from fieldcal.cli.place import folder
from fieldcal.domain.errors import BadInput

NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
TEMPLATE, OWN = "gauge_template", "gauge-template"


def new(arguments: argparse.Namespace) -> int:
    """Raises BadInput for a bad name or a folder that is there already; writes nothing then."""
    name: str = arguments.id
    if not NAME.fullmatch(name):
        raise BadInput("bad-name", field="ID", value=name, accepted="a-z 0-9 _")
    place = folder(arguments) / "drivers" / name
    if place.exists():
        raise BadInput("not-empty", field="ID", value=place, accepted="a new or empty folder")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(paths.resources() / "driver_template", place, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (place / "driver.toml", place / "README.md"):
        text = file.read_text("utf-8").replace(TEMPLATE, name).replace(OWN, name.replace("_", "-"))
        file.write_text(text, "utf-8")
    lines = [str(place), f"fieldcal drivers check {place}"]
    tell({"driver": name, "folder": str(place)}, arguments.json, lambda: lines)
    return OK
