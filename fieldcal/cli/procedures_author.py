"""`fieldcal procedures new` and `simulate`: a procedure that works to start from, and one played to its paper."""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldcal import bootstrap, paths
from fieldcal.cli.output import DIFFERS, OK, table, tell
from fieldcal.cli.place import folder
from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadInput
from fieldcal.services.simulate import Played

NAME = re.compile(r"[a-z][a-z0-9-]{1,40}")
PLACEHOLDER = "EXAMPLE-ID"


def new(arguments: argparse.Namespace) -> int:
    """Raises BadInput for a bad name or files that are there already; writes nothing then."""
    name: str = arguments.id
    if not NAME.fullmatch(name):
        raise BadInput("bad-name", field="ID", value=name, accepted="a-z 0-9 -")
    place = folder(arguments) / "procedures"
    made = {place / f"{name}.toml": "procedure.toml", place / "cases" / f"{name}.json": "cases.json"}
    if there := [path for path in made if path.exists()]:
        raise BadInput("not-empty", field="ID", value=there[0], accepted="a new or empty folder")
    for path, template in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (paths.resources() / "procedure_template" / template).read_text("utf-8")
        path.write_text(text.replace(PLACEHOLDER, name), "utf-8")
    file = next(iter(made))
    each = (f"check {file}", f"test {name}", f"preview {file}", f"simulate {file}")
    ways = [f"fieldcal procedures {way}" for way in each]
    tell({"procedure": name, "files": [str(path) for path in made]}, arguments.json, lambda: [*map(str, made), *ways])
    return OK


def simulate(arguments: argparse.Namespace) -> int:
    """From the nameplate to the papers, in a demo workspace of its own."""
    from fieldcal.services.clock import DemoClock
    from fieldcal.services.proof import generic_cases
    from fieldcal.services.simulate import play

    compiled, place = _found(arguments)
    plate = dict(_pair(text) for text in arguments.set)
    with _workspace() as workspace:
        clock = DemoClock(1, jump=True)
        services = bootstrap.open_demo(workspace, clock=clock, link_clock=clock.mono)
        try:
            simulators = bootstrap.simulators_for(services, compiled)
            played = play(services, compiled, generic_cases(compiled, place), simulators, plate)
            papers = _papers(services.certificates.export, played, arguments.out)
        finally:
            services.close()
    told = {
        "procedure": compiled.procedure.id, "kind": played.kind, "verdict": played.verdict, "items": played.items,
        "readings": played.readings, "open": played.open, "papers": papers,
    }  # fmt: skip
    tell(told, arguments.json, lambda: _lines(played, papers))
    return OK if played.verdict == "pass" else DIFFERS


def preview(arguments: argparse.Namespace) -> int:
    from fieldcal.cli import window

    return window.preview(arguments)


def _found(arguments: argparse.Namespace) -> tuple[Compiled, Path]:
    """By id, or a file; and the folder that it lies in."""
    path = Path(arguments.id)
    if path.suffix == ".toml":
        from fieldcal.cli.tools import read

        return load(read(path), path.name), path.parent
    for place in reversed(bootstrap.procedure_folders(folder(arguments))):
        if (place / f"{arguments.id}.toml").is_file():
            return bootstrap.library(folder(arguments)).get(arguments.id), place
    return bootstrap.library(folder(arguments)).get(arguments.id), bootstrap.procedure_folders()[0]


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise BadInput("usage", field="--set", value=text, accepted="max=15kg")
    return name, value


@contextmanager
def _workspace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fieldcal-") as name:
        yield Path(name) / "workspace"


def _papers(export: Callable[[str, Path], list[Path]], played: Played, out: Path | None) -> list[str]:
    if played.issued is None or out is None:
        return [played.issued.number] if played.issued else []
    out.mkdir(parents=True, exist_ok=True)
    return [str(path) for path in export(played.issued.number, out)]


def _lines(played: Played, papers: list[str]) -> list[str]:
    told = dict.fromkeys(played.open, "no passing value found")
    rows = [[name, verdict, told.get(name, "")] for name, verdict in played.items.items()]
    counts = ", ".join(f"{count} {source}" for source, count in played.readings.items())
    return [*table(rows), "", f"{played.kind}: {played.verdict}; {counts}", *papers]
