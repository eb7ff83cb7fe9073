"""A driver's folder: its files, its hash, and the import of its code."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tomllib
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, cast

from fieldcal.driverkit.decoded import Decoder
from fieldcal.driverkit.manifest import Manifest, read_manifest

SEAL = "pack.toml"  # a publisher's signature over the other files of the folder


def manifest_of(folder: Path) -> tuple[Manifest | None, list[str]]:
    """The manifest of this folder, or None and every problem found; the folder's name must be the id."""
    try:
        text = (folder / "driver.toml").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return None, [f"driver.toml: {error}"]
    manifest, problems = read_manifest(text)
    if manifest and manifest.id != folder.name:
        return None, [f"id: {manifest.id} in a folder named {folder.name}"]
    return manifest, problems


def profiles_of(folder: Path) -> list[str]:
    """Names of the data files in `maps`, sorted; the first is used when none is asked for."""
    return sorted(path.stem for path in (folder / "maps").glob("*.toml"))


def read_profile(folder: Path, name: str) -> dict[str, Any]:
    """Raises OSError or ValueError for a file that is absent or is not TOML."""
    if name not in profiles_of(folder):
        raise ValueError(f"{folder.name} has no map {name!r}")
    return tomllib.loads((folder / "maps" / f"{name}.toml").read_text("utf-8"))


def folder_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of all files that can change what the driver does."""
    digest = hashlib.sha256()
    for path in files_of(folder):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def load_class(folder: Path, entry: str) -> type:
    """Import `module:Class` of this folder under a name of its own; whatever it raises comes through."""
    module_name, _, class_name = entry.partition(":")
    module = _import(folder, module_name)
    found = getattr(module, class_name)
    if not isinstance(found, type):
        raise TypeError(f"{entry} is no class")
    return found


def load_decoder(folder: Path, entry: str) -> Decoder:
    """Import `module:function` of this folder, the decoder of one protocol; whatever it raises comes through."""
    module_name, _, name = entry.partition(":")
    found: object = getattr(_import(folder, module_name), name)
    if not callable(found):
        raise TypeError(f"{entry} is no function")
    return cast("Decoder", found)


def _import(folder: Path, module_name: str) -> ModuleType:
    place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]
    name = f"fieldcal_driver_{folder.name}_{place}_{module_name}"
    path = folder / f"{module_name}.py"
    spec = importlib.util.spec_from_file_location(name, path, loader=_Source(name, str(path)))
    if spec is None or spec.loader is None:
        raise ImportError(f"{module_name}.py cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


class _Source(SourceFileLoader):
    """Compiles what lies there: a cache of compiled code beside it is in no hash, and could be anything."""

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def files_of(folder: Path) -> Iterator[Path]:
    """What can change what the driver does, by name; neither the seal nor compiled copies, which are never run."""
    return (
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc" and path != folder / SEAL
    )
