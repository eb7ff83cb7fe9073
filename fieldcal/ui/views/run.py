"""The Run page: one step at a time, everything by touch, by keyboard alone, or by wire."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from fieldcal.domain.errors import DomainError
from fieldcal.ui.i18n import t
from fieldcal.ui.models import run_prepare, run_show
from fieldcal.ui.models.explain_browser import Browser, in_hand
from fieldcal.ui.models.run import RunModel
from fieldcal.ui.models.run_state import Answer, sentence
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW
from fieldcal.ui.views.explain_dialog import ask
from fieldcal.ui.views.run_dialogs import NoteDialog, PinDialog, ReasonDialog
from fieldcal.ui.views.run_layout import Columns
from fieldcal.ui.views.run_prepare import PrepareView
from fieldcal.ui.views.run_show import show_all, show_live
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.keys import Key

if TYPE_CHECKING:
    from fieldcal.services.app import Services

ANSWERS: dict[str, Answer] = {"1": "pass", "2": "fail", "3": "na", "4": "suspect"}
STRIKE = ("run.reason_unsettled", "run.reason_wind", "run.reason_misread")
TICK_MS, ROOM = 200, 1040  # ROOM: px below which the columns at the sides are narrow in any window
PICTURES = "*.jpg *.jpeg *.png *.webp"


class RunPage(Page):
    """`done` when the person leaves; what is on disk is complete at every moment."""

    done = Signal()

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services, self.sound, self._runner = services, True, runner
        self.model = RunModel(services, runner, parent=self)
        self.columns, self.form, self.empty = Columns(), PrepareView(), EmptyState("run")
        self._stack, self._seen = QStackedWidget(), ""
        for part in (self.empty, self.form, self.columns):
            self._stack.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._connect()

    def open(self, run: str) -> None:
        """Goes on with a run where it stands."""
        self._seen = ""
        self._refused("", "")
        self.model.open(run)
        self._form()
        self._home()

    def prepare(self, instrument: str, kind: str) -> None:
        """A new run of this instrument, from its nameplate on; a refusal is shown, nothing is written."""
        person = self.services.person
        try:
            run = self.services.runs.open(instrument, kind, person.id if person else "")
        except DomainError as error:
            self.model.leave()
            self.model.run, self.model.judged = "", None
            self._show()
            self.empty.set(t("run.not_opened"), sentence(error), t("common.back"))
            return
        self.open(run)

    def shown(self) -> None:
        if self.model.run:
            self.model.reload()
        elif found := self.services.unfinished():
            self.open(found[0].stream)
        self._show()
        self._home()

    def hideEvent(self, event: QHideEvent) -> None:
        self.model.reader.watch(None)
        super().hideEvent(event)

    def retranslate(self) -> None:
        self.empty.set(t("run.empty"), t("run.empty_hint"), t("common.back"))
        self.columns.facts.set_facts([])
        self._form()
        self._show()

    # --- keys ------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        back = Key("Esc", t("common.back"), callback=self.leave)
        if self.model.phase == "prepare":
            return [back, Key("Return", t("run.begin"), callback=self.start, primary=True)]
        if self.model.phase in ("none", "handed"):
            return [back]
        if self.model.phase == "finish":
            sign = Key("Return", t("run.sign"), callback=self.sign, primary=True, enabled=self.model.signable())
            why = Key("F1", t("common.explain"), callback=self.explain)
            return [self._strike_key(), why, Key("F3", t("common.note"), callback=self.remark), back, sign]
        work = self._work_keys()
        if self.model.question is None:
            work.append(Key("Return", self._accept_word(), callback=self.accept, primary=True))
        return work

    def _work_keys(self) -> list[Key]:
        wire = self.model.reader.watching and not self.model.by_hand
        keys = [Key("Space", t("run.capture"), callback=self.capture)] if wire else []
        return [
            *keys, self._strike_key(),
            Key("F1", t("common.explain"), callback=self.explain),
            Key("F2", t("common.photo"), callback=self.photo),
            Key("F3", t("common.note"), callback=self.remark),
            Key("F4", t("run.skip"), callback=self.skip),
            Key("F8", t("common.sound"), callback=self.toggle_sound),
            Key("Esc", t("common.back"), callback=self.leave),
        ]  # fmt: skip

    def _strike_key(self) -> Key:
        return Key("Backspace", t("run.repeat"), callback=self.strike, enabled=self.model.last_row() is not None)

    def _accept_word(self) -> str:
        made, state = self.model.draft(), self.model.state
        if made is None or state is None or made.missing() is not None:
            return t("common.accept")
        found = run_show.scale(self.model.compiled, state.item, made.outcome, made.outcome.values)
        value = f"{found.text} {found.unit}".strip() if found and found.value is not None else ""
        return t("run.accept", value=value) if value else t("common.accept")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if self.model.question is not None and text in ANSWERS:
            self.answer(ANSWERS[text])
        elif self.model.phase == "work" and text.isdigit() and self.model.choose(int(text)):
            pass
        elif self.model.phase == "work" and text in ("+", "="):
            self._nudge(1)
        elif self.model.phase == "work" and text in ("-", "−"):
            self._nudge(-1)
        elif self.model.phase == "work" and (text.isdigit() or text in (".", ",")):
            self.type(text)
        else:
            super().keyPressEvent(event)

    # --- what can be done --------------------------------------------------------------------------------

    def start(self) -> None:
        self.form.clear_errors()
        if self.model.prepare(self.form.values()):
            self._home()

    def accept(self) -> None:
        """What stands in the row goes to disk up to the first gap; the value that is missing comes next: from the
        clock, from the wire, or from the field that gets the focus."""
        self._refused("", "")
        before, missing = self.model.at, self.model.accept()
        if missing is not None and missing.source == "timed":
            self._timer_pressed()
        elif missing is not None and not self.model.wired(missing):
            self._edit(missing.id)
        else:
            self._home()
        if self.model.at != before:
            self._beep()

    def type(self, first: str) -> None:
        """A digit opens the field of the measured value, or of whatever is due."""
        column = self.model.measured() or self.model.due()
        made = self.model.draft()
        found = column or (made.open()[-1] if made and made.open() else None)
        if found is not None:
            self._edit(found.id, first)

    def capture(self) -> None:
        if self.model.capture():
            self._home()
        elif self.model.live is not None and not self.model.live.firm:
            self._refused("", t("run.wait.twice"))

    def answer(self, answer: Answer) -> None:
        question = self.model.question
        if question is None or (answer == "na" and not question.na):
            return
        note = ""
        if answer != "pass":
            asked = NoteDialog(t("run.note_title"), run_show.say(question.text), needed=True, parent=self)
            if asked.exec() != QDialog.DialogCode.Accepted:
                return
            note = asked.note
        if self.model.needs_photo(answer) and not self.photo():
            self._refused("", t("run.photo_first"))
            return
        self._refused("", "")
        if self.model.answer(answer, note):
            self._home()

    def strike(self, item: str = "", row: int = -1) -> None:
        found = (item, row) if item else self.model.last_row()
        if found is None or self.model.judged is None:
            return
        name = run_show.say(self.model.judged.items[found[0]].item.title)
        value = t("run.row_name", item=name, row=found[1] + 1)
        asked = ReasonDialog(
            t("run.strike_title", value=value), t("run.strike_text"), t("run.strike"),
            [t(key) for key in STRIKE], parent=self,
        )  # fmt: skip
        if asked.exec() == QDialog.DialogCode.Accepted:
            self.model.strike(*found, asked.reason)
        self._home()

    def skip(self) -> None:
        state = self.model.state
        if state is None:
            return
        allowed = {run_show.say(text): text.zh for text in self.model.reasons()}
        title = t("run.skip_title", item=run_show.say(state.item.title))
        asked = ReasonDialog(title, t("run.skip_text"), t("run.skip"), list(allowed), parent=self)
        if asked.exec() == QDialog.DialogCode.Accepted:
            self.model.skip(allowed.get(asked.reason, asked.reason), asked.reason in allowed)
        self._home()

    def photo(self, path: str = "") -> bool:
        """A picture file as evidence; asks for one unless it is handed in."""
        found = path or QFileDialog.getOpenFileName(self, t("common.photo"), "", f"{t('common.photo')} ({PICTURES})")[0]
        return bool(found) and self.model.photo(Path(found))

    def remark(self) -> None:
        asked = NoteDialog(t("run.remark_title"), needed=True, parent=self)
        if asked.exec() == QDialog.DialogCode.Accepted:
            self.model.remark(asked.note)
        self._home()

    def explain(self, item: str = "", row: int = -1) -> None:
        """Where this number, else the one in hand, comes from; and from there every other one of the record."""
        ask(Browser(self.services, self.model.run, in_hand(self.model, item or self._seen, row)), self._runner, self)
        self._home()

    def toggle_sound(self) -> None:
        self.sound = not self.sound
        self._say(t("run.sound_on" if self.sound else "run.sound_off"))

    def sign(self) -> None:
        person = self.services.person
        if person is None or not self.model.signable():
            return
        pin = self.services.demo_pins().get(person.id, "")
        hint = t("signin.demo_pin", pin=pin) if pin else ""
        text, check = t("run.sign_text", person=person.name), self._signed
        if PinDialog(t("run.sign_title"), text, check, hint, self).exec() == QDialog.DialogCode.Accepted:
            self._say(t("run.signed"))
            self.leave()

    def _signed(self, pin: str) -> str:
        """Why the signature was refused, "" once it is on disk."""
        return "" if self.model.sign(pin) else self._last_refusal

    def leave(self) -> None:
        """Back to where the run came from. It is paused, and every value that was accepted is on disk."""
        self.model.leave()
        self.model.run, self.model.judged = "", None
        self._show()
        self.done.emit()

    # --- inside ------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self._last_refusal = ""
        parts, model = self.columns, self.model
        model.changed.connect(self._show)
        model.live_changed.connect(lambda: show_live(parts, model))
        model.saved.connect(lambda value: self._say(t("run.toast_saved", value=value)))
        model.refused.connect(self._refused)
        parts.facts.reflowed.connect(self._show)
        parts.facts.accepted.connect(self._typed)
        parts.facts.typed.connect(self._chosen)
        parts.facts.stepped.connect(model.step)
        parts.question.answered.connect(self.answer)
        parts.timer.start.connect(model.start_timer)
        parts.timer.stop.connect(model.stop_timer)
        parts.banner.pressed.connect(model.go_manual)
        parts.steps.chosen.connect(self._look)
        parts.explain.pressed.connect(self.explain)
        parts.readings.tapped.connect(self._tapped)
        self.form.shaped.connect(self._form)
        self.form.entered.connect(self.start)
        self.empty.pressed.connect(self.done)

    def _show(self) -> None:
        phase = self.model.phase
        page = {"none": self.empty, "prepare": self.form}.get(phase, self.columns)
        self._stack.setCurrentWidget(page)
        if page is self.columns:
            show_all(self.columns, self.model, self._seen)
        due = self.model.due() if phase == "work" else None
        self._tick.start() if due is not None and due.source == "timed" else self._tick.stop()
        self.keys_changed.emit()

    def _form(self) -> None:
        if self.model.phase != "prepare":
            return
        typed = self.form.values() if self.sender() is self.form else {}
        compiled, view = self.model.compiled, self.model.view
        title = self.services.ws.catalogue.instrument(view.instrument).place
        fields = run_prepare.form(compiled, view, typed)
        text = [run_show.say(compiled.procedure.title), compiled.procedure.regulation, t(f"site.{view.kind}")]
        self.form.set(title, " · ".join(text), fields, *run_prepare.at_hand(self.services, compiled, view))

    def _typed(self, column: str, text: str) -> None:
        """Enter in a field: the value is taken over, and the row with it once it is complete."""
        field = self.columns.facts.field(column)
        self.model.set_value(column, text, field.fact.unit if field else "")
        if field is not None and column in self.model.pending:
            field.rest()
            self.accept()

    def _chosen(self, column: str, text: str) -> None:
        field = self.columns.facts.field(column)
        if field is not None and field.fact.choices:
            self.model.set_value(column, text)

    def _nudge(self, times: int) -> None:
        fields = [f for f in self.columns.facts.fields if f.fact.step is not None and not f.fact.fixed]
        if fields:
            self.model.step(fields[-1].fact, times)

    def _edit(self, column: str, first: str = "") -> None:
        if field := self.columns.facts.field(column):
            field.edit(first)

    def _look(self, item: str) -> None:
        self._seen = "" if self.model.at and item == self.model.at.item else item
        self._show()

    def _tapped(self, index: int) -> None:
        item = self._seen or (self.model.at.item if self.model.at else (self.model.last_row() or ("",))[0])
        if not item or self.model.judged is None:
            return
        found = run_show.readings(self.model.compiled, self.model.view, self.model.judged.items[item], None, {})
        handed = self.model.phase == "handed"  # nothing is struck any more
        if handed or (not found[index].struck and self.model.view.attempt(item, found[index].row).cells):
            (self.explain if handed else self.strike)(item, found[index].row)

    def _timer_pressed(self) -> None:
        found = self.model.timer()
        if found is None:
            self.model.start_timer()
        elif found[0] >= found[1]:
            self.model.stop_timer()

    def _on_tick(self) -> None:
        self.columns.timer.set_time(self.model.timer())

    def _refused(self, field: str, text: str) -> None:
        """Under its field where there is one, else in a banner; an empty text takes it away."""
        self._last_refusal = text
        if self.model.phase == "prepare" and text:
            self.form.refuse(field, text)
            return
        place = self.columns.facts.field(field) if field else None
        if place is not None and text and place.editable():
            place.edit()
            place.field.set_error(text)
            return
        self.columns.refusal.setVisible(bool(text))
        self.columns.refusal.set(text)

    def _home(self) -> None:
        """The page holds the focus, so that the next digit opens a field and the next key is a command."""
        if self.model.phase == "prepare" and self.form.fields:
            self.form.fields[0].control.setFocus()
            return
        due = self.model.due() if self.model.phase == "work" else None
        if due is not None and due.source == "entered" and due.kind == "number":
            self._edit(due.id)
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _beep(self) -> None:
        if self.sound:
            QApplication.beep()

    def _say(self, text: str) -> None:
        say = getattr(self.window(), "say", None)
        if say is not None:
            say(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.columns.set_narrow(self.window().width() < NARROW or self.width() < ROOM)
