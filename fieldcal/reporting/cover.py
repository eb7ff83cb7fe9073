"""The first page of a paper: facts, conclusion, signatures, seal and QR code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from fieldcal.domain.certificate import CertificateContent, Person
from fieldcal.reporting import marks
from fieldcal.reporting.fonts import BOLD, REGULAR
from fieldcal.reporting.layout import GREY, TEXT_HEIGHT, TEXT_WIDTH, Drawn, Sheet
from fieldcal.reporting.tables import text
from fieldcal.reporting.texts import day

LABEL = 42 * mm
CONCLUSION = "conclusion"
NUMBER = {
    "certificate": "number", "notice": "notice-number", "lot-accepted": "lot-number", "lot-rejected": "lot-number",
}  # fmt: skip
Fact = tuple[str, str]  # term and value
MODULE = 0.45 * mm  # at least 5 dots of a 300 dpi printer
VALUE = ParagraphStyle("value", fontName=REGULAR, fontSize=10.5, leading=14, wordWrap="CJK")
HEAVY = ParagraphStyle("heavy", parent=VALUE, fontName=BOLD, fontSize=12)


def cover(sheet: Sheet, facts: Sequence[Fact], signed: Sequence[tuple[str, Person]]) -> Drawn:
    """`signed`: the term of the role and who it was, from the top down."""
    return Drawn(lambda canvas: _draw(canvas, sheet, facts, signed), TEXT_HEIGHT)


def front(sheet: Sheet) -> Drawn:
    """Of a certificate or notice."""
    content = sheet.content
    facts = [
        ("client", content.client), ("client-address", content.client_address), ("instrument", content.instrument),
        ("model", content.model), ("serial", content.serial), ("maker", content.maker), ("basis", basis(content)),
        ("kind", content.kind), (CONCLUSION, content.conclusion),
    ]  # fmt: skip
    return cover(sheet, facts, [(role, getattr(content, role)) for role in ("approver", "checker", "technician")])


def basis(content: CertificateContent) -> str:
    return f"{content.regulation} {content.regulation_title}".strip()


def _draw(canvas: Any, sheet: Sheet, facts: Sequence[Fact], signed: Sequence[tuple[str, Person]]) -> None:
    _title(canvas, sheet)
    y = TEXT_HEIGHT - 42 * mm
    for key, value in facts:
        y = _fact(canvas, sheet.term(key), value, HEAVY if key == CONCLUSION else VALUE, y)
    if sheet.qr:
        _code(canvas, sheet)
    y = 67 * mm
    for role, person in signed:
        _signature(canvas, sheet, role, person, y)
        y -= 15 * mm
    _dates(canvas, sheet)
    # A draft is not sealed; the seal of a demonstration says itself that it is none.
    if not sheet.content.watermark or sheet.content.demo:
        marks.draw_seal(canvas, sheet.content, 63 * mm, 28 * mm, sheet.term)


def _title(canvas: Any, sheet: Sheet) -> None:
    y = TEXT_HEIGHT - 18 * mm
    english = sheet.content.language == "en"
    canvas.setFont(BOLD, 24 if english else 30)
    canvas.drawCentredString(TEXT_WIDTH / 2, y, sheet.title if english else "\u2002".join(sheet.title))
    canvas.setFont(REGULAR, 11)
    key = NUMBER[sheet.content.document]
    canvas.drawCentredString(TEXT_WIDTH / 2, y - 11 * mm, f"{sheet.term(key)}  {sheet.number}")


def _fact(canvas: Any, label: str, value: str, style: ParagraphStyle, top: float) -> float:
    """Draws one ruled line, as high as its value needs; returns where the next begins."""
    block = text(value or "—", style)
    _, height = block.wrapOn(canvas, TEXT_WIDTH - LABEL - 4 * mm, TEXT_HEIGHT)
    bottom = top - max(height, 14)
    block.drawOn(canvas, LABEL + 2 * mm, top - height)
    canvas.setFont(REGULAR, 9.5)
    canvas.setFillGray(GREY)
    canvas.drawRightString(LABEL - 3 * mm, top - 11, label)
    canvas.setFillGray(0)
    canvas.setLineWidth(0.4)
    canvas.setStrokeGray(0.6)
    canvas.line(LABEL, bottom - 2, TEXT_WIDTH, bottom - 2)
    return bottom - 3.6 * mm


def _code(canvas: Any, sheet: Sheet) -> None:
    rows = marks.matrix(sheet.qr)
    side = marks.across(rows) * MODULE
    marks.draw_qr(canvas, rows, 0, 12 * mm, side)
    canvas.setFont(REGULAR, 8)
    canvas.drawCentredString(side / 2, 8 * mm, sheet.term("scan"))


def _signature(canvas: Any, sheet: Sheet, role: str, person: Person, y: float) -> None:
    left, term = 103 * mm, sheet.term
    canvas.setFont(REGULAR, 9.5)
    canvas.setFillGray(GREY)
    canvas.drawRightString(left - 3 * mm, y, term(role))
    canvas.setFillGray(0)
    marks.fit(canvas, person.name, left, y, 34 * mm, 11.5, BOLD)
    canvas.line(left, y - 3, TEXT_WIDTH, y - 3)
    canvas.setFillGray(GREY)
    register = f"{term('register')} {person.register_no}"
    marks.fit(canvas, register, left + 35 * mm, y, TEXT_WIDTH - left - 35 * mm, 8)
    proof = f"{term('signature')} {person.signature}   {person.signed_at}"
    marks.fit(canvas, proof, left, y - 12, TEXT_WIDTH - left, 7)
    canvas.setFillGray(0)


def _dates(canvas: Any, sheet: Sheet) -> None:
    content, y = sheet.content, 17 * mm
    for key, iso in (
        ("decided-on" if content.lot else "verified-on", content.verified_on),
        ("valid-to", content.valid_to),
    ):
        # A notice has no last valid day, and so no line for one either.
        if not iso:
            continue
        canvas.setFont(REGULAR, 9.5)
        canvas.setFillGray(GREY)
        canvas.drawRightString(125 * mm, y, sheet.term(key))
        canvas.setFillGray(0)
        canvas.setFont(BOLD, 11)
        canvas.drawString(129 * mm, y, day(iso, content.language))
        y -= 8 * mm
