"""Certificates: the papers issued here, each with its real pages beside it; print, save, void, verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldcal.ui import icons
from fieldcal.ui.i18n import t
from fieldcal.ui.models import certificates as model
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.theme import Theme, signals
from fieldcal.ui.touch import NARROW
from fieldcal.ui.views.certificates_jobs import Jobs
from fieldcal.ui.views.certificates_parts import Heads, PaperDelegate, Preview, VerifyQuestion, fit_chips
from fieldcal.ui.views.explain_dialog import ask
from fieldcal.ui.views.run_dialogs import ReasonDialog
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.chip import ChipRow
from fieldcal.ui.widgets.empty_state import EmptyState, Progress
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from fieldcal.services.app import Services

ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down)
WIDE, TIGHT = 688, (560, 624)  # px of the left side, and from to where the window is narrow


class CertificatesPage(Page):
    """`said` carries one line for the toast, `changed` comes after a paper was voided."""

    back = Signal()
    said = Signal(str)
    changed = Signal()

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.data: model.Data | None = None
        self.sight: model.Sight | None = None
        self.kind, self._page = "certificate", 0
        self._looking, self._look_again = False, False
        self.question: ReasonDialog | VerifyQuestion | None = None
        self._title, self.failed = label(role="heading"), Banner("fail")
        self.failed.hide()
        self.search, self.filters, self.heads, self.list = QLineEdit(), ChipRow(), Heads(), RowList(64)
        self.list.setItemDelegate(PaperDelegate(64, self.list))
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self._glass = self.search.addAction(icons.icon("search", "#000000"), QLineEdit.ActionPosition.LeadingPosition)
        self.empty, self.preview, self.progress = EmptyState("certificate"), Preview(), Progress()
        kept = self.preview.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.preview.setSizePolicy(kept)
        self.progress.hide()
        self.jobs = Jobs(services, runner, self.progress, self)
        self._lay_out()
        self._join()
        self._tint()

    def shown(self) -> None:
        self.refresh()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        self._runner(lambda: model.load(self._services), self._loaded, self._broke)

    def retranslate(self) -> None:
        self._title.setText(t("shell.certificates"))
        self.search.setPlaceholderText(t("certificates.find"))
        self.search.setAccessibleName(t("common.search"))
        self.preview.retranslate()
        self.heads.update()
        self._show()
        if self.sight is not None:
            self.preview.show_sight(self.sight)

    def keys(self) -> list[Key]:
        one, free = self.picked(), not self.jobs.running
        usable = one is not None and not one.void and free
        some = free and bool(self.printable())
        void = model.can_void(self._services)
        return [
            Key("F4", t("certificates.print_all", count=len(self.printable())), None, self.print_all, enabled=some),
            Key("F7", t("certificates.save"), None, self.save, enabled=one is not None and free),
            Key("F10", t("certificates.verify"), None, self.verify),
            Key("F1", t("common.explain"), None, self.explain, enabled=one is not None),
            *([Key("Del", t("certificates.withdraw"), None, self.ask_void, enabled=usable)] if void else []),
            Key("F9", t("certificates.kind_label"), None, self.print_label, enabled=usable and self._has("label")),
            Key("F8", t("certificates.save_all"), None, self.save_all, enabled=free and bool(self.entries())),
            Key("F2", t("certificates.next_kind"), None, self.next_kind, enabled=one is not None),
            Key("F3", t("certificates.zoom"), None, self.preview.zoom, enabled=one is not None),
            Key("Left Right", t("certificates.turn")),
            Key("Esc", t("common.back"), None, self.escape),
            Key("Return", t("certificates.print"), "print", self.act, enabled=usable, primary=True),
        ]

    # --- what is shown -----------------------------------------------------------------------------

    def entries(self) -> list[model.Entry]:
        """Those that filter and search leave, newest first."""
        if self.data is None:
            return []
        choice, needle, today = self.filters.choice() or "all", self.search.text(), self.data.today
        return [one for one in self.data.entries if model.in_filter(one, choice, today) and model.matches(one, needle)]

    def printable(self) -> list[str]:
        return [one.number for one in self.entries() if not one.void]

    def picked(self) -> model.Entry | None:
        name = self.list.choice()
        return next((one for one in self.data.entries if one.number == name), None) if self.data else None

    def next_kind(self) -> None:
        if self.sight is not None:
            kinds = self.sight.kinds
            self.set_kind(kinds[(kinds.index(self.sight.kind) + 1) % len(kinds)])

    def set_kind(self, kind: str) -> None:
        self.kind, self._page = kind, 0
        self._look()

    def turn(self, step: int) -> None:
        """To the page before or after, if there is one."""
        if self.sight is not None and 0 <= self._page + step < self.sight.count:
            self._page += step
            self._look()

    def escape(self) -> None:
        """Out of the search first, then out of the page."""
        if self.search.hasFocus() or self.search.text():
            self.search.clear()
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.back.emit()

    # --- print and save ----------------------------------------------------------------------------

    def act(self) -> None:
        """Enter: from the search to the list, from the list to the printer."""
        one = self.picked()
        if self.search.hasFocus():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif one is not None:  # its page may still be on the way
            self._print([one.number], self.kind if self._has(self.kind) else "certificate")

    def print_label(self) -> None:
        one = self.picked()
        if one is not None:
            self._print([one.number], "label")

    def print_all(self) -> None:
        self._print(self.printable(), "certificate")

    def save(self) -> None:
        one = self.picked()
        if one is not None:
            self._ask_folder([one.number])

    def save_all(self) -> None:
        self._ask_folder([one.number for one in self.entries()])

    def explain(self) -> None:
        """The numbers behind the paper in hand."""
        one = self.picked()
        if one is not None:
            ask(model.numbers(self._services, one), self._runner, self)

    def _ask_folder(self, numbers: list[str]) -> None:
        place = QFileDialog.getExistingDirectory(self, t("certificates.save_where"), str(Path.home()))
        if place:
            self.failed.hide()
            self.jobs.save(numbers, Path(place))

    def _print(self, numbers: list[str], kind: str) -> None:
        """A voided paper is never printed."""
        live = {one.number for one in self.data.entries if not one.void} if self.data else set()
        self.failed.hide()
        self.jobs.print([number for number in numbers if number in live], kind)

    def _stopped(self, error: Exception) -> None:
        self.failed.set(t("certificates.failed", text=model.problem(error)), t("certificates.failed_text"))
        self.failed.show()
        self.keys_changed.emit()

    # --- void and verify ---------------------------------------------------------------------------

    def ask_void(self) -> None:
        one = self.picked()
        if one is None or one.void or not model.can_void(self._services):
            return
        title, text = t("certificates.withdraw_title", number=one.number), t("certificates.withdraw_text")
        question = ReasonDialog(title, text, t("certificates.withdraw"), parent=self)
        question.line.setPlaceholderText(t("certificates.reason"))
        question.accepted.connect(lambda: self.void(one.number, question.reason))
        self.question = question
        question.open()

    def void(self, number: str, reason: str) -> None:
        actor = self._services.person.id if self._services.person else ""
        work = self._services.certificates.void
        self._runner(lambda: work(number, reason, actor), lambda _none: self._voided(number), self._stopped)

    def _voided(self, number: str) -> None:
        self.said.emit(t("certificates.withdrawn", number=number))
        self.refresh()
        self.changed.emit()

    def verify(self) -> None:
        asked = VerifyQuestion(self)
        asked.text_asked.connect(lambda text: self._ask(asked, lambda: model.check_text(self._services, text)))
        asked.file_asked.connect(lambda path: self._ask(asked, lambda: model.check_file(self._services, Path(path))))
        self.question = asked
        asked.open()

    def scanned(self, text: str) -> bool:
        """A scan on the page: True if it is a code of a paper, which is then verified."""
        if not text.startswith(("FC1:", "https://")):
            return False
        self.verify()
        assert isinstance(self.question, VerifyQuestion)
        self.question.field.setText(text)
        self.question.accept()
        return True

    def _ask(self, asked: VerifyQuestion, work: Any) -> None:
        self._runner(work, asked.tell, asked.tell_failure)

    # --- inside ------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.key() in ARROWS:
            QApplication.sendEvent(self.list, event)
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Narrow, the left takes what its chips need and no more."""
        wide = self.width() >= NARROW - 88
        side = 32 if wide else 16
        needed = min(max(fit_chips(self.filters) + 2 * side + Theme.current().hairline, TIGHT[0]), TIGHT[1])
        self._left.setFixedWidth(WIDE if wide else needed)
        self._column.setContentsMargins(side, 16, side, 12)
        self.preview.set_narrow(not wide)

    def _lay_out(self) -> None:
        self._left = Box("rail", 0, 12)
        head = QHBoxLayout()
        head.setSpacing(24)
        head.addWidget(self._title)
        head.addWidget(self.search, 1)
        self._column = self._left.column
        self._column.addLayout(head)
        self._column.addWidget(self.filters)
        self._column.addWidget(self.failed)
        listed = QVBoxLayout()
        listed.setSpacing(0)
        listed.addWidget(self.heads)
        listed.addWidget(self.list, 1)
        self._column.addLayout(listed, 1)
        self._column.addWidget(self.empty, 1)
        self._column.addWidget(self.progress)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(self._left)
        both.addWidget(self.preview, 1)

    def _join(self) -> None:
        self.search.textChanged.connect(self._fill)
        self.filters.chosen.connect(self._fill)
        self.list.chosen.connect(self._picked)
        self.empty.pressed.connect(self._clear)
        self.failed.pressed.connect(self.refresh)
        self.preview.kind_chosen.connect(self.set_kind)
        self.preview.turned.connect(self.turn)
        self.jobs.said.connect(self.said)
        self.jobs.broke.connect(self._stopped)
        self.jobs.changed.connect(self.keys_changed)
        signals.changed.connect(self._tint)
        for keys, act in (("Ctrl+F", self.search.setFocus), ("/", self.search.setFocus)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        for keys, step in (("Left", -1), ("Right", 1)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda step=step: self.turn(step))

    def _tint(self, _name: str = "") -> None:
        self._share()
        fit_chips(self.preview.kinds)
        self._glass.setIcon(icons.icon("search", Theme.current().hex("text_second")))

    def _loaded(self, data: model.Data) -> None:
        self.data = data
        self.failed.hide()
        self._show()
        self._look()

    def _broke(self, error: Exception) -> None:
        self.failed.set(t("common.failed"), model.problem(error), t("common.retry"))
        self.failed.show()

    def _show(self) -> None:
        if self.data is not None:
            today, found = self.data.today, self.data.entries
            sums = {name: sum(model.in_filter(one, name, today) for one in found) for name in model.FILTERS}
            self.filters.set_chips([(name, t(f"certificates.filter_{name}"), sums[name]) for name in model.FILTERS])
            self._share()
        self._fill()

    def _fill(self, _text: str = "") -> None:
        shown, today = self.entries(), self.data.today if self.data else None
        fit_chips(self.filters)
        self.list.set_rows([model.row(one, today) for one in shown] if today else [])
        if shown and self.list.choice() is None:
            self.list.choose(shown[0].number)
        if not shown and self.list.hasFocus():
            self.search.setFocus()
        for part in (self.heads, self.list):
            part.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        self.preview.setVisible(bool(shown))
        if self.data is None:
            self.empty.set(t("common.loading"))
        elif self.data.entries:
            needle = self.search.text().strip() or t(f"certificates.filter_{self.filters.choice()}")
            title = t("certificates.none_found", text=needle)
            self.empty.set(title, t("certificates.none_found_hint"), t("certificates.show_all"))
        else:
            self.empty.set(t("certificates.empty"), t("certificates.empty_hint"))
        self.keys_changed.emit()

    def _picked(self, _number: str) -> None:
        self._page = 0
        self._look()
        self.keys_changed.emit()

    def _clear(self) -> None:
        self.search.clear()
        self.filters.choose("all")
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _has(self, kind: str) -> bool:
        one = self.picked()
        return (
            self.sight is not None and one is not None and self.sight.number == one.number and kind in self.sight.kinds
        )

    def _look(self) -> None:
        """Draws the page in hand; while one is being drawn only the last wish counts."""
        entry = self.picked()
        if entry is None:
            return
        if self._looking:
            self._look_again = True
            return
        self._looking, self._look_again = True, False
        kind, page = self.kind, self._page
        self.preview.wait(entry.number)
        self._runner(lambda: model.look(self._services, entry, kind, page), self._seen,
                     lambda error: self._unseen(entry.number, error))  # fmt: skip

    def _seen(self, sight: model.Sight) -> None:
        self._looking = False
        if self._look_again:
            self._look()
            return
        self.sight = sight
        self.preview.show_sight(sight)
        self.keys_changed.emit()

    def _unseen(self, number: str, error: Exception) -> None:
        self._looking = False
        if self._look_again:
            self._look()
            return
        self.sight = None
        self.preview.show_failure(number, error)
        self.keys_changed.emit()
