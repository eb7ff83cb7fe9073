"""Procedures and their adoption: the list, one value after the other, the worked cases, the signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldcal.services import identity
from fieldcal.services.adoption import Line, State, Trial
from fieldcal.ui.i18n import explain, message, t
from fieldcal.ui.models import adoption as model
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW
from fieldcal.ui.views.adoption_cases import CasesCard
from fieldcal.ui.views.adoption_value import ValueCard
from fieldcal.ui.views.run_dialogs import PinDialog, ReasonDialog
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from fieldcal.services.app import Services

Choose = Callable[[list[Line]], str]  # which value comes in front next


class AdoptionPage(Page):
    """`said` carries one line for the toast."""

    back = Signal()
    said = Signal(str)
    preview_wanted = Signal(str, str)  # procedure, hash of the file that is gone through

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.states: list[State] = []
        self.procedure, self.lines = "", list[Line]()
        self.trial: Trial | None = None
        self._busy, self._editions = False, dict[str, str]()
        self.question: PinDialog | ReasonDialog | None = None
        self._title, self._summary = label(role="heading"), label(role="second")
        self.failed, self.list, self.steps = Banner("fail"), RowList(64), RowList(48)
        self.failed.hide()
        self.empty = EmptyState("admin")
        self.card, self.cases = ValueCard(), CasesCard()
        self.list.opened.connect(self.open)
        self.list.chosen.connect(lambda _name: self.keys_changed.emit())
        self.steps.chosen.connect(self._step)
        self._lay_out()

    def shown(self) -> None:
        self.refresh()
        (self.steps if self.procedure else self.list).setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        self._runner(lambda: model.load(self._services), self._loaded, self._broke)

    def retranslate(self) -> None:
        self.empty.set(t("common.loading"))
        self.card.retranslate()
        self.cases.show_trial(self.trial, self._busy)
        self._show()

    def keys(self) -> list[Key]:
        return self._value_keys() if self.procedure else self._list_keys()

    def _list_keys(self) -> list[Key]:
        one = self.picked()
        held = one is not None and one.adoption is not None and not one.adoption.withdrawn
        return [
            Key("Up Down", t("common.select")),
            Key("Del", t("adoption.withdraw"), None, self.ask_withdraw, enabled=held),
            Key("F2", t("adoption.preview"), None, self.preview, enabled=one is not None),
            Key("Esc", t("common.back"), None, self.back.emit),
            Key("Return", t("adoption.go_through"), None, self.open, enabled=one is not None, primary=True),
        ]

    def _value_keys(self) -> list[Key]:
        at_cases = self._here() == model.CASES
        ready = not self._busy and not any(not line.done for line in self.lines)
        line = self.card.line
        done = not at_cases and line is not None and line.done
        word = t("adoption.accept_case") if at_cases else t("adoption.confirm")
        acts = not at_cases or bool(self.trial and self.trial.moved)
        return [
            Key("PgUp", t("adoption.previous"), None, lambda: self.turn(-1)),
            Key("PgDown", t("common.next"), None, lambda: self.turn(1)),
            Key("F4", t("adoption.correct"), None, self.card.correct, enabled=not at_cases and bool(self.card.values)),
            Key("F9", t("adoption.take_back"), None, self.take_back, enabled=done),
            Key("F7", t("adoption.sign"), "sign", self.ask_sign, enabled=ready, primary=not acts),
            Key("Esc", t("common.back"), None, self.leave),
            Key("Return", word, None, self.act, enabled=acts and not self._busy, primary=acts),
        ]

    # --- the list -----------------------------------------------------------------------------------

    def picked(self) -> State | None:
        return next((one for one in self.states if one.compiled.procedure.id == self.list.choice()), None)

    def preview(self) -> None:
        """The chosen file as its technicians will meet it."""
        one = self.picked()
        if one is not None:
            self.preview_wanted.emit(one.compiled.procedure.id, one.compiled.sha256)

    def open(self, name: str = "") -> None:
        """Value by value, from the first that is open."""
        name = name or self.list.choice() or ""
        if not name:
            return
        self.procedure, self.trial = name, None
        self._fetch(lambda lines: model.next_open(lines, ""))

    def leave(self) -> None:
        """Back to the list; what was confirmed is on disk."""
        name, self.procedure = self.procedure, ""
        self.refresh()
        self.list.choose(name)
        self._show()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- value by value -----------------------------------------------------------------------------

    def act(self) -> None:
        """Enter: through the fields, then it confirms; on the cases it accepts the first that moved."""
        if self._busy:
            return
        if self._here() == model.CASES:
            self._accept()
        elif self.card.line is not None and self.card.act():
            self._confirm(self.card.line)

    def turn(self, by: int) -> None:
        ids = [*(line.entry.id for line in self.lines), model.CASES]
        here = self._here()
        at = ids.index(here) + by if here in ids else 0
        self.steps.choose(ids[max(0, min(at, len(ids) - 1))])

    def take_back(self) -> None:
        line = self.card.line
        if line is not None:
            name = line.entry.id
            self._write(lambda: self._adoptions.reopen(self.procedure, name, self._actor), lambda _lines: name)

    def _confirm(self, line: Line) -> None:
        found, changes, name = self.card.confirmed(), self.card.changes(), line.entry.id
        self._editions[self.procedure] = found.edition
        work = lambda: self._adoptions.confirm(self.procedure, name, found, changes, self._actor)  # noqa: E731
        self._write(work, lambda lines: model.next_open(lines, name))

    def _accept(self) -> None:
        if self.trial is not None and self.trial.moved:
            case = self.trial.moved[0]
            work = lambda: self._adoptions.accept_case(self.procedure, case, self._actor)  # noqa: E731
            self._write(work, lambda _lines: model.CASES)

    def _write(self, work: Callable[[], object], then: Choose) -> None:
        """The tick comes when the journal has it; a refusal stands beside the fields and keeps them."""

        def done(_made: object) -> None:
            self.trial = None
            self._fetch(then)

        self._runner(work, done, self._refused)

    def _refused(self, error: Exception) -> None:
        self.card.refuse(explain(error))

    def _fetch(self, then: Choose) -> None:
        def loaded(lines: list[Line]) -> None:
            self.lines = lines
            self._show()
            self._go(then(lines))

        name = self.procedure
        self._runner(lambda: self._adoptions.lines(name), loaded, self._broke)

    def _go(self, name: str) -> None:
        if self._here() == name:
            self._step(name)
        else:
            self.steps.choose(name)

    def _here(self) -> str:
        return self.steps.choice() or ""

    def _step(self, name: str) -> None:
        at_cases = name == model.CASES
        self._right.setCurrentWidget(self.cases if at_cases else self.card)
        if at_cases:
            self.steps.setFocus(Qt.FocusReason.OtherFocusReason)
            self._try()
        else:
            line = next(line for line in self.lines if line.entry.id == name)
            self.card.show_line(line, self._editions.get(self.procedure, self._regulation()))
        self.keys_changed.emit()

    def _regulation(self) -> str:
        return self._services.ws.library.get(self.procedure).procedure.regulation

    # --- cases and signature ------------------------------------------------------------------------

    def _try(self) -> None:
        if self._busy or self.trial is not None:
            self.cases.show_trial(self.trial, self._busy)
            return
        self._busy = True
        self.cases.show_trial(None, True)
        name = self.procedure
        self._runner(lambda: self._adoptions.trial(name), self._tried, self._broke)

    def _tried(self, trial: Trial) -> None:
        self._busy, self.trial = False, trial
        self.cases.show_trial(trial, False)
        self._show()

    def ask_sign(self) -> None:
        state = next(one for one in self.states if one.compiled.procedure.id == self.procedure)
        text = t("adoption.sign_text", regulation=state.compiled.procedure.regulation, count=len(self.lines))
        self._ask_pin(t("adoption.sign_title"), text, self._sign)

    def _sign(self, pin: str) -> None:
        self._busy = True
        self.keys_changed.emit()
        name, actor = self.procedure, self._actor
        self._runner(lambda: self._adoptions.adopt(name, actor, pin), self._signed, self._broke)

    def _signed(self, sha256: str) -> None:
        self._busy = False
        self.said.emit(t("adoption.done", regulation=self._regulation(), hash=sha256[:12]))
        self.leave()

    def ask_withdraw(self) -> None:
        one = self.picked()
        if one is None:
            return
        name = one.compiled.procedure.id
        title = t("adoption.withdraw_ask", regulation=one.compiled.procedure.regulation)
        ready = [t("adoption.reason_edition"), t("adoption.reason_value")]
        text, word = t("adoption.withdraw_text"), t("adoption.withdraw")
        self.question = asked = ReasonDialog(title, text, word, ready, parent=self)
        if asked.exec() == QDialog.DialogCode.Accepted:
            reason = asked.reason
            self._ask_pin(title, reason, lambda pin: self._withdraw(name, reason, pin))

    def _withdraw(self, name: str, reason: str, pin: str) -> None:
        actor = self._actor
        work = lambda: self._adoptions.withdraw(name, reason, actor, pin)  # noqa: E731
        self._runner(work, lambda _done: self.refresh(), self._broke)

    def _ask_pin(self, title: str, text: str, put: Callable[[str], Any]) -> None:
        person = self._services.person
        if person is None:
            return
        pin = self._services.demo_pins().get(person.id, "")
        hint = t("signin.demo_pin", pin=pin) if pin else ""
        check = lambda pin: "" if identity.knows(person, pin) else message("wrong-pin")  # noqa: E731
        self.question = asked = PinDialog(title, text, check, hint, self)
        if asked.exec() == QDialog.DialogCode.Accepted:
            put(asked.pin)

    # --- what is shown ------------------------------------------------------------------------------

    @property
    def _adoptions(self) -> Any:
        return model.of(self._services)

    @property
    def _actor(self) -> str:
        return self._services.person.id if self._services.person else ""

    def _loaded(self, states: list[State]) -> None:
        self.states = states
        self.failed.hide()
        self._show()

    def _broke(self, error: Exception) -> None:
        self._busy = False
        self.failed.set(explain(error))
        self.failed.show()
        self._show()

    def _show(self) -> None:
        people = self._services.ws.catalogue.people
        self._left.setCurrentWidget(self.steps if self.procedure else self.list if self.states else self.empty)
        self._right.setVisible(bool(self.procedure))
        if self.procedure:
            self.steps.blockSignals(True)  # the choice stays, and with it what is typed beside it
            self.steps.set_rows([*(model.line_row(line) for line in self.lines), model.cases_row(self.trial)])
            self.steps.blockSignals(False)
            left = sum(not line.done for line in self.lines)
            self._title.setText(self._regulation())
            self._summary.setText(t("adoption.left", left=left, total=len(self.lines)))
        else:
            self.list.set_rows([model.row(one, people) for one in self.states])
            if self.states and self.list.choice() is None:
                self.list.choose(self.states[0].compiled.procedure.id)
            adopted = sum(one.state == "adopted" for one in self.states)
            self._title.setText(t("adoption.title"))
            self._summary.setText(t("adoption.summary", adopted=adopted, total=len(self.states)))
        self.keys_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW - 88
        side = 24 if wide else 16
        self._column.setContentsMargins(side, 16, side, 16)
        self._right.setFixedWidth(720 if wide else 544)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(self._title)
        head.addWidget(self._summary, 1, Qt.AlignmentFlag.AlignBottom)
        self._left, self._right = QStackedWidget(), QStackedWidget()
        for part in (self.list, self.steps, self.empty):
            self._left.addWidget(part)
        for part in (self.card, self.cases):
            self._right.addWidget(part)
        box = Box("card", 8, 0)
        box.column.addWidget(self._left, 1)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(box, 1)
        both.addWidget(self._right)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(16)
        self._column.addLayout(head)
        self._column.addWidget(self.failed)
        self._column.addLayout(both, 1)
