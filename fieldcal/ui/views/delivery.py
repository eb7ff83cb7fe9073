"""Delivery: what waits, what went out and when, and the signed bundle for a stick."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from fieldcal.ui.i18n import message, t
from fieldcal.ui.models import delivery as model
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW
from fieldcal.ui.views.layouts import tall
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from fieldcal.services.app import Services
    from fieldcal.services.delivery import BundleInfo


class DeliveryPage(Page):
    """`changed` after an export, so that the header counts anew."""

    changed = Signal()
    back = Signal()

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.data: model.DeliveryData | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._busy = False
        self._done: BundleInfo | None = None
        self._problem = ""
        self._title, self._summary = label(role="heading"), label(role="second")
        self.good, self.bad = Banner("info"), Banner("fail")
        self.bad.pressed.connect(self.choose)
        self.list, self.empty = RowList(64), EmptyState("delivery")
        self._count, self._word = label(role="heading"), label(role="second")
        self._how, self.button = label(role="second", wrap=True), Button(kind="primary", icon="save")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.choose)
        tall(self.button)
        self._lay_out()

    def shown(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def refresh(self) -> None:
        self._runner(lambda: model.load(self._services), self._loaded, self._broke)

    def retranslate(self) -> None:
        self._title.setText(t("shell.delivery"))
        self._how.setText(t("delivery.how"))
        self.empty.set(t("delivery.empty"), t("delivery.empty_hint"))
        self._show()

    def keys(self) -> list[Key]:
        ready = self._ready()
        return [
            Key("Return", t("delivery.export"), None, self.choose, enabled=ready),
            Key("Up Down", t("common.select")),
            Key("Esc", t("common.back"), None, self.back.emit),
        ]

    def choose(self) -> None:
        """Asks where to; the dialog is the system's, which knows the stick."""
        if not self._ready():
            return
        place = str(Path.home() / model.file_name(self._services))
        path, _ = QFileDialog.getSaveFileName(self, t("delivery.choose"), place, t("delivery.bundle"))
        if path:
            self.export(Path(path))

    def export(self, path: Path) -> None:
        """Writes the signed bundle away from the window's thread."""
        if self._busy:
            return
        self._busy, self._done, self._problem = True, None, ""
        actor = self._services.person.id if self._services.person else "system"
        self._show()
        self._runner(lambda: self._services.delivery.export(path, actor), self._exported, self._broke)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW - 88
        side = 24 if wide else 16
        self._column.setContentsMargins(side, 16, side, 16)
        self._side.setFixedWidth(440 if wide else 320)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(self._title)
        head.addWidget(self._summary, 1, Qt.AlignmentFlag.AlignBottom)
        self._box = Box("card", 8, 0)
        self._box.column.addWidget(self.list, 1)
        self._box.column.addWidget(self.empty, 1)
        self._side = Box("live", 24, 12)
        for part in (self._count, self._word):
            self._side.column.addWidget(part)
        self._side.column.addStretch(1)
        self._side.column.addWidget(self._how)
        self._side.column.addWidget(self.button)
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addWidget(self._box, 1)
        both.addWidget(self._side)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(16)
        self._column.addLayout(head)
        self._column.addWidget(self.good)
        self._column.addWidget(self.bad)
        self._column.addLayout(both, 1)

    def _ready(self) -> bool:
        return not self._busy and self.data is not None and self.data.queued > 0

    def _loaded(self, data: model.DeliveryData) -> None:
        self.data = data
        self._show()

    def _exported(self, info: BundleInfo) -> None:
        self._busy, self._done = False, info
        self.refresh()
        self.changed.emit()

    def _broke(self, error: Exception) -> None:
        self._busy, self._problem = False, str(getattr(error, "code", "internal"))
        self._show()

    def _show(self) -> None:
        data = self.data
        if data is not None:
            self._summary.setText(t("delivery.summary", waiting=data.queued, done=data.done))
            self.list.set_rows([model.row(job) for job in data.jobs])
            if data.jobs and self.list.choice() is None:
                self.list.choose(data.jobs[0].stream)
            self._count.setText(str(data.queued))
        self._word.setText(t("delivery.waiting"))
        empty = data is not None and not data.jobs
        self.list.setVisible(not empty)
        self.empty.setVisible(empty)
        self.button.setText(t("delivery.exporting") if self._busy else t("delivery.export"))
        self.button.setEnabled(self._ready())
        self._banners()
        self.keys_changed.emit()

    def _banners(self) -> None:
        self.good.setVisible(self._done is not None)
        self.bad.setVisible(bool(self._problem))
        if self._done is not None:
            done = self._done
            text = t("delivery.done_text", path=done.path, events=done.events)
            self.good.set(t("delivery.done_title", records=done.records), text)
        if self._problem:
            title = f"{t('delivery.failed')} · {message(self._problem)}"
            self.bad.set(title, t("delivery.failed_text"), t("common.retry"))
