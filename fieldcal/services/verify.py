"""Is this paper ours and as it was signed? The same check for a scan, a pasted text, a file and the list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from fieldcal.domain.errors import BadInput
from fieldcal.services.case_types import QrCodec
from fieldcal.services.certificates import Certificates

# The frozen numbering of the FC1 map; what a person compares with the paper in hand, in that order.
NAMES = {
    3: "number", 6: "instrument", 4: "serial", 5: "client", 7: "regulation", 8: "result", 9: "verified",
    10: "valid_to", 2: "organisation",
}  # fmt: skip
RECORD, RESULT, DAYS = 12, 8, (9, 10)
UNTOUCHED = ("VALID", "VALID_BUT_EXPIRED", "SUPERSEDED")
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class CodeCheck:
    """`status`: VALID, VALID_BUT_EXPIRED, SUPERSEDED, BAD_SIGNATURE, UNKNOWN_KEY or MALFORMED.

    `fields` by the names in NAMES, dates as ISO, result pass or fail; empty unless the signature held.
    """

    status: str
    fields: dict[str, str] = field(default_factory=dict[str, str])
    record: str = ""  # hex of the first 16 bytes of the digest of the frozen content

    @property
    def signed(self) -> bool:
        """The signature holds, whatever became of the paper since."""
        return self.status in UNTOUCHED


@dataclass(frozen=True)
class Standing:
    """How an issued paper stands: its code, and whether record and content are those that were signed."""

    code: CodeCheck
    record: bool
    demo: bool
    reason: str = ""  # why it was voided

    @property
    def good(self) -> bool:
        return self.code.signed and self.record


def check(certificates: Certificates, text: str) -> CodeCheck:
    """Against the keys and the voided numbers of this workspace. Never raises for what stands in `text`."""
    found = _check(certificates, text)
    # A scanner may add blanks at the ends, but a blank is also a letter of base45: so only when it fails as it is.
    return found if found.status != "MALFORMED" else _check(certificates, text.strip())


def standing(certificates: Certificates, number: str) -> Standing:
    """Reads code, frozen content and record from disk. Raises BadInput unknown-number, or a StoreError."""
    run = next((entry.run for entry in certificates.issued() if entry.number == number), "")
    if not run:
        raise BadInput("unknown-number", field="number", value=number)
    view = certificates.runs.view(run)
    certified, signed = view.certified, view.signed
    assert certified is not None
    assert signed is not None
    code = check(certificates, certified.qr)
    certificates.ws.blobs.get(certified.content)  # raises when the frozen content is damaged
    same = certified.content.startswith(code.record) and certified.record == signed.record
    return Standing(
        code, bool(code.record) and same and certificates.unchanged(run), certificates.ws.catalogue.demo,
        view.closing if view.state == "voided" else "",
    )  # fmt: skip


def _check(certificates: Certificates, text: str) -> CodeCheck:
    codec, catalogue = cast(QrCodec, certificates.code), certificates.ws.catalogue
    keys = [
        codec.Key(
            bytes.fromhex(key.kid),
            bytes.fromhex(key.public_key),
            date.fromisoformat(key.valid_from),
            date.fromisoformat(key.valid_to),
        )
        for key in catalogue.keys
    ]
    gone = {entry.number for entry in certificates.issued() if entry.status == "void"}
    found = codec.verify(text, keys, certificates.ws.today(), gone)
    fields = {name: _text(key, found.fields[key]) for key, name in NAMES.items() if key in found.fields}
    return CodeCheck(found.status, fields, found.fields.get(RECORD, b"").hex())


def _text(key: int, value: Any) -> str:
    if key in DAYS:
        return (EPOCH + timedelta(days=value)).isoformat()
    return ("fail", "pass")[value] if key == RESULT and value in (0, 1) else str(value)
