"""The bytes of one line as they pass, both ways, in text or in hexadecimal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.models import devices as model
from fieldcal.ui.widgets.basic import label
from fieldcal.ui.widgets.chip import ChipRow

FORMS = ("text", "hex")


class BytesPane(QWidget):
    """`set_entries` takes what has `sent`, `data` and `wall`, the newest last; `tools` holds what stands beside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Any] = []
        self._title, self.form, self.view = label(role="title"), ChipRow(), QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setTabChangesFocus(True)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.view.setMaximumBlockCount(model.LAST)
        self.form.chosen.connect(lambda _name: self._show())
        self.tools = QHBoxLayout()
        self.tools.setSpacing(12)
        self.tools.addWidget(self._title)
        self.tools.addWidget(self.form, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self.tools)
        column.addWidget(self.view, 1)

    def retranslate(self) -> None:
        self._title.setText(t("devices.live"))
        self.view.setAccessibleName(t("devices.live"))
        self.view.setPlaceholderText(t("devices.quiet"))
        self.form.set_chips([(name, t(f"devices.as_{name}"), None) for name in FORMS])
        self._show()

    def set_entries(self, entries: Sequence[Any]) -> None:
        self._entries = [*entries]
        self._show()

    def next_form(self) -> None:
        self.form.choose("text" if self.form.choice() == "hex" else "hex")

    def text(self) -> str:
        return self.view.toPlainText()

    def _show(self) -> None:
        """Stays where it was scrolled to; at the end it goes on with the newest."""
        text = model.lines(self._entries, self.form.choice() == "hex")
        if text == self.view.toPlainText():
            return
        bar = self.view.verticalScrollBar()
        at, below = bar.value(), bar.value() >= bar.maximum()
        self.view.setPlainText(text)
        bar.setValue(bar.maximum() if below else at)
