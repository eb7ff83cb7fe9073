"""The real application process, killed without warning in the middle of capture, again and again."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fieldcal.bootstrap import make_demo, open_demo
from fieldcal.services.clock import DemoClock

KILLS = int(os.environ.get("FIELDCAL_KILLS", "200"))
LANES = 2  # workspaces worked on at the same time


def child(out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "fieldcal", "demo", "--headless", "--cut", "--out", str(out)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed_after(process: subprocess.Popen[str], count: int) -> list[str]:
    """Lines said after COMMIT returned, up to the kill; a line cut off by it doesn't count."""
    told: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        told.append(line.strip())
        if len(told) >= count:
            process.kill()
            break
    told += [line.strip() for line in process.stdout if line.endswith("\n")]
    process.wait()
    process.stdout.close()
    return told


def lane(place: Path, seed: int) -> int:
    """Kills in one workspace, one after another; the number of values that were acknowledged."""
    folder = place / "workspace"
    folder.mkdir(parents=True)
    make_demo(folder, DemoClock(1, jump=True))
    chance, acknowledged = random.Random(seed), 0
    told: set[tuple[str, str]] = set()
    for _ in range(KILLS // LANES):
        for line in killed_after(child(place), chance.randint(1, 12)):
            run, _, where = line.partition(" ")
            told.add((run, where))
            acknowledged += 1
    services = open_demo(folder, clock=DemoClock(1, jump=True))
    try:
        held = {
            (view.stream, f"{item}:{row}:{column}")
            for view in services.runs.all()
            for (item, row), tries in view.attempts.items()
            for attempt in tries
            for column in attempt.cells
        } | {(v.stream, f"{item}:{check}") for v in services.runs.all() for item, check in v.answers}
        assert told - held == set()
        assert services.ws.journal.verify().problems == []
        assert not [view.stream for view in services.runs.all() if view.state == "running"]
    finally:
        services.close()
    return acknowledged


@pytest.mark.timeout(1200)
def test_every_acknowledged_value_survives_every_kill(tmp_path: Path) -> None:
    with ThreadPoolExecutor(LANES) as lanes:
        acknowledged = sum(lanes.map(lambda seed: lane(tmp_path / str(seed), seed), range(7, 7 + LANES)))
    assert acknowledged >= KILLS // LANES * LANES
