"""Everything that stands on paper, frozen and hashed before it is rendered (facts: JJF 1002-2010 pattern)."""

from __future__ import annotations

import hashlib

import msgspec


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base: plain text only; numbers are already rounded text with their zeros."""


class Person(Part, frozen=True):
    name: str
    register_no: str
    signed_at: str
    signature: str  # short hex of the signed head or record: shows which signature it was


class StandardLine(Part, frozen=True):
    name: str
    model: str
    serial: str
    accuracy: str
    certificate_no: str
    certificate_by: str
    valid_to: str


class Table(Part, frozen=True):
    """One item's results; `struck` rows appear in the record only, with their reason."""

    title: str
    clause: str
    verdict: str  # pass, fail, not-applicable, not-done, suspect
    note: str
    columns: list[str]
    rows: list[list[str]]
    struck: list[list[str]] = []
    summary: list[list[str]] = []  # label, value, limit, verdict


class LotLine(Part, frozen=True):
    """One instrument of the sample; `struck`: runs of it that were aborted or voided."""

    serial: str
    number: str
    verdict: str
    struck: int


class LotFacts(Part, frozen=True):
    """A lot and its draw: with `method`, `seed` and `serials` anyone draws the sample again (docs/lots.md)."""

    size: int
    serials: list[str]  # numbers and ranges
    revision: str
    sample: int
    accept: int
    reject: int
    basis: str  # "": the plan of the procedure file
    method: str
    seed: str
    drawn_at: str
    failed: int
    lines: list[LotLine]
    replaced: list[list[str]]  # serial, successor, reason


class CertificateContent(Part, frozen=True, omit_defaults=True):
    """`document`: certificate or notice; lot-accepted or lot-rejected with `lot`, where `serial` is the lot in short.
    `language`: zh or en. `watermark` is "" on official paper.

    What came later has a default and is left out while it has it, so that older papers keep their digest.
    """

    document: str
    language: str
    number: str
    record_no: str
    institution: dict[str, str]  # name, authorisation, address, phone, postcode, fax, email, code
    client: str
    client_address: str
    instrument: str
    model: str
    serial: str
    maker: str
    plate: list[list[str]]  # label, value
    regulation: str  # number
    regulation_title: str
    kind: str  # text in the paper's language
    conclusion: str
    failed: list[str]
    verified_on: str  # ISO
    valid_to: str  # ISO, empty on a notice
    place: str
    environment: list[list[str]]  # label, value
    standards: list[StandardLine]
    tables: list[Table]
    technician: Person
    checker: Person
    approver: Person
    journal_head: str
    record_hash: str
    procedure_hash: str
    software: str
    attempts: int
    statements: list[str]
    watermark: str
    demo: bool
    times: list[list[str]] = []  # item, begin, end, duration, least duration; of the record
    lot: LotFacts | None = None

    def digest(self) -> bytes:
        """SHA-256 over the deterministic encoding: what the QR and the journal refer to."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).digest()
