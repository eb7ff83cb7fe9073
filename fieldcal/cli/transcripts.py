"""`fieldcal transcripts replay RUN`: the bytes of a record through the drivers again."""

from __future__ import annotations

import argparse
import sys

from fieldcal import bootstrap
from fieldcal.cli.output import DIFFERS, OK, tell
from fieldcal.cli.place import folder, workspace
from fieldcal.devices.apart import ReplayerApart
from fieldcal.domain.errors import BadInput
from fieldcal.services.replay import replay
from fieldcal.services.runs import Runs
from fieldcal.services.workspace import Workspace
from fieldcal.storage.store import Store


def transcripts(arguments: argparse.Namespace) -> int:
    with Store.open(workspace(arguments)) as store:
        ws = Workspace(store.journal, store.blobs, store.signer, bootstrap.SystemClock(), bootstrap.library())
        runs = Runs(ws)
        run = _run(runs, arguments.id)
        played = replay(runs, ReplayerApart(bootstrap.catalog(folder(arguments))), run)
    for driver in played.changed:
        print(f"fieldcal: {driver}: not the driver of that day", file=sys.stderr)
    found = [one.outcome for one in played.values]
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
