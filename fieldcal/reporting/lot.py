"""The paper of a lot: a front page as of any certificate, then the draw, the sample and every serial number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import CondPageBreak, PageBreak

from fieldcal.domain.certificate import CertificateContent, LotFacts
from fieldcal.reporting.cover import CONCLUSION, basis, cover
from fieldcal.reporting.layout import Sheet
from fieldcal.reporting.pages import HEADING_ROOM, closing
from fieldcal.reporting.tables import SECTION, SMALL, grid, pairs, text
from fieldcal.reporting.texts import Terms

CHUNK = 100  # serial numbers or ranges in a paragraph: a longer one takes time by the square


def lot(sheet: Sheet) -> list[Any]:
    content, term, facts = sheet.content, sheet.term, sheet.content.lot
    assert facts is not None
    return [
        _front(sheet, facts),
        PageBreak(),
        *_draw(content, facts, term),
        *_sample(facts, term),
        *_replaced(facts, term),
        *_serials(facts.serials, term),
        *_trace(content, term),
        closing([term("each-paper")], term("end-lot")),
    ]


def _front(sheet: Sheet, facts: LotFacts) -> Any:
    content, term = sheet.content, sheet.term
    told = f"{content.conclusion}   n = {facts.sample}, {term('failed-of').format(facts.failed)}"
    lines = [
        ("client", content.client), ("client-address", content.client_address), ("instrument", content.instrument),
        ("model", content.model), ("maker", content.maker), ("lot-size", str(facts.size)),
        ("lot-serials", content.serial), ("basis", basis(content)), ("kind", content.kind), (CONCLUSION, told),
    ]  # fmt: skip
    return cover(sheet, lines, [("approver", content.approver), ("sampler", content.technician)])


def _draw(content: CertificateContent, facts: LotFacts, term: Terms) -> list[Any]:
    lines = [
        ("basis", basis(content)), ("place", content.place),
        ("plan", term("plan-numbers").format(facts.sample, facts.accept, facts.reject)),
        ("plan-basis", facts.basis or term("plan-file")), ("method", facts.method), ("seed", facts.seed),
        ("drawn-at", facts.drawn_at),
    ]  # fmt: skip
    return [
        text(term("lot-facts"), SECTION),
        pairs([(term(key), value) for key, value in lines], columns=1),
        text(term("again"), SMALL),
        *([text(term("plate"), SECTION), pairs([(label, value) for label, value in content.plate])]
          if content.plate else []),
    ]  # fmt: skip


def _sample(facts: LotFacts, term: Terms) -> list[Any]:
    head = ["", *(term(key) for key in ("serial", "verdict", "paper-number", "struck-runs"))]
    rows = [
        [str(at), line.serial, term(line.verdict), line.number, str(line.struck)]
        for at, line in enumerate(facts.lines, start=1)
    ]
    return [*_titled("sample", term), grid(head, rows)]


def _replaced(facts: LotFacts, term: Terms) -> list[Any]:
    if not facts.replaced:
        return []
    head = [term(key) for key in ("serial", "successor", "why")]
    return [*_titled("replaced", term), grid(head, facts.replaced)]


def _serials(serials: Sequence[str], term: Terms) -> list[Any]:
    chunks = [serials[at : at + CHUNK] for at in range(0, len(serials), CHUNK)]
    return [*_titled("lot-serials", term), *(text(", ".join(chunk)) for chunk in chunks)]


def _trace(content: CertificateContent, term: Terms) -> list[Any]:
    assert content.lot is not None
    lines = [
        ("procedure-hash", content.procedure_hash), ("revision", content.lot.revision),
        ("record-hash", content.record_hash), ("journal-head", content.journal_head), ("software", content.software),
    ]  # fmt: skip
    return [*_titled("trace", term), pairs([(term(key), value) for key, value in lines], columns=1)]


def _titled(key: str, term: Terms) -> list[Any]:
    return [CondPageBreak(HEADING_ROOM), text(term(key), SECTION)]
