"""`fieldcal reevaluate`: what it says, in which exit code, and that the workspace stays as it is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.cli.conftest import Command

SHIPPED = Path(__file__).parents[2] / "resources/procedures/jjg539-2016.toml"
ACCEPT = '{ value = "error_corrected", limit = "mpe", source = "mpe" }'


@pytest.fixture
def revision(tmp_path: Path) -> Path:
    """No scale passes it."""
    text = SHIPPED.read_text("utf-8")
    assert ACCEPT in text
    made = tmp_path / "revised.toml"
    made.write_text(text.replace(ACCEPT, ACCEPT.replace('limit = "mpe"', 'low = "10", high = "20"')), "utf-8")
    return made


def digest(workspace: Path) -> str:
    return hashlib.sha256((workspace / "fieldcal.db").read_bytes()).hexdigest()


def test_flips_are_listed_with_value_limits_and_clause_and_the_journal_keeps_every_byte(
    fieldcal: Command, workspace: Path, revision: Path
) -> None:
    before = digest(workspace)
    told = fieldcal("reevaluate", "--revision", revision, "--workspace", workspace, "--lang", "en")
    assert told.code == 1
    assert digest(workspace) == before
    line = next(line for line in told.out.splitlines() if line.startswith("  weighing row 1 "))
    assert "error_corrected: limit: pass 0.0 in -2.5..2.5 g (OIML R76-1:2006, 3.5.1, table 6)" in line
    assert line.endswith("-> fail 0.0 in 10..20 g (OIML R76-1:2006, 3.5.1, table 6)")
    assert "run:scale-pass JL" in told.out
    assert told.out.splitlines()[-1].endswith("0 of 3 records stay as they are, 3 flip (2 as a whole), 0 do not fit")


def test_the_same_as_data(fieldcal: Command, workspace: Path, revision: Path) -> None:
    told = fieldcal("reevaluate", "--revision", revision, "--workspace", workspace, "--json")
    assert told.code == 1
    data = told.data
    assert (data["records"], data["same"], data["flipped"], data["verdicts"], data["unfit"]) == (3, 0, 3, 2, 0)
    found = next(one for one in data["findings"] if one["run"] == "run:scale-pass")
    assert (found["was"], found["now"], found["fits"]) == ("pass", "fail", True)
    flip = next(flip for flip in found["flips"] if flip["item"] == "weighing")
    assert (flip["row"], flip["why"], flip["old"]["high"], flip["new"]["low"]) == (1, "limit", "2.5", "10")


def test_the_procedure_at_hand_flips_nothing_that_it_judged_itself(fieldcal: Command, workspace: Path) -> None:
    told = fieldcal("reevaluate", "--revision", "jjg539-2016", "--workspace", workspace)
    assert (told.code, told.err) == (0, "")
    assert "3 of 3 records" in told.out


def test_outside_the_period_there_is_nothing_to_flip(fieldcal: Command, workspace: Path, revision: Path) -> None:
    words = ["reevaluate", "--revision", revision, "--workspace", workspace, "--json"]
    told = fieldcal(*words, "--to", "2020-12-31")
    assert (told.code, told.data["records"], told.data["outside"]) == (0, 0, 3)
    assert fieldcal(*words, "--from", "2020-12-31").data["records"] == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [(["--revision", "jjg0"], "unknown-procedure"), (["--revision", "absent.toml"], "cannot-read"), ([], "usage"),
     (["--revision", "jjg52-2013", "--from", "yesterday"], "bad-input"),
     (["--revision", "jjg52-2013", "--workers", "-1"], "out-of-range"),
     (["--revision", "jjg52-2013", "--from", "2026-02-02", "--to", "2026-02-01"], "out-of-range")],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(fieldcal: Command, workspace: Path, words: list[str], code: str) -> None:
    told = fieldcal("reevaluate", *words, "--workspace", workspace, "--lang", "en")
    assert told.code == 2
    assert told.err.startswith(f"fieldcal: {code}: ")


def test_without_a_workspace_it_says_so_and_makes_nothing(fieldcal: Command, tmp_path: Path) -> None:
    told = fieldcal("reevaluate", "--revision", "jjg52-2013", "--workspace", tmp_path / "absent")
    assert told.code == 2
    assert told.err.startswith("fieldcal: no-workspace: ")
    assert list(tmp_path.iterdir()) == []
