"""The label on a passed instrument, 60 x 40 mm: the paper's short form, with the same signed code."""

from __future__ import annotations

import io
from typing import Any

from reportlab.lib.units import mm

from fieldcal.reporting import marks
from fieldcal.reporting.fonts import BOLD, REGULAR
from fieldcal.reporting.layout import PagedCanvas, Sheet, describe, paged

WIDTH, HEIGHT, EDGE, QR_SIDE = 60 * mm, 40 * mm, 2 * mm, 33 * mm


def label(sheet: Sheet) -> bytes:
    out = io.BytesIO()

    def finish(canvas: Any, _page: int, _pages: int) -> None:
        marks.draw_watermark(canvas, sheet.content.watermark, WIDTH, HEIGHT)

    canvas: PagedCanvas = paged(finish)(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    describe(canvas, sheet)
    _draw(canvas, sheet)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Any, sheet: Sheet) -> None:
    content, term = sheet.content, sheet.term
    left, width = EDGE, WIDTH - QR_SIDE - 2 * EDGE
    canvas.setFillGray(0)
    marks.fit(canvas, term("label"), left, HEIGHT - 6.5 * mm, width, 12, BOLD)
    y = HEIGHT - 10 * mm
    for key, value in (
        ("serial", content.serial), ("verified-on", content.verified_on), ("valid-to", content.valid_to),
        ("technician", content.technician.name), ("number", content.number),
    ):  # fmt: skip
        marks.fit(canvas, term(key), left, y, width, 4.5)
        marks.fit(canvas, value, left, y - 2.4 * mm, width, 6.5, BOLD)
        y -= 5 * mm
    if sheet.qr:
        rows, low = marks.matrix(sheet.qr), HEIGHT - QR_SIDE - EDGE / 2
        marks.draw_qr(canvas, rows, WIDTH - QR_SIDE - EDGE / 2, low, QR_SIDE)
    name = content.institution.get("name", "")
    marks.fit(canvas, name, left, 1.8 * mm, WIDTH / 2 - EDGE, 6, REGULAR)
    if content.demo:
        canvas.setFillColorRGB(*marks.SEAL_RED)
        marks.fit(canvas, term("demo"), WIDTH / 2, 1.8 * mm, WIDTH / 2 - EDGE, 6, BOLD)
