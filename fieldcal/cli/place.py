"""Which folder a command works on, and what to do when no workspace is in it."""

from __future__ import annotations

import argparse
from pathlib import Path

from fieldcal import paths
from fieldcal.domain.errors import BadInput
from fieldcal.storage import header
from fieldcal.storage.errors import MissingFile

NEEDED = "fieldcal demo to try it out; fieldcal restore FILE --workspace DIR for a backup of your laboratory"


def folder(arguments: argparse.Namespace) -> Path:
    return arguments.workspace or paths.default_workspace()


def workspace(arguments: argparse.Namespace) -> Path:
    """The folder, with a workspace in it. Raises BadInput `no-workspace`, which says where one comes from,
    or the StoreError of a file that is none. Makes nothing."""
    place = folder(arguments)
    try:
        header.check(place)
    except MissingFile:
        raise BadInput("no-workspace", field="--workspace", value=place, accepted=NEEDED) from None
    return place
