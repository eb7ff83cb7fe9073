"""What tests of every part of the program stand on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from fieldcal import paths
from fieldcal.devices import shipped
from fieldcal.devices.bench import KINDS, Bench
from fieldcal.services.clock import DemoClock

FIRST = ("test_kill", "test_whole_job", "test_devices", "test_doctor", "test_preview", "test_papers", "test_faults")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first, or one of them is still at work when all others have ended."""
    items.sort(key=lambda item: item.path.stem not in FIRST)


@pytest.fixture(scope="session", autouse=True)
def drivers_as_they_lie(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Count as shipped while one works on them; tests/devices/test_pack.py tells whether the real list is current."""
    made = tmp_path_factory.mktemp("shipped") / "drivers.sha256"
    made.write_text(shipped.list_of(paths.shipped_drivers()), "ascii")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shipped, "listed", lambda: made)
        yield


@pytest.fixture(scope="session", autouse=True)
def while_jjg_539_covers_the_scales_of_the_demo() -> Iterator[None]:
    """They leave it on 2027-01-08, see tests/services/test_effective.py; most other tests measure them by it."""
    until = datetime(2027, 1, 1, tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch:
        if datetime.now(UTC) > until:
            patch.setattr(DemoClock.__init__, "__defaults__", (1, False, until))
        yield


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """An empty simulated bench on each kind of port there is."""
    made = Bench(request.param)
    yield made
    made.close()
