"""The inner pages: what was used and where, then one table an item, then the mark that nothing follows."""

from __future__ import annotations

from typing import Any

from reportlab.platypus import CondPageBreak, KeepTogether, PageBreak, Spacer

from fieldcal.domain.certificate import CertificateContent, Table
from fieldcal.reporting.cover import basis, front
from fieldcal.reporting.layout import Sheet
from fieldcal.reporting.tables import END, SECTION, SMALL, STRONG, grid, pairs, text
from fieldcal.reporting.texts import Terms, day

HEADING_ROOM = 80.0  # a title and two rows at least stay together


def certificate(sheet: Sheet) -> list[Any]:
    content, term = sheet.content, sheet.term
    notice = content.document != "certificate"
    return [
        front(sheet),
        PageBreak(),
        *(failures(content, term) if notice else []),
        *standards(content, term),
        *conditions(content, term),
        CondPageBreak(HEADING_ROOM + 40),
        text(term("results"), SECTION),
        *(part for table in content.tables for part in item(table, term)),
        closing(content.statements, term("end-notice" if notice else "end")),
    ]


def standards(content: CertificateContent, term: Terms) -> list[Any]:
    names = ("name", "model", "serial", "accuracy", "certificate", "by", "valid")
    rows = [
        [one.name, one.model, one.serial, one.accuracy, one.certificate_no, one.certificate_by,
         day(one.valid_to, "en")]
        for one in content.standards
    ]  # fmt: skip
    authorised = content.institution.get("authorisation", "")
    facts = [("record-number", content.record_no), ("authorisation", authorised), ("basis", basis(content))]
    return [
        pairs([(term(key), value) for key, value in facts], columns=1),
        text(term("standards"), SECTION),
        grid([term(f"standard-{name}") for name in names], rows),
    ]


def conditions(content: CertificateContent, term: Terms) -> list[Any]:
    measured = [(label, value) for label, value in content.environment]
    plate = [(label, value) for label, value in content.plate]
    return [
        text(term("conditions"), SECTION),
        pairs([(term("place"), content.place)], columns=1),
        *([pairs(measured)] if measured else []),
        *([text(term("plate"), SECTION), pairs(plate)] if plate else []),
    ]


def item(table: Table, term: Terms) -> list[Any]:
    """Title with clause and verdict, the readings that count, the summary against its limits."""
    return [
        CondPageBreak(HEADING_ROOM),
        text(heading(table, term), SECTION),
        *([grid(table.columns, table.rows)] if table.rows else []),
        *summary(table, term),
    ]


def heading(table: Table, term: Terms) -> str:
    clause = term("clause").format(table.clause) if table.clause else ""
    return table.title + clause + term("found").format(term(table.verdict))


def summary(table: Table, term: Terms) -> list[Any]:
    parts: list[Any] = []
    if table.summary:
        head = [term(key) for key in ("quantity", "value", "limit", "verdict")]
        parts.append(grid(head, [[*line[:3], term(line[3])] for line in table.summary]))
    if table.note:
        parts.append(text(term("note").format(table.note), SMALL))
    return parts


def failures(content: CertificateContent, term: Terms) -> list[Any]:
    """What a notice must say: each failed item with the value found and the limit it broke."""
    head = [term(key) for key in ("item", "quantity", "value", "limit")]
    rows = [[table.title, *line[:3]] for table in content.tables for line in table.summary if line[3] == "fail"]
    return [
        text(term("failed"), SECTION),
        *(text(f"· {name}", STRONG) for name in content.failed),
        *([grid(head, rows)] if rows else []),
        Spacer(1, 10),
    ]


def closing(statements: list[str], end: str) -> KeepTogether:
    return KeepTogether([*(text(line, SMALL) for line in statements), text(f"—— {end} ——", END)])
