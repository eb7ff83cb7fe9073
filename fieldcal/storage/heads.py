"""Signed heads: a signature over the newest link shows later that the tail was cut."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALGORITHM = b"ed25519"


def message(device: str, epoch: int, seq: int, hash: bytes) -> bytes:
    """The bytes that are signed."""
    numbers = epoch.to_bytes(4, "big") + seq.to_bytes(8, "big")
    return b"fieldcal.head/1\0" + ALGORITHM + b"\0" + device.encode() + b"\0" + numbers + hash


def genuine(public_key: bytes, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
