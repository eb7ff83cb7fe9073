"""The doctor of the Devices page: one port at a time, asked only when somebody presses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QStackedWidget, QWidget

from fieldcal.services.doctor import Diagnosis, Doctor, Finding, Hearing, Listening, Port, PortPack, Search
from fieldcal.services.port_pack import SUFFIX
from fieldcal.ui.i18n import message, t
from fieldcal.ui.models import devices as model
from fieldcal.ui.models import devices_find as words
from fieldcal.ui.runtime import Run
from fieldcal.ui.views.devices_find import FindPanel, OfferList, PortPanel, PrintPanel
from fieldcal.ui.views.devices_parts import OfferCard
from fieldcal.ui.widgets.keys import Key

LOOK_MS = 100


class DoctorPanel(QStackedWidget):
    """`bound` carries the role that was bound, `said` a short word for the toast."""

    bound = Signal(str)
    said = Signal(str)
    keys_changed = Signal()
    left = Signal()

    def __init__(self, doctor: Doctor, runner: Run, roles: Mapping[str, model.RoleOf]) -> None:
        super().__init__()
        self._doctor, self._runner, self._roles = doctor, runner, roles
        self.port: Port | None = None
        self.taken: set[str] = set()  # roles that are bound
        self._finding: Finding | None = None
        self._hearing: Hearing | None = None
        self._packs: list[PortPack] = []
        self._search, self._heard = Search(), Listening((), Diagnosis(0))
        self._busy = False
        self.intro, self.search, self.prints = PortPanel(), FindPanel(), PrintPanel()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._connect()

    # --- what a hand does -----------------------------------------------------------------------------

    def choose(self, port: Port) -> None:
        """Another port ends what goes on at this one."""
        if self.port is None or self.port.name != port.name:
            self.stop()
            self._show(self.intro)
        self.port = port
        self.refresh()

    def ask(self) -> None:
        if self._may_ask():
            assert self.port is not None
            self.stop()
            self._finding = self._doctor.find(self.port.name)
            self._begin(self.search)

    def listen(self) -> None:
        if self._may_ask():
            assert self.port is not None
            self.stop()
            self._hearing = self._doctor.listen(self.port.name)
            self._begin(self.prints)

    def nothing(self) -> None:
        if self._hearing and not self._heard.done:
            self._hearing.nothing()

    def stop(self) -> None:
        """Frees the port at once; what was found stays on the page."""
        self._timer.stop()
        for going in (self._finding, self._hearing):
            if going:
                going.stop()
        self._finding = self._hearing = None

    def leave(self) -> bool:
        """Back to the port; False if that is where we are."""
        self.stop()
        if self.currentWidget() is self.intro:
            return False
        self._show(self.intro)
        self.refresh()
        return True

    def again(self) -> None:
        (self.listen if self.currentWidget() is self.prints else self.ask)()

    def bind(self, role: str, reason: str = "") -> None:
        """Opens the port, asks who is there and keeps it; away from the window's thread."""
        offer, port = self.offer(), self.port
        if offer is None or port is None or not role or self._busy:
            return
        self.stop()
        self._busy = True
        self._runner(
            lambda: self._doctor.bind(role, offer.pack, port.name, reason),
            lambda _identity: self._bound(role),
            self._unbound,
        )

    def export(self) -> None:
        if offer := self.offer():
            place = str(Path.home() / f"{offer.pack.name}{SUFFIX}")
            path, _ = QFileDialog.getSaveFileName(self, t("devices.export_where"), place, t("devices.pack_files"))
            if path:
                self.export_to(Path(path))

    def export_to(self, path: Path) -> None:
        offer = self.offer()
        if offer is None:
            return
        try:
            self._doctor.write(offer.pack, path)
        except OSError as error:
            self._card().fail(str(error.strerror or error))
        else:
            self.said.emit(t("devices.exported", path=path.name))

    # --- what is seen ---------------------------------------------------------------------------------

    def look(self) -> None:
        """Once more what goes on at the port."""
        if self._finding:
            self._search = self._finding.look()
            over = self._search.done
        elif self._hearing:
            self._heard = self._hearing.look()
            over = self._heard.done or bool(self._heard.error)
        else:
            return
        if over:
            self.stop()
        self.refresh()
        if over and QApplication.focusWidget() is None:
            self.setFocus()

    def refresh(self) -> None:
        port = self.port
        if port is None:
            return
        self._packs = list(self._doctor.packs())
        self.intro.set(port, self._packs)
        self.search.set(port.name, self._search)
        self.prints.set(port.name, self._heard)
        self._show_card()
        self.keys_changed.emit()

    def offer(self) -> words.Offer | None:
        """What the chosen row of the panel in front offers."""
        at = self._offers().choice()
        if self.currentWidget() is self.intro:
            return next((words.of_pack(one) for one in self._packs if words.PACK + one.name == at), None)
        if self.currentWidget() is self.search:
            return words.of_hit(self._search.hits[int(at)]) if at and self._search.hits else None
        proposals = self._heard.diagnosis.proposals if self._heard.done else ()
        return words.of_proposal(proposals[int(at)], self._heard) if at and proposals else None

    def keys(self) -> list[Key]:
        offer, asks = self.offer() is not None, self._may_ask()
        if self.currentWidget() is self.intro and not offer:
            first = Key("Return", t("devices.find"), None, self.ask, enabled=asks, primary=True)
        elif offer:
            card = self._card()
            first = Key("Return", card.words(), None, card.bind_button.click, primary=True)
        else:
            over = asks and not (self._finding or self._hearing)
            first = Key("Return", t("devices.again_find"), None, self.again, enabled=over, primary=True)
        back = t("devices.stop") if self._finding or self._hearing else t("common.back")
        return [
            Key("F2", t("devices.find"), None, self.ask, enabled=asks),
            Key("F7", t("devices.print_three"), None, self.listen, enabled=asks),
            Key("F4", t("devices.nothing_came"), None, self.nothing, enabled=self._hearing is not None),
            Key("F9", t("devices.bind_to"), None, lambda: self._card().next_role(1), enabled=offer),
            Key("F3", t("devices.export_pack"), None, self.export, enabled=offer),
            Key("Esc", back, None, self._escape),
            first,
        ]

    def _escape(self) -> None:
        if not self.leave():
            self.left.emit()

    def _connect(self) -> None:
        for panel in (self.intro, self.search, self.prints):
            self.addWidget(panel)
            panel.offers.list.chosen.connect(lambda _row: self.refresh())
            card = panel.offers.card
            card.bind.connect(self.bind)
            card.insist.connect(self.bind)
            card.export.connect(self.export)
            card.again.connect(self.again)
        for panel in (self.intro, self.search):
            panel.listen.connect(self.listen)
        self.intro.ask.connect(self.ask)
        self.search.stop.connect(self.leave)
        self.prints.stop.connect(self.leave)
        self.prints.nothing.connect(self.nothing)

    def _begin(self, panel: QWidget) -> None:
        self._search, self._heard = Search(), Listening((), Diagnosis(0))
        self._card().fail("")
        self._show(panel)
        self.setFocus()  # the button that was pressed is gone
        self._timer.start()
        self.look()

    def _show(self, panel: QWidget) -> None:
        self.setCurrentWidget(panel)
        self.keys_changed.emit()

    def _show_card(self) -> None:
        offer, card = self.offer(), self._card()
        card.setVisible(offer is not None)
        if offer is not None:
            names = words.fitting(self._roles, self._doctor.capabilities(offer.pack.driver))
            roles = {name: model.role(name, self._roles[name]) for name in names}
            free = [name for name in names if name not in self.taken]
            card.set(offer, roles, (free or names or [""])[0], export=self.currentWidget() is not self.intro)

    def _bound(self, role: str) -> None:
        self._busy = False
        self._card().fail("")
        self._show(self.intro)
        self.bound.emit(role)

    def _unbound(self, error: Exception) -> None:
        self._busy = False
        expected, found = getattr(error, "expected", None), getattr(error, "found", None)
        if found is not None:
            self._card().refuse(expected, found)
        else:
            self._card().fail(t("devices.bind_failed"), message(str(getattr(error, "code", "internal"))))
        self.refresh()

    def _offers(self) -> OfferList:
        panel = self.currentWidget()
        return panel.offers if isinstance(panel, (FindPanel, PrintPanel)) else self.intro.offers

    def _card(self) -> OfferCard:
        return self._offers().card

    def _may_ask(self) -> bool:
        return self.port is not None and not self.port.wireless and not self._busy
