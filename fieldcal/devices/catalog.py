"""Finds driver folders and reads their manifests; imports nothing of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from fieldcal.devices.loader import DriverFailed, Loaded, guarded, load
from fieldcal.devices.seal import UNKNOWN, Standing, Trust, Trusted, UnsignedDriver, nobody, standing
from fieldcal.driverkit import Decoder
from fieldcal.driverkit.folder import folder_hash, load_decoder, manifest_of, profiles_of, read_profile
from fieldcal.driverkit.manifest import Manifest

MayRun = Callable[[Trust], bool]
DRIVER = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Entry:
    """One folder; `manifest` is None and `problems` says why when it cannot be used.

    `hidden`: folders of the same name in later places, which are never used.
    """

    folder: Path
    manifest: Manifest | None
    problems: list[str] = field(default_factory=list)
    profiles: list[str] = field(default_factory=list)
    standing: Standing = UNKNOWN
    hidden: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Described:
    """A driver with one of its maps, known without importing anything of it."""

    id: str  # with `/map` where it has maps
    folder: Path
    manifest: Manifest
    map: str
    profile: dict[str, Any]
    driver_hash: str
    trust: Trust = "unsigned"


class Catalog:
    def __init__(
        self,
        places: Sequence[Path],
        trusted: Trusted = nobody,
        may_run: MayRun = lambda _: True,
        only: Collection[str] | None = None,
    ) -> None:
        """`places` hold driver folders; of two with the same name the one in the earlier place counts.

        `trusted` tells the public key behind a publisher's key id, None for one who is not trusted (now).
        `only` names the folders that count, if not all.
        """
        self._places, self._trusted, self._may_run, self._only = list(places), trusted, may_run, only

    @property
    def places(self) -> list[Path]:
        return list(self._places)

    def runnable(self, may_run: MayRun) -> Catalog:
        """Without the drivers that may not run: those are not listed, and UnsignedDriver if one is asked for."""
        return Catalog(self._places, self._trusted, may_run, self._only)

    def entries(self) -> list[Entry]:
        made = [self._made(*folders) for folders in self._folders()]
        return [entry for entry in made if self._may_run(entry.standing.trust)]

    def decoder(self, protocol: str) -> Decoder | None:
        """What decodes a frame of this protocol; None while no driver says it can. Raises DriverFailed."""
        for folders in self._folders():
            manifest, _ = manifest_of(folders[0])
            place = manifest.frames.get(protocol) if manifest else None
            if place and self._may_run(self._made(*folders).standing.trust):
                return guarded(partial(load_decoder, folders[0], place))
        return None

    def load(self, driver_id: str) -> Loaded:
        """Imports the driver. `driver_id` is the folder's name, with `/map` behind it to choose one of its maps."""
        name, _, profile = driver_id.partition("/")
        entry = self._entry(name)
        return replace(load(entry.folder, profile), trust=entry.standing.trust)

    def describe(self, driver_id: str) -> Described:
        """The same without importing it. Raises DriverFailed for a driver or map that is not there or is not sound."""
        name, _, wanted = driver_id.partition("/")
        entry = self._entry(name)
        if entry.manifest is None:
            raise DriverFailed("; ".join(entry.problems))
        chosen = wanted or (entry.profiles[0] if entry.profiles else "")
        profile = guarded(partial(read_profile, entry.folder, chosen)) if chosen else {}
        trust = entry.standing.trust
        return Described(driver_id, entry.folder, entry.manifest, chosen, profile, folder_hash(entry.folder), trust)

    def _entry(self, name: str) -> Entry:
        folders = [place / name for place in self._places if (place / name / "driver.toml").is_file()]
        if not folders or not DRIVER.fullmatch(name) or not self._counts(folders[0]):
            raise DriverFailed(f"no driver {name!r}")
        entry = self._made(*folders)
        if not self._may_run(entry.standing.trust):
            raise UnsignedDriver(name)
        return entry

    def _folders(self) -> list[list[Path]]:
        """Of each name, those of the earlier places first."""
        found: dict[str, list[Path]] = {}
        for place in self._places:
            for folder in sorted(place.iterdir()) if place.is_dir() else []:
                if (folder / "driver.toml").is_file() and self._counts(folder):
                    found.setdefault(folder.name, []).append(folder)
        return list(found.values())

    def _counts(self, folder: Path) -> bool:
        return not folder.name.startswith(".") and (self._only is None or folder.name in self._only)

    def _made(self, folder: Path, *hidden: Path) -> Entry:
        manifest, problems = manifest_of(folder)
        return Entry(folder, manifest, problems, profiles_of(folder), standing(folder, self._trusted), list(hidden))
