"""The one large thing: the live reading with its stability ring and the line that proves it."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.theme import Theme, tokens
from fieldcal.ui.touch import NARROW
from fieldcal.ui.widgets.paint import Painted, box, cut, figure, figure_width, hairline, shown, width, write
from fieldcal.ui.widgets.ring import ring

State = Literal["moving", "settling", "stable", "lost"]
MARGIN = 24


@dataclass(frozen=True)
class Live:
    """What the display shows; `value` as the instrument wrote it, `part` of the ring 0 to 1."""

    value: str = ""
    unit: str = ""
    state: State = "lost"
    part: float = 0.0
    seconds: str = ""
    proof: str = ""
    news: str = ""


class ReadingDisplay(Painted):
    """Large: 200 px high with a proof line. Small: 88 px high, 40 px figures."""

    def __init__(self, large: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._large, self._short, self.live = large, False, Live()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_live(self, live: Live) -> None:
        if live != self.live:
            self.live = live
            self.setAccessibleName(self.figure_text() + " " + live.unit)
            self.update()

    def set_short(self, short: bool) -> None:
        """Without the proof line, in a window that is too low for it."""
        if short != self._short:
            self._short = short
            self.updateGeometry()
            self.update()

    def figure_text(self) -> str:
        return "–" if self.live.state == "lost" or not self.live.value else shown(self.live.value)

    def sizeHint(self) -> QSize:
        high = 88 if not self._large else 152 if self._short else 200
        return QSize(440 if self._large else 320, high)

    def minimumSizeHint(self) -> QSize:
        return QSize(360 if self._large else 240, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        radius = 16 if self._large else 12
        fill, edge = theme.color("surface"), theme.color("line")
        box(painter, QRectF(self.rect()), fill, edge, radius, theme.hairline)
        if self._large:
            self._paint_large(painter, theme)
        else:
            self._paint_small(painter, theme)
        painter.end()

    def _part(self) -> float:
        return {"stable": 1.0, "lost": 0.0}.get(self.live.state, self.live.part)

    def _paint_large(self, painter: QPainter, theme: Theme) -> None:
        across, middle = (112, 80) if self.width() >= 480 else (96, 80)
        centre = MARGIN + across / 2
        ring(painter, (centre, middle), across, self._part())
        lift = 10 if self.live.seconds else 0
        self._word(painter, theme, centre, middle - lift, "body")
        if self.live.seconds:
            ends = centre + (width(self.live.seconds, theme.font("body")) + 12) / 2
            inks = theme.color("text_second"), theme.color("text_second")
            figure(painter, ends, middle + 14, self.live.seconds, "s", theme.font("body"), inks, 0.8)
        self._number(painter, theme, middle, MARGIN + across + 16, self._live_size(theme), 0.34)
        if self._short:
            return
        hairline(painter, MARGIN, self.width() - MARGIN, 152)
        right = self.width() - MARGIN
        strong = theme.font("caption", True)
        taken = write(painter, right, 176, self.live.news, strong, theme.color("accent"), "right")
        plain = theme.font("caption")
        proof = cut(self.live.proof, plain, right - taken - MARGIN - 16)
        write(painter, MARGIN, 176, proof, plain, theme.color("text_second"))

    def _paint_small(self, painter: QPainter, theme: Theme) -> None:
        middle = self.height() / 2
        ring(painter, (48, middle), 64, self._part(), 6)
        self._word(painter, theme, 48, middle, "caption")
        self._number(painter, theme, middle, 96, theme.font("in_hand", True), 0.5)

    def _word(self, painter: QPainter, theme: Theme, x: float, y: float, size: str) -> None:
        stable = self.live.state == "stable"
        ink = theme.color("accent" if stable else "text_second")
        write(painter, x, y, t(f"run.state.{self.live.state}"), theme.font(size, stable), ink, "middle")

    def _live_size(self, theme: Theme) -> QFont:
        narrow = self.window().width() < NARROW
        return theme.font(tokens()["type"]["figure"]["live_xga"] if narrow else theme.px("live"), True)

    def _number(self, painter: QPainter, theme: Theme, y: float, left: float, font: QFont, ratio: float) -> None:
        """A cut figure would be a wrong one: only a value too long for the card is set smaller."""
        right = self.width() - (MARGIN if self._large else 16)
        need = figure_width(self.figure_text(), self.live.unit, font, ratio)
        if need > right - left:
            font = theme.font(max(28, int(font.pixelSize() * (right - left) / need)), True)
        calm = self.live.state in ("stable", "settling")
        inks = theme.color("text" if calm else "text_second"), theme.color("text_second")
        unit = "" if self.live.state == "lost" else self.live.unit
        figure(painter, right, y, self.figure_text(), unit, font, inks, ratio)
