"""Workspaces are made once a session and copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.workspace import Desk, copied, make_desk


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    make_desk(folder).store.close()
    return folder


@pytest.fixture
def desk(demo_workspace: Path, tmp_path: Path) -> Iterator[Desk]:
    made = copied(demo_workspace, tmp_path / "workspace")
    yield made
    made.store.close()


@pytest.fixture(scope="session")
def checked_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One scale measured and signed (run 1 of stall-01), another also checked (stall-03)."""
    folder = tmp_path_factory.mktemp("checked") / "workspace"
    desk = make_desk(folder)
    desk.signed("stall-01")
    desk.checked("stall-03")
    desk.store.close()
    return folder


@pytest.fixture
def office(checked_workspace: Path, tmp_path: Path) -> Iterator[Desk]:
    made = copied(checked_workspace, tmp_path / "workspace")
    yield made
    made.store.close()
