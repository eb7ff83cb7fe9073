"""Why a store cannot be used: one class per cause, each with a stable code, the file and a technical detail."""

from __future__ import annotations

from pathlib import Path


class StoreError(Exception):
    """`code` names the sentence shown; `path` is the file; `detail` is for the log."""

    code = "store-error"

    def __init__(self, path: Path, detail: str = "") -> None:
        self.path, self.detail = path, detail
        super().__init__(f"{self.code}: {path}: {detail}" if detail else f"{self.code}: {path}")


class MissingFile(StoreError):
    code = "missing-file"


class ForeignFile(StoreError):
    """SQLite or not, this file was not made by fieldcal."""

    code = "foreign-file"


class NewerFile(StoreError):
    """Written by a later major version of the program."""

    code = "newer-file"


class DamagedFile(StoreError):
    code = "damaged-file"


class InUse(StoreError):
    """Another process, or another window of this one, holds the store."""

    code = "in-use"


class UnsafeStore(StoreError):
    """Durability or the guards cannot be had here: a pragma, a trigger, a link, a cloud folder."""

    code = "unsafe-store"


class AlreadyThere(StoreError):
    """A workspace exists in this folder and replacing it was not asked for."""

    code = "already-there"


class StoreFull(StoreError):
    code = "disk-full"


class ReadOnly(StoreError):
    code = "read-only"


class DiskFailed(StoreError):
    code = "disk-failed"


class NumberTaken(StoreError):
    """A certificate number is given out once in the life of a device."""

    code = "number-taken"


class KeyUnusable(StoreError):
    """The signing key or its passphrase is missing, foreign or wrong."""

    code = "key-unusable"


class NotANumberForm(TypeError):
    """A float or Decimal reached the store; quantities are stored as the text that was typed or sent."""

    code = "not-text"


class BlobMissing(LookupError):
    code = "blob-missing"


class BlobDamaged(Exception):
    code = "blob-damaged"
