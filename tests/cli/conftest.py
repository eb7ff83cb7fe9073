"""The command line as a person meets it: exit code, what is said on standard output, what on standard error."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from fieldcal.cli.main import main


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture
def fieldcal(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command line in this process; whatever is refused is one line on standard error."""

    def run(*words: str | Path) -> Said:
        code = main([str(word) for word in words])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        assert told.err.count("\n") == (1 if code >= 2 else 0)
        return Said(code, told.out, told.err)

    return run


@pytest.fixture(scope="session")
def demo_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `demo --headless` leaves: papers, a bundle, a workspace."""
    out = tmp_path_factory.mktemp("demo") / "out"
    assert main(["demo", "--headless", "--out", str(out), "--json"]) == 0
    return out


@pytest.fixture
def workspace(demo_out: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_out / "workspace", tmp_path / "workspace"))


@pytest.fixture
def paper(demo_out: Path) -> Path:
    return next(iter(sorted(demo_out.glob("*-certificate.pdf"))))
