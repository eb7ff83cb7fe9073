"""`ID-VERSION.fcpack`: a driver folder with its seal, as one file that goes from van to van.

A zip without compression, names in order and times fixed, so the same driver is the same file on every computer,
and nothing unpacks to more than it is.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fieldcal.devices.seal import (
    FORMAT,
    BadPack,
    BadSignature,
    Seal,
    Standing,
    Trusted,
    hashes,
    name_problems,
    nobody,
    read_seal,
    vouched,
)  # fmt: skip
from fieldcal.driverkit.folder import SEAL, files_of, manifest_of
from fieldcal.driverkit.manifest import API, Manifest, read_manifest

SUFFIX = ".fcpack"
MOST_FILES, BIGGEST, WHOLE = 400, 2_000_000, 16_000_000  # files, bytes of one, bytes of a pack
FIXED = (1980, 1, 1, 0, 0, 0)
NEW, OLD = ".new", ".old"  # beside the driver's folder, with a dot in front: no driver has such a name

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Installed:
    """`replaced` is the version that was there before, "" for none."""

    folder: Path
    seal: Seal
    standing: Standing
    replaced: str = ""


class OlderPack(BadPack):
    """A newer version is installed; a signed pack of old must not bring an old fault back."""

    code = "older-pack"


def problems_of(folder: Path) -> list[str]:
    """Why this folder cannot become a pack; conformance is not looked at here."""
    names = [path.relative_to(folder).as_posix() for path in files_of(folder)]
    found = [problem for name in names for problem in name_problems(f"{folder.name}/{name}")]
    sizes = [path.stat().st_size for path in files_of(folder)]
    if len(names) > MOST_FILES or sum(sizes) > WHOLE // 2 or max(sizes, default=0) > BIGGEST:
        found.append(f"{len(names)} files, {sum(sizes)} bytes: more than a pack takes")
    if len({name.casefold() for name in names}) < len(names):
        found.append("two names differ in upper and lower case alone")
    return found + [f"{p.name}: a link" for p in folder.rglob("*") if p.is_symlink()]


def pack(folder: Path, publisher: str = "", sign: Sign | None = None) -> tuple[Seal, bytes]:
    """The seal and the bytes of the file. Raises BadPack for a folder that cannot be packed."""
    manifest, problems = manifest_of(folder)
    if manifest is None or (problems := problems_of(folder)):
        raise BadPack("; ".join(problems))
    seal = Seal(FORMAT, manifest.id, manifest.version, manifest.api, hashes(folder), publisher if sign else "")
    if sign:
        seal = Seal(FORMAT, seal.id, seal.version, seal.api, seal.files, publisher, sign(seal.text()).hex())
    parts = {name: (folder / name).read_bytes() for name in seal.files} | {SEAL: seal.toml().encode()}
    return seal, _zipped(seal.id, parts)


def _zipped(top: str, parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(f"{top}/{name}", FIXED)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # the same on every computer
            file.writestr(entry, parts[name])
    return out.getvalue()


def opened(data: bytes) -> tuple[Seal, dict[str, bytes]]:
    """The seal and the files of a pack, every hash compared. Raises BadPack; nothing is written."""
    if len(data) > WHOLE:
        raise BadPack(f"{len(data)} bytes: more than a pack has")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            parts = _parts(file)
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise BadPack(str(error)) from error
    tops = {name.partition("/")[0] for name in parts}
    inside = {name.partition("/")[2]: content for name, content in parts.items()}
    if SEAL not in inside:
        raise BadPack(f"without {SEAL}")
    seal = read_seal(inside.pop(SEAL))
    found = {name: hashlib.sha256(content).hexdigest() for name, content in inside.items()}
    if tops != {seal.id} or found != seal.files:
        wrong = sorted(name for name in found.keys() | seal.files.keys() if found.get(name) != seal.files.get(name))
        raise BadPack(f"not what was packed: {', '.join(wrong[:5]) or ', '.join(sorted(tops))}")
    return seal, inside


def _parts(file: zipfile.ZipFile) -> dict[str, bytes]:
    entries = file.infolist()
    if not 0 < len(entries) <= MOST_FILES + 1 or sum(entry.file_size for entry in entries) > WHOLE:
        raise BadPack(f"{len(entries)} files: more than a pack has")
    for entry in entries:
        kind = entry.external_attr >> 16 & 0o170000
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 or kind not in (0, 0o100000):
            raise BadPack(f"{entry.filename!r}: not a plain file")
        if entry.file_size > BIGGEST or name_problems(entry.filename):
            raise BadPack(f"{entry.filename!r}: not a file of a pack")
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise BadPack("a name twice")
    return {entry.filename: file.read(entry) for entry in entries}


def install(data: bytes, place: Path, trusted: Trusted = nobody) -> Installed:
    """Puts the driver into `place`/ID whole or not at all. Raises BadPack, BadSignature, OlderPack or OSError.

    What nobody trusted signed is put there too, and said to be so: whether it may run is decided when it is to run.
    """
    seal, parts = opened(data)
    _manifest(seal, parts)
    given = vouched(seal, trusted)
    if given.why == "bad-signature":
        raise BadSignature(f"{seal.id}: {seal.publisher}")
    place.mkdir(parents=True, exist_ok=True)
    settle(place)
    folder = place / seal.id
    before = _version(folder)
    if _numbers(before) > _numbers(seal.version):
        raise OlderPack(f"{seal.id} {seal.version}; {before}")
    fresh = place / f".{seal.id}{NEW}"
    for name, content in {**parts, SEAL: seal.toml().encode()}.items():
        _write(fresh / name, content)
    _swap(fresh, folder)
    return Installed(folder, seal, given, before)


def settle(place: Path) -> None:
    """After a power cut: what was half put in goes, what was moved aside for it comes back."""
    for left in place.glob(f".*{NEW}"):
        shutil.rmtree(left)
    for left in place.glob(f".*{OLD}"):
        folder = place / left.name.removeprefix(".").removesuffix(OLD)
        if folder.exists():
            shutil.rmtree(left)
        else:
            left.rename(folder)


def _swap(fresh: Path, folder: Path) -> None:
    aside = folder.with_name(f".{folder.name}{OLD}")
    if folder.exists():
        folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError:
        with contextlib.suppress(OSError):
            settle(folder.parent)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _manifest(seal: Seal, parts: dict[str, bytes]) -> Manifest:
    try:
        manifest, problems = read_manifest(parts.get("driver.toml", b"").decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadPack(f"driver.toml: {error}") from error
    if manifest is None:
        raise BadPack("; ".join(problems))
    if (manifest.id, manifest.version, manifest.api) != (seal.id, seal.version, seal.api) or seal.api != API:
        raise BadPack(f"driver.toml says {manifest.id} {manifest.version}, {SEAL} {seal.id} {seal.version}")
    return manifest


def _version(folder: Path) -> str:
    manifest, _ = manifest_of(folder)
    return manifest.version if manifest else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")) if version else ()
