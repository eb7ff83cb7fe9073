"""A publisher's key file, which signs driver packs, and the public half that goes to the laboratories."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from fieldcal.domain.errors import BadInput
from fieldcal.storage.keys import KID_BYTES, Ed25519Signer, write_private

PUBLIC = ".pub"
ACCEPTED = "a file of fieldcal drivers keygen"


def create(file: Path, name: str) -> Ed25519Signer:
    """Writes the key, which this account alone may read, and beside it FILE.pub with the public key and the name.

    The key is not wrapped: it belongs on a stick in a safe. Raises BadInput; nothing is written over.
    """
    public = file.with_name(file.name + PUBLIC)
    if not name.strip() or "\n" in name:
        raise BadInput("empty", field="--name")
    for path in (file, public):
        if path.exists():
            raise BadInput("already-there", field="FILE", value=path, accepted="a new file")
    key = Ed25519PrivateKey.generate()
    signer = Ed25519Signer(key)
    try:
        write_private(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public.write_text(f"{signer.public_key.hex()} {name.strip()}\n", "utf-8")
    except OSError as error:
        value = f"{file} ({error.strerror})"
        raise BadInput("cannot-write", field="FILE", value=value, accepted="a new file") from error
    return signer


def read(file: Path) -> Ed25519Signer:
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise BadInput("bad-key-file", field="--key", value=file, accepted=ACCEPTED) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput("bad-key-file", field="--key", value=file, accepted=ACCEPTED)
    return Ed25519Signer(key)


def public(text: str) -> tuple[str, bytes, str]:
    """Key id, public key and name out of FILE.pub, or out of the key in hexadecimal itself."""
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        try:
            text = Path(text).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise BadInput("bad-key-file", field="PUBLIC", value=text, accepted=ACCEPTED) from error
    told, _, name = text.partition(" ")
    try:
        key = bytes.fromhex(told)
        Ed25519PublicKey.from_public_bytes(key)
    except ValueError as error:
        raise BadInput("bad-key-file", field="PUBLIC", value=told[:80], accepted=ACCEPTED) from error
    return kid_of(key), key, name


def kid_of(key: bytes) -> str:
    return hashlib.sha256(key).digest()[:KID_BYTES].hex()
