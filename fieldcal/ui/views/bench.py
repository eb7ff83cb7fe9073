"""The simulated bench: the instruments on it at the left, the picked one at the right."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldcal.domain.errors import BadInput
from fieldcal.services.practice_bench import PracticeBench, Standing
from fieldcal.ui.i18n import explain, t
from fieldcal.ui.models import bench as model
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW
from fieldcal.ui.views.bench_one import OneInstrument
from fieldcal.ui.views.bench_parts import AddQuestion
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.empty_state import EmptyState, Failed
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.rows import ListRow, RowList

REFRESH_MS = 200


class BenchPage(Page):
    """Looks at the bench five times a second; `said` carries a short word for the toast."""

    said = Signal(str)

    def __init__(self, bench: PracticeBench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._rows: list[ListRow] = []
        self.question: AddQuestion | None = None
        self._title, self._standing = label(role="heading"), label(role="title")
        self.practice, self.failed = Banner("warn"), Failed()
        self.failed.hide()
        self.tongue, self.dress = Button(kind="quiet"), Button(kind="square", icon="theme")
        self.list, self.empty, self._more = RowList(64), EmptyState("wire"), Button(icon="plus")
        self.one = OneInstrument()
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()

    def shown(self) -> None:
        self.refresh()
        (self.list if self._rows else self.empty.action).setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """No look at the bench after this: it is about to close."""
        self._timer.stop()

    def keys(self) -> list[Key]:
        one = self.picked()
        some, fault, secret = one is not None, bool(one and one.fault), bool(one) and self.one.knobs.secret()
        return [
            Key("F2", t("bench.add"), None, self.ask, primary=True),
            Key("Up Down", t("common.select")),
            Key("F7", t("bench.unplug") if one is None or one.plugged else t("bench.plug"), None, self.cable, some),
            Key("F8", t("bench.fault_off"), None, lambda: self.switch(""), fault),
            Key("F9", t("bench.peep"), None, self.one.knobs.peep, secret),
            Key("F4", t("bench.text_hex"), None, self.one.bytes.next_form, some),
            Key("F3", t("bench.copy"), None, self.copy, some),
            Key("Del", t("bench.remove"), None, self.remove, some),
        ]

    def picked(self) -> Standing | None:
        return next((one for one in self._bench.instruments() if one.name == self.list.choice()), None)

    # --- what a hand does -----------------------------------------------------------------------------

    def ask(self) -> None:
        """Which instrument is to come onto the bench."""
        self.question = AddQuestion(self._bench.offers(), self)
        self.question.accepted.connect(self._asked)
        self.question.open()

    def add(self, driver: str) -> None:
        try:
            name = self._bench.start(driver)
        except Exception as error:  # a driver somebody dropped in may raise anything
            self.failed.set(t("bench.not_started"), f"{driver}: {error}", t("common.close"))
            self.failed.show()
            return
        self.failed.hide()
        self.refresh()
        self.list.choose(name)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        port = next(one.port for one in self._bench.instruments() if one.name == name)
        self.said.emit(t("bench.started", name=name, port=port))

    def remove(self) -> None:
        if one := self.picked():
            self._bench.stop(one.name)
            self.one.forget()
            self.refresh()

    def cable(self) -> None:
        if one := self.picked():
            (self._bench.unplug if one.plugged else self._bench.replug)(one.name)
            self.refresh()

    def switch(self, fault: str) -> None:
        if one := self.picked():
            self._bench.switch(one.name, fault)
            self.refresh()

    def turn(self, knob: str, value: Decimal) -> None:
        """A value that cannot be is refused under its field, and nothing changes."""
        one = self.picked()
        if one is None:
            return
        try:
            self._bench.turn(one.name, knob, value)
        except BadInput as error:
            self.one.knobs.refuse(knob, explain(error, label=model.named("knob", knob)))
        else:
            self.one.stand(self._bench, one)

    def copy(self) -> None:
        if one := self.picked():
            QGuiApplication.clipboard().setText(one.port)
            self.said.emit(t("bench.copied", port=one.port))

    # --- what is seen ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        rows = [model.row(one) for one in self._bench.instruments()]
        changed, self._rows = rows != self._rows, rows
        if changed:
            self.list.set_rows(rows)
        if rows and self.list.choice() is None:
            self.list.choose(rows[0].id)
        for part, there in ((self._left, rows), (self.one, rows), (self.empty, not rows)):
            part.setVisible(bool(there))
        self._show()
        if changed:
            self.keys_changed.emit()

    def retranslate(self) -> None:
        self._title.setText(t("bench.title"))
        self._standing.setText(t("bench.standing"))
        self.practice.set(t("bench.practice"), t("bench.practice_hint"))
        self.empty.set(t("bench.empty"), t("bench.empty_hint"), t("bench.add"))
        self._more.setText(t("bench.add"))
        self.tongue.setText(t("common.other_language"))
        self.dress.setToolTip(f"{t('shell.theme')} F5")
        self.dress.setAccessibleName(t("shell.theme"))
        self.one.retranslate()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW
        side = 24 if wide else 16
        self._column.setContentsMargins(side, 16, side, 16)
        self._left.setFixedWidth(320 if wide else 272)
        self.one.set_wide(wide)

    def _connect(self) -> None:
        self.list.chosen.connect(self._chosen)
        self.empty.pressed.connect(self.ask)
        self.failed.pressed.connect(self.failed.hide)
        self._more.clicked.connect(self.ask)
        self.one.turned.connect(self.turn)
        self.one.switched.connect(self.switch)
        self.one.copy_pressed.connect(self.copy)
        self.one.cable_pressed.connect(self.cable)
        self.one.remove_pressed.connect(self.remove)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title)
        head.addSpacing(4)
        head.addWidget(self.practice, 1)
        head.addWidget(self.tongue)
        head.addWidget(self.dress)
        self._left = Box("card", 12, 8)
        self._left.column.addWidget(self._standing)
        self._left.column.addWidget(self.list, 1)
        self._left.column.addWidget(self._more)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(self._left)
        both.addWidget(self.one, 1)
        both.addWidget(self.empty, 1)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(16)
        self._column.addLayout(head)
        self._column.addWidget(self.failed)
        self._column.addLayout(both, 1)

    def _asked(self) -> None:
        if self.question is not None:
            self.add(self.question.choice())

    def _chosen(self, _name: str) -> None:
        self._show()
        self.keys_changed.emit()

    def _show(self) -> None:
        if one := self.picked():
            self.one.show_one(self._bench, one)
