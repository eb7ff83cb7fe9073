"""These tests look at a built program, so they are only there when FIELDCAL_FROZEN names one; .ci/run builds it."""

import os
from pathlib import Path

import pytest

BUILT = os.environ.get("FIELDCAL_FROZEN", "")
collect_ignore_glob = [] if BUILT else ["test_*.py"]


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder that PyInstaller made."""
    return Path(BUILT).resolve()
