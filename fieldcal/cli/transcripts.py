"""`fieldcal transcripts replay RUN`: the bytes of a record through the drivers again."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from fieldcal import bootstrap
from fieldcal.cli.output import DIFFERS, OK, tell
from fieldcal.cli.place import folder, workspace
from fieldcal.devices.replay import Outcome, Wanted, replay
from fieldcal.domain.errors import BadInput
from fieldcal.domain.quantity import number
from fieldcal.services.app import LIVE
from fieldcal.services.runs import Runs
from fieldcal.services.workspace import Workspace
from fieldcal.storage.store import Store


def transcripts(arguments: argparse.Namespace) -> int:
    with Store.open(workspace(arguments)) as store:
        ws = Workspace(store.journal, store.blobs, store.signer, bootstrap.SystemClock(), bootstrap.library())
        runs = Runs(ws)
        run = _run(runs, arguments.id)
        found = [one for role in runs.view(run).devices for one in _role(runs, run, role, arguments)]
    wrong = [one for one in found if one.problem]
    lines = [f"{one.name}  {one.problem or 'same'}" for one in found]
    end = f"{len(found) - len(wrong)} of {len(found)} values are the same"
    data = {"run": run, "same": len(found) - len(wrong), "total": len(found),
            "values": [{"name": one.name, "problem": one.problem} for one in found]}  # fmt: skip
    tell(data, arguments.json, lambda: [*lines, end])
    return DIFFERS if wrong or not found else OK


def _run(runs: Runs, name: str) -> str:
    known = [view.stream for view in runs.all()]
    hit = [stream for stream in known if name in (stream, stream.removeprefix("run:"))]
    if not hit:
        raise BadInput("unknown-run", field="RUN", value=name, accepted=", ".join(known[:12]))
    return hit[0]


def _role(runs: Runs, run: str, role: str, arguments: argparse.Namespace) -> list[Outcome]:
    """Every value of this role that came over the wire, in the order of the journal."""
    bound, view = runs.view(run).devices[role], runs.view(run)
    text = "".join(runs.ws.blobs.get(t.sha256).data.decode("ascii") for t in view.transcripts if t.role == role)
    wanted = list(_wanted(runs, run, role))
    if not wanted:
        return []
    loaded = bootstrap.catalog(folder(arguments)).load(bound.driver)
    if loaded.driver_hash != bound.driver_hash:
        tell({"driver": bound.driver}, False, lambda: [f"{bound.driver}: not the driver of that day"])
    return replay(loaded, text, wanted)


def _wanted(runs: Runs, run: str, role: str) -> Iterator[Wanted]:
    from fieldcal.services.review import taken

    compiled = runs.compiled(run)
    items = {item.id: item for item in compiled.procedure.items}
    asked = compiled.procedure.roles[role].capability
    capability = LIVE.get(asked, asked)
    for one in taken(runs, run):
        reading = one.reading
        column = next(c for c in items[reading.item].columns if c.id == reading.column)
        if reading.source != "wire" or column.role != role:
            continue
        args: dict[str, Any] = {"channel": column.channel} if capability == "measure-temperature" else {}
        name = f"{reading.item}:{reading.row + 1}:{reading.column}"
        raw = bytes.fromhex(reading.raw)
        yield Wanted(name, raw, number(reading.text), reading.unit, capability, column.channel, args)
