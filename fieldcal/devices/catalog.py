"""Finds driver folders and reads their manifests; imports nothing of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from fieldcal.devices.loader import DriverFailed, Loaded, guarded, load
from fieldcal.driverkit import Decoder
from fieldcal.driverkit.folder import load_decoder, manifest_of, profiles_of
from fieldcal.driverkit.manifest import Manifest


@dataclass(frozen=True)
class Entry:
    """One folder; `manifest` is None and `problems` says why when it cannot be used."""

    folder: Path
    manifest: Manifest | None
    problems: list[str] = field(default_factory=list)
    profiles: list[str] = field(default_factory=list)


class Catalog:
    def __init__(self, places: Sequence[Path]) -> None:
        """`places` hold driver folders; of two with the same name the one in the earlier place counts."""
        self._places = list(places)

    def entries(self) -> list[Entry]:
        found: dict[str, Entry] = {}
        for place in self._places:
            for folder in sorted(place.iterdir()) if place.is_dir() else []:
                if (folder / "driver.toml").is_file() and folder.name not in found:
                    found[folder.name] = _entry(folder)
        return list(found.values())

    def decoder(self, protocol: str) -> Decoder | None:
        """What decodes a frame of this protocol; None while no driver says it can. Raises DriverFailed."""
        for entry in self.entries():
            if entry.manifest is not None and (place := entry.manifest.frames.get(protocol)):
                return guarded(partial(load_decoder, entry.folder, place))
        return None

    def load(self, driver_id: str) -> Loaded:
        """`driver_id` is the folder's name, with `/map` behind it to choose one of its maps."""
        name, _, profile = driver_id.partition("/")
        entry = next((entry for entry in self.entries() if entry.folder.name == name), None)
        if entry is None:
            raise DriverFailed(f"no driver {name!r}")
        return load(entry.folder, profile)


def _entry(folder: Path) -> Entry:
    manifest, problems = manifest_of(folder)
    return Entry(folder, manifest, problems, profiles_of(folder))
