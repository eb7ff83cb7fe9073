"""The sheet: its frame, the head and foot of every page, and how a list of parts becomes PDF bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from fieldcal.domain.certificate import CertificateContent
from fieldcal.reporting import marks
from fieldcal.reporting.fonts import BOLD, REGULAR
from fieldcal.reporting.texts import Terms, terms

WIDTH, HEIGHT = A4
SIDE, TOP, BOTTOM = 20 * mm, 28 * mm, 24 * mm
TEXT_WIDTH, TEXT_HEIGHT = WIDTH - 2 * SIDE, HEIGHT - TOP - BOTTOM
GREY = 0.35


@dataclass(frozen=True)
class Sheet:
    """One paper being made: what it says, in which words, and the text of its QR code."""

    content: CertificateContent
    title: str
    number: str
    qr: str

    @property
    def term(self) -> Terms:
        return terms(self.content.language)


class Drawn(Flowable):
    """A part with fixed height that draws itself; the origin is its lower left corner."""

    def __init__(self, draw: Callable[[Any], None], height: float, width: float = TEXT_WIDTH) -> None:
        super().__init__()
        self._draw, self.width, self.height = draw, width, height

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self._draw(self.canv)


class PagedCanvas(Canvas):
    """Keeps finished pages until their number is known, then heads, foots and writes them."""

    finish: Callable[[Any, int, int], None]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The default would put an unembedded Helvetica into every file.
        super().__init__(*args, **{**kwargs, "initialFontName": REGULAR})
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()  # pyright: ignore[reportAttributeAccessIssue]

    def save(self) -> None:
        for page, state in enumerate(self._pages, start=1):
            self.__dict__.update(state)
            self.finish(self, page, len(self._pages))
            super().showPage()
        super().save()


def paged(finish: Callable[[Any, int, int], None]) -> type[PagedCanvas]:
    return type("SheetCanvas", (PagedCanvas,), {"finish": staticmethod(finish)})


def render(sheet: Sheet, story: list[Any]) -> bytes:
    """A4 pages with head, foot and watermark; the same sheet gives the same bytes."""
    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, invariant=1)
    frame = Frame(SIDE, BOTTOM, TEXT_WIDTH, TEXT_HEIGHT, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("page", [frame], onPage=lambda canvas, _: describe(canvas, sheet)))
    document.build(story, canvasmaker=paged(lambda canvas, page, pages: _finish(canvas, sheet, page, pages)))
    return out.getvalue()


def describe(canvas: Any, sheet: Sheet) -> None:
    """The signed text and the digest travel inside the file, so that it can be verified without a camera."""
    canvas.setTitle(f"{sheet.title} {sheet.number}")
    canvas.setAuthor(sheet.content.institution.get("name", ""))
    canvas.setSubject(f"sha256:{sheet.content.digest().hex()}")
    canvas.setKeywords(sheet.qr)
    canvas.setCreator(sheet.content.software)


def _finish(canvas: Any, sheet: Sheet, page: int, pages: int) -> None:
    _head(canvas, sheet, page, pages)
    _foot(canvas, sheet)
    marks.draw_watermark(canvas, sheet.content.watermark, WIDTH, HEIGHT)


def _head(canvas: Any, sheet: Sheet, page: int, pages: int) -> None:
    content, term, right = sheet.content, sheet.term, WIDTH - SIDE
    canvas.setFillGray(0)
    marks.fit(canvas, content.institution.get("name", ""), SIDE, HEIGHT - 15 * mm, 95 * mm, 11, BOLD)
    authorised = f"{term('authorisation')}: {content.institution.get('authorisation', '')}"
    marks.fit(canvas, authorised, SIDE, HEIGHT - 20 * mm, 95 * mm, 7.5)
    canvas.setFont(REGULAR, 8.5)
    canvas.drawRightString(right, HEIGHT - 15 * mm, term("page").format(page, pages))
    canvas.drawRightString(right, HEIGHT - 20 * mm, f"{sheet.title}  {sheet.number}")
    canvas.setLineWidth(0.8)
    canvas.setStrokeGray(0)
    canvas.line(SIDE, HEIGHT - 23 * mm, right, HEIGHT - 23 * mm)


def _foot(canvas: Any, sheet: Sheet) -> None:
    content, term = sheet.content, sheet.term
    canvas.setLineWidth(0.5)
    canvas.line(SIDE, 19 * mm, WIDTH - SIDE, 19 * mm)
    canvas.setFillGray(GREY)
    given = [(key, content.institution.get(key, "")) for key in ("address", "phone", "fax", "postcode", "email")]
    where = "   ".join(f"{term(key)}: {value}" for key, value in given if value)
    marks.fit(canvas, where, SIDE, 15.5 * mm, TEXT_WIDTH, 7)
    canvas.setFont(REGULAR, 7)
    numbered = f"   {term('electronic')}" if content.number else ""  # drafts and explanations are none
    canvas.drawRightString(WIDTH - SIDE, 12 * mm, term("copy") + numbered)
    if content.demo:
        canvas.setFillColorRGB(*marks.SEAL_RED)
        canvas.setFont(BOLD, 8)
        canvas.drawString(SIDE, 12 * mm, term("demo"))
    canvas.setFillGray(0)
