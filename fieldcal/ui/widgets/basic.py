"""Labels, cards and dividers: plain Qt widgets named for the style sheet."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from fieldcal.ui.theme import Theme


def restyle(widget: QWidget, **properties: object) -> None:
    """Sets dynamic properties and has the style sheet look at the widget again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def label(text: str = "", role: str = "body", wrap: bool = False) -> QLabel:
    """Roles: heading, title, strong, body, second, third, caption, caption_strong, error, figure, cell,
    accent, pass, fail, warn, bar."""
    made = QLabel(text)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def divider(vertical: bool = False) -> QFrame:
    made = QFrame()
    made.setProperty("box", "line")
    thick = Theme.current().hairline
    made.setFixedWidth(thick) if vertical else made.setFixedHeight(thick)
    return made


class Box(QFrame):
    """A frame of one kind: card, live, quiet, fail, warn, info, toast, dialog, footer."""

    def __init__(self, kind: str = "card", margin: int = 24, gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("box", kind)
        self.setProperty("sun", Theme.current().filled)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(gap)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and self.property("sun") != Theme.current().filled:
            restyle(self, sun=Theme.current().filled)
        super().changeEvent(event)


class Card(Box):
    """White ground with a hairline; selected: accent outline and tint."""

    def set_selected(self, selected: bool) -> None:
        restyle(self, selected=selected)
