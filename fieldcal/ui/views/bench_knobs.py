"""The knobs of one instrument: a slider and a number each, and the one that the trainee must not see."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from fieldcal.driverkit import Knob
from fieldcal.services.practice_bench import BUILT, CHEAT
from fieldcal.ui.i18n import t
from fieldcal.ui.models import bench as model
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.widgets.basic import label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.number_field import NumberField
from fieldcal.ui.widgets.slider import Slider

FIELD = 176


class KnobRow:
    """Word, slider and field of one knob, as they stand in the grid."""

    def __init__(self, knob: Knob) -> None:
        self.knob = knob
        self.word = label(role="strong")
        self.slider = Slider(knob.low, knob.high, knob.step)
        self.field = NumberField()
        self.field.setFixedWidth(FIELD)
        self.hidden = label(role="second", wrap=True)
        self.eye = Button(kind="square")
        self.secret = self.closed = knob.name == CHEAT

    def shut(self, shut: bool) -> None:
        """What the trainee must not see is not on the screen, neither as a figure nor as a place of the slider."""
        self.closed = shut
        self.slider.setVisible(not shut and self.knob.name not in BUILT)
        self.field.setVisible(not shut)
        self.hidden.setVisible(shut)
        self.eye.setVisible(self.secret)
        self.eye.set_icon("eye" if shut else "eye-off")
        word = t("bench.show") if shut else t("bench.hide")
        self.eye.setToolTip(word)
        self.eye.setAccessibleName(word)

    def stand(self, value: Decimal) -> None:
        self.slider.stand(value)
        if not self.field.line.hasFocus():
            self.field.set_text(f"{value:f}")

    def retranslate(self) -> None:
        name = model.named("knob", self.knob.name)
        self.word.setText(name)
        self.field.set_caption("", model.unit(self.knob.unit))
        self.hidden.setText(t("bench.hidden"))
        for part in (self.slider, self.field.line):
            part.setAccessibleName(name)


class Knobs(QWidget):
    """`turned` carries the name of a knob and the exact value a hand set it to."""

    turned = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, KnobRow] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def set_knobs(self, knobs: list[Knob]) -> None:
        clear(self._grid)
        self.rows = {knob.name: self._row(at, knob) for at, knob in enumerate(knobs)}
        self.retranslate()

    def stand(self, name: str, value: Decimal) -> None:
        self.rows[name].stand(value)

    def refuse(self, name: str, sentence: str) -> None:
        self.rows[name].field.set_error(sentence)

    def focused(self) -> str:
        """The knob whose field has the keyboard, "" if none has."""
        return next((name for name, row in self.rows.items() if row.field.line.hasFocus()), "")

    def secret(self) -> bool:
        """Whether there is a factor to hide."""
        return CHEAT in self.rows

    def peep(self) -> None:
        """Shows the hidden factor, or hides it again."""
        if row := self.rows.get(CHEAT):
            row.shut(not row.closed)

    def retranslate(self) -> None:
        for row in self.rows.values():
            row.retranslate()
            if row.secret:
                row.shut(row.closed)

    def _row(self, at: int, knob: Knob) -> KnobRow:
        row = KnobRow(knob)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(row.slider, 1)
        middle.addWidget(row.hidden, 1)
        middle.addWidget(row.eye)
        holder = QWidget()
        holder.setMinimumHeight(48)
        middle.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(middle)
        self._grid.addWidget(row.word, at, 0)
        if row.secret:  # one part over both columns, so that there is room for what stands in its place
            middle.addWidget(row.field, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(holder, at, 1, 1, 2)
        else:
            self._grid.addWidget(holder, at, 1)
            self._grid.addWidget(row.field, at, 2, Qt.AlignmentFlag.AlignTop)
        row.shut(row.secret)
        row.slider.turned.connect(lambda value: self.turned.emit(knob.name, value))
        row.field.accepted.connect(lambda text: self.turned.emit(knob.name, Decimal(text)))
        row.eye.clicked.connect(self.peep)
        return row
