"""A driver's folder: its files, its hash, and the import of its code."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from fieldcal.driverkit.decoded import Decoder
from fieldcal.driverkit.manifest import Manifest, read_manifest


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
    for path in _files(folder):
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
    spec = importlib.util.spec_from_file_location(name, folder / f"{module_name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{module_name}.py cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # a program folder may be read-only
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    finally:
        sys.dont_write_bytecode = writes
    return module


def _files(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    )
