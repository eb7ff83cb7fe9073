"""Each shipped driver that measures: a value captured over a real line comes again from the bytes kept of that line."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from fieldcal.devices.apart import ReplayerApart
from fieldcal.devices.bench import Bench
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.gateway import Gateway
from fieldcal.driverkit.folder import manifest_of, profiles_of
from fieldcal.services.capture import Capture, arguments
from fieldcal.services.clock import SystemClock
from fieldcal.services.ports import Wanted

DRIVERS = Path(__file__).parents[2] / "drivers"
WAYS = ("live-mass", "measure-environment", "measure-temperature", "measure-pressure", "measure-electrical",
        "measure-energy", "measure-volume")  # fmt: skip
MEASURING = sorted(
    folder.name
    for folder in DRIVERS.iterdir()
    if (manifest := manifest_of(folder)[0]) is not None and set(WAYS) & set(manifest.capabilities)
)


@pytest.mark.parametrize("name", MEASURING)
def test_a_captured_value_comes_again_from_its_bytes_here_and_in_a_copy_of_the_driver(
    name: str, gateway: Gateway, tmp_path: Path
) -> None:
    with closing(Bench()) as bench:
        _there_and_back(name, bench, gateway, tmp_path)


def _there_and_back(name: str, bench: Bench, gateway: Gateway, tmp_path: Path) -> None:
    maps = profiles_of(DRIVERS / name)
    driver = f"{name}/{maps[0]}" if maps else name
    gateway.bind("it", driver, bench.attach("it", gateway.catalog.load(driver).simulator()))
    session = gateway._of("it").session
    capability = next(way for way in WAYS if way in session.capabilities)
    channel = "temperature" if capability == "measure-environment" else next(iter(session.channels), "")
    capture = Capture(gateway, "it", capability, SystemClock(), channel)
    seen = [capture.poll() for _ in range(2)]
    assert seen[-1].proof.frames[-1] == seen[-1].raw

    args = arguments(capability, channel)
    wanted = [Wanted(str(n), bytes.fromhex(one.raw), one.value, one.unit, capability, channel, args)
              for n, one in enumerate(seen)]  # fmt: skip
    transcript = gateway.transcript("it").decode("ascii")
    settings = dict(gateway.binding("it").settings)
    elsewhere = Catalog([Path(shutil.copytree(DRIVERS, tmp_path / "drivers"))])
    for catalog in (gateway.catalog, elsewhere):
        made = ReplayerApart(catalog)(driver, gateway.binding("it").driver_hash, transcript, wanted, settings)
        assert [one.problem for one in made.outcomes] == ["", ""]
        assert made.same_driver
