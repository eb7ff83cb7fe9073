"""Parts of the lots page: what is known of a lot at the right of its sample, and the question before the draw."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QScrollArea, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.models import lots as model
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.dialog import Question


class LotCard(Box):
    """Plan, seed and who did what, as the journal has it."""

    def __init__(self) -> None:
        super().__init__("card", 24, 8)
        inner = QWidget()
        inner.setProperty("area", "flow")
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        self.column.addWidget(scroll, 1)
        self._lines: list[tuple[str, str]] = []

    def show_sight(self, sight: model.Sight, people: dict[str, str]) -> None:
        self._grid.setRowStretch(len(self._lines), 0)
        self._lines = model.lines(sight, people)
        clear(self._grid)
        for at, (name, value) in enumerate(self._lines):
            words = label(value, wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)  # a seed is copied
            self._grid.addWidget(label(name, "caption"), at, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, at, 1)
        self._grid.setRowStretch(len(self._lines), 1)

    def text(self) -> str:
        return "\n".join(f"{name}: {value}" for name, value in self._lines)


class DrawQuestion(Question):
    """The draw happens once; a seed may have been thrown before witnesses."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(t("lots.draw_title"), t("lots.draw"), parent=parent)
        self.add_text(text)
        self.line = QLineEdit()
        self.body.addWidget(label(t("lots.line_seed"), "caption"))
        self.body.addWidget(self.line)
        self.line.setPlaceholderText(t("lots.seed_hint"))
        self.line.setAccessibleName(t("lots.line_seed"))
        self.line.setFocus()

    @property
    def seed(self) -> str:
        return self.line.text()
