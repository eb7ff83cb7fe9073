"""A two-page certificate against a bare canvas that draws the same texts and rules, and the QR code by squares."""

from __future__ import annotations

import io
import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import msgspec
import segno
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from fieldcal.reporting.fonts import BOLD, REGULAR
from fieldcal.reporting.render import PaperRenderer
from tests.reporting.sample import PASSING, code

AIM = 0.8
TWO_PAGES = msgspec.structs.replace(PASSING, tables=PASSING.tables[:2])
_RULE = re.compile(r"([-\d.]+) ([-\d.]+) m ([-\d.]+) ([-\d.]+) l S")
Text = tuple[float, float, str, float, str]
Page = tuple[list[Text], list[tuple[float, ...]]]


def run(rounds: int = 30) -> tuple[float, float]:
    """Median ms of ours and of the bare canvas, taken in turns; warm, so fonts are loaded."""
    qr, paper = code(TWO_PAGES), PaperRenderer()
    drawn = _drawn(paper.certificate(TWO_PAGES, qr))
    assert len(drawn) == 2
    _bare(drawn, qr)
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        ours.append(_timed(lambda: paper.certificate(TWO_PAGES, qr)))
        bare.append(_timed(lambda: _bare(drawn, qr)))
    return 1000 * statistics.median(ours), 1000 * statistics.median(bare)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _drawn(pdf: bytes) -> list[Page]:
    """What our paper shows, read back from it, so that both draw the same."""
    pages: list[Page] = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        texts: list[Text] = []

        def visit(text: str, _cm: Any, tm: list[float], font: Any, size: float, out: list[Text] = texts) -> None:
            if text.strip():
                name = BOLD if font and BOLD in str(font["/BaseFont"]) else REGULAR
                out.append((tm[4], tm[5], name, size, text.strip()))

        page.extract_text(visitor_text=visit)
        stream = page.get_contents().get_data().decode("latin-1")  # type: ignore[union-attr]
        pages.append((texts, [tuple(map(float, rule)) for rule in _RULE.findall(stream)]))
    return pages


def _bare(pages: list[Page], qr: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, initialFontName=REGULAR)
    for number, (texts, rules) in enumerate(pages):
        for x, y, font, size, text in texts:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        for rule in rules:
            canvas.line(*rule)
        if number == 0:
            _squares(canvas, qr)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _squares(canvas: Canvas, qr: str) -> None:
    rows = list(segno.make(qr, error="m", micro=False, boost_error=False).matrix)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                canvas.rect(60 + 1.3 * x, 100 - 1.3 * y, 1.3, 1.3, stroke=0, fill=1)


if __name__ == "__main__":
    ours, bare = run()
    print(f"paper: {ours:.1f} ms, {ours / bare:.2f}x of a bare canvas, aim {AIM}x")
