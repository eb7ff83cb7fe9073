"""The drivers as they were when this program was made: `resources/drivers.sha256`.

After a change to a shipped driver: `python -m fieldcal.devices.shipped` writes it anew.
"""

from __future__ import annotations

from pathlib import Path

from fieldcal import paths
from fieldcal.driverkit.folder import folder_hash


def listed() -> Path:
    return paths.resources() / "drivers.sha256"


def shipped_hashes() -> dict[str, str]:
    """Driver to hash of its folder; nothing where the list is missing, and then no driver counts as shipped."""
    try:
        lines = listed().read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: told for told, _, name in (line.partition("  ") for line in lines)}


def list_of(place: Path) -> str:
    """The text of the list for the drivers in this folder."""
    folders = sorted(path for path in place.iterdir() if (path / "driver.toml").is_file())
    return "".join(f"{folder_hash(folder)}  {folder.name}\n" for folder in folders)


if __name__ == "__main__":
    listed().write_text(list_of(paths.shipped_drivers()), "ascii", newline="\n")
