"""Whether a driver folder is what somebody trusted let out of hand: shipped with the program, or signed.

`pack.toml` in the folder lists the SHA-256 of every file and carries a publisher's Ed25519 signature over them.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from fieldcal import paths
from fieldcal.devices.shipped import shipped_hashes
from fieldcal.driverkit import DeviceError
from fieldcal.driverkit.folder import SEAL, files_of, folder_hash

PREFIX, FORMAT = b"fieldcal.driver-pack/1\0", 1
NAME = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]{0,62}/){0,3}[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}")
FIELDS = {
    "id": re.compile(r"[a-z][a-z0-9_]{1,40}"),
    "version": re.compile(r"[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}"),
    "publisher": re.compile(r"[0-9a-f]{16}|"),
    "signature": re.compile(r"[0-9a-f]{128}|"),
}
HASH = re.compile(r"[0-9a-f]{64}")
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")  # names that Windows keeps for itself

Trust = Literal["shipped", "signed", "unsigned"]
Trusted = Callable[[str], bytes | None]  # key id of a publisher -> the public key that the laboratory trusts


class BadPack(DeviceError):
    """Not a pack, or not what was packed."""

    code = "bad-pack"


class BadSignature(BadPack):
    """It names a trusted publisher, who did not sign this."""

    code = "bad-pack-signature"


class UnsignedDriver(DeviceError):
    """Nobody trusted answers for this driver; it runs in developer mode alone."""

    code = "unsigned-driver"


@dataclass(frozen=True)
class Standing:
    """`why` is a code for what is missing to trust: no-pack, bad-pack, changed, unknown-publisher, bad-signature."""

    trust: Trust
    why: str = ""
    publisher: str = ""


UNKNOWN = Standing("unsigned", "no-pack")


class Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`files`: name to SHA-256 in hexadecimal; `publisher` and `signature` are "" when nobody signed."""

    format: int
    id: str
    version: str
    api: int
    files: dict[str, str]
    publisher: str = ""
    signature: str = ""

    def text(self) -> bytes:
        """What is signed. No field holds a blank or a line end, so no two seals have the same text."""
        head = [str(self.format), self.id, self.version, str(self.api), self.publisher]
        lines = [*head, *(f"{self.files[name]} {name}" for name in sorted(self.files))]
        return PREFIX + "\n".join(lines).encode("ascii", "backslashreplace")

    def toml(self) -> str:
        plain = [f"{key} = {_quoted(getattr(self, key))}" for key in ("format", "id", "version", "api")]
        signed = [f'publisher = "{self.publisher}"', f'signature = "{self.signature}"']
        return "\n".join([*plain, *signed, "", "[files]", *(f'"{n}" = "{self.files[n]}"' for n in sorted(self.files))])


def nobody(_key: str) -> bytes | None:
    return None


def read_seal(data: bytes) -> Seal:
    """Raises BadPack."""
    try:
        seal = msgspec.convert(tomllib.loads(data.decode("utf-8")), Seal)
    except (ValueError, RecursionError) as error:
        raise BadPack(f"{SEAL}: {error}") from error
    if seal.format != FORMAT:
        raise BadPack(f"{SEAL}: format {seal.format}, this program reads {FORMAT}")
    problems = [f"{name}: {getattr(seal, name)!r}" for name, form in FIELDS.items() if not fits(form, seal, name)]
    problems += [f"{name}: not a SHA-256" for name, told in seal.files.items() if not HASH.fullmatch(told)]
    if problems := problems + [p for name in seal.files for p in name_problems(name)]:
        raise BadPack("; ".join(problems))
    return seal


def fits(form: re.Pattern[str], seal: Seal, name: str) -> bool:
    return form.fullmatch(getattr(seal, name)) is not None


def name_problems(name: str) -> list[str]:
    """Why this cannot be the name of a file in a pack; it must mean one file, inside, on every system."""
    parts = name.split("/")
    bad = not NAME.fullmatch(name) or any(part.endswith(".") or RESERVED.fullmatch(part) for part in parts)
    return [f"{name!r}: not a name for a file of a pack"] if bad else []


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 by name of every file, but for the seal itself."""
    found = files_of(folder)
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def standing(folder: Path, trusted: Trusted = nobody) -> Standing:
    """Decided anew from the bytes that lie there now; one that differs is reason enough for no trust."""
    if folder.parent == paths.shipped_drivers():
        known = shipped_hashes().get(folder.name)
        return Standing("shipped") if known == folder_hash(folder) else Standing("unsigned", "changed")
    if not (folder / SEAL).is_file():
        return Standing("unsigned", "no-pack")
    try:
        seal = read_seal((folder / SEAL).read_bytes())
    except (BadPack, OSError):
        return Standing("unsigned", "bad-pack")
    if seal.id != folder.name or seal.files != hashes(folder) or any(p.is_symlink() for p in folder.rglob("*")):
        return Standing("unsigned", "changed", seal.publisher)
    return vouched(seal, trusted)


def vouched(seal: Seal, trusted: Trusted) -> Standing:
    """What the signature under this seal is worth here."""
    if not seal.signature:
        return Standing("unsigned", "no-signature")
    key = trusted(seal.publisher)
    if key is None:
        return Standing("unsigned", "unknown-publisher", seal.publisher)
    if not holds(key, seal.signature, seal.text()):
        return Standing("unsigned", "bad-signature", seal.publisher)
    return Standing("signed", "", seal.publisher)


def holds(public_key: bytes, signature: str, text: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _quoted(value: Any) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'
