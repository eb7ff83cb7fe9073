"""A question over the page: the title asks it, the body scrolls, the buttons stay where they are."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button

SHARE = 0.9  # of the height of the screen


class Question(QDialog):
    """`body` gets the content; accepted by the primary button, rejected by Esc or cancel."""

    def __init__(
        self, title: str, accept: str, kind: str = "primary", cancel: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setWindowTitle(title)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setMinimumWidth(448)
        self.title = label(title, "title", wrap=True)
        self._inner = inner = QWidget()
        inner.setProperty("area", "flow")
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inner)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        frame = Box("dialog", 0, 0)
        top = QVBoxLayout()
        top.setContentsMargins(24, 24, 24, 16)
        top.setSpacing(8)
        top.addWidget(self.title)
        top.addWidget(self._scroll, 1)
        frame.column.addLayout(top, 1)
        frame.column.addWidget(self._footer(accept, kind, cancel))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)

    def add_text(self, text: str) -> None:
        self.body.addWidget(label(text, "second", wrap=True))

    def showEvent(self, event: QShowEvent) -> None:
        limit = int(self.screen().availableGeometry().height() * SHARE)
        inner = self._inner
        space = self.body.totalHeightForWidth(self.minimumWidth() - 50)
        self._scroll.setMinimumHeight(min(max(space, inner.sizeHint().height()) + 4, limit - 200))
        self.setMaximumHeight(limit)
        super().showEvent(event)
        self.accept_button.setFocus()

    def done(self, result: int) -> None:
        """Gone with the next turn of the loop: what was typed, a PIN above all, doesn't outlive the answer."""
        super().done(result)
        self.deleteLater()

    def _footer(self, accept: str, kind: str, cancel: bool) -> Box:
        footer = Box("footer", 0, 0)
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addStretch(1)
        self.cancel = Button(t("common.cancel"), "quiet")
        self.cancel.setVisible(cancel)
        self.cancel.clicked.connect(self.reject)
        self.accept_button = Button(accept, kind)
        self.accept_button.setDefault(True)
        self.accept_button.setMinimumWidth(120)
        self.accept_button.clicked.connect(self.accept)
        row.addWidget(self.cancel)
        row.addWidget(self.accept_button)
        footer.column.addLayout(row)
        return footer
