"""Real processes, really killed. FIELDCAL_KILLS sets how many."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from fieldcal.storage import errors
from fieldcal.storage.store import Store

KILLS = int(os.environ.get("FIELDCAL_KILLS", "50"))
APPENDER = Path(__file__).with_name("appender.py")
ROOT = Path(__file__).parents[2]


def appender(folder: Path, limit: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, str(APPENDER), str(folder), str(limit)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def killed(folder: Path, seconds: float) -> int:
    """Starts, waits for the first reading, lets it work on, kills it; returns the last acknowledged version."""
    process = appender(folder)
    assert process.stdout
    assert process.stderr
    first = process.stdout.readline()
    assert first.strip().isdigit(), process.stderr.read()
    time.sleep(seconds)
    process.kill()
    lines = [first, *process.stdout.read().splitlines(keepends=True)]
    process.wait()
    process.stdout.close()
    process.stderr.close()
    return max(int(line) for line in lines if line.endswith("\n"))


@pytest.mark.timeout(60 + 3 * KILLS)
def test_every_acknowledged_reading_survives_being_killed(bench):
    bench.store.close()
    dice = random.Random(11)
    for _ in range(KILLS):
        told = killed(bench.folder, dice.uniform(0, 0.03))
        with Store.open(bench.folder) as store:
            kept = store.journal.head()[0]
            assert told <= kept <= told + 1
            report = store.journal.verify()
            assert (report.events, report.problems) == (kept, [])
            assert len(store.journal.outbox()) == kept


@pytest.mark.skipif(os.name == "nt", reason="no file size limit on Windows")
def test_a_full_disk_is_a_typed_error_and_leaves_nothing_half_written(bench):
    bench.store.close()
    process = appender(bench.folder, bench.file.stat().st_size + 65536)
    out, err = process.communicate(timeout=60)
    *acknowledged, last = out.splitlines()
    code, kept, problems = last.split(" ", 2)
    assert code in {errors.StoreFull.code, errors.DiskFailed.code}, err
    assert int(acknowledged[-1]) == int(kept)
    assert problems == "[]"
    with Store.open(bench.folder) as store:
        report = store.journal.verify()
        assert (report.events, report.problems) == (int(kept), [])
        assert len(store.journal.outbox()) == int(kept)
        bench.store = store
        bench.put("run/1", bench.reading())


@pytest.mark.skipif(os.name == "nt", reason="no mode bits on Windows")
def test_a_file_without_write_permission_is_read_only_and_stays_as_it_is(bench):
    bench.run()
    bench.store.close()
    before = bench.file.read_bytes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "work"
        shutil.copytree(bench.folder, folder)
        for path in (Path(name), folder, *folder.rglob("*")):
            path.chmod(0o555)
        script = (
            "import os, sys, pathlib; from fieldcal.storage.store import Store;"
            "os.geteuid() or os.setuid(65534);"  # mode bits do not stop root
            "Store.open(pathlib.Path(sys.argv[1]))"
        )
        ran = subprocess.run([sys.executable, "-c", script, folder], capture_output=True, text=True, cwd=ROOT)
        assert f"ReadOnly: read-only: {folder.resolve() / 'fieldcal.db'}" in ran.stderr
        assert (folder / "fieldcal.db").read_bytes() == before
        for path in (Path(name), folder, *folder.rglob("*")):
            path.chmod(0o755)
