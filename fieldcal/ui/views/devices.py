"""Devices: what is linked to which role, who it is, every byte both ways, and what hangs on the other ports."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldcal.domain.errors import BadInput
from fieldcal.driverkit import DeviceError
from fieldcal.services.doctor import Doctor, Port
from fieldcal.ui.i18n import explain, t
from fieldcal.ui.models import devices as model
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW
from fieldcal.ui.views.devices_doctor import DoctorPanel
from fieldcal.ui.views.devices_parts import PortQuestion, ReasonQuestion
from fieldcal.ui.views.devices_role import RolePanel
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.dialog import Question
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.rows import ListRow, RowList

if TYPE_CHECKING:
    from fieldcal.services.app import Services

REFRESH_MS, LIST_EVERY = 500, 4  # the ports are listed every fourth look
WAIT = 5.0  # s, for one reading asked by hand


class DevicesPage(Page):
    """Looks at the devices twice a second while it is in front; `changed` carries their states.

    Ports are listed by name, and none is opened before somebody asks for it.
    """

    changed = Signal(list)
    said = Signal(str)
    back = Signal()

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gateway: Any = services.devices
        self._runner = runner
        self._desk: Doctor | None = services.doctor
        self.roles = model.roles_of(services.ws.library.all())
        self.states: list[Any] = []
        self.ports: list[Port] = []
        self._returns = model.Returns()
        self._shown_rows: dict[RowList, list[ListRow]] = {}
        self._values: dict[str, str] = {}
        self._faults: dict[str, str] = {}
        self._busy = self._listing = self._looked = False
        self._looks, self._role = 0, ""  # the role that was looked at before the ports
        self._title, self._summary = label(role="heading"), label(role="second")
        self._heads = [label(role="caption_strong") for _ in range(2)]
        self.list, self.port_list, self.no_ports = RowList(64), RowList(64), EmptyState("devices")
        self.take_button, self.port_button = Button(kind="quiet", icon="plus"), Button(kind="quiet", icon="plus")
        self.failed = Banner("fail")
        self.one, self.right = RolePanel(), QStackedWidget()
        self.doctor = DoctorPanel(self._desk, runner, self.roles) if self._desk else None
        self.question: Question | None = None
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    # --- the frame ------------------------------------------------------------------------------------

    def shown(self) -> None:
        self.refresh()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        self._title.setText(t("shell.devices"))
        for head, key in zip(self._heads, ("devices.roles", "devices.ports"), strict=True):
            head.setText(t(key))
        self.no_ports.set(t("devices.empty"), t("devices.empty_hint"))
        self.take_button.setText(t("devices.import_pack"))
        self.port_button.setText(t("devices.other_port"))
        self.one.retranslate()
        self._loaded(self.states)
        if self.doctor:
            self.doctor.refresh()

    def keys(self) -> list[Key]:
        if self.doctor and self.on_port():
            return self.doctor.keys()
        known, bound = self.picked_role() is not None, self.picked() is not None
        first = (
            Key("Return", t("devices.test"), None, self.read_once, enabled=bound)
            if bound or not self.doctor
            else Key("Return", t("devices.find"), None, self.go_to_ports, enabled=known)
        )
        both = f"{t('devices.as_text')} / {t('devices.as_hex')}"
        return [
            first,
            Key("Up Down", t("common.select")),
            Key("F4", both, None, self.one.bytes.next_form, enabled=bound),
            Key("F7", t("devices.import_pack"), None, self.take, enabled=self.doctor is not None),
            Key("F8", t("devices.other_port"), None, self.ask_port, enabled=self.doctor is not None),
            Key("Del", t("devices.unbind"), None, self.ask_unbind, enabled=bound),
            Key("Esc", t("common.back"), None, self.back.emit),
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW - 88
        side = 24 if wide else 16
        self._column.setContentsMargins(side, 16, side, 16)
        self._left.setFixedWidth(480 if wide else 400)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more, so nothing is asked any more."""
        super().hideEvent(event)
        if self.doctor:
            self.doctor.stop()

    # --- what a hand does -----------------------------------------------------------------------------

    def picked(self) -> Any | None:
        return next((state for state in self.states if state.role == self.picked_role()), None)

    def picked_role(self) -> str | None:
        return None if self.on_port() else self.list.choice()

    def on_port(self) -> bool:
        return self.doctor is not None and self.right.currentWidget() is self.doctor

    def read_once(self) -> None:
        """One reading asked by hand; its bytes show like any others. A fault is said in words."""
        state = self.picked()
        if state is not None and not self._busy:
            self._busy = True
            role = state.role
            self._runner(
                lambda: self._gateway.live(role).result(WAIT),
                lambda told: self._read(role, model.reading(told), ""),
                lambda error: self._read(role, "", str(getattr(error, "code", "timeout"))),
            )

    def go_to_ports(self) -> None:
        """From a role without an instrument to the first port that may have it."""
        if self.ports:
            self.port_list.choose(model.PORT + self.ports[0].name)
            self._port_chosen(self.port_list.choice() or "")
            self.port_list.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_unbind(self) -> None:
        if (state := self.picked()) is not None and self._desk:
            self.question = Question(
                t("devices.unbind_ask", role=model.role(state.role)), t("devices.unbind"), "danger", parent=self
            )
            self.question.add_text(t("devices.unbind_text"))
            self.question.accepted.connect(lambda: self.unbind(state.role))
            self.question.open()

    def unbind(self, role: str) -> None:
        if self._desk:
            desk = self._desk
            self._values.pop(role, None)
            self._runner(lambda: desk.unbind(role), lambda _none: self.refresh(), self._broke)

    def ask_rebind(self) -> None:
        """The new instrument needs a reason."""
        if (state := self.picked()) is not None and self._desk:
            asked = ReasonQuestion(self)
            asked.accepted.connect(lambda: self.rebind(state, asked.reason()))
            self.question = asked
            asked.open()

    def rebind(self, state: Any, reason: str) -> None:
        if self._desk:
            desk = self._desk
            self._runner(
                lambda: desk.rebind(state.role, state.driver_id, state.port, reason),
                lambda _identity: self._bound(state.role),
                self._broke,
            )

    def take(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, t("devices.import_where"), "", t("devices.pack_files"))
        if path:
            self.take_from(Path(path))

    def take_from(self, path: Path) -> None:
        """Adds a pack; a bad one is refused with field, value and what is accepted."""
        if self._desk is None:
            return
        try:
            pack = self._desk.take(path)
        except (BadInput, OSError) as error:
            self._broke(error)
            return
        self.failed.hide()
        self.said.emit(t("devices.imported", name=pack.name))
        if self.doctor:
            self.doctor.refresh()

    def ask_port(self) -> None:
        """A port that is not listed, by its name."""
        if self._desk:
            asked = PortQuestion(self._desk.add, self)
            # once the window has the keyboard again
            asked.accepted.connect(lambda: QTimer.singleShot(0, partial(self._port_named, asked.name)))
            self.question = asked
            asked.open()

    def _port_named(self, name: str) -> None:
        self.ports = [*(port for port in self.ports if port.name != name), Port(name)]
        self._loaded(self.states)
        self.port_list.choose(model.PORT + name)
        self._port_chosen(model.PORT + name)
        self.port_list.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what is seen ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        self._looked = True
        self._loaded(list(self._gateway.state()))
        self._list_ports()

    def _tick(self) -> None:
        if self.isVisible():
            self._loaded(list(self._gateway.state()))
            self._looks += 1
            if self._looks % LIST_EVERY == 0:
                self._list_ports()

    def _list_ports(self) -> None:
        """In the background: a list of ports may take a second. Opens none."""
        if self._desk and not self._listing and not self._busy:
            self._listing = True
            self._runner(self._desk.ports, self._listed, self._unlisted)

    def _listed(self, ports: list[Port]) -> None:
        self._listing = False
        self.ports = ports
        self._loaded(self.states)

    def _unlisted(self, error: Exception) -> None:
        self._listing = False
        self._broke(error)

    def _loaded(self, states: list[Any]) -> None:
        before, self.states = self.states, states
        self._returns.look(states)
        linked = sum(state.linked for state in states)
        self._summary.setText(t("devices.summary", linked=linked, total=len(states)) if states else "")
        self._fill(self.list, self._role_rows() if self._looked else [])
        taken = {state.port for state in states}
        free = [port for port in self.ports if port.name not in taken]
        self._fill(self.port_list, [model.port_row(port) for port in free])
        self.port_list.setVisible(bool(free))
        self.no_ports.setVisible(self._desk is not None and not free)
        if self.doctor:
            self.doctor.taken = {state.role for state in states}
        if self.list.choice() is None and not self.on_port() and self._shown_rows[self.list]:
            self.list.choose(self._shown_rows[self.list][0].id)
        self._show()
        if before != states:
            self.changed.emit(states)
            self.keys_changed.emit()

    def _role_rows(self) -> list[ListRow]:
        bound = {state.role for state in self.states}
        rows = [model.row(state, state.role in self._returns.again) for state in self.states]
        problems = self._desk.problems() if self._desk else {}
        free = {name: wanted for name, wanted in self.roles.items() if name not in bound}
        return rows + [model.by_hand(name, wanted, problems.get(name, "")) for name, wanted in free.items()]

    def _fill(self, rows: RowList, wanted: list[ListRow]) -> None:
        if self._shown_rows.get(rows) != wanted:
            self._shown_rows[rows] = wanted
            rows.set_rows(wanted)

    def _show(self) -> None:
        if self.on_port():
            return
        state, name = self.picked(), self.picked_role()
        if state is not None:
            entries, role = self._bytes(state.role), state.role
            self.one.show_bound(state, self.ports, entries, self._faults.get(role, ""), self._values.get(role, ""))
        elif name is not None:
            self.one.show_hand(name, self.roles.get(name), self.doctor is not None)
        self.one.unbind_button.setVisible(self._desk is not None)

    def _bytes(self, role: str) -> Sequence[Any]:
        try:
            return self._gateway.tap(role).entries()
        except DeviceError:  # it was unbound since we looked
            return []

    def _role_chosen(self, _role: str) -> None:
        if self.doctor:
            self.doctor.stop()
        self.right.setCurrentWidget(self.one)
        self.port_list.setCurrentIndex(QModelIndex())
        self._show()
        self.keys_changed.emit()

    def _port_chosen(self, name: str) -> None:
        port = next((port for port in self.ports if model.PORT + port.name == name), None)
        if self.doctor and port is not None:
            self._role = self.list.choice() or self._role
            self.list.setCurrentIndex(QModelIndex())
            self.doctor.choose(port)
            self.right.setCurrentWidget(self.doctor)
            self.keys_changed.emit()

    def _bound(self, role: str) -> None:
        """To the role that was bound, and its first reading."""
        self.failed.hide()
        self._faults.pop(role, None)
        self.right.setCurrentWidget(self.one)
        self.refresh()
        self.list.choose(role)
        self._role_chosen(role)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.read_once()

    def _read(self, role: str, value: str, fault: str) -> None:
        self._busy = False
        self._values[role], self._faults[role] = value, fault
        self.refresh()

    def _broke(self, error: Exception) -> None:
        self.failed.set(explain(error), "", t("common.close"))
        self.failed.show()
        self.refresh()

    # --- how it is made -------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.list.chosen.connect(self._role_chosen)
        self.list.clicked.connect(lambda _index: self._role_chosen(""))
        self.port_list.chosen.connect(self._port_chosen)
        self.port_list.clicked.connect(lambda _index: self._port_chosen(self.port_list.choice() or ""))
        self.take_button.clicked.connect(self.take)
        self.port_button.clicked.connect(self.ask_port)
        self.failed.pressed.connect(self.failed.hide)
        self.one.read.connect(self.read_once)
        self.one.unbind.connect(self.ask_unbind)
        self.one.rebind.connect(self.ask_rebind)
        self.one.wanted.connect(self.go_to_ports)
        if self.doctor:
            self.doctor.bound.connect(self._bound)
            self.doctor.said.connect(self.said)
            self.doctor.keys_changed.connect(self.keys_changed)
            self.doctor.left.connect(self._back_to_roles)

    def _back_to_roles(self) -> None:
        self.right.setCurrentWidget(self.one)
        self.list.choose(self._role)
        self._role_chosen("")
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        head, both = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(20)
        both.setSpacing(24)
        head.addWidget(self._title)
        head.addWidget(self._summary, 1, Qt.AlignmentFlag.AlignBottom)
        self._left = Box("card", 8, 4)
        for title, part, share in ((self._heads[0], self.list, 3), (self._heads[1], self.port_list, 2)):
            title.setContentsMargins(12, 8, 0, 0)
            self._left.column.addWidget(title)
            self._left.column.addWidget(part, share)
        self._left.column.addWidget(self.no_ports, 2)
        tools = QHBoxLayout()
        tools.addWidget(self.port_button)
        tools.addWidget(self.take_button)
        self._left.column.addLayout(tools)
        for part in (self._heads[1], self.port_list, self.no_ports, self.take_button, self.port_button):
            part.setVisible(self._desk is not None)
        self.right.addWidget(self.one)
        if self.doctor:
            self.right.addWidget(self.doctor)
        both.addWidget(self._left)
        both.addWidget(self.right, 1)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(16)
        self._column.addLayout(head)
        self._column.addWidget(self.failed)
        self._column.addLayout(both, 1)
        self.failed.hide()
