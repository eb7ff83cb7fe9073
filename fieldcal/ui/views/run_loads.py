"""The card "loads and weights" of the page before the first step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldcal.ui.models.run_loads import LoadRow, Loads
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.basic import Card, label
from fieldcal.ui.widgets.shape import Shape


class _Row(QWidget):
    """Nothing is cut: long lines wrap."""

    def __init__(self, row: LoadRow) -> None:
        super().__init__()
        line, text = QHBoxLayout(self), QVBoxLayout()
        line.setContentsMargins(0, 6, 12, 6)
        line.setSpacing(12)
        text.setSpacing(2)
        if row.kind:
            line.addWidget(Shape(row.kind, 20), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(text, 1)
        text.addWidget(label(row.title, "strong", wrap=True))
        text.addWidget(label(row.second, "error" if row.kind == "fail" else "caption", wrap=True))


class LoadsCard(Card):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", 20, 8, parent)
        self.title, self.badge = label(role="title"), Badge()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.badge)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.column.addLayout(head)
        self.column.addWidget(self._scroll, 1)
        self.rows: list[LoadRow] = []

    def set(self, loads: Loads | None) -> None:
        self.setVisible(loads is not None)
        self.rows = list(loads.rows) if loads else []
        if loads is None:
            return
        self.title.setText(loads.title)
        self.badge.set(loads.kind, loads.word)
        inner = QWidget()
        inner.setProperty("area", "flow")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for note in loads.notes:
            column.addWidget(label(note, "second", wrap=True))
        for row in loads.rows:
            column.addWidget(_Row(row))
        column.addStretch(1)
        self._scroll.setWidget(inner)
