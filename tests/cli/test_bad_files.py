"""Files that are not what a verb expects: each is named, with what would be accepted, in both languages."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Command

VERBS = [("cases",), ("procedures", "check"), ("certificate", "verify"), ("bundle", "verify"), ("restore",),
         ("drivers", "check")]  # fmt: skip
NONSENSE = {"empty": b"", "junk": bytes(range(256)) * 4000, "utf16.json": '{"topic": "weighing"}'.encode("utf-16")}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {name: tmp_path / name for name in NONSENSE}
    for name, path in made.items():
        path.write_bytes(NONSENSE[name])
    (tmp_path / "folder").mkdir()
    return {**made, "folder": tmp_path / "folder", "absent": tmp_path / "absent"}


@pytest.mark.parametrize("name", ["empty", "junk", "utf16.json", "folder", "absent"])
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_file_that_is_none_of_ours_is_named_in_one_line(
    fieldcal: Command, files: dict[str, Path], workspace: Path, verb: tuple[str, ...], name: str
) -> None:
    target = workspace.with_name("new") if verb == ("restore",) else workspace
    told = fieldcal(*verb, files[name], "--workspace", target, "--lang", "en")
    assert told.code == 2
    assert name in told.err
    assert told.out == ""
    assert not (workspace.with_name("new") / "fieldcal.db").exists()


@pytest.mark.parametrize(("language", "words"), [("en", "cannot be read"), ("zh", "读不了")])
def test_the_sentence_follows_the_language(
    fieldcal: Command, files: dict[str, Path], language: str, words: str
) -> None:
    told = fieldcal("--lang", language, "procedures", "check", files["absent"])
    assert words in told.err
    assert str(files["absent"]) in told.err
    assert ("可接受" if language == "zh" else "accepted") in told.err


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 1)() == 0, reason="root reads everything")
def test_an_unreadable_file_is_named(fieldcal: Command, files: dict[str, Path]) -> None:
    files["junk"].chmod(0)
    assert "junk" in fieldcal("cases", files["junk"]).err


def test_a_procedure_with_typos_names_file_line_key_and_what_is_accepted(fieldcal: Command, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "resources/procedures/jjg539-2016.toml"
    broken = tmp_path / "typo.toml"
    text = shipped.read_text("utf-8")
    broken.write_text(text.replace("revision =", "revison =", 1), "utf-8")
    told = fieldcal("procedures", "check", broken, "--lang", "en")
    assert told.code == 1
    line = text[: text.index("revision =")].count("\n") + 1
    assert f"{broken}:{line}: revison: unknown-key" in told.out
    assert "revision, regulation" in told.out
    broken.write_text(text.replace('expr = "', 'expr = "nonsense + ', 2), "utf-8")
    told = fieldcal("procedures", "check", broken, "--json")
    assert told.code == 1
    assert [fault["value"] for fault in told.data["faults"]] == ["nonsense", "nonsense"]


def test_a_workspace_of_a_newer_program_says_so(fieldcal: Command, workspace: Path) -> None:
    con = sqlite3.connect(workspace / "fieldcal.db")
    con.execute("PRAGMA user_version = 9000")
    con.close()
    for verb in (["journal", "verify"], [], ["backup", workspace / "copy.db"], ["bundle", "export", workspace / "b"]):
        told = fieldcal(*verb, "--workspace", workspace, "--lang", "en")
        assert told.code == 2
        assert "newer version of the program" in told.err
        assert "fieldcal.db" in told.err
    assert "更新版本" in fieldcal("journal", "verify", "--workspace", workspace).err


def test_a_broken_database_is_said_to_be_damaged_and_what_helps(fieldcal: Command, workspace: Path) -> None:
    file = workspace / "fieldcal.db"
    data = bytearray(file.read_bytes())
    data[4096:20480] = os.urandom(16384)
    file.write_bytes(data)
    told = fieldcal("journal", "verify", "--workspace", workspace, "--lang", "en")
    assert told.code == 2
    assert "damaged" in told.err
    assert "fieldcal restore" in told.err
    told = fieldcal("doctor", "--workspace", workspace, "--lang", "en")
    assert told.code == 1
    assert "damaged" in told.out


def test_a_workspace_file_that_is_none_is_refused(fieldcal: Command, tmp_path: Path) -> None:
    (tmp_path / "fieldcal.db").write_bytes(b"hello" * 100)
    for verb in ([], ["journal", "verify"]):
        told = fieldcal(*verb, "--workspace", tmp_path, "--lang", "en")
        assert told.code == 2
        assert "not made by fieldcal" in told.err
