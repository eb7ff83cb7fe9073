"""The whole way of an unsigned driver in a laboratory: refused, let in by developer mode, and never certified."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from fieldcal import bootstrap, paths
from fieldcal.devices.bench import Bench
from fieldcal.domain.errors import NotAllowed
from fieldcal.driverkit import DeviceError
from fieldcal.services.app import Services
from fieldcal.services.trust import DriverTrust
from tests.services.workspace import TECH, make_desk


@pytest.fixture
def laboratory(tmp_path: Path) -> Path:
    """No demo; with a driver of one's own that speaks as mt_sics does."""
    desk = make_desk(tmp_path / "laboratory")
    made = desk.ws.catalogue.workspace
    assert made is not None
    desk.ws.put("workspace", msgspec.structs.replace(made, demo=False), "system")
    desk.store.close()
    own = shutil.copytree(paths.shipped_drivers() / "mt_sics", desk.folder / "drivers" / "own_scale")
    manifest = own / "driver.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('"mt_sics"', '"own_scale"', 1), "utf-8")
    return desk.folder


@pytest.fixture
def port() -> Iterator[str]:
    bench = Bench()
    yield bench.attach("scale", bootstrap.catalog().load("mt_sics").simulator())
    bench.close()


@pytest.fixture
def opened(laboratory: Path) -> Iterator[Services]:
    services = bootstrap.open_workspace(laboratory)
    yield services
    services.close()


def bind(services: Services, driver: str, port: str) -> None:
    services.devices.bind("scale", driver, port)  # type: ignore[attr-defined]


def test_it_does_not_run_without_developer_mode(opened: Services, port: str) -> None:
    with pytest.raises(DeviceError) as refused:
        bind(opened, "own_scale", port)
    assert refused.value.code == "unsigned-driver"
    assert not opened.devices.state()


def test_with_developer_mode_it_runs_and_its_run_is_never_signed(opened: Services, port: str) -> None:
    DriverTrust(opened.ws).switch(True, "own scale", "system")
    bind(opened, "own_scale", port)
    run = opened.runs.open("stall-01", "subsequent", "tech")
    opened.bind_bench(run)
    bound = opened.runs.view(run).devices["scale"]
    assert (bound.driver, bound.trust, bound.simulated) == ("own_scale", "unsigned", True)
    DriverTrust(opened.ws).switch(False, "", "system")
    with pytest.raises(NotAllowed, match="developer-driver"):
        opened.certificates.sign(run, *TECH)


def test_a_shipped_driver_on_a_simulated_instrument_is_practice(opened: Services, port: str) -> None:
    bind(opened, "mt_sics", port)
    run = opened.runs.open("stall-01", "subsequent", "tech")
    opened.bind_bench(run)
    bound = opened.runs.view(run).devices["scale"]
    assert (bound.trust, bound.simulated, bool(bound.version)) == ("shipped", True, True)
    with pytest.raises(NotAllowed, match="practice-record"):
        opened.certificates.sign(run, *TECH)
