"""Certificates: the papers issued here, each with its real pages beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from fieldcal.services.app import Services


class CertificatesPage(Page):
    back = Signal()

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.empty = EmptyState("certificate")
        QVBoxLayout(self).addWidget(self.empty)

    def retranslate(self) -> None:
        self.empty.set(t("certificates.empty"), t("certificates.empty_hint"))
