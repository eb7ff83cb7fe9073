"""A lot to be opened: its serial numbers at the right, what all of them share at the left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from fieldcal.ui.i18n import explain, t
from fieldcal.ui.models import lots_form as model
from fieldcal.ui.models.run_prepare import Field
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.views.run_prepare import ROWS, PlateField, form_grid
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Card, label, restyle
from fieldcal.ui.widgets.buttons import Button

COLUMNS, COUNT_MS = 6, 200
SPAN = {"procedure": 6, "sample": 2, "accept": 2, "reject": 2, "basis": 6}  # of the columns; else half of them


class LotForm(QWidget):
    """`shaped`: a choice was made that other fields hang on. `entered`: Ctrl+Enter among the serial numbers, whose
    Enter begins a new line."""

    shaped = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[PlateField] = []
        self._captions: dict[str, str] = {}
        self._refusal: Exception | None = None
        self._end = 0
        self.banner, self.note = Banner("fail"), label(role="second", wrap=True)
        self._head, self._count = label(role="title"), label(role="second", wrap=True)
        self._hint, self.error = label(role="caption", wrap=True), label(role="error", wrap=True)
        self.serials, self.file = QPlainTextEdit(), Button(icon="save")
        self.serials.setTabChangesFocus(True)
        self.file.clicked.connect(self._ask_file)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(COUNT_MS)
        self._timer.timeout.connect(self._tell)
        self.serials.textChanged.connect(self._typed)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self.serials).activated.connect(self.entered)
        self._lay_out()

    def set(self, form: model.Form) -> None:
        """What was typed stays, for the model put it into the fields; the keyboard stays where it was."""
        here = next((field.id for field in self.fields if field.control.hasFocus()), "")
        clear(self._grid)
        self.fields = []
        self._grid.setRowStretch(ROWS * self._end, 0)
        at = self._put(form.fields, 0)
        title = label(t("lots.plate"), "title")
        title.setContentsMargins(0, 12, 0, 0)
        self._grid.addWidget(title, ROWS * at, 0, 1, COLUMNS)
        self._end = self._put(form.plate, at + 1)
        self._grid.setRowStretch(ROWS * self._end, 1)
        self.note.setText(form.note)
        self.note.setVisible(bool(form.note))
        if field := self.field(here):
            field.control.setFocus()
        if self._refusal is not None:
            self._tell_refusal(self._refusal)

    def _put(self, fields: Sequence[Field], top: int) -> int:
        """The line of fields after them."""
        at = 0
        for one in fields:
            made, span = PlateField(one), SPAN.get(one.id, COLUMNS // 2)
            made.changed.connect(self._reshape)
            if at + span > COLUMNS:
                top, at = top + 1, 0
            made.place(self._grid, top, at, span)
            self.fields.append(made)
            self._captions[one.id] = one.caption
            at += span
        return top + 1

    def _reshape(self) -> None:
        self._refusal = None
        self.shaped.emit()

    def clear(self) -> None:
        """For the next lot, of another size and so of another plan."""
        self.serials.clear()
        clear(self._grid)
        self.fields = []
        self.clear_errors()

    def retranslate(self) -> None:
        self._head.setText(t("lots.line_serials"))
        self._hint.setText(t("lots.serials_hint"))
        self.serials.setAccessibleName(t("lots.line_serials"))
        self.serials.setPlaceholderText("W001..W250")
        self.file.setText(t("lots.from_file"))
        self._tell()

    def values(self) -> dict[str, str]:
        return {field.id: field.text() for field in self.fields}

    def field(self, name: str) -> PlateField | None:
        return next((field for field in self.fields if field.id == name), None)

    def refuse(self, error: Exception) -> None:
        """In words under the field that it belongs to, else above the form; nothing typed is lost."""
        self._refusal = error
        self._tell_refusal(error)
        name = model.under(error)
        field = self.field(name)
        front = self.serials if name == "serials" else field.control if field else None
        if front is not None:
            front.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_refusal(self, error: Exception) -> None:
        name = model.under(error)
        field = self.field(name)
        if name == "serials":
            self.error.setText(explain(error, label=t("lots.line_serials")))
            self._bad_serials(True)
        elif field is not None:
            field.set_error(explain(error, label=self._captions[name]))
        else:
            self.banner.set(explain(error))
            self.banner.show()

    def clear_errors(self) -> None:
        self._refusal = None
        self.banner.hide()
        self._bad_serials(False)
        for field in self.fields:
            field.set_error("")

    def _bad_serials(self, bad: bool) -> None:
        self.error.setVisible(bad)
        restyle(self.serials, bad=bad)

    def _typed(self) -> None:
        self._bad_serials(False)
        self._timer.start()

    def _tell(self) -> None:
        self._count.setText(model.count(self.serials.toPlainText()))

    def _ask_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, t("lots.from_file"), str(Path.home()), t("lots.text_files"))
        if path:
            self.read(Path(path))

    def read(self, path: Path) -> None:
        try:
            self.serials.setPlainText(path.read_bytes().decode("utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            self.error.setText(t("lots.file_unread", name=path.name))
            self._bad_serials(True)

    def _lay_out(self) -> None:
        scroll, self._grid = form_grid()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        left, right = Card("card", 24, 12), Card("card", 24, 8)
        left.column.addWidget(scroll)
        head = QHBoxLayout()
        head.addWidget(self._head, 1)
        head.addWidget(self.file)
        right.column.addLayout(head)
        right.column.addWidget(self._hint)
        right.column.addWidget(self.serials, 1)
        for part in (self.error, self._count):
            right.column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(left, 3)
        row.addWidget(right, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in (self.banner, self.note):
            column.addWidget(part)
            part.hide()
        column.addLayout(row, 1)
