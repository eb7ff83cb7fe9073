"""What travels inside the PDF: the signed text and the digest of the content it was made from."""

from __future__ import annotations

import io
from typing import Any

from fieldcal.reporting.qr import PREFIX


class NotOurs(ValueError):
    """The file is no paper of this program, or no PDF at all."""

    code = "no-signed-text"


def extract(pdf: bytes) -> str:
    """The FC1 or address text of a paper; raises NotOurs."""
    text = str(_info(pdf).get("/Keywords", ""))
    if not text.startswith((PREFIX, "https://")):
        raise NotOurs("no signed text in the file")
    return text


def extract_digest(pdf: bytes) -> bytes:
    """SHA-256 of the frozen content as the file states it; raises NotOurs."""
    kind, _, value = str(_info(pdf).get("/Subject", "")).partition(":")
    try:
        if kind == "sha256":
            return bytes.fromhex(value)
    except ValueError:
        pass
    raise NotOurs("no digest in the file")


def _info(pdf: bytes) -> dict[str, Any]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return dict(PdfReader(io.BytesIO(pdf)).metadata or {})
    except (PyPdfError, ValueError, TypeError, KeyError, RecursionError) as error:  # the file is anybody's
        raise NotOurs(str(error)) from error
