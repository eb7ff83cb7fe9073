"""Parts of the site: the instrument in hand at the right, and the question for the next of its model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QWidget

from fieldcal.domain.errors import DomainError
from fieldcal.services.procedures import Library
from fieldcal.ui.i18n import explain, t
from fieldcal.ui.models import site as model
from fieldcal.ui.views.layouts import clear, tall
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.basic import Box, divider, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.chip import ChipRow
from fieldcal.ui.widgets.dialog import Question

if TYPE_CHECKING:
    from fieldcal.services.app import InstrumentSummary


class InstrumentCard(Box):
    """Plate, last result and due date; kind of verification and the button that starts it."""

    started = Signal()
    next_asked = Signal()
    kind_chosen = Signal(str)

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__("live", 24, 8, parent)
        self._library = library
        self._place, self._name = label(role="heading", wrap=True), label(role="strong", wrap=True)
        self._badge, self._due = Badge(), label(role="second")
        self._kind_word, self.kinds = label(role="caption"), ChipRow()
        self.kinds.chosen.connect(self.kind_chosen)
        self.change = label(role="warn", wrap=True)
        self.start, self.next = Button(kind="primary", icon="enter"), Button(icon="plus")
        self.start.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.start.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.start.clicked.connect(self.started)
        self.next.clicked.connect(self.next_asked)
        tall(self.start)
        state = QHBoxLayout()
        state.setSpacing(12)
        state.addWidget(self._badge)
        state.addWidget(self._due, 1)
        self._plate = QWidget()
        self._plate.setProperty("area", "flow")
        self._grid = QGridLayout(self._plate)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(12)
        for at in (0, 1):
            self._grid.setColumnStretch(at, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._plate)
        for part in (self._place, self._name):
            self.column.addWidget(part)
        self.column.addLayout(state)
        self.column.addWidget(divider())
        self.column.addWidget(scroll, 1)
        self.column.addWidget(divider())
        for part in (self._kind_word, self.kinds, self.change, self.start, self.next):
            self.column.addWidget(part)

    def set(self, one: InstrumentSummary, kind: str, change: str) -> None:
        """`change`: by which procedure a new run is or will be, where it is another one."""
        self._place.setText(one.instrument.place)
        self._name.setText(model.name_of(one.instrument))
        self._badge.set(*model.state(one))
        self._due.setText(model.due(one) or t("site.no_date"))
        self._fill(model.plate_lines(self._library, one.instrument))
        going = bool(model.open_run(one))
        self._kind_word.setText(t("site.kind"))
        self.kinds.set_chips([(name, t(f"site.{name}"), None) for name in model.KINDS], kind)
        self._kind_word.setVisible(not going)
        self.kinds.setVisible(not going)
        self.change.setText(change)
        self.change.setVisible(bool(change) and not going)
        self.start.setText(t("site.go_on") if going else t("site.start"))
        self.next.setText(t("site.next_same"))

    def _fill(self, lines: list[tuple[str, str]]) -> None:
        clear(self._grid)
        for at, (name, value) in enumerate(lines):
            words = label(value, wrap=True)
            words.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label(name, "caption", wrap=True), at, 0)
            self._grid.addWidget(words, at, 1)
        self._grid.setRowStretch(len(lines), 1)


class NextQuestion(Question):
    """Asks serial and place; `put` registers them and raises DomainError if it cannot."""

    def __init__(self, name: str, put: Callable[[str, str], object], parent: QWidget | None = None) -> None:
        super().__init__(t("site.same_title"), t("common.add"), parent=parent)
        self._put = put
        self.add_text(t("site.same_text", model=name))
        self.serial, self.place = QLineEdit(), QLineEdit()
        self.error = label(role="error", wrap=True)
        self.error.setMinimumHeight(22)
        for caption, field in ((t("site.serial"), self.serial), (t("site.place"), self.place)):
            self.body.addWidget(label(caption, "caption"))
            self.body.addWidget(field)
            field.setAccessibleName(caption)
        self.body.addWidget(self.error)
        self.serial.setFocus()

    def accept(self) -> None:
        try:
            self._put(self.serial.text(), self.place.text())
        except DomainError as problem:
            self.error.setText(_sentence(problem))
            (self.place if problem.field == "place" else self.serial).setFocus()
        else:
            super().accept()


def _sentence(problem: DomainError) -> str:
    if problem.code == "serial-taken":
        return t("site.same_taken", serial=problem.value)
    return t("site.same_missing") if problem.code == "empty" else explain(problem)
