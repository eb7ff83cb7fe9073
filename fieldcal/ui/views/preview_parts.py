"""What stands beside the run page of a preview: the items of the file, what is wrong in it, how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.faults import Fault
from fieldcal.domain.judge import Judgement
from fieldcal.services.preview import Result
from fieldcal.ui.i18n import t
from fieldcal.ui.models import preview as model
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.chip import ChipRow
from fieldcal.ui.widgets.pdf_view import PdfView
from fieldcal.ui.widgets.rows import RowList

SIDE, ANY = 264, 16_777_215  # px; the latter is Qt's word for no limit


class Outline(QWidget):
    """The items of the file in their order, for one kind of verification."""

    kind_chosen = Signal(str)
    item_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_wide(False)
        self.kinds, self.items = QComboBox(), RowList(64)
        self.kinds.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the keys belong to the page of the technician
        self.items.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.kinds.activated.connect(lambda at: self.kind_chosen.emit(self.kinds.itemData(at)))
        self.items.chosen.connect(self.item_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 8, 12)
        column.setSpacing(8)
        column.addWidget(self.kinds)
        column.addWidget(self.items, 1)

    def set_wide(self, wide: bool) -> None:
        """Beside the run page, or in its place where both find no room."""
        self.setMinimumWidth(SIDE)
        self.setMaximumWidth(ANY if wide else SIDE)

    def set(self, compiled: Compiled, kind: str, judged: Judgement | None, at: str) -> None:
        self.kinds.clear()
        for name, word in model.kinds(compiled):
            self.kinds.addItem(word, name)
        self.kinds.setCurrentIndex(self.kinds.findData(kind))
        self.items.blockSignals(True)  # looking at an item stays the choice of the author
        self.items.set_rows(model.outline(compiled, kind, judged, at))
        if at:
            self.items.choose(at)
        self.items.blockSignals(False)


class Faults(QScrollArea):
    """All that is wrong in a file, each with its place and what is allowed there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        inner = QWidget()
        inner.setProperty("area", "flow")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(24, 16, 24, 16)
        self._column.setSpacing(8)
        self.setWidget(inner)
        self.texts: list[model.FaultText] = []

    def set(self, faults: Sequence[Fault]) -> None:
        clear(self._column)
        self.texts = [model.fault_text(fault) for fault in faults]
        self._column.addWidget(label(t("preview.faults", count=len(faults)), role="title"))
        for text in self.texts:
            box = Box("fail", 12, 4)
            box.column.addWidget(label(text.place, role="caption_strong", wrap=True))
            box.column.addWidget(label(text.wrong, role="strong", wrap=True))
            if text.allowed:
                box.column.addWidget(label(text.allowed, role="second", wrap=True))
            self._column.addWidget(box)
        self._column.addStretch(1)


class Ending(QWidget):
    """The verdict with its items, and the papers as they would be printed."""

    paper_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.badge, self.conclusion = Badge(tall=True), label(role="heading", wrap=True)
        self.why, self.items = label(role="second", wrap=True), RowList(48)
        self.papers, self.pdf = ChipRow(), PdfView(whole=False)
        self.papers.chosen.connect(self.paper_chosen)
        left, right = Box("card", 16, 8), Box("card", 16, 8)
        for part in (self.badge, self.conclusion, self.why):
            left.column.addWidget(part)
        left.column.addWidget(self.items, 1)
        right.column.addWidget(self.papers)
        right.column.addWidget(self.pdf, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(left, 2)
        row.addWidget(right, 3)

    def set(self, compiled: Compiled, judged: Judgement, result: Result) -> None:
        self.badge.set(model.SHAPES[result.verdict], t(f"run.word.{result.verdict}"))
        self.conclusion.setText(model.conclusion(compiled, result))
        self.why.setText(model.why(result))
        self.why.setVisible(bool(result.why))
        self.items.set_rows(model.ended(judged))
        self.papers.set_chips(model.papers(result))

    def show_paper(self, images: Sequence[QImage]) -> None:
        self.pdf.set_pages(images)
