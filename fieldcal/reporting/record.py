"""The raw record: every reading in its order, void ones struck through with their reason, and the hashes."""

from __future__ import annotations

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak

from fieldcal.domain.certificate import CertificateContent, Table
from fieldcal.reporting import marks
from fieldcal.reporting.layout import Drawn, Sheet
from fieldcal.reporting.pages import HEADING_ROOM, closing, conditions, heading, standards, summary
from fieldcal.reporting.tables import SECTION, SMALL, grid, pairs, text
from fieldcal.reporting.texts import Terms

MODULE = 0.5 * mm


def record(sheet: Sheet) -> list[Any]:
    content, term = sheet.content, sheet.term
    return [
        text(f"{sheet.title}  {content.record_no}", SECTION),
        *identity(content, term),
        *standards(content, term),
        *conditions(content, term),
        CondPageBreak(HEADING_ROOM + 40),
        text(term("results"), SECTION),
        *(part for table in content.tables for part in readings(table, term)),
        *times(content, term),
        *signatures(content, term),
        *trace(sheet),
        closing(content.statements, term("end-record")),
    ]


def identity(content: CertificateContent, term: Terms) -> list[Any]:
    number = "number" if content.document == "certificate" else "notice-number"
    facts = [
        (number, content.number), ("client", content.client), ("client-address", content.client_address),
        ("instrument", content.instrument), ("model", content.model), ("serial", content.serial),
        ("maker", content.maker), ("kind", content.kind), ("verified-on", content.verified_on),
        ("conclusion", content.conclusion),
    ]  # fmt: skip
    return [
        text(term("identity"), SECTION),
        pairs([(term(key), value) for key, value in facts if value], columns=1),
    ]


def readings(table: Table, term: Terms) -> list[Any]:
    """Counted rows, then struck ones; a struck row carries one more cell than there are columns: its reason."""
    parts: list[Any] = [CondPageBreak(HEADING_ROOM), text(heading(table, term), SECTION)]
    if table.struck:
        width = len(table.columns)
        rows = [[*row, ""] for row in table.rows]
        rows += [[*row[:width], *row[width:]] if len(row) > width else [*row, ""] for row in table.struck]
        parts.append(grid([*table.columns, term("reason")], rows, struck=len(table.struck)))
        parts.append(text(term("struck"), SMALL))
    elif table.rows:
        parts.append(grid(table.columns, table.rows))
    return parts + summary(table, term)


def times(content: CertificateContent, term: Terms) -> list[Any]:
    """When each item was worked on, and how long at least it had to take."""
    if not content.times:
        return []
    head = [term(key) for key in ("item", "begin", "ended", "duration", "least")]
    return [CondPageBreak(HEADING_ROOM), text(term("times"), SECTION), grid(head, content.times)]


def signatures(content: CertificateContent, term: Terms) -> list[Any]:
    rows = [
        [term(role), person.name, person.register_no, person.signed_at, person.signature]
        for role in ("technician", "checker", "approver")
        if (person := getattr(content, role)).name
    ]
    head = ["", *(term(key) for key in ("person", "register", "signed", "signature"))]
    return [text(term("signatures"), SECTION), grid(head, rows)]


def trace(sheet: Sheet) -> list[Any]:
    content, term = sheet.content, sheet.term
    facts = [
        ("attempts", str(content.attempts)), ("journal-head", content.journal_head),
        ("record-hash", content.record_hash), ("procedure-hash", content.procedure_hash),
        ("software", content.software),
    ]  # fmt: skip
    return [
        text(term("trace"), SECTION),
        pairs([(term(key), value) for key, value in facts], columns=1),
        *([_symbol(sheet.qr)] if sheet.qr else []),
    ]


def _symbol(qr: str) -> Drawn:
    rows = marks.matrix(qr)
    side = marks.across(rows) * MODULE
    return Drawn(lambda canvas: marks.draw_qr(canvas, rows, 0, 0, side), side)
