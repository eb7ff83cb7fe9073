"""What the painted parts share: text on its optical centre, figure with unit, verdict shapes, key caps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from fieldcal.ui import icons
from fieldcal.ui.theme import Theme

if TYPE_CHECKING:
    from decimal import Decimal

Kind = Literal["pass", "fail", "warn", "current", "pending", "skipped"]
INK: dict[str, str] = {
    "pass": "pass", "fail": "fail", "warn": "warn",
    "current": "accent", "pending": "edge", "skipped": "text_second",
}  # fmt: skip
TINT: dict[str, str] = {
    "pass": "pass_tint", "fail": "fail_tint", "warn": "warn_tint",
    "current": "accent_tint", "pending": "sunken", "skipped": "sunken",
}  # fmt: skip
WORD: dict[str, str] = INK | {"pending": "text_second"}
THIN = "\u2009"
MINUS = "\u2212"
SHIFT = 0.37  # of the size: Han and digits look centred there, the line box of the face sits low


class Painted(QWidget):
    """A part that paints itself; it measures and paints again when theme or language change."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.updateGeometry()
            self.update()
        super().changeEvent(event)

    def brush(self) -> QPainter:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        return painter


def shown(text: str) -> str:
    """A figure as the screen writes it: with the true minus sign."""
    return text.replace("-", MINUS)


def signed(value: Decimal) -> str:
    """An error as the screen writes it: sign always shown, but nought has none."""
    return shown(f"{value:+f}") if value else f"{abs(value):f}"


def width(text: str, font: QFont) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


def cut(text: str, font: QFont, space: float, left: bool = False) -> str:
    """What fits; `left` keeps the end, where a heading has its symbol and unit."""
    mode = Qt.TextElideMode.ElideLeft if left else Qt.TextElideMode.ElideRight
    return QFontMetricsF(font).elidedText(text, mode, max(0.0, space))


def write(
    painter: QPainter, x: float, centre: float, text: str, font: QFont, color: QColor | str, align: str = "left"
) -> float:
    """Writes one line about the optical centre; `x` is its left edge, middle or right. Returns the width."""
    wide = width(text, font)
    left = x - {"left": 0.0, "middle": wide / 2, "right": wide}[align]
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(QPointF(left, centre + SHIFT * font.pixelSize()), text)
    return wide


def two_lines(text: str, font: QFont, space: float) -> list[str]:
    """The text in one line if it fits, else in two, parted at a blank if there is one; the rest is cut."""
    if width(text, font) <= space:
        return [text]
    fits = max(1, next((n for n in range(len(text), 0, -1) if width(text[:n], font) <= space), 1))
    blank = text.rfind(" ", 0, fits + 1)
    at = blank if blank > 0 else min(fits, (len(text) + 1) // 2)
    return [text[:at].rstrip(), cut(text[at:].lstrip(), font, space)]


def figure(
    painter: QPainter,
    right: float,
    centre: float,
    value: str,
    unit: str,
    font: QFont,
    colors: tuple[QColor, QColor],
    ratio: float = 0.5,
) -> float:
    """A value with its unit on one baseline, ending at `right`. Returns the whole width."""
    small = _unit_font(font, ratio)
    tail = THIN + unit if unit else ""
    gap = width(tail, small)
    write(painter, right - gap, centre, value, font, colors[0], "right")
    painter.setFont(small)
    painter.setPen(colors[1])
    painter.drawText(QPointF(right - gap, centre + SHIFT * font.pixelSize()), tail)
    return gap + width(value, font)


def figure_width(value: str, unit: str, font: QFont, ratio: float = 0.5) -> float:
    tail = width(THIN + unit, _unit_font(font, ratio)) if unit else 0.0
    return width(value, font) + tail


def _unit_font(font: QFont, ratio: float) -> QFont:
    small = QFont(font)
    small.setPixelSize(max(13, round(font.pixelSize() * ratio)))
    small.setWeight(QFont.Weight.Normal)
    return small


def box(
    painter: QPainter, area: QRectF, fill: QColor | None, edge: QColor | None, radius: float, line: float = 1
) -> None:
    inset = line / 2 if edge else 0.0
    painter.setPen(QPen(edge, line) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(fill if fill else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), radius, radius)


def verdict(painter: QPainter, left: float, centre: float, kind: str, size: int, block: bool = False) -> None:
    """The shape of a verdict; `block` says it stands on a filled selection."""
    theme = Theme.current()
    color = theme.hex("on_accent") if block else theme.hex(INK[kind])
    surface = theme.hex("accent") if block else theme.hex("surface")
    icons.draw(painter, f"verdict-{kind}", QRectF(left, centre - size / 2, size, size), color, surface)


CAPS = {"Backspace": "backspace", "Return": "enter", "Enter": "enter"}


def cap_width(cap: str) -> float:
    if cap in CAPS:
        return 36.0
    return max(36.0, width(cap, Theme.current().font("caption", True)) + 14)


def key_cap(painter: QPainter, left: float, centre: float, cap: str, ink: QColor, edge: QColor) -> float:
    """A key as it looks on the keyboard. Returns its width."""
    theme, wide = Theme.current(), cap_width(cap)
    box(painter, QRectF(left, centre - 14, wide, 28), None, edge, 6, max(1, theme.hairline))
    if cap in CAPS:
        icons.draw(painter, CAPS[cap], QRectF(left + wide / 2 - 8, centre - 8, 16, 16), ink.name())
    else:
        write(painter, left + wide / 2, centre, cap, theme.font("caption", True), ink, "middle")
    return wide


def hairline(painter: QPainter, left: float, right: float, y: float) -> None:
    theme = Theme.current()
    painter.fillRect(QRectF(left, y, right - left, theme.hairline), theme.color("line"))
