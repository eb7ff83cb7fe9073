"""One value of a procedure: as the file has it, and the fields to confirm it against the printed regulation."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from fieldcal.domain.events import Confirmed
from fieldcal.services.adoption import Line
from fieldcal.services.prescribed import EFFECTIVE
from fieldcal.services.revise import place
from fieldcal.ui.i18n import t
from fieldcal.ui.models import adoption as model
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.basic import Box, label

SURE = {"A": "pass", "B": "current", "C": "warn", "X": "fail"}
FIELDS = ("edition", "clause", "page")


class ValueCard(Box):
    """Enter goes from field to field; `act` says whether the last of them was left, so that the page confirms."""

    def __init__(self) -> None:
        super().__init__("card", 24, 12)
        self.line: Line | None = None
        self._title, self._state = label(role="title", wrap=True), label(role="second", wrap=True)
        self._clause, self._note = label(role="body", wrap=True), label(role="second", wrap=True)
        self._grade = Badge("pending")
        self.fields = {name: QLineEdit() for name in FIELDS}
        self._heads = {name: label(role="caption") for name in FIELDS}
        self.values: dict[str, QLineEdit] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(0, 1)
        self.error = label(role="error", wrap=True)
        self._lay_out()

    def show_line(self, line: Line, edition: str) -> None:
        """The value in front; the first field that is empty gets the keyboard."""
        self.line = line
        said = model.draft(line, edition)
        for name, field in self.fields.items():
            field.setText(getattr(said, name))
        self._fill()
        self.error.setText("")
        self.retranslate()
        first = next((f for f in self.fields.values() if not f.text()), self.fields["page"])
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        first.selectAll()

    def retranslate(self) -> None:
        for name, head in self._heads.items():
            head.setText(t(f"adoption.{name}"))
            self.fields[name].setAccessibleName(t(f"adoption.{name}"))
        if self.line is None:
            return
        source, effective = self.line.entry.source, self.line.entry.id == EFFECTIVE
        self._title.setText(model.title_of(self.line))
        self._grade.setVisible(not effective)
        self._grade.set(SURE[source.grade], t(f"adoption.grade_{source.grade}"))
        self._clause.setText(t("adoption.file_says", clause=source.clause))
        said = [source.text] if source.text != self._title.text() and not effective else []
        self._note.setText("\n".join([*said, *([source.note] if source.note else [])]))
        self._note.setVisible(bool(self._note.text()))
        self._state.setText(self._history())
        self._state.setVisible(bool(self._state.text()))

    def act(self) -> bool:
        """True when Enter should confirm, False when it only went to the next field."""
        order = list(self.fields.values())
        here = next((at for at, field in enumerate(order) if field.hasFocus()), len(order) - 1)
        later = [field for field in order[here + 1 :] if not field.text()] or order[here + 1 :][-1:]
        if later:
            later[0].setFocus(Qt.FocusReason.TabFocusReason)
            later[0].selectAll()
        return not later

    def correct(self) -> None:
        """To the first number of the file."""
        for field in self.values.values():
            field.setFocus(Qt.FocusReason.TabFocusReason)
            field.selectAll()
            return

    def confirmed(self) -> Confirmed:
        return Confirmed(*(self.fields[name].text().strip() for name in FIELDS))

    def changes(self) -> dict[str, str]:
        assert self.line is not None
        return model.changes(self.line, {key: field.text() for key, field in self.values.items()})

    def refuse(self, text: str) -> None:
        self.error.setText(text)

    def _history(self) -> str:
        assert self.line is not None
        if self.line.step is not None:
            return t("adoption.confirmed_already")
        return t("adoption.unchanged") if self.line.before is not None else ""

    def _fill(self) -> None:
        clear(self._grid)
        self.values = {}
        assert self.line is not None
        for at, value in enumerate(self.line.entry.values):
            field = QLineEdit(self.line.value(value))
            field.setPlaceholderText(model.placeholder(value))
            title = model.words(value.words)
            field.setAccessibleName(title)
            self._grid.addWidget(label(title, wrap=True), at, 0)
            self._grid.addWidget(field, at, 1)
            self._grid.addWidget(label(value.unit, "second"), at, 2)
            wide = value.kind == "rule"
            field.setMinimumWidth(280 if wide else 160)
            self.values[place(value.path)] = field
        self._grid.setRowStretch(len(self.values), 1)
        self._scroll.setVisible(bool(self.values))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title, 1)
        head.addWidget(self._grade, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(head)
        for part in (self._clause, self._note, self._state):
            self.column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(12)
        for name, share in zip(FIELDS, (3, 3, 1), strict=True):
            one = QVBoxLayout()
            one.setSpacing(4)
            one.addWidget(self._heads[name])
            one.addWidget(self.fields[name])
            row.addLayout(one, share)
        self.column.addLayout(row)
        inner = QWidget()
        inner.setProperty("area", "flow")
        inner.setLayout(self._grid)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        self.column.addWidget(self.error)
        self.column.addWidget(self._scroll, 1)
        self.column.addStretch(0)
