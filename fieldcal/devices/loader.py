"""Imports one driver from its folder; whatever its code raises becomes one error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from fieldcal.devices.errors import DriverFailed
from fieldcal.devices.seal import Trust
from fieldcal.driverkit import DeviceError, Driver, Link, Simulator
from fieldcal.driverkit.folder import folder_hash, load_class, manifest_of, profiles_of, read_profile
from fieldcal.driverkit.manifest import Manifest, SerialSettings, line_of

__all__ = ["DriverFailed", "Loaded", "guarded", "load"]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Loaded:
    manifest: Manifest
    profile: dict[str, Any]
    driver_hash: str
    driver_class: type[Driver]
    simulator_class: type[Simulator]
    trust: Trust = "unsigned"

    @property
    def serial(self) -> SerialSettings:
        """The line of this type of instrument: its map's over the manifest's; DriverFailed if the map's is bad."""
        return guarded(lambda: line_of(self.manifest, self.profile))

    def with_profile(self, profile: dict[str, Any]) -> Loaded:
        """The same with these settings in place of its map's."""
        return replace(self, profile=profile)

    def driver(self, link: Link) -> Driver:
        return guarded(lambda: self.driver_class(link, self.profile))

    def simulator(self, **settings: Any) -> Simulator:
        return guarded(lambda: self.simulator_class(self.profile, **settings))


def load(folder: Path, profile: str = "") -> Loaded:
    """The driver in `folder` with one of its maps, the first if none is named; raises DriverFailed."""
    manifest, problems = manifest_of(folder)
    if manifest is None:
        raise DriverFailed("; ".join(problems))
    return guarded(lambda: _load(folder, manifest, profile))


def _load(folder: Path, manifest: Manifest, profile: str) -> Loaded:
    known = profiles_of(folder)
    name = profile or (known[0] if known else "")
    driver, simulator = load_class(folder, manifest.entry), load_class(folder, manifest.simulator)
    if not (issubclass(driver, Driver) and issubclass(simulator, Simulator)):
        raise DriverFailed("entry or simulator: not derived from Driver and Simulator")
    data = read_profile(folder, name) if name else {}
    return Loaded(manifest, data, folder_hash(folder), driver, simulator)


def guarded(action: Callable[[], Made]) -> Made:
    """Run code of a driver: a DeviceError comes through, everything else becomes DriverFailed."""
    try:
        return action()
    except DeviceError:
        raise
    except BaseException as error:  # SystemExit of a driver must not end the program either
        raise DriverFailed(f"{type(error).__name__}: {error}") from error
