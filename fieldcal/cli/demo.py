"""`fieldcal demo --headless`: four jobs through services, drivers and serial lines, one of them cut by a kill."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from fieldcal.bootstrap import is_frozen, make_demo, open_demo
from fieldcal.cli.output import DIFFERS, OK, table, tell
from fieldcal.domain.errors import BadInput
from fieldcal.services.app import Services
from fieldcal.services.certificates import Issued
from fieldcal.services.clock import DemoClock
from fieldcal.services.delivery import summary
from fieldcal.services.demo import PINS
from fieldcal.services.hands import NozzleHands, ScaleHands
from fieldcal.services.walk import Hands, Walker

CUT_RUN, CUT_AFTER = "cut", 25  # values acknowledged before the kill
HEAVY = Decimal("0.0012")  # relative error of the scale that fails


def headless(arguments: argparse.Namespace) -> int:
    if arguments.out is None and arguments.workspace is None:
        raise BadInput("empty", field="--out", accepted="a folder")
    out: Path = arguments.out or arguments.workspace
    if arguments.cut:
        return cut(out, arguments.seed)
    if out.exists() and any(out.iterdir()):
        raise BadInput("not-empty", field="--out", value=out, accepted="a new or empty folder")
    began = time.monotonic()
    folder = out / "workspace"
    folder.mkdir(parents=True, exist_ok=True)
    make_demo(folder, DemoClock(1, jump=True), arguments.seed)
    acknowledged = kill_in_the_middle(out, arguments.seed)
    services = opened(folder, arguments.seed)
    try:
        report = Journey(services, out, arguments.seed).walk(acknowledged)
    finally:
        services.close()
    report["seconds"] = round(time.monotonic() - began, 1)
    (out / "summary.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    tell(report, arguments.json, lambda: lines(report))
    return OK if report["ok"] else DIFFERS


def opened(folder: Path, seed: int) -> Services:
    clock = DemoClock(1, jump=True)
    return open_demo(folder, clock=clock, seed=seed, link_clock=clock.mono)


def cut(out: Path, seed: int) -> int:
    """The child: carries on with the scale, saying each value only after COMMIT returned, until it is killed."""
    services = opened(out / "workspace", seed)
    runs = services.runs
    found = next((view.stream for view in services.unfinished() if view.state == "paused"), "")
    walker = Walker(services, ScaleHands(services.bench.scale), "tech", lambda place: print(run, place, flush=True))
    if found:
        run = found
        runs.resume(run, "tech")
    else:
        name = CUT_RUN if not runs.all() else f"{CUT_RUN}-{len(runs.all())}"
        run = walker.start("stall-04", "subsequent", name)
    walker.finish(run, PINS["tech"])
    services.close()
    return OK


def kill_in_the_middle(out: Path, seed: int) -> list[str]:
    """Kills the child without warning; returns what it had acknowledged."""
    start = [sys.executable] if is_frozen() else [sys.executable, "-m", "fieldcal"]
    command = [*start, "demo", "--headless", "--cut", "--out", str(out), "--seed", str(seed)]
    found: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            found.append(line.split()[-1])
            if len(found) == CUT_AFTER:
                child.kill()
                break
        found += [line.split()[-1] for line in child.stdout if line.endswith("\n")]
    return found


class Journey:
    def __init__(self, services: Services, out: Path, seed: int) -> None:
        self.s, self.out, self.seed = services, out, seed
        self.jobs: list[dict[str, Any]] = []

    def walk(self, acknowledged: list[str]) -> dict[str, Any]:
        bench = self.s.bench
        self.job("scale-pass", "stall-01", ScaleHands(bench.scale))
        good = bench.scale.error
        bench.scale.error = lambda load: load * HEAVY
        self.job("scale-fail", "stall-02", ScaleHands(bench.scale))
        bench.scale.error = good
        self.job("nozzle-pass", "nozzle-1-1", NozzleHands(bench.probes, self.seed))
        kept = self.lost(acknowledged)
        self.resume(ScaleHands(bench.scale), len(acknowledged))
        pending = self.s.delivery.pending()
        bundle = summary(self.s.delivery.export(self.out / "bundle.fcb", "tech"))
        chain = self.s.ws.journal.verify()
        ok = not kept and not chain.problems and not bundle["problems"] and len(self.jobs) == 4
        return {
            "ok": ok and [job["verdict"] for job in self.jobs] == ["pass", "fail", "pass", "pass"],
            "jobs": self.jobs, "acknowledged_before_kill": len(acknowledged), "lost_after_kill": kept,
            "waiting_before_export": pending, "bundle": bundle, "head": chain.head, "events": chain.events,
            "problems": chain.problems,
        }  # fmt: skip

    def job(self, name: str, instrument: str, hands: Hands) -> None:
        walker = Walker(self.s, hands, "tech")
        run = walker.start(instrument, "subsequent", name)
        judged = walker.finish(run, PINS["tech"])
        self.settle(name, run, str(judged.overall), resumed_after=0)

    def lost(self, acknowledged: list[str]) -> list[str]:
        """Places that were acknowledged before the kill and are not in the journal: must be none."""
        view = self.s.runs.view(f"run:{CUT_RUN}")
        held = {f"{item}:{row}:{c}" for (item, row), tries in view.attempts.items() for a in tries for c in a.cells}
        held |= {f"{item}:{check}" for item, check in view.answers}
        return [place for place in acknowledged if place not in held]

    def resume(self, hands: Hands, before: int) -> None:
        run = f"run:{CUT_RUN}"
        self.s.runs.resume(run, "tech")
        self.s.bind(run, "tech")
        judged = Walker(self.s, hands, "tech").finish(run, PINS["tech"])
        self.settle("scale-cut-and-resumed", run, str(judged.overall), before)

    def settle(self, name: str, run: str, verdict: str, resumed_after: int) -> None:
        self.s.certificates.check(run, "check", PINS["check"])
        issued: Issued = self.s.certificates.approve(run, "approve", PINS["approve"])
        files = [path.name for path in self.s.certificates.export(issued.number, self.out)]
        view = self.s.runs.view(run)
        self.jobs.append({
            "job": name, "instrument": issued.instrument.place, "verdict": verdict, "document": issued.document,
            "number": issued.number, "valid_to": issued.valid_to, "readings": view.readings,
            "resumed_after": resumed_after, "files": files,
        })  # fmt: skip


def lines(report: dict[str, Any]) -> list[str]:
    head = ["job", "instrument", "verdict", "document", "number", "valid to", "readings"]
    keys = ["job", "instrument", "verdict", "document", "number", "valid_to", "readings"]
    rows = [head, *[[str(job[key]) or "–" for key in keys] for job in report["jobs"]]]
    bundle, lost = report["bundle"], len(report["lost_after_kill"])
    return [
        *table(rows), "",
        f"killed after {report['acknowledged_before_kill']} acknowledged values, lost: {lost}",
        f"{report['waiting_before_export']} jobs not delivered -> {bundle['file']}: {bundle['records']} records, "
        f"{bundle['events']} events, head {bundle['head'][:16]}",
        f"journal: {report['events']} events, problems: {len(report['problems'])}; {report['seconds']} s",
    ]  # fmt: skip
