"""The nameplate as a form beside the standards and instruments that will be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fieldcal.ui.i18n import t
from fieldcal.ui.models.run_prepare import Field, Fitting, Means
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.views.run_loads import LoadsCard
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Card, label, restyle
from fieldcal.ui.widgets.rows import ListRow, RowList

COLUMNS, TYPED_MS = 2, 300
ROWS = 3  # of the grid for a line of fields


def _unfitted(_typed: Mapping[str, str]) -> None:
    """A form without a job, such as a preview."""


class PlateField(QObject):
    """A caption, a line or a choice, and under it the sentence that says what is wrong: three rows of the form's grid,
    so that neither a long caption nor a long sentence moves the neighbour's line."""

    changed = Signal()
    entered = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.id = field.id
        self._caption, self._under = label(field.caption, "caption", wrap=True), label(role="error", wrap=True)
        self.line, self.box = QLineEdit(), QComboBox()
        self.control: QWidget = self.box if field.choices else self.line
        for name, word in field.choices:
            self.box.addItem(word, name)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.line.setPlaceholderText(field.hint)
        self.line.installEventFilter(self)
        self._caption.setContentsMargins(0, 8, 0, 0)
        self._under.hide()
        self._set(field.value)
        self.line.textEdited.connect(lambda _text: self.set_error(""))
        self.line.returnPressed.connect(self.entered)
        self.box.currentIndexChanged.connect(lambda _at: self.changed.emit())

    def place(self, grid: QGridLayout, line: int, column: int, span: int = 1) -> None:
        """As the `line`-th line of fields in a grid that holds nothing else."""
        for at, part in enumerate((self._caption, self.control, self._under)):
            low = Qt.AlignmentFlag.AlignBottom if part is self._caption else Qt.AlignmentFlag.AlignTop
            if isinstance(part, QLabel):
                part.setAlignment(low)
            grid.addWidget(part, ROWS * line + at, column, 1, span)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A long name is read from its beginning, and typed on at its end."""
        if event.type() == QEvent.Type.FocusOut:
            self.line.home(False)
        elif event.type() == QEvent.Type.FocusIn and not self.line.hasSelectedText():
            self.line.end(False)
        return super().eventFilter(watched, event)

    def text(self) -> str:
        return str(self.box.currentData() or "") if self.box.count() else self.line.text().strip()

    def set_error(self, sentence: str) -> None:
        self._under.setText(sentence)
        self._under.setVisible(bool(sentence))
        restyle(self.line, bad=bool(sentence))

    @property
    def error(self) -> str:
        return self._under.text()

    def _set(self, value: str) -> None:
        self.line.setText(value)
        self.line.home(False)
        self.box.setCurrentIndex(max(0, self.box.findData(value)))


def form_grid() -> tuple[QScrollArea, QGridLayout]:
    """The grid that plate fields stand in, in what scrolls it."""
    inner, scroll = QWidget(), QScrollArea()
    inner.setProperty("area", "flow")
    grid = QGridLayout(inner)
    grid.setContentsMargins(0, 0, 12, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    for at in range(COLUMNS):
        grid.setColumnStretch(at, 1)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inner)
    return scroll, grid


class PrepareView(QWidget):
    """`shaped` asks for the form again after a choice that other fields hang on."""

    shaped = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner("fail")
        self._title, self._text = label(role="heading"), label(role="second", wrap=True)
        self._means_title, self._means = label(role="title"), RowList(64)
        self.fields: list[PlateField] = []
        scroll, self._grid = form_grid()
        left, right = Card("card", 24, 12), Card("card", 24, 12)
        left.column.addWidget(scroll)
        right.column.addWidget(self._means_title)
        right.column.addWidget(self._means, 1)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.loads, self._fitting = LoadsCard(), _unfitted
        self._typing = QTimer(self)  # not when a field loses the focus: it also does while the page goes away
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPED_MS)
        self._typing.timeout.connect(self._fit)
        side = QVBoxLayout()
        side.setSpacing(16)
        side.addWidget(right, 2)
        side.addWidget(self.loads, 3)
        row.addWidget(left, 1)
        row.addLayout(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(8)
        for part in (self._title, self._text, self.banner):
            column.addWidget(part)
        column.addLayout(row, 1)
        self.banner.hide()

    def set(
        self, title: str, text: str, fields: Sequence[Field], means: Sequence[Means], fitting: Fitting | None = None
    ) -> None:
        """`fitting` says for what stands in the form whether the weights at hand make the job."""
        if title != self._title.text():  # what was refused belongs to another instrument
            self.banner.hide()
        self._title.setText(title)
        self._text.setText(text)
        self._means_title.setText(t("run.means"))
        self._means.set_rows([ListRow(m.id, m.title, m.second, kind=m.kind) for m in means])
        self._grid.setRowStretch(ROWS * len(self.fields), 0)
        clear(self._grid)
        self.fields = [PlateField(field) for field in fields]
        for at, field in enumerate(self.fields):
            field.changed.connect(self.shaped)
            field.entered.connect(self.entered)
            field.line.textEdited.connect(lambda _text: self._typing.start())
            field.place(self._grid, at // COLUMNS, at % COLUMNS)
        self._grid.setRowStretch(ROWS * len(self.fields), 1)
        self._fitting = fitting or _unfitted
        self._fit()

    def _fit(self) -> None:
        self.loads.set(self._fitting(self.values()))

    def values(self) -> dict[str, str]:
        return {field.id: field.text() for field in self.fields}

    def field(self, name: str) -> PlateField | None:
        return next((field for field in self.fields if field.id == name), None)

    def refuse(self, name: str, sentence: str) -> None:
        """Under its field if the form has it, else above the form."""
        field = self.field(name)
        if field is not None:
            field.set_error(sentence)
            field.control.setFocus()
        self.banner.setVisible(field is None)
        self.banner.set(sentence)

    def clear_errors(self) -> None:
        self.banner.hide()
        for field in self.fields:
            field.set_error("")
