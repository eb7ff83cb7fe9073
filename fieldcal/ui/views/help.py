"""Help: the key card, to read on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.shell import Page
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.explain_panel import KeyCap
from fieldcal.ui.widgets.keys import Key

EVERYWHERE = (
    ("Enter", "enter"), ("↑ ↓", "arrows"), ("Tab", "tab"), ("Esc", "escape"),
    ("Ctrl 1…9", "pages"), ("Ctrl L", "leave"),
    ("F5", "theme"), ("F6", "language"), ("F12", "help"),
)  # fmt: skip
RUN = (
    ("Enter", "enter"), ("Space", "space"), ("Backspace", "backspace"), ("F1", "explain"),
    ("F2", "photo"), ("F3", "note"), ("F8", "sound"),
)  # fmt: skip


class HelpPage(Page):
    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title, self._safe = label(role="heading"), label(role="second", wrap=True)
        self._cards = QHBoxLayout()
        self._cards.setSpacing(24)
        flow = QWidget()
        flow.setProperty("area", "flow")
        inner = QVBoxLayout(flow)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(16)
        inner.addLayout(self._cards)
        inner.addWidget(self._safe)
        inner.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(flow)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 16, 32, 16)
        column.setSpacing(16)
        column.addWidget(self._title)
        column.addWidget(scroll, 1)

    def shown(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keys(self) -> list[Key]:
        return [Key("Esc", t("common.back"), None, self.back.emit)]

    def retranslate(self) -> None:
        self._title.setText(t("help.title"))
        self._safe.setText(t("help.safe"))
        clear(self._cards)
        self._cards.addWidget(_card(t("help.everywhere"), [*EVERYWHERE, ("", "scan")]), 1, Qt.AlignmentFlag.AlignTop)
        self._cards.addWidget(_card(t("help.in_run"), RUN), 1, Qt.AlignmentFlag.AlignTop)


def _card(title: str, keys: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> Box:
    made = Box("card", 24, 12)
    made.column.addWidget(label(title, "title"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(12)
    grid.setColumnStretch(1, 1)
    for at, (cap, text) in enumerate(keys):
        shown = KeyCap(Key(cap, "").cap()) if cap else label(t("help.scanner"), "caption_strong")
        grid.addWidget(shown, at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(t(f"help.{text}"), wrap=True), at, 1)
    made.column.addLayout(grid)
    return made
