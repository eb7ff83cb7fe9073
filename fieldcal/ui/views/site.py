"""Site: the instruments of one market or station; pick one and start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldcal.domain.events import InstrumentPut
from fieldcal.ui.i18n import t
from fieldcal.ui.models import site as model
from fieldcal.ui.models import site_change, site_lots
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW
from fieldcal.ui.views.site_parts import InstrumentCard, NextQuestion
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.chip import ChipRow
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from fieldcal.services.app import InstrumentSummary, Services

ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down)


class SitePage(Page):
    """`start_wanted` carries instrument and kind, `run_wanted` a run under way."""

    start_wanted = Signal(str, str)
    run_wanted = Signal(str)
    lots_wanted = Signal()
    back = Signal()
    said = Signal(str)

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.site, self.kind = "", "subsequent"
        self.data: model.SiteData | None = None
        self.question: NextQuestion | None = None
        self._name, self._second = label(role="heading"), label(role="second", wrap=True)
        self._counts, self.failed = label(role="second"), Banner("fail")
        self.lots = label(role="second", wrap=True)
        self.failed.hide()
        self.failed.pressed.connect(self.refresh)
        self.search, self.filters, self.list = QLineEdit(), ChipRow(), RowList(64)
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.empty, self.card = EmptyState("site"), InstrumentCard(services.ws.library)
        self._lay_out()
        self.search.textChanged.connect(self._fill)
        self.filters.chosen.connect(self._fill)
        self.list.chosen.connect(self._picked)
        self.list.doubleClicked.connect(lambda _index: self.act())
        self.empty.pressed.connect(self._clear)
        self.card.started.connect(self.act)
        self.card.next_asked.connect(self.ask_next)
        self.card.kind_chosen.connect(self._set_kind)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.search.setFocus)

    def open(self, site: str, instrument: str = "") -> None:
        """Shows a site; KeyError later if there is none of that id. An instrument named is picked."""
        self.site = site
        self._clear()
        self._runner(lambda: model.load(self._services, site), lambda data: self._loaded(data, instrument), self._broke)

    def refresh(self) -> None:
        if not self.site:
            sites = sorted(self._services.ws.catalogue.sites.values(), key=lambda site: site.order)
            self.site = sites[0].id if sites else ""
        if self.site:
            site = self.site
            self._runner(lambda: model.load(self._services, site), lambda data: self._loaded(data, ""), self._broke)
        else:
            self._fill()

    def shown(self) -> None:
        self.refresh()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        self.search.setPlaceholderText(t("site.find"))
        self.search.setAccessibleName(t("common.search"))
        self._show()

    def keys(self) -> list[Key]:
        one = self.picked()
        going = one is not None and bool(model.open_run(one))
        word = t("site.go_on") if going else t("site.start")
        return [
            Key("Return", word, None, self.act, enabled=one is not None),
            Key("Up Down", t("common.select")),
            Key("F4", t("site.next_kind"), None, self.next_kind, enabled=one is not None and not going),
            Key("F7", t("site.next_same"), None, self.ask_next, enabled=one is not None),
            Key("F8", t("shell.lots"), None, self.lots_wanted.emit),
            Key("Ctrl+F", t("common.search")),
            Key("Esc", t("common.back"), None, self.back.emit),
        ]

    def picked(self) -> InstrumentSummary | None:
        name = self.list.choice()
        found = self.data.found if self.data else []
        return next((one for one in found if one.instrument.id == name), None)

    def act(self) -> None:
        """Starts, or goes on with the run under way."""
        one = self.picked()
        if one is None:
            return
        if run := model.open_run(one):
            self.run_wanted.emit(run)
        else:
            self.start_wanted.emit(one.instrument.id, self._kind_for(one))

    def next_kind(self) -> None:
        self._set_kind(model.KINDS[(model.KINDS.index(self.kind) + 1) % len(model.KINDS)])

    def ask_next(self) -> None:
        one = self.picked()
        if one is not None:
            put = lambda serial, place: self.add_same(one.instrument, serial, place)  # noqa: E731
            self.question = NextQuestion(model.name_of(one.instrument), put, self)
            self.question.open()

    def add_same(self, like: InstrumentPut, serial: str, place: str) -> InstrumentPut:
        """Registers the next of a model. Raises BadInput."""
        known = list(self._services.ws.catalogue.instruments.values())
        made = model.copy_of(like, serial, place, known)
        actor = self._services.person.id if self._services.person else "system"
        self._services.ws.put(f"instrument:{made.id}", made, actor)
        self.said.emit(t("site.added", place=made.place))
        self.open(self.site, made.id)
        return made

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.key() in ARROWS:
            QApplication.sendEvent(self.list, event)
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW - 88
        side = 24 if wide else 16
        self._column.setContentsMargins(side, 16, side, 16)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(self._name)
        head.addWidget(self._second, 1)
        head.addWidget(self._counts)
        tools = QHBoxLayout()
        tools.setSpacing(12)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.filters)
        self._box = Box("card", 8, 0)
        self._box.column.addWidget(self.list)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addLayout(tools)
        left.addWidget(self._box, 1)
        left.addWidget(self.empty, 1)
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addLayout(left, 1)
        both.addWidget(self.card)
        self.card.setFixedWidth(440)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(12)
        self._column.addLayout(head)
        self._column.addWidget(self.lots)
        self._column.addWidget(self.failed)
        self._column.addLayout(both, 1)

    def _loaded(self, data: model.SiteData, instrument: str) -> None:
        self.data = data
        self.failed.hide()
        self._show()
        if instrument:
            self.list.choose(instrument)

    def _broke(self, error: Exception) -> None:
        self.failed.set(t("common.failed"), getattr(error, "code", "internal"), t("common.retry"))
        self.failed.show()

    def _show(self) -> None:
        if self.data is not None:
            site, found = self.data.site, self.data.found
            done = sum(model.in_filter(one, "done") for one in found)
            self._name.setText(site.name)
            self._second.setText(site.address)
            self.lots.setText(site_lots.text(self.data.lots))
            counts = {"total": len(found), "done": done, "left": len(found) - done}
            self._counts.setText(t("site.counts", **counts))
            sums = {name: sum(model.in_filter(one, name) for one in found) for name in model.FILTERS}
            chips = [(name, t(f"site.filter_{name}"), sums[name]) for name in model.FILTERS]
            self.filters.set_chips(chips)
        self.lots.setVisible(bool(self.lots.text()))
        self._fill()

    def _fill(self, _text: str = "") -> None:
        found = self.data.found if self.data else []
        choice, needle = self.filters.choice() or "all", self.search.text()
        shown = [one for one in found if model.in_filter(one, choice) and model.matches(one, needle)]
        self.list.set_rows([model.row(one) for one in shown])
        if shown and self.list.choice() is None:
            first = next((one for one in shown if model.in_filter(one, "left")), shown[0])
            self.list.choose(first.instrument.id)
        self._box.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        if found:
            title = t("site.none_found", text=needle or t(f"site.filter_{choice}"))
            self.empty.set(title, t("site.none_found_hint"), t("site.clear"))
        else:
            self.empty.set(t("site.empty"), t("site.empty_hint"))
        self._picked()

    def _picked(self, _name: str = "") -> None:
        one = self.picked()
        self.card.setVisible(one is not None)
        if one is not None:
            change = self.data.changes.get(one.instrument.id) if self.data else None
            self.card.set(one, self._kind_for(one), site_change.text(change))
        self.keys_changed.emit()

    def _kind_for(self, one: InstrumentSummary) -> str:
        """A run of another kind would not count for the lot that drew the instrument."""
        lots = self.data.lots if self.data else ()
        return site_lots.kind_of(lots, one.instrument.id) or self.kind

    def _set_kind(self, kind: str) -> None:
        self.kind = kind
        self._picked()

    def _clear(self) -> None:
        self.search.clear()
        self.filters.set_chips([], None)
        self._show()
