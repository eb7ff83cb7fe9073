"""Grids of text: columns as wide as their content asks, cells wrapped only where they must be."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph, Table

from fieldcal.reporting.fonts import BOLD, REGULAR
from fieldcal.reporting.layout import TEXT_WIDTH

SIZE, LEADING, PAD, LABEL = 8.5, 11.5, 4.0, 38 * mm
BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=SIZE, leading=LEADING, wordWrap="CJK")
STRONG = ParagraphStyle("strong", parent=BODY, fontName=BOLD)
SECTION = ParagraphStyle("section", parent=STRONG, fontSize=10.5, leading=14, spaceBefore=9, spaceAfter=4)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=7.5, leading=10, spaceBefore=2)
END = ParagraphStyle("end", parent=BODY, alignment=1, spaceBefore=14)

_GRID: list[tuple[Any, ...]] = [
    ("FONT", (0, 0), (-1, -1), REGULAR, SIZE, LEADING),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, "#b0b6bc"),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), PAD),
    ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]
_HEADED = [
    ("FONT", (0, 0), (-1, 0), BOLD, SIZE, LEADING),
    ("LINEABOVE", (0, 0), (-1, 0), 0.8, "#000000"),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, "#000000"),
    ("LINEBELOW", (0, -1), (-1, -1), 0.8, "#000000"),
]


def text(value: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Markup in a record is text, never markup; English is broken between words."""
    if value.isascii() and style.wordWrap:
        style = ParagraphStyle(f"{style.name}-latin", parent=style, wordWrap=None, splitLongWords=1)
    kept = escape(value).replace("  ", "\u00a0 ").replace("\n", "<br/>")
    return Paragraph(kept, style)


def grid(head: list[str], rows: list[list[str]], struck: int = 0) -> Table:
    """A headed table over the whole width; the last `struck` rows are lined through, but for their reason."""
    lines = [head, *rows]
    widths = _widths(lines)
    cells = [[_cell(value, width, BOLD if at == 0 else REGULAR) for value, width in zip(line, widths, strict=True)]
             for at, line in enumerate(lines)]  # fmt: skip
    for at in range(len(cells) - struck, len(cells)):
        cells[at][:-1] = [_lined(value) for value in lines[at][:-1]]
    table = Table(cells, colWidths=widths, repeatRows=1, spaceBefore=7)
    table.setStyle([*_GRID, *_HEADED])
    return table


def pairs(rows: list[tuple[str, str]], columns: int = 2) -> Table:
    """Label and value side by side, `columns` pairs on a line."""
    label, value = LABEL, TEXT_WIDTH / columns - LABEL
    flat = [(_cell(name, label, REGULAR), _cell(what, value, BOLD)) for name, what in rows]
    flat += [("", "")] * (-len(flat) % columns)
    lines = [[cell for pair in flat[at : at + columns] for cell in pair] for at in range(0, len(flat), columns)]
    table = Table(lines, colWidths=[label, value] * columns)
    bold = [("FONT", (at, 0), (at, -1), BOLD, SIZE, LEADING) for at in range(1, 2 * columns, 2)]
    table.setStyle([*_GRID, *bold])
    return table


def _cell(value: str, width: float, font: str) -> Any:
    """Plain text where it fits on a line: a paragraph costs ten times as much."""
    if "\n" not in value and stringWidth(value, font, SIZE) <= width - 2 * PAD:
        return value
    return text(value, STRONG if font == BOLD else BODY)


def _lined(value: str) -> Any:
    return Paragraph(f"<strike>{escape(value)}</strike>", BODY) if value else ""


def _widths(lines: list[list[str]]) -> list[float]:
    """Natural widths, the spare shared evenly; where too little room, the widest columns give way."""
    natural = [max(stringWidth(value, BOLD, SIZE) for value in column) + 2 * PAD + 1
               for column in zip(*lines, strict=True)]  # fmt: skip
    spare = TEXT_WIDTH - sum(natural)
    if spare >= 0:
        return [width + spare / len(natural) for width in natural]
    return _shrunk(natural)


def _shrunk(natural: list[float]) -> list[float]:
    """The common cap under which all columns fit: water filling."""
    room, cap = TEXT_WIDTH, 0.0
    for left, width in zip(range(len(natural), 0, -1), sorted(natural), strict=True):
        cap = room / left
        if width > cap:
            break
        room -= width
    return [min(width, cap) for width in natural]
