"""Where a verdict comes from: formula, inputs, clause."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.paint import Painted, cap_width, key_cap


class KeyCap(Painted):
    """A key cap on its own, inside a text."""

    def __init__(self, cap: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cap = cap
        self.setFixedSize(self.sizeHint())

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has another size of type."""
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedSize(self.sizeHint())
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(round(cap_width(self._cap)) + 1, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = Theme.current(), self.brush()
        key_cap(painter, 0, 14, self._cap, theme.color("text_second"), theme.color("edge"))
        painter.end()


class ExplainPanel(Box):
    """The short answer; `pressed` asks for the whole one."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("quiet", 16, 8, parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._title, self._lines = label(role="strong", wrap=True), label(wrap=True)
        self._source = label(role="caption", wrap=True)
        head.addWidget(KeyCap("F1"))
        head.addWidget(self._title, 1)
        self.column.addLayout(head)
        self.column.addWidget(self._lines)
        self.column.addWidget(self._source)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def set(self, title: str, lines: Sequence[str], source: str = "") -> None:
        self._title.setText(title)
        self._lines.setText("\n".join(lines))
        self._source.setText(source)
        self._lines.setVisible(bool(lines))
        self._source.setVisible(bool(source))
