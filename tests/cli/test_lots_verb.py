"""`fieldcal lots`: from a list of serial numbers to the draw and the refusals, in a workspace on disk."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from fieldcal.domain.lot import ranked, serials
from tests.cli.conftest import Command, Said
from tests.services import test_lots as job
from tests.services.workspace import Desk as Services
from tests.services.workspace import make_desk

PLATE = ["dn=20", "q1=0.025", "q2=0.040", "q3=2.5", "q4=3.125", "scale_interval=0.05", "tightness_pressure=1.6",
         "tightness_time=60"]  # fmt: skip
PLAN = ["--sample", "3", "--accept", "0", "--reject", "1", "--basis", "JJG 162-2019, 7.9 (example)"]
RANGE = ["--serials", "W001..W040"]


class Desk:
    def __init__(self, command: Command, workspace: Path, patch: pytest.MonkeyPatch) -> None:
        self.command, self.workspace, self.patch = command, workspace, patch

    def __call__(self, action: str, *words: str, pin: str = "1111") -> Said:
        self.patch.setattr(sys, "stdin", io.StringIO(f"{pin}\n"))
        return self.command("lots", action, *words, "--workspace", self.workspace, "--lang", "en")

    def open(self, *words: str, pin: str = "1111") -> Said:
        plate = [word for one in PLATE for word in ("--plate", one)]
        where = ["--site", "market", "--kind", "first", "--person", "tech"]
        return self("open", "jjg162-2019", *where, *plate, *words, pin=pin)

    def opened(self, *words: str) -> Any:
        told = self.open(*(words or (*RANGE, *PLAN)), "--json")
        assert (told.code, told.err) == (0, "")
        return told.data


@pytest.fixture
def desk(fieldcal: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(fieldcal, workspace, monkeypatch)


def test_a_lot_is_opened_drawn_and_shown(desk: Desk) -> None:
    lot = desk.opened()
    assert (lot["state"], lot["size"], lot["sample"], lot["seed"]) == ("open", 40, [], "")
    assert lot["plan"] == {"sample": 3, "accept": 0, "reject": 1, "basis": "JJG 162-2019, 7.9 (example)"}
    drawn = desk("draw", lot["lot"], "--seed", "1234", "--person", "tech", "--json").data
    order = ranked("1234", serials("W001..W040"))
    assert [member["serial"] for member in drawn["sample"]] == order[:3]
    assert (drawn["seed"], drawn["method"], drawn["reproduced"]) == ("1234", "sha256-rank/1", True)
    assert desk("show", lot["lot"], "--json").data == drawn
    plain = desk("show", lot["lot"])
    assert plain.code == 0
    assert f"{order[0]}  waits" in plain.out
    assert "given again by seed and lot" in plain.out
    assert desk("list", "--json").data["lots"][0]["lot"] == lot["lot"]
    replaced = desk("replace", lot["lot"], order[0], "--reason", "crushed", "--person", "tech", "--json").data
    assert replaced["replaced"] == [{"serial": order[0], "successor": order[3], "reason": "crushed"}]
    assert f"{order[0]} replaced by {order[3]}: crushed" in desk("show", lot["lot"]).out
    assert desk.command("journal", "verify", "--workspace", desk.workspace).code == 0


def test_a_lot_without_papers_is_not_judged_and_says_which_are_missing(desk: Desk) -> None:
    lot = desk.opened()["lot"]
    early = desk("judge", lot, "--person", "approve", pin="3333")
    assert early.code == 3
    assert early.err.startswith("fieldcal: not-drawn: ")
    sample = [m["serial"] for m in desk("draw", lot, "--person", "tech", "--json").data["sample"]]
    told = desk("judge", lot, "--person", "approve", pin="3333")
    assert told.code == 3
    assert told.err.startswith("fieldcal: lot-incomplete: ")
    assert ", ".join(sample) in told.err
    again = desk("draw", lot, "--person", "tech")
    assert (again.code, again.err.split(": ")[1]) == (3, "already-drawn")
    gone = desk("abandon", lot, "--reason", "sent back", "--person", "approve", pin="3333")
    assert (gone.code, gone.out.splitlines()[-1]) == (0, "abandoned: sent back")


def test_serial_numbers_come_from_a_file_as_a_spreadsheet_saves_it(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "lot.txt"
    path.write_bytes("\ufeffW9\r\nW7\r\n\r\nW8\r\n".encode())
    assert desk.opened("--file", str(path), *PLAN)["size"] == 3
    path.write_bytes(b"W\xff")
    told = desk.open("--file", str(path), *PLAN)
    assert (told.code, told.err.split(": ")[1]) == (2, "cannot-read")


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        ([*RANGE], 3, "lot-plan-needed"), ([*RANGE, *PLAN[:4]], 2, "usage"),
        (["--serials", "A9..A1", *PLAN], 2, "bad-serial-range"),
        (["--serials", "A1,A1", *PLAN], 2, "twice"), ([*PLAN], 2, "usage"),
        ([*RANGE, *PLAN, "--plate", "x"], 2, "usage"),
        ([*RANGE, *PLAN, "--plate", "x=1"], 2, "unknown-field"), ([*RANGE, *PLAN[:-1], ""], 2, "empty"),
    ],
)  # fmt: skip
def test_a_lot_that_cannot_be_judged_is_refused(desk: Desk, words: list[str], exit_code: int, code: str) -> None:
    told = desk.open(*words)
    assert (told.code, told.err.split(": ")[1]) == (exit_code, code)
    assert desk("list", "--json").data == {"lots": []}


def test_nothing_is_written_without_the_pin(desk: Desk) -> None:
    before = desk.command("journal", "verify", "--json", "--workspace", desk.workspace).data["events"]
    told = desk.open(*RANGE, *PLAN, pin="9999")
    assert (told.code, told.err.split(": ")[1]) == (3, "wrong-pin")
    assert desk.command("journal", "verify", "--json", "--workspace", desk.workspace).data["events"] == before


def test_a_lot_that_nobody_opened_is_told_as_such(desk: Desk) -> None:
    told = desk("show", "lot:none")
    assert (told.code, told.err.split(": ")[1]) == (2, "unknown-lot")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A workspace with a lot whose sample has its papers."""
    services: Services = make_desk(tmp_path_factory.mktemp("lot") / "workspace")
    lots = job.with_rig(services)
    lot = job.drawn(lots)
    job.work(services, lots, lot)
    services.store.close()
    return services.folder, lot


def test_the_paper_of_a_judged_lot_is_written_once_and_proves_itself(
    ready: tuple[Path, str], fieldcal: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, lot = ready
    desk, out = Desk(fieldcal, workspace, monkeypatch), tmp_path / "lot.pdf"
    early = desk("paper", lot, "--out", str(out))
    assert (early.code, early.err.split(": ")[1], out.exists()) == (3, "no-such-paper", False)
    told = desk("judge", lot, "--person", "approve", "--json", pin="3333")
    assert (told.code, told.data["verdict"], told.data["paper"]) == (0, "accepted", lot.removeprefix("lot:"))
    assert desk("paper", lot, "--out", str(out), "--json").data == {"lot": lot, "file": str(out)}
    found = fieldcal("certificate", "verify", out, "--json", "--workspace", workspace)
    assert (found.code, found.data["status"], found.data["fields"]["3"]) == (0, "VALID", lot.removeprefix("lot:"))
    again = desk("paper", lot, "--out", str(out))
    assert (again.code, again.err.split(": ")[1]) == (2, "already-there")
    assert fieldcal("journal", "verify", "--workspace", workspace).code == 0
