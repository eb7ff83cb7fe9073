"""Who may sign in, as last seen: painted while the workspace is still being opened and checked, and no more than that.

A file of plain lines beside the store. It admits nobody: signing in reads the journal.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import TypeAlias

    from fieldcal.domain.events import PersonPut

    Known: TypeAlias = "PersonPut | Face"  # what the sign-in shows of a person is in both

FILE = "signin.txt"
HEAD = "fieldcal faces 1"


class Face(NamedTuple):
    id: str
    name: str
    roles: list[str]
    register_no: str = ""


class Faces(NamedTuple):
    institution: dict[str, str]
    people: list[Face]


NONE = Faces({}, [])


def read(folder: Path) -> Faces:
    """What the last session left; nothing when there is none or it cannot be understood."""
    try:
        head, first, *lines = (folder / FILE).read_text("utf-8").splitlines()
        if head != HEAD:
            return NONE
        name, name_en = first.split("\t")
        split = [line.split("\t") for line in lines]
        people = [Face(found, label, roles.split(",")) for found, label, roles in split]
    except (OSError, ValueError):
        return NONE
    return Faces({"name": name, "name_en": name_en}, people)


def write(folder: Path, institution: Mapping[str, str], people: Iterable[Known]) -> None:
    """Quietly does nothing where it cannot: it is only there to be quick."""
    name = institution.get("name", "")
    rows = [(name, institution.get("name_en", name)), *((p.id, p.name, ",".join(p.roles)) for p in people)]
    text = "\n".join([HEAD, *("\t".join(" ".join(cell.split()) for cell in row) for row in rows)]) + "\n"
    path, part = folder / FILE, folder / (FILE + ".part")
    try:
        if not path.exists() or path.read_text("utf-8") != text:
            part.write_text(text, "utf-8")
            os.replace(part, path)
    except (OSError, ValueError):
        pass
