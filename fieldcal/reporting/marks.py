"""What is drawn rather than set: the QR code, the round seal, the watermark. Lengths in points."""

from __future__ import annotations

import math
from typing import Any

from fieldcal.domain.certificate import CertificateContent
from fieldcal.reporting.fonts import BOLD, REGULAR
from fieldcal.reporting.texts import Terms

SEAL_RED = (0.80, 0.10, 0.12)
LINE = 1.3  # from one line of a watermark to the next, in letter heights
BORDER = 4  # modules, ISO/IEC 18004
# Trying all eight masks costs five times the drawing; that readers read this one is tested on rendered pages.
MASK = 3


def matrix(text: str) -> list[bytes]:
    """Rows of 0 and 1 without the border, error level M."""
    import segno

    code = segno.make(text, error="m", mask=MASK, micro=False, boost_error=False)
    return [bytes(row) for row in code.matrix]


def across(rows: list[bytes]) -> int:
    """Modules from edge to edge, quiet zone included."""
    return len(rows) + 2 * BORDER


def draw_qr(canvas: Any, rows: list[bytes], x: float, y: float, side: float) -> None:
    """The code with its quiet zone in a square whose lower left corner is x, y.

    One path for all: rows filled one by one show hairlines between them in viewers.
    """
    size = across(rows)
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(side / size, side / size)
    canvas.setFillGray(1)
    canvas.rect(0, 0, size, size, stroke=0, fill=1)
    canvas.setFillGray(0)
    path = canvas.beginPath()
    for at, row in enumerate(rows):
        for start, length in _runs(row):
            path.rect(BORDER + start, size - BORDER - at - 1, length, 1)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _runs(row: bytes) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = row.find(1)
    while start >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        runs.append((start, end - start))
        start = row.find(1, end)
    return runs


def draw_seal(canvas: Any, content: CertificateContent, x: float, y: float, term: Terms) -> None:
    """The round seal around x, y, 40 mm across as stamps are; of a demonstration it says so itself."""
    radius = 56.7
    canvas.saveState()
    canvas.translate(x, y)
    canvas.setStrokeColorRGB(*SEAL_RED)
    canvas.setFillColorRGB(*SEAL_RED)
    canvas.setStrokeAlpha(0.8)
    canvas.setFillAlpha(0.8)
    canvas.setLineWidth(2)
    canvas.circle(0, 0, radius)
    _arc_text(canvas, content.institution.get("name", ""), radius - 6)
    _star(canvas, 14)
    canvas.setFont(BOLD, 10)
    canvas.drawCentredString(0, -0.5 * radius, term("seal"))
    if content.demo:
        canvas.setFont(BOLD, 7)
        canvas.drawCentredString(0, -0.72 * radius, term("seal-demo"))
    canvas.restoreState()


def _arc_text(canvas: Any, text: str, radius: float) -> None:
    """Along the upper 250 degrees, letters upright to the centre, smaller where the name is long."""
    widths = [max(canvas.stringWidth(char, BOLD, 1), 0.3) for char in text]
    room = math.radians(250)
    size = min(11.0, room * (radius - 9) / (1.08 * sum(widths) or 1))
    base = radius - 0.85 * size
    gap = min(0.9 * size, (room * base / size - sum(widths)) * size / len(widths)) if widths else 0
    total = sum(widths) * size + gap * (len(widths) - 1)
    turn = total / base / 2
    canvas.setFont(BOLD, size)
    for char, width in zip(text, widths, strict=True):
        half = width * size / base / 2
        turn -= half
        canvas.saveState()
        canvas.rotate(math.degrees(turn))
        canvas.drawCentredString(0, base, char)
        canvas.restoreState()
        turn -= half + gap / base


def _star(canvas: Any, radius: float) -> None:
    path = canvas.beginPath()
    for corner in range(10):
        reach = radius if corner % 2 == 0 else 0.382 * radius
        angle = math.pi / 2 + corner * math.pi / 5
        point = reach * math.cos(angle), reach * math.sin(angle)
        if corner == 0:
            path.moveTo(*point)
        else:
            path.lineTo(*point)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def draw_watermark(canvas: Any, text: str, width: float, height: float) -> None:
    """Diagonally over the whole page, over everything, so that no table hides it; the first of its lines largest."""
    if not text:
        return
    diagonal, lines = math.hypot(width, height), text.split("\n")
    sizes = [min(0.75 * diagonal / canvas.stringWidth(line, BOLD, 1), 0.3 * height) for line in lines]
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(math.degrees(math.atan2(height, width)))
    canvas.setFillColorRGB(*SEAL_RED)
    canvas.setFillAlpha(0.16)
    below = 0.5 * LINE * sum(sizes[1:]) - 0.35 * sizes[0]
    for line, size, following in zip(lines, sizes, [*sizes[1:], 0.0], strict=True):
        canvas.setFont(BOLD, size)
        canvas.drawCentredString(0, below, line)
        below -= LINE * following
    canvas.restoreState()


def fit(canvas: Any, text: str, x: float, y: float, width: float, size: float, font: str = REGULAR) -> None:
    """One line, set smaller where it would not fit; never cut."""
    wide = canvas.stringWidth(text, font, size)
    canvas.setFont(font, size if wide <= width else size * width / wide)
    canvas.drawString(x, y, text)
