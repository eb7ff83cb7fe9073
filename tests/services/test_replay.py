"""Records that were measured on the simulated bench, replayed from their transcripts: here, elsewhere, and damaged."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fieldcal import bootstrap
from fieldcal.devices.apart import ReplayerApart
from fieldcal.devices.catalog import Catalog
from fieldcal.domain import events as ev
from fieldcal.services.hands import ScaleHands
from fieldcal.services.ports import Replayed, Stored, Wanted
from fieldcal.services.replay import Replay, replay
from fieldcal.services.runs import Runs
from fieldcal.services.walk import Walker
from fieldcal.services.workspace import Workspace
from fieldcal.storage.store import Store
from tests.ui.jobs import open_fast

RUN = "run:stall-01"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one finished scale; its program has ended."""
    folder = tmp_path_factory.mktemp("measured") / "demo"
    services = open_fast(folder)
    walker = Walker(services, ScaleHands(services.bench.scale), "tech")
    walker.finish(walker.start("stall-01", "subsequent", "stall-01"), "1111")
    services.close()
    return folder


@pytest.fixture
def runs(measured: Path) -> Iterator[Runs]:
    with Store.open(measured) as store:
        yield Runs(Workspace(store.journal, store.blobs, store.signer, bootstrap.SystemClock(), bootstrap.library()))


@pytest.fixture
def replayer() -> ReplayerApart:
    return ReplayerApart(bootstrap.catalog())


def fieldcal(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fieldcal", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)


def codes(found: Replay) -> set[str]:
    return {one.outcome.code for one in found.values}


def test_every_wire_value_comes_again_and_carries_its_place_in_the_record(runs: Runs, replayer: ReplayerApart) -> None:
    found = replay(runs, replayer, RUN)
    taken = [s.event for s in runs.ws.journal.read(RUN) if isinstance(s.event, ev.ReadingTaken)]
    assert found.same == found.total == sum(one.source == "wire" for one in taken) > 20
    assert all(taken[one.place] == one.reading for one in found.values)
    assert found.changed == ()


def test_a_record_that_says_another_value_than_its_bytes_differs(
    runs: Runs, replayer: ReplayerApart, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = runs.ws.journal.read

    def forged(stream: str) -> list[Stored]:
        return [replace(stored, event=_more(stored.event)) for stored in read(stream)]

    monkeypatch.setattr(runs.ws.journal, "read", forged)
    found = replay(runs, replayer, RUN)
    wrong = [one for one in found.values if not one.same]
    assert [(one.outcome.name, one.outcome.code, one.outcome.text) for one in wrong] == [
        ("weighing:3:indication", "differs", "2.500 kg")
    ]


def _more(event: ev.Event) -> ev.Event:
    """Five grams more at one load."""
    if isinstance(event, ev.ReadingTaken) and (event.item, event.row, event.source) == ("weighing", 2, "wire"):
        return msgspec.structs.replace(event, text="2.505")
    return event


def test_a_driver_of_another_day_is_told_and_its_values_still_count(runs: Runs) -> None:
    catalog = ReplayerApart(bootstrap.catalog())

    def newer(driver: str, driver_hash: str, transcript: str, wanted: Sequence[Wanted], own: Any) -> Replayed:
        return catalog(driver, "0" * 64 if driver == "mt_sics" else driver_hash, transcript, wanted, own)

    found = replay(runs, newer, RUN)
    assert found.changed == ("mt_sics",)
    assert found.same == found.total


def test_without_the_driver_no_value_is_confirmed(runs: Runs, tmp_path: Path) -> None:
    found = replay(runs, ReplayerApart(Catalog([tmp_path])), RUN)
    assert found.same == 0
    assert codes(found) == {"driver-failed"}


def test_a_changed_transcript_in_a_copy_confirms_no_value_of_its_role(
    measured: Path, replayer: ReplayerApart, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(measured, tmp_path / "copy"))
    tamper(copy / "fieldcal.db")
    with Store.open(copy) as store:
        ws = Workspace(store.journal, store.blobs, store.signer, bootstrap.SystemClock(), bootstrap.library())
        found = replay(Runs(ws), replayer, RUN)
    wrong = {one.reading.item for one in found.values if not one.same}
    assert "weighing" in wrong
    assert "environment" not in wrong
    assert codes(found) == {"", "blob-damaged"}


def test_a_backup_that_is_restored_elsewhere_replays_to_the_same_values(measured: Path, tmp_path: Path) -> None:
    assert fieldcal("backup", tmp_path / "copy.db", "--workspace", measured).returncode == 0
    back = tmp_path / "another place" / "workspace"
    assert fieldcal("restore", tmp_path / "copy.db", "--workspace", back).returncode == 0
    done = fieldcal("transcripts", "replay", "stall-01", "--workspace", back, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0, told
    assert told["same"] == told["total"] > 20


def tamper(database: Path) -> None:
    """One digit in the bytes of the scale, behind the program's back and its guards."""
    con = sqlite3.connect(database)
    guards = con.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='blob'").fetchall()
    for name, _ in guards:
        con.execute(f'DROP TRIGGER "{name}"')
    holds = "SELECT sha256, bytes FROM blob WHERE instr(bytes, CAST('S S      2.500 kg' AS BLOB))"
    sha256, data = con.execute(holds).fetchone()
    con.execute("UPDATE blob SET bytes=? WHERE sha256=?", (data.replace(b"2.500 kg", b"2.505 kg"), sha256))
    for _, guard in guards:
        con.execute(guard)
    con.commit()
    con.close()
