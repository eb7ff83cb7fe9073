"""One role of the Devices page: who plays it on which port, its bytes, and what to do when it is somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldcal.services.doctor import Port
from fieldcal.ui.i18n import message, t
from fieldcal.ui.models import devices as model
from fieldcal.ui.views.devices_parts import Facts, OtherBanner
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.bytes_pane import BytesPane
from fieldcal.ui.widgets.empty_state import EmptyState


class RolePanel(QStackedWidget):
    """Shows a bound role, or that its readings are entered by hand."""

    read = Signal()
    unbind = Signal()
    rebind = Signal()
    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts, self.other, self.banner = Facts(), OtherBanner(), Banner("fail")
        self.bytes, self.value = BytesPane(), label(role="title")
        self.read_button, self.unbind_button = Button(icon="play"), Button(kind="quiet")
        self.by_hand = EmptyState("keypad")
        self._lay_out()
        for pressed, told in (
            (self.read_button.clicked, self.read),
            (self.banner.pressed, self.read),
            (self.unbind_button.clicked, self.unbind),
            (self.other.pressed, self.rebind),
            (self.by_hand.pressed, self.wanted),
        ):
            pressed.connect(told)

    def retranslate(self) -> None:
        self.read_button.setText(t("devices.test"))
        self.unbind_button.setText(t("devices.unbind"))
        self.bytes.retranslate()

    def show_hand(self, name: str, wanted: model.RoleOf | None, can_find: bool) -> None:
        text = f"{model.role(name, wanted)} · {t('devices.by_hand')}"
        self.by_hand.set(text, t("devices.by_hand_find"), t("devices.find") if can_find else "")
        self.setCurrentIndex(1)

    def show_bound(self, state: Any, ports: Sequence[Port], entries: Sequence[Any], fault: str, value: str) -> None:
        """`fault` is the code of what a request by hand came to, `value` what it gave."""
        self.setCurrentIndex(0)
        self.facts.set(model.facts(state, ports))
        other = state.error == model.OTHER
        self.other.setVisible(other)
        self.bytes.setVisible(not other)  # who it is comes first
        if other:
            self.other.set(state.identity, state.found)
        words = model.fault(state) or (message(fault) if fault and not other else "")
        self.banner.set(words, t("devices.safe"), t("common.retry"))
        self.banner.setVisible(bool(words))
        self.value.setText(f"{t('devices.read_value')}  {value}" if value else "")
        self.bytes.set_entries(entries)

    def _lay_out(self) -> None:
        bound, hand = Box("card", 24, 12), Box("card", 24, 12)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.value, 1)
        head.addWidget(self.unbind_button)
        head.addWidget(self.read_button)
        for part in (self.facts, self.other, self.banner):
            bound.column.addWidget(part)
        bound.column.addLayout(head)
        bound.column.addWidget(self.bytes, 1)
        bound.column.addStretch(0)
        hand.column.addWidget(self.by_hand, 1)
        for part in (bound, hand):
            self.addWidget(_bare(part))


def _bare(part: QWidget) -> QWidget:
    """A stack gives its pages no margins of its own."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(part)
    return made
