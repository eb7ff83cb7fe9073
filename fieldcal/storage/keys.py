"""The device's signing key: an Ed25519 key in `keys/device.key`, wrapped by a passphrase kept elsewhere.

The passphrase is in the operating system's key store where there is one. Without it, it lies in a file only
this account may read: that stops a copied database from being signed for, not somebody who is logged in here.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from fieldcal.storage.errors import AlreadyThere, KeyUnusable

SERVICE = "fieldcal"
KEY, PASSPHRASE = "device.key", "device.pass"
KID_BYTES = 8


class Ed25519Signer:
    """Signs for this device; `kid` is the first 8 bytes of SHA-256 of the raw public key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._kid = hashlib.sha256(self._public).digest()[:KID_BYTES]

    @property
    def kid(self) -> bytes:
        return self._kid

    @property
    def public_key(self) -> bytes:
        return self._public

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


class KeyStore:
    """Makes and loads the key of a workspace; `folder` is its `keys` folder."""

    @staticmethod
    def create(folder: Path, seed: bytes | None = None) -> Ed25519Signer:
        """With a seed (demo only) the key is derived from it and nothing goes to the system's key store."""
        path = folder / KEY
        if path.exists():
            raise AlreadyThere(path)
        folder.mkdir(parents=True, exist_ok=True)
        key = Ed25519PrivateKey.generate() if seed is None else derived(seed)
        signer = Ed25519Signer(key)
        passphrase = secrets.token_hex(32)
        if seed is not None or not kept_by_system(signer.kid.hex(), passphrase):
            write_private(folder / PASSPHRASE, passphrase.encode())
        wrap = BestAvailableEncryption(passphrase.encode())
        kid = f"kid: {signer.kid.hex()}\n".encode()  # names the entry in the key store; PEM allows a preamble
        write_private(path, kid + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, wrap))
        return signer

    @staticmethod
    def open(folder: Path) -> Ed25519Signer:
        """Raises KeyUnusable when the key or its passphrase is missing or they do not fit."""
        path = folder / KEY
        try:
            head, pem = path.read_bytes().split(b"\n", 1)
            key = load_pem_private_key(pem, passphrase_of(folder, head.removeprefix(b"kid: ").decode()))
        except (OSError, ValueError, TypeError) as err:
            raise KeyUnusable(path, str(err)) from err
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyUnusable(path, "not an Ed25519 key")
        return Ed25519Signer(key)

    @staticmethod
    def place(folder: Path) -> str:
        """Where the passphrase is: `file` or `system`."""
        return "file" if (folder / PASSPHRASE).exists() else "system"


def derived(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"fieldcal.demo-key/1\0" + seed).digest())


def kept_by_system(name: str, passphrase: str) -> bool:
    """True when a real key store took the passphrase and gives it back."""
    import keyring
    from keyring.errors import KeyringError

    try:
        if keyring.get_keyring().priority < 1:  # the null and failing backends rank below one
            return False
        keyring.set_password(SERVICE, name, passphrase)
        return keyring.get_password(SERVICE, name) == passphrase
    except (KeyringError, RuntimeError):
        return False


def passphrase_of(folder: Path, name: str) -> bytes:
    if KeyStore.place(folder) == "file":
        return (folder / PASSPHRASE).read_bytes()
    import keyring
    from keyring.errors import KeyringError

    try:
        found = keyring.get_password(SERVICE, name)
    except KeyringError as err:
        raise KeyUnusable(folder / KEY, str(err)) from err
    if found is None:
        raise KeyUnusable(folder / KEY, "no passphrase in the key store")
    return found.encode()


def write_private(path: Path, data: bytes) -> None:
    """Readable by this account only from its first byte on."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
