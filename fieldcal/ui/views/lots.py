"""Lots: the list of them, one to be opened, and one with its sample, its runs, its verdict and its paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.lot import name_of
from fieldcal.ui.i18n import explain, t
from fieldcal.ui.models import lots as model
from fieldcal.ui.models import lots_form
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW
from fieldcal.ui.views.lots_form import LotForm
from fieldcal.ui.views.lots_one import OneLot
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from fieldcal.services.app import Services

LIST, FORM, LOT = "list", "form", "lot"


class LotsPage(Page):
    """`start_wanted` carries instrument and kind, `run_wanted` a run under way, `said` a line for the toast; `changed`
    comes after a verdict."""

    start_wanted = Signal(str, str)
    run_wanted = Signal(str)
    back = Signal()
    said = Signal(str)
    changed = Signal()

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.at, self._busy, self._loaded_once = LIST, False, False
        self.found: list[model.Sight] = []
        self._procedures: list[Compiled] | None = None
        self._known: dict[str, dict[str, str]] = {}
        self._front = self._shaped = ""  # the lot that is looked at, the procedure that the form is of
        self._title, self._summary, self._badge = label(role="heading"), label(role="second", wrap=True), Badge()
        self.failed, self.list, self.empty, self.form = Banner("fail"), RowList(64), EmptyState("lots"), LotForm()
        self.one = OneLot(services, runner)
        self.failed.hide()
        self._lay_out()
        self.list.opened.connect(self.open)
        self.list.chosen.connect(lambda _name: self.keys_changed.emit())
        self.one.sample.opened.connect(lambda _name: self.one.work())
        self.one.changed.connect(self.keys_changed)
        self.one.said.connect(self.said)
        self.one.broke.connect(self._broke)
        self.one.left.connect(self.escape)
        self.one.start_wanted.connect(self.start_wanted)
        self.one.run_wanted.connect(self.run_wanted)
        self.one.stepped.connect(self._stepped)
        self.one.wanted.connect(lambda work, done: self._write(work, done, self._broke))
        self.form.shaped.connect(self._shape)
        self.form.entered.connect(self.act)
        self.empty.pressed.connect(self.new)

    def shown(self) -> None:
        if self.at == FORM and not model.may_work(self._services):  # another person has signed in
            self.at = LIST
        self.refresh()
        self._focus()

    def refresh(self) -> None:
        self._runner(lambda: model.load(self._services), self._loaded, self._broke)
        if self.one.sight is not None:
            self._look(self.one.sight.view.stream)

    def retranslate(self) -> None:
        self.form.retranslate()
        if self.at == FORM:
            self._shape()
        self._show()

    # --- keys -------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        if self._busy:
            return [Key("Esc", t("common.back"), None, self.escape)]
        return {LIST: self._list_keys, FORM: self._form_keys, LOT: self.one.keys}[self.at]()

    def _list_keys(self) -> list[Key]:
        works = model.may_work(self._services)
        return [
            Key("Up Down", t("common.select")),
            *([Key("F2", t("lots.new"), "plus", self.new)] if works else []),
            Key("Esc", t("common.back"), None, self.escape),
            Key("Return", t("common.open"), None, self.act, enabled=bool(self.list.choice()), primary=True),
        ]

    def _form_keys(self) -> list[Key]:
        return [
            Key("Esc", t("common.back"), None, self.escape),
            Key("Return", t("lots.open"), None, self.act, enabled=self._procedures is not None, primary=True),
        ]

    def act(self) -> None:
        """Enter: opens what is chosen, opens the lot of the form, or takes a lot one step further."""
        if self._busy:
            return
        if self.at == LIST:
            self.open(self.list.choice() or "")
        elif self.at == FORM:
            self._put()
        else:
            self.one.act()

    def escape(self) -> None:
        if self.at == LIST:
            self.back.emit()
            return
        self.at, self.one.sight = LIST, None
        self.failed.hide()
        self.refresh()
        self._show()
        self._focus()

    # --- the list and one to be opened ------------------------------------------------------------------

    def open(self, lot: str) -> None:
        if lot:
            self.at, self._front, self.one.sight = LOT, lot, None
            self._look(lot)

    def new(self) -> None:
        """The form keeps what was typed until a lot was opened from it."""
        if not model.may_work(self._services):
            return
        self.at = FORM
        self.form.clear_errors()
        self._show()
        self.form.serials.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._procedures is None:
            self._runner(lambda: lots_form.procedures(self._services), self._procedures_read, self._broke)
        else:
            self._shape()

    def _procedures_read(self, found: list[Compiled]) -> None:
        self._procedures = found
        self._shape()
        self.keys_changed.emit()

    def _shape(self) -> None:
        if self._procedures:
            typed = self.form.values()
            name = lots_form.chosen(self._procedures, typed).procedure.id
            if name != self._shaped:  # what another kind of instrument had on its plate says nothing of this one
                typed = {field: typed[field] for field in lots_form.HEAD if field in typed}
            self._shaped = name
            if name not in self._known:
                self._known[name] = lots_form.last_plate(self._services, name)
            self.form.set(lots_form.form(self._services, self._procedures, typed, self._known[name]))

    def _put(self) -> None:
        found, typed, text, actor = self._procedures, self.form.values(), self.form.serials.toPlainText(), self._actor
        if found:
            self.form.clear_errors()
            self._write(lambda: lots_form.put(self._services, found, typed, text, actor), self._opened, self._refused)

    def _opened(self, lot: str) -> None:
        self._known.clear()
        self.form.clear()
        self.said.emit(t("lots.opened", name=name_of(lot)))
        self.open(lot)

    def _refused(self, error: Exception) -> None:
        self.form.refuse(error)
        self._show()

    # --- what is shown ----------------------------------------------------------------------------------

    def _write(self, work: Callable[[], Any], done: Callable[[Any], None], bad: Callable[[Exception], None]) -> None:
        def over(then: Callable[[Any], None]) -> Callable[[Any], None]:
            def call(what: Any) -> None:
                self._busy = False
                then(what)

            return call

        self._busy = True
        self.failed.hide()
        self.keys_changed.emit()
        self._runner(work, over(done), over(bad))

    @property
    def _actor(self) -> str:
        return self._services.person.id if self._services.person else ""

    def _look(self, name: str) -> None:
        self._runner(lambda: model.look(self._services, name), self._seen, self._broke)

    def _stepped(self, name: str) -> None:
        self._look(name)
        self.changed.emit()

    def _seen(self, sight: model.Sight) -> None:
        if self.at != LOT or sight.view.stream != self._front:
            return
        fresh = self.one.sight is None or not self.one.sight.members
        self.one.show_sight(sight)
        self._show()
        if fresh:
            self._focus()

    def _loaded(self, found: list[model.Sight]) -> None:
        self.found, self._loaded_once = found, True
        self._show()

    def _broke(self, error: Exception) -> None:
        self.failed.set(explain(error) if hasattr(error, "code") else str(error))
        self.failed.show()
        self._show()

    def _focus(self) -> None:
        front = {LIST: self.list, FORM: self.form.serials, LOT: self.one.sample}[self.at]
        front.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        {LIST: self._show_list, FORM: self._show_form, LOT: self._show_lot}[self.at]()
        self._badge.setVisible(self.at == LOT and self.one.sight is not None)
        self.keys_changed.emit()

    def _show_list(self) -> None:
        self.list.set_rows([model.row(one) for one in self.found])
        if self.found and self.list.choice() is None:
            self.list.choose(self.found[0].view.stream)
        self._title.setText(t("shell.lots"))
        open_ones = sum(one.state in ("open", "drawn") for one in self.found)
        self._summary.setText(t("lots.summary", total=len(self.found), open=open_ones) if self.found else "")
        works = model.may_work(self._services)
        if self._loaded_once:
            self.empty.set(t("lots.empty"), t("lots.empty_hint"), t("lots.new") if works else "")
        else:
            self.empty.set(t("common.loading"))
        self._stack.setCurrentWidget(self._listed if self.found else self.empty)

    def _show_form(self) -> None:
        self._title.setText(t("lots.new"))
        self._summary.setText(t("lots.form_hint"))
        self._stack.setCurrentWidget(self.form)

    def _show_lot(self) -> None:
        self._stack.setCurrentWidget(self.one)
        sight = self.one.sight
        if sight is None:
            self._summary.setText(t("common.loading"))
            return
        self.one.retranslate()
        self._title.setText(name_of(sight.view.stream))
        self._summary.setText(model.told(sight))
        self._badge.set(model.SHAPE[sight.state], t(f"lots.state_{sight.state}"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW - 88
        side = 24 if wide else 16
        self._column.setContentsMargins(side, 16, side, 16)
        self.one.set_narrow(not wide)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(self._title)
        head.addWidget(self._badge)
        head.addWidget(self._summary, 1)
        self._stack, self._listed = QStackedWidget(), Box("card", 8, 0)
        self._listed.column.addWidget(self.list, 1)
        for part in (self._listed, self.empty, self.form, self.one):
            self._stack.addWidget(part)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(16)
        self._column.addLayout(head)
        self._column.addWidget(self.failed)
        self._column.addWidget(self._stack, 1)
