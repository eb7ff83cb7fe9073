"""Parts of the certificates: rows in columns, the paper with its checks, and the question whether one is genuine."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.models import certificates as model
from fieldcal.ui.theme import Theme
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import label, restyle
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.chip import Chip, ChipRow
from fieldcal.ui.widgets.dialog import Question
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.paint import WORD, Painted, cut, verdict, width, write
from fieldcal.ui.widgets.pdf_view import PdfView
from fieldcal.ui.widgets.rows import ListRow, RowDelegate
from fieldcal.ui.widgets.shape import Shape

PAD, NUMBER, GAP = 12, 186, 16  # columns of a row, px
CHIP_SIDES = 34  # px: padding and border


class PaperDelegate(RowDelegate):
    """Number and day, client and instrument, state with its shape at the end."""

    def _words(self, painter: QPainter, theme: Theme, row: ListRow, wide: int, chosen: bool) -> None:
        if not isinstance(row, model.PaperRow):
            return
        _, ink, second = theme.selection()
        if not chosen:
            ink, second = theme.hex("text"), theme.hex("text_second")
        block = chosen and theme.filled
        body, strong, small = theme.font("body"), theme.font("body", True), theme.font("caption")
        middle, right = self.high / 2, wide - PAD - 20
        verdict(painter, right, middle, row.kind, 20, block)
        tone = ink if block else theme.hex(WORD[row.kind])
        write(painter, right - 10, middle - (12 if row.until else 0), row.word, strong, tone, "right")
        if row.until:
            write(painter, right - 10, middle + 13, row.until, small, second, "right")
        number = number_column(theme)
        left = PAD + number + GAP
        room = right - 10 - GAP - left
        above = room - width(row.word, strong)
        below = room - width(row.until, small) if row.until else above
        write(painter, PAD, middle - 12, cut(row.title, strong, number), strong, ink)
        write(painter, PAD, middle + 13, cut(row.second, small, number), small, second)
        write(painter, left, middle - 12, cut(row.client, body, above), body, ink)
        write(painter, left, middle + 13, cut(row.device, small, below), small, second)


def number_column(theme: Theme) -> int:
    return round(NUMBER * theme.scale)


def fit_chips(row: ChipRow) -> int:
    """The sheet makes the chosen chip bold and Qt leaves that out of its size. Returns the width of the row."""
    layout, taken = row.layout(), 0
    assert layout is not None
    for at in range(layout.count()):
        item = layout.itemAt(at)
        chip = item.widget() if item is not None else None
        if isinstance(chip, Chip):
            chip.ensurePolished()  # which would take the width back later
            wide = round(width(chip.text(), Theme.current().font("body", chip.isChecked()))) + CHIP_SIDES
            chip.setMinimumWidth(wide)
            taken += wide + 8
    return taken - 8


class Heads(Painted):
    """The words over the columns."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(32)

    def sizeHint(self) -> QSize:
        return QSize(200, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        font, ink, middle = theme.font("caption"), theme.hex("text_second"), self.height() / 2
        write(painter, PAD, middle, t("certificates.head_number"), font, ink)
        write(painter, PAD + number_column(theme) + GAP, middle, t("certificates.head_device"), font, ink)
        write(painter, self.width() - PAD, middle, t("certificates.head_state"), font, ink, "right")
        painter.end()


class Mark(QWidget):
    """A check that was made: shape and word."""

    def __init__(self) -> None:
        super().__init__()
        self._shape, self._word = Shape("pending", 18), label(role="strong")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._shape)
        row.addWidget(self._word)

    def set(self, kind: str, word: str) -> None:
        self._shape.set(kind)
        self._word.setText(word)
        restyle(self._word, role=kind if kind in ("pass", "fail", "warn") else "second")
        self.setAccessibleName(word)

    def text(self) -> str:
        return self._word.text()


class Preview(QWidget):
    """The page as it will be printed, its checks above it, its siblings as chips."""

    kind_chosen = Signal(str)
    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number, self.marks = label(role="strong"), [Mark(), Mark(), Mark()]
        self._narrow = False
        self.kinds, self.pages = ChipRow(), label(role="second")
        self.before, self.after = (Button(kind="square", icon=name) for name in ("left", "right"))
        for button, step in ((self.before, -1), (self.after, 1)):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _on=False, step=step: self.turned.emit(step))
        self.void, self.failed, self.view = Banner("warn"), EmptyState("warning"), PdfView()
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.pressed.connect(self.zoom)
        self.kinds.chosen.connect(self.kind_chosen)
        self._lay_out()

    def zoom(self) -> None:
        """The whole page, or as wide as there is room."""
        self.view.set_whole(not self.view.whole)

    def wait(self, number: str) -> None:
        self.number.setText(number)
        self._mark([("pending", t("certificates.checking"))])

    def show_sight(self, sight: model.Sight) -> None:
        self.number.setText(sight.number)
        self._mark(model.checks(sight.standing))
        words = [(kind, self._kind_word(kind, sight), None) for kind in sight.kinds]
        self.kinds.set_chips(words, sight.kind)
        fit_chips(self.kinds)
        self.pages.setText(f"{sight.page + 1} / {sight.count}")
        self.pages.setAccessibleName(t("certificates.page", page=sight.page + 1, count=sight.count))
        self.before.setEnabled(sight.page > 0)
        self.after.setEnabled(sight.page + 1 < sight.count)
        self.void.setVisible(bool(sight.standing.reason))
        title = t("certificates.void_banner", reason=sight.standing.reason)
        self.void.set(title, t("certificates.void_banner_text"))
        self._parts(True)
        self.view.set_pages([sight.image])

    def show_failure(self, number: str, error: Exception) -> None:
        """The checks could not be made, so none is claimed."""
        self.number.setText(number)
        self._mark([("fail", model.problem(error))])
        self.void.hide()
        self._parts(False)
        self.failed.set(t("certificates.no_paper"), t("certificates.no_paper_text"))

    def retranslate(self) -> None:
        self.before.setAccessibleName(t("certificates.page_before"))
        self.after.setAccessibleName(t("certificates.page_after"))

    def _kind_word(self, kind: str, sight: model.Sight) -> str:
        notice = kind == "certificate" and "label" not in sight.kinds
        return t(f"certificates.kind_{'notice' if notice else kind}")

    def _mark(self, checks: list[tuple[str, str]]) -> None:
        for at, mark in enumerate(self.marks):
            mark.setVisible(at < len(checks))
            if at < len(checks):
                mark.set(*checks[at])

    def _parts(self, good: bool) -> None:
        for part in (self.view, self.kinds, self.pages, self.before, self.after):
            part.setVisible(good)
        self.failed.setVisible(not good)

    def set_narrow(self, narrow: bool) -> None:
        """Narrow: number and pages in one line, the checks in one of their own."""
        if narrow == self._narrow and self._head.count():
            return
        self._narrow = narrow
        for row in (self._head, self._checks, self._tools):
            while row.count():
                row.takeAt(0)
        self._head.addWidget(self.number)
        self._head.addStretch(1)
        self._tools.addWidget(self.kinds, 1)
        for part in self.marks:
            (self._checks if narrow else self._head).addWidget(part)
        if narrow:
            self._checks.addStretch(1)
        for part in (self.before, self.pages, self.after):
            (self._head if narrow else self._tools).addWidget(part)
        self._head.setSpacing(4 if narrow else 16)
        side = 12 if narrow else 24
        self._column.setContentsMargins(side, 12, side, 0)

    def _lay_out(self) -> None:
        self._head, self._checks, self._tools = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._head.setSpacing(16)
        self._checks.setSpacing(16)
        self._tools.setSpacing(8)
        self._column = column = QVBoxLayout(self)
        column.setSpacing(8)
        for row in (self._head, self._checks, self._tools):
            column.addLayout(row)
        column.addWidget(self.void)
        column.addWidget(self.view, 1)
        column.addWidget(self.failed, 1)
        self.set_narrow(False)
        self._parts(True)
        self.void.hide()


class VerifyQuestion(Question):
    """A scan ends in Enter, so the code lands in the field and is asked at once; the answer stays in sight."""

    text_asked = Signal(str)
    file_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(t("certificates.verify_title"), t("certificates.verify"), parent=parent)
        self.setMinimumWidth(560)
        self.add_text(t("certificates.verify_text"))
        self.field, self.open_file = QLineEdit(), Button(t("certificates.verify_file"), icon="save")
        self.field.setPlaceholderText(t("certificates.verify_field"))
        self.field.setAccessibleName(t("certificates.verify_field"))
        self.open_file.clicked.connect(self._choose)
        self.cancel.setText(t("common.close"))
        self.badge, self.compare = Badge("pending", " ", tall=True), label(role="caption")
        self._answer = QWidget()
        self._answer.setMinimumHeight(330)
        column, self._grid = QVBoxLayout(self._answer), QGridLayout()
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self.badge)
        column.addWidget(self.compare)
        column.addLayout(self._grid)
        column.addStretch(1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(16)
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.open_file)
        self.body.addLayout(row)
        self.body.addWidget(self._answer)
        self._say(("pending", ""), [])
        self.field.setFocus()

    def accept(self) -> None:
        """The answer is read, not closed; Esc closes."""
        if self.field.text():
            self.text_asked.emit(self.field.text())

    def tell(self, found: model.FileCheck) -> None:
        self._say(model.verdict_of(found), model.field_lines(found))

    def tell_failure(self, error: Exception) -> None:
        self._say(("fail", model.problem(error)), [])

    def lines(self) -> list[tuple[str, str]]:
        """What stands there now, label and value."""
        return self._lines

    def _say(self, state: tuple[str, str], lines: list[tuple[str, str]]) -> None:
        self._lines = lines
        self.badge.setVisible(bool(state[1]))
        self.badge.set(*state)
        self.compare.setVisible(bool(lines))
        self.compare.setText(t("certificates.compare"))
        clear(self._grid)
        for at, (name, value) in enumerate(lines):
            self._grid.addWidget(label(name, "caption"), at, 0)
            self._grid.addWidget(label(value, "strong", wrap=True), at, 1)
        self.field.selectAll()
        self.field.setFocus()

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, t("certificates.verify_file"), "", t("certificates.verify_pdf"))
        if path:
            self.field.clear()
            self.file_asked.emit(path)
