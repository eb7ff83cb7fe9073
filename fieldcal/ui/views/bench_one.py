"""The picked instrument of the bench: display, knobs, faults, cable, and the bytes on its line."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fieldcal.driverkit import Knob
from fieldcal.services.practice_bench import CORNER, LOAD, PracticeBench, Standing
from fieldcal.ui.i18n import t
from fieldcal.ui.models import bench as model
from fieldcal.ui.theme import Theme
from fieldcal.ui.views.bench_knobs import Knobs
from fieldcal.ui.views.bench_pan import Pan
from fieldcal.ui.views.bench_parts import Face, Faults
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.widgets.basic import Box, divider, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.bytes_pane import BytesPane
from fieldcal.ui.widgets.chip import Chip
from fieldcal.ui.widgets.flow import flowing
from fieldcal.ui.widgets.paint import Painted, cut, write

TOP = Qt.AlignmentFlag.AlignTop
BYTES_HIGH = 148  # px, below everything in a narrow window


class PortLine(Painted):
    """Port and line settings in one line; of a long port the end is kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._port, self._line = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, port: str, line: str) -> None:
        self._port, self._line = port, line
        self.setToolTip(port)
        self.setAccessibleName(f"{t('bench.port')}: {port}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        font, ink, middle = theme.font("caption"), theme.color("text_second"), self.height() / 2
        taken = write(painter, self.width(), middle, self._line, font, ink, "right")
        write(painter, 0, middle, cut(self._port, font, self.width() - taken - 16, left=True), font, ink)
        painter.end()


class OneInstrument(Box):
    """`turned` carries a knob and its value, `switched` a fault; the page does what they ask."""

    turned = Signal(str, object)
    switched = Signal(str)
    cable_pressed = Signal()
    copy_pressed = Signal()
    remove_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", 16, 12, parent)
        self._name = self._said = ""  # whose parts these are, and whose words
        self._knobs: tuple[Knob, ...] = ()
        self._title, self._port = label(role="title"), PortLine()
        self.copy, self.cable = Button(kind="square", icon="copy"), Button(icon="wire")
        self.remove = Button(kind="quiet")
        self.face, self.pan, self.knobs = Face(), Pan(), Knobs()
        self.faults, self.bytes = Faults(), BytesPane()
        self.presets, self._flow = flowing()
        self._nothing = label(role="second", wrap=True)
        self._lay_out()
        self.copy.clicked.connect(self.copy_pressed)
        self.cable.clicked.connect(self.cable_pressed)
        self.remove.clicked.connect(self.remove_pressed)
        self.knobs.turned.connect(self.turned)
        self.faults.chosen.connect(self.switched)
        self.pan.moved.connect(lambda place: self.turned.emit(CORNER, Decimal(place)))

    def show_one(self, bench: PracticeBench, one: Standing) -> None:
        """Everything as it stands now; the parts are made anew for another instrument, or other ranges, only."""
        if (one.name, bench.knobs(one.name)) != (self._name, self._knobs):
            self._fit(bench, one)
        if one.name != self._said:
            self._said = one.name
            self._say(bench, one)
        self.cable.setText(t("bench.unplug") if one.plugged else t("bench.plug"))
        self.faults.stand(one.fault)
        self.stand(bench, one)
        self.bytes.set_entries(bench.passed(one.name))

    def forget(self) -> None:
        """The instrument is off the bench; the next of its name begins with everything hidden."""
        self._name = ""

    def stand(self, bench: PracticeBench, one: Standing) -> None:
        for knob in bench.knobs(one.name):
            value = bench.at(one.name, knob.name)
            if knob.name == CORNER:
                self.pan.stand(int(value))
            else:
                self.knobs.stand(knob.name, value)
        self.face.set_shown(bench.shows(one.name))

    def retranslate(self) -> None:
        for part, key in ((self.copy, "copy"), (self.remove, "remove")):
            part.setToolTip(t(f"bench.{key}"))
            part.setAccessibleName(t(f"bench.{key}"))
        self.remove.setText(t("bench.remove"))
        self._nothing.setText(t("bench.no_knobs"))
        for part in (self.face, self.pan, self.knobs, self.faults, self.bytes):
            part.retranslate()
        self._said = ""

    def set_wide(self, wide: bool) -> None:
        """Faults and bytes stand beside the knobs where there is room, else below them."""
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._split.setDirection(way)
        self._split.setStretch(0, 3)
        self._split.setStretch(1, 2 if wide else 0)
        (self._beside if wide else self._below).addWidget(self.faults)
        self._side_scroll.setVisible(wide)
        self.bytes.setMaximumHeight(BYTES_HIGH if not wide else 16777215)
        self.bytes.setMinimumHeight(BYTES_HIGH)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._port)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addLayout(words, 1)
        for button in (self.copy, self.cable, self.remove):
            top.addWidget(button)
        self._split = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._split.setSpacing(16)
        self._split.addWidget(self._lay_knobs())
        self._split.addWidget(self._lay_side())
        self.column.addLayout(top)
        self.column.addWidget(divider())
        self.column.addLayout(self._split, 1)

    def _lay_knobs(self) -> QWidget:
        said = QVBoxLayout()
        said.setSpacing(12)
        said.addWidget(self.face)
        said.addWidget(self.presets)
        said.addStretch(1)
        display = QHBoxLayout()
        display.setSpacing(16)
        display.addLayout(said, 1)
        display.addWidget(self.pan, 0, TOP)
        inner = QWidget()
        self._below = QVBoxLayout()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addLayout(display)
        column.addWidget(self.knobs)
        column.addWidget(self._nothing)
        column.addLayout(self._below)
        column.addStretch(1)
        return _scrolled(inner)

    def _lay_side(self) -> QWidget:
        inner, side = QWidget(), QWidget()
        self._beside = QVBoxLayout()
        around = QVBoxLayout(inner)
        around.setContentsMargins(0, 0, 12, 0)
        around.addLayout(self._beside)
        around.addStretch(1)
        self._side_scroll = _scrolled(inner)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._side_scroll, 3)
        column.addWidget(self.bytes, 2)
        return side

    def _fit(self, bench: PracticeBench, one: Standing) -> None:
        knobs = bench.knobs(one.name)
        had = self.knobs.focused() if one.name == self._name else ""
        self._name, self._knobs, self._said = one.name, knobs, ""
        self.knobs.set_knobs([knob for knob in knobs if knob.name != CORNER])
        self.faults.set_faults(bench.faults(one.name))
        self.pan.setVisible(any(knob.name == CORNER for knob in knobs))
        self._nothing.setVisible(not knobs)
        if had:
            self.knobs.rows[had].field.setFocus()

    def _say(self, bench: PracticeBench, one: Standing) -> None:
        loads = bench.loads(one.name)
        unit = next((knob.unit for knob in bench.knobs(one.name) if knob.name == LOAD), "")
        self._title.setText(model.title(one.offer))
        self._port.set(one.port, one.line)
        clear(self._flow)
        for word, load in loads:
            self._flow.addWidget(self._preset(model.load_word(word, load, unit), load))
        self.presets.setVisible(bool(loads))

    def _preset(self, word: str, load: Decimal) -> Chip:
        chip = Chip(word)
        chip.setCheckable(False)
        chip.clicked.connect(lambda: self.turned.emit(LOAD, load))
        return chip


def _scrolled(inner: QWidget) -> QScrollArea:
    inner.setProperty("area", "flow")
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inner)
    return scroll
