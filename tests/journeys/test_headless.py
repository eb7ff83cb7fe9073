"""The headless demo as a person runs it: its own process, a real workspace, real pseudo-terminals, a real kill."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader


def fieldcal(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fieldcal", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    done = fieldcal("demo", "--headless", "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def summary(out: Path) -> dict[str, Any]:
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def test_four_jobs_end_as_the_demo_says(summary: dict[str, Any]) -> None:
    told = [(job["job"], job["verdict"], job["document"]) for job in summary["jobs"]]
    assert told == [
        ("scale-pass", "pass", "certificate"),
        ("scale-fail", "fail", "notice"),
        ("nozzle-pass", "pass", "certificate"),
        ("scale-cut-and-resumed", "pass", "certificate"),
    ]


def test_nothing_acknowledged_is_lost_by_the_kill(summary: dict[str, Any]) -> None:
    assert summary["acknowledged_before_kill"] >= 25
    assert summary["lost_after_kill"] == []


def test_it_stays_under_a_minute(summary: dict[str, Any]) -> None:
    assert summary["seconds"] < 60


def test_a_certificate_has_its_number_and_pages_counted(out: Path, summary: dict[str, Any]) -> None:
    job = summary["jobs"][0]
    pages = PdfReader(out / f"{job['number']}-certificate.pdf").pages
    first = pages[0].extract_text()
    assert job["number"] in first
    assert "检定证书" in first.replace(" ", "")
    assert f"第 1 页 共 {len(pages)} 页".replace(" ", "") in first.replace(" ", "")


def test_a_notice_names_the_failed_item_and_has_no_validity(out: Path, summary: dict[str, Any]) -> None:
    job = summary["jobs"][1]
    pages = [p.extract_text().replace(" ", "") for p in PdfReader(out / f"{job['number']}-certificate.pdf").pages]
    assert "检定结果通知书" in pages[0]
    assert "有效期至" not in pages[0]  # the standards' own dates stand on the second page
    assert "称量" in "".join(pages)
    assert not (out / f"{job['number']}-label.pdf").exists()


def test_the_paper_verifies_against_the_workspace_keys(out: Path, summary: dict[str, Any]) -> None:
    paper = out / f"{summary['jobs'][0]['number']}-certificate.pdf"
    done = fieldcal("certificate", "verify", paper, "--workspace", out / "workspace", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["fields"]["3"] == summary["jobs"][0]["number"]


def test_another_fieldcal_verifies_the_bundle(out: Path) -> None:
    done = fieldcal("bundle", "verify", out / "bundle.fcb", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["records"] == 4


def test_a_changed_bundle_is_found(out: Path, tmp_path: Path) -> None:
    data = bytearray((out / "bundle.fcb").read_bytes())
    at = data.index(b'"seq":100')
    data[at + 30] ^= 1
    changed = tmp_path / "changed.fcb"
    changed.write_bytes(bytes(data))
    assert fieldcal("bundle", "verify", changed).returncode in (1, 2)


def test_rebuilt_tables_are_identical(out: Path) -> None:
    done = fieldcal("--json", "journal", "rebuild", "--workspace", out / "workspace")
    tables = json.loads(done.stdout)["tables"]
    assert done.returncode == 0
    assert tables["run_summary"]["rows"] == 4


def test_backup_and_restore_keep_the_chain(out: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert fieldcal("backup", copy, "--workspace", out / "workspace").returncode == 0
    assert fieldcal("restore", copy, "--workspace", tmp_path / "back").returncode == 0
    assert fieldcal("journal", "verify", "--workspace", tmp_path / "back").returncode == 0


def test_a_full_folder_is_refused_in_one_line(out: Path) -> None:
    done = fieldcal("demo", "--headless", "--out", out)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "not-empty" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["cases", "absent.json"], 2, "absent.json"),
        (["procedures", "show", "jjg0"], 2, "jjg0"),
        (["procedures", "check", "absent.toml"], 2, "absent.toml"),
        (["bundle", "verify", "absent.fcb"], 2, "absent.fcb"),
        (["journal", "verify", "--workspace", "absent"], 2, "no-workspace"),
        (["certificate", "verify"], 2, "FILE.pdf or --qr"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_bad_input_is_one_line_without_a_traceback(
    arguments: list[str], code: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    done = fieldcal(*arguments)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("run", ["scale-pass", "nozzle-pass", "cut"])
def test_every_stored_transcript_gives_the_stored_values_again(out: Path, run: str) -> None:
    done = fieldcal("transcripts", "replay", run, "--workspace", out / "workspace", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0, told
    assert told["same"] == told["total"] >= 20
