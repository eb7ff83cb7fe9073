"""Explain this verdict, over the page: any number of the record, its formulas, and paper of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from fieldcal.ui.i18n import explain, t
from fieldcal.ui.models.explain_browser import Browser
from fieldcal.ui.runtime import Run
from fieldcal.ui.views.certificates_jobs import DPI, Sheets, printer_for
from fieldcal.ui.views.explain_parts import BudgetBox, formulas, pairs
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.number_field import ENTER
from fieldcal.ui.widgets.pdf_view import page_image, page_size

SHARE, WIDE = 0.92, 860
BADGE = {
    "pass": "pass", "fail": "fail", "borderline": "warn", "warning": "warn", "not-done": "pending", "suspect": "warn",
    "not-applicable": "skipped",
}  # fmt: skip
MOVES = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1,
}  # fmt: skip
CLOSES = (Qt.Key.Key_F1, *ENTER)


class ExplainDialog(QDialog):
    """Left and right go from number to number, up and down scroll, F5 draws trials, F1 or Esc closes. In a field of
    the budget Enter states what is typed and Esc leaves the field."""

    def __init__(self, browser: Browser, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.browser, self._runner, self._closed = browser, runner, False
        self.budget: BudgetBox | None = None
        self.setModal(True)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.title, self.count = label(role="title", wrap=True), label(role="second")
        self.figure, self.limit, self.badge = label(role="figure"), label(role="second"), Badge(tall=True)
        self.note = Banner("info")
        self.before, self.after = Button("←", "quiet"), Button("→", "quiet")
        self.save, self.record = Button(t("explain.save"), "secondary"), Button(t("explain.save_record"), "secondary")
        self.print, self.close_button = Button(t("common.print"), "secondary"), Button(t("common.close"), "primary")
        self.body = QScrollArea()
        self.body.setWidgetResizable(True)
        self.body.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()
        for button, act in (
            (self.before, lambda: self.move_by(-1)), (self.after, lambda: self.move_by(1)),
            (self.save, lambda: self.save_pdf(False)), (self.record, lambda: self.save_pdf(True)),
            (self.print, self.print_page), (self.close_button, self.accept),
        ):  # fmt: skip
            button.clicked.connect(act)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        bar = self.body.verticalScrollBar()
        typing = isinstance(self.focusWidget(), QLineEdit)
        if typing and key in (*ENTER, Qt.Key.Key_Escape):
            if key == Qt.Key.Key_Escape:
                self.setFocus()
        elif key in MOVES:
            self.move_by(MOVES[key])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            bar.setValue(bar.value() + (80 if key == Qt.Key.Key_Down else -80))
        elif key == Qt.Key.Key_F7:
            self.save_pdf(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key == Qt.Key.Key_F5:
            self.draw()
        elif key == Qt.Key.Key_F9:
            self.print_page()
        elif key in CLOSES:
            self.accept()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        parent = self.parentWidget()
        room = (parent.window() if parent else self.screen().availableGeometry()).size()
        self.resize(min(WIDE, room.width() - 32), int(room.height() * SHARE))
        super().showEvent(event)
        self.setFocus()  # the keys walk and scroll until somebody goes to a field

    def done(self, result: int) -> None:
        self._closed = True
        super().done(result)
        self.deleteLater()

    # --- what can be done --------------------------------------------------------------------------------

    def move_by(self, by: int) -> None:
        self.browser.move(by)
        self._show()

    def draw(self) -> None:
        """Trials beside the budget of this number; the page keeps its place."""
        if self.budget is None or not self.budget.trials.isEnabled():
            return
        self.budget.draw()
        self._runner(self.browser.draw, lambda _none: self._again(), self._undrawn)

    def state(self, texts: dict[str, str]) -> None:
        """Values of the budget as typed; it is computed anew with those that can count."""
        told = self.browser.told().budget
        if told is None:
            return
        refused = self.browser.state(told.id, texts)
        self._again()
        if self.budget is not None:
            self.budget.values.refuse(texts, refused)

    def _again(self) -> None:
        """The page keeps its place."""
        if not self._closed:
            at = self.body.verticalScrollBar().value()
            self._show()
            self.body.verticalScrollBar().setValue(at)

    def _undrawn(self, error: Exception) -> None:
        if not self._closed:
            self._again()
            self._broke(error)

    def save_pdf(self, whole: bool, path: str = "") -> None:
        """Asks where, unless it is handed in."""
        name = str(Path.home() / self.browser.file_name(whole))
        chosen = path or QFileDialog.getSaveFileName(self, t("explain.save"), name, "PDF (*.pdf)")[0]
        if chosen:
            done = lambda _none: self._say("info", t("explain.saved", name=Path(chosen).name))  # noqa: E731
            self._runner(lambda: Path(chosen).write_bytes(self.browser.pdf(whole)), done, self._broke)

    def print_page(self) -> None:
        self._runner(lambda: self.browser.pdf(False), self._print, self._broke)

    def _print(self, pdf: bytes) -> None:
        printer = printer_for(page_size(pdf))
        if QPrintDialog(printer, self).exec() != QPrintDialog.DialogCode.Accepted:
            return
        sheets = Sheets(printer)

        def put() -> None:
            sheets.put(page_image(pdf, 0, dpi=DPI)[0])
            sheets.end()

        self._runner(put, lambda _none: self._say("info", t("explain.printed")), self._broke)

    def _broke(self, error: Exception) -> None:
        self._say("fail", explain(error) if hasattr(error, "code") else str(error))

    def _say(self, kind: str, text: str) -> None:
        if self._closed:  # what was asked for may come later
            return
        self.note.set(text if kind == "info" else t("common.failed"), "" if kind == "info" else text)
        self.note.show()

    # --- showing -----------------------------------------------------------------------------------------

    def _show(self) -> None:
        told, browser = self.browser.told(), self.browser
        self.note.hide()
        self.title.setText(told.title)
        self.count.setText(f"{browser.at + 1} / {len(browser.places)}")
        self.before.setEnabled(browser.at > 0)
        self.after.setEnabled(browser.at + 1 < len(browser.places))
        self.figure.setText(told.value)
        self.limit.setText(f"{t('review.limit')} {told.limit}" if told.limit else "")
        self.badge.setVisible(bool(told.verdict))
        if told.verdict:
            self.badge.set(BADGE[told.verdict], told.word)
        inner = QWidget()
        inner.setProperty("area", "flow")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(10)
        column.addLayout(pairs(told.lines))
        formulas(column, t("explain.formulas"), told.steps)
        formulas(column, t("explain.limits"), told.limits)
        self.budget = BudgetBox(told.budget, browser.barred()) if told.budget else None
        if self.budget is not None:
            self.budget.trials.clicked.connect(self.draw)
            self.budget.values.stated.connect(self.state)
            column.addWidget(self.budget)
        column.addStretch(1)
        self.body.setWidget(inner)

    def _lay_out(self) -> None:
        head, figures, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title, 1)
        for part in (self.before, self.count, self.after):
            head.addWidget(part)
        for part in (self.figure, self.limit):
            figures.addWidget(part, 0, Qt.AlignmentFlag.AlignBottom)
        figures.setSpacing(16)
        figures.addStretch(1)
        figures.addWidget(self.badge)
        foot.setContentsMargins(16, 12, 16, 12)
        foot.setSpacing(12)
        for part in (self.save, self.record, self.print):
            foot.addWidget(part)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        top = QVBoxLayout()
        top.setContentsMargins(24, 16, 24, 12)
        top.setSpacing(8)
        top.addLayout(head)
        top.addLayout(figures)
        top.addWidget(self.note)
        top.addWidget(self.body, 1)
        frame, footer = Box("dialog", 0, 0), Box("footer", 0, 0)
        footer.column.addLayout(foot)
        frame.column.addLayout(top, 1)
        frame.column.addWidget(footer)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)


def ask(browser: Browser, runner: Run, page: QWidget) -> None:
    """Opens it over the page, or the window says that there is nothing to explain yet."""
    if browser.places:
        ExplainDialog(browser, runner, page).exec()
    elif (say := getattr(page.window(), "say", None)) is not None:
        say(t("explain.nothing"))
