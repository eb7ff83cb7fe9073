"""Every verb in every form: exit codes, --json, options before and after, one line of refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fieldcal.cli.main import EXITS
from fieldcal.ui import i18n
from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
GROUPS = ["procedures", "drivers", "journal", "certificate", "bundle"]
NEEDS = [["cases"], ["procedures", "show"], ["procedures", "check"], ["drivers", "check"], ["bundle", "export"],
         ["bundle", "verify"], ["backup"], ["restore"]]  # fmt: skip
WORKSPACE = [["journal", "verify"], ["journal", "rebuild"], ["bundle", "export", "b.fcb"], ["backup", "b.db"],
             ["certificate", "verify", "--qr", "x"], []]  # fmt: skip


@pytest.mark.parametrize("verb", [*[[name] for name in GROUPS], *NEEDS], ids=" ".join)
def test_a_verb_without_what_it_needs_names_it_and_its_help(fieldcal: Command, verb: list[str]) -> None:
    told = fieldcal(*verb, "--lang", "en")
    assert told.code == 2
    assert "required" in told.err
    assert f"fieldcal {' '.join(verb)} --help" in told.err


@pytest.mark.parametrize(
    "words",
    [["nonsense"], ["journal", "burn"], ["doctor", "more"], ["doctor", "--loud"], ["--lang", "fr", "doctor"],
     ["--workspace"], ["--workspace", "", "doctor"], ["demo", "--seed", "x"], ["cases", "a", "b"]],
    ids=" ".join,
)  # fmt: skip
def test_a_word_that_no_verb_knows_is_refused_with_the_word(fieldcal: Command, words: list[str]) -> None:
    told = fieldcal(*words)
    assert told.code == 2
    assert told.err.startswith("fieldcal: usage: 命令写得不对")


@pytest.mark.parametrize("verb", WORKSPACE, ids=lambda verb: " ".join(verb) or "window")
def test_without_a_workspace_every_verb_says_where_one_comes_from(
    fieldcal: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    for name in ("absent", "empty"):
        told = fieldcal(*verb, "--workspace", tmp_path / name, "--lang", "en")
        assert told.code == 2
        assert told.err.startswith("fieldcal: no-workspace: ")
        assert str(tmp_path / name) in told.err
        assert "fieldcal demo" in told.err
        assert "fieldcal restore" in told.err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["empty"]
    told = fieldcal(*verb, "--workspace", tmp_path / "empty")
    assert "还没有工作区" in told.err
    assert "备份" in told.err


@pytest.mark.parametrize("verb", [["procedures", "list"], ["procedures", "show", "jjg539-2016"], ["procedures", "test"],
    ["drivers", "list"], ["journal", "verify"], ["journal", "rebuild"], ["doctor"]], ids=" ".join)  # fmt: skip
def test_json_is_the_whole_output_and_options_stand_before_or_after(
    fieldcal: Command, workspace: Path, verb: list[str]
) -> None:
    after = fieldcal(*verb, "--json", "--workspace", workspace, "--lang", "en")
    before = fieldcal("--json", "--lang", "en", "--workspace", workspace, *verb)
    between = fieldcal(verb[0], "--json", "--lang", "en", "--workspace", workspace, *verb[1:])
    assert (after.code, after.err) == (0, "")
    assert after.data == before.data == between.data
    plain = fieldcal(*verb, "--workspace", workspace)
    assert plain.code == 0
    assert plain.out.strip()
    with pytest.raises(json.JSONDecodeError):
        json.loads(plain.out)


def test_a_refusal_with_json_is_data_too(fieldcal: Command, tmp_path: Path) -> None:
    told = fieldcal("procedures", "show", "jjg0", "--json", "--lang", "en")
    assert told.code == 2
    found = told.data["error"]
    assert (found["code"], found["field"], found["value"]) == ("unknown-procedure", "procedure", "jjg0")
    assert "jjg539-2016" in found["accepted"]
    assert found["message"] in told.err


@pytest.mark.parametrize("verb", [[], ["demo"], ["cases"], *[[name] for name in GROUPS], ["journal", "verify"]],
    ids=lambda verb: " ".join(verb) or "fieldcal")  # fmt: skip
def test_help_tells_the_exit_codes(fieldcal: Command, verb: list[str]) -> None:
    told = fieldcal(*verb, "--help")
    assert told.code == 0
    assert EXITS in told.out


def test_the_exit_codes_of_the_help_are_those_of_the_guide() -> None:
    guide = (ROOT / "docs/cli.md").read_text("utf-8")
    for code in ("0", "1", "2", "3", "4", "5", "130", "141"):
        assert f"| {code} |" in guide
        assert f"{code} " in EXITS


def test_every_verb_stands_in_the_guide(fieldcal: Command) -> None:
    guide = (ROOT / "docs/cli.md").read_text("utf-8")
    for verb in ["demo", "cases", "backup", "restore", "doctor", *GROUPS]:
        assert f"fieldcal {verb}" in guide


def test_without_a_screen_the_headless_form_is_named(
    fieldcal: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("a desktop always has a screen")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for verb in (["demo"], ["--workspace", workspace]):
        for language in i18n.LANGUAGES:
            told = fieldcal(*verb, "--lang", language)
            assert told.code == 4
            assert "fieldcal demo --headless --out DIR" in told.err


def test_a_refusal_started_by_a_click_is_a_window(qtbot, tmp_path: Path) -> None:
    from fieldcal.cli.window import box
    from fieldcal.domain.errors import BadInput

    found = box(BadInput("no-workspace", field="--workspace", value=tmp_path), "zh")
    qtbot.addWidget(found)
    assert "还没有工作区" in found.text()
    assert str(tmp_path) in found.text()


def test_the_demo_never_opens_the_workspace_of_a_laboratory(tmp_path: Path) -> None:
    from fieldcal.bootstrap import DEVICE, open_demo
    from fieldcal.domain.errors import BadInput
    from fieldcal.storage.store import Store

    Store.create(tmp_path, DEVICE).close()
    with pytest.raises(BadInput) as refused:
        open_demo(tmp_path)
    assert (refused.value.code, refused.value.value) == ("not-a-demo", str(tmp_path))
    Store.open(tmp_path).close()  # and it was let go


@pytest.mark.parametrize(
    "verb", [["procedures", "show", "jjg539-2016"], ["doctor", "--json"], ["--help"]], ids=" ".join
)
@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise there")
def test_a_reader_that_goes_away_is_no_error(verb: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "fieldcal", *verb]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(write)
    assert done.stderr == ""
    assert done.returncode == (0 if verb == ["--help"] else 141)  # argparse forgives it by itself


def test_an_error_of_the_program_is_one_line_that_says_where(
    fieldcal: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fieldcal.cli import tools

    def broken(arguments: object) -> int:
        return 1 // 0

    monkeypatch.setitem(tools.VERBS, "doctor", broken)
    told = fieldcal("doctor", "--lang", "en")
    assert told.code == 5
    assert "ZeroDivisionError" in told.err
    assert "test_verbs.py:" in told.err


def test_a_backup_that_cannot_be_written_is_named_and_covers_nothing(
    fieldcal: Command, workspace: Path, tmp_path: Path
) -> None:
    (tmp_path / "there.db").write_bytes(b"mine")
    for name in ("no/such/folder.db", "there.db"):
        told = fieldcal("backup", tmp_path / name, "--workspace", workspace, "--lang", "en")
        assert told.code == 2
        assert name in told.err
        assert "a new file" in told.err
    assert (tmp_path / "there.db").read_bytes() == b"mine"


def test_a_bundle_of_nothing_is_not_written(fieldcal: Command, workspace: Path, tmp_path: Path) -> None:
    told = fieldcal("bundle", "export", tmp_path / "b.fcb", "--workspace", workspace, "--lang", "en")
    assert told.code == 2
    assert "nothing to hand over" in told.err
    assert "a finished job" in told.err
    assert not (tmp_path / "b.fcb").exists()


def test_restoring_over_a_workspace_needs_the_word(fieldcal: Command, workspace: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert fieldcal("backup", copy, "--workspace", workspace).code == 0
    told = fieldcal("restore", copy, "--workspace", workspace, "--lang", "en")
    assert told.code == 2
    assert "--replace" in told.err
    assert fieldcal("restore", copy, "--workspace", workspace, "--replace").code == 0
    assert fieldcal("journal", "verify", "--workspace", workspace).code == 0
