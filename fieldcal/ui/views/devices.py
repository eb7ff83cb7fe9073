"""Devices: what is linked to which role, who it is, and every byte both ways as it passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from fieldcal.ui.i18n import message, t
from fieldcal.ui.models import devices as model
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.chip import ChipRow
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.rows import ListRow, RowList

if TYPE_CHECKING:
    from fieldcal.services.app import Services

REFRESH_MS = 500
WAIT = 5.0  # s, for one reading asked by hand


class DevicesPage(Page):
    """Looks at the devices twice a second while it is in front; `changed` carries their states."""

    changed = Signal(list)
    back = Signal()

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gateway: Any = services.devices
        self._runner = runner
        self.states: list[Any] = []
        self._rows: list[ListRow] = []
        self._busy, self._fault = False, ""
        self._title, self._summary = label(role="heading"), label(role="second")
        self.list, self.empty = RowList(64), EmptyState("devices")
        self.banner, self.read = Banner("fail"), Button(icon="play")
        self.form, self.bytes = ChipRow(), QPlainTextEdit()
        self.bytes.setReadOnly(True)
        self.bytes.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.bytes.setMaximumBlockCount(model.LAST)
        self._facts: list[tuple[QLabel, QLabel]] = []
        self._live = label(role="title")
        self._lay_out()
        self.list.chosen.connect(self._chosen)
        self.form.chosen.connect(lambda _name: self._show_bytes())
        self.read.clicked.connect(self.read_once)
        self.banner.pressed.connect(self.read_once)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def shown(self) -> None:
        self.refresh()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        self._loaded(list(self._gateway.state()))

    def retranslate(self) -> None:
        self._title.setText(t("shell.devices"))
        self.empty.set(t("devices.empty"), t("devices.empty_hint"))
        self.read.setText(t("devices.test"))
        self.form.set_chips([(name, t(f"devices.as_{name}"), None) for name in ("text", "hex")])
        self._live.setText(t("devices.live"))
        self.bytes.setPlaceholderText(t("devices.quiet"))
        self._loaded(self.states)

    def keys(self) -> list[Key]:
        known = self.picked() is not None
        return [
            Key("Return", t("devices.test"), None, self.read_once, enabled=known),
            Key("Up Down", t("common.select")),
            Key("F4", f"{t('devices.as_text')} / {t('devices.as_hex')}", None, self.next_form, enabled=known),
            Key("Esc", t("common.back"), None, self.back.emit),
        ]

    def picked(self) -> Any | None:
        return next((state for state in self.states if state.role == self.list.choice()), None)

    def next_form(self) -> None:
        self.form.choose("text" if self.form.choice() == "hex" else "hex")

    def read_once(self) -> None:
        """One reading asked by hand; its bytes show like any others. A fault is said in words."""
        state = self.picked()
        if state is not None and not self._busy:
            self._busy = True
            self._runner(lambda: self._gateway.live(state.role).result(WAIT), self._read, self._unread)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW - 88
        side = 24 if wide else 16
        self._column.setContentsMargins(side, 16, side, 16)
        self._left.setFixedWidth(520 if wide else 400)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(self._title)
        head.addWidget(self._summary, 1, Qt.AlignmentFlag.AlignBottom)
        self._left = Box("card", 8, 0)
        self._left.column.addWidget(self.list, 1)
        self._left.column.addWidget(self.empty, 1)
        self._right = Box("card", 24, 12)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(1, 1)
        for at in range(4):
            pair = (label(role="caption"), label(role="strong", wrap=True))
            self._facts.append(pair)
            grid.addWidget(pair[0], at, 0)
            grid.addWidget(pair[1], at, 1)
        tools = QHBoxLayout()
        tools.setSpacing(12)
        tools.addWidget(self._live)
        tools.addWidget(self.form, 1)
        tools.addWidget(self.read)
        self._right.column.addLayout(grid)
        self._right.column.addWidget(self.banner)
        self._right.column.addLayout(tools)
        self._right.column.addWidget(self.bytes, 1)
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addWidget(self._left)
        both.addWidget(self._right, 1)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(16)
        self._column.addLayout(head)
        self._column.addLayout(both, 1)

    def _tick(self) -> None:
        if self.isVisible():
            self.refresh()

    def _loaded(self, states: list[Any]) -> None:
        before, self.states = self.states, states
        linked = sum(state.linked for state in states)
        self._summary.setText(t("devices.summary", linked=linked, total=len(states)) if states else "")
        rows = [model.row(state) for state in states]
        if rows != self._rows:
            self._rows = rows
            self.list.set_rows(rows)
        if states and self.list.choice() is None:
            self.list.choose(states[0].role)
        self.list.setVisible(bool(states))
        self.empty.setVisible(not states)
        self._show()
        if before != states:
            self.changed.emit(states)
            self.keys_changed.emit()

    def _chosen(self, _role: str) -> None:
        self._fault = ""
        self._show()
        self.keys_changed.emit()

    def _show(self) -> None:
        state = self.picked()
        self._right.setVisible(state is not None)
        if state is None:
            return
        for (name, value), (first, second) in zip(model.facts(state), self._facts, strict=True):
            first.setText(name)
            second.setText(value)
        fault = model.fault(state) or (message(self._fault) if self._fault else "")
        self.banner.set(fault, t("devices.safe"), t("common.retry"))
        self.banner.setVisible(bool(fault))
        self._show_bytes()

    def _show_bytes(self) -> None:
        state = self.picked()
        if state is None:
            return
        text = model.lines(self._gateway.tap(state.role).entries(), self.form.choice() == "hex")
        if text != self.bytes.toPlainText():
            self.bytes.setPlainText(text)
            bar = self.bytes.verticalScrollBar()
            bar.setValue(bar.maximum())

    def _read(self, _reading: object) -> None:
        self._busy, self._fault = False, ""
        self.refresh()

    def _unread(self, error: Exception) -> None:
        self._busy, self._fault = False, str(getattr(error, "code", "timeout"))
        self.refresh()
