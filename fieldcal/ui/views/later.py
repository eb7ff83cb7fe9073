"""A page that is made when it is first needed: the sign-in need not wait for pages nobody opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldcal.ui.shell import Page
from fieldcal.ui.widgets.keys import Key


class Later(Page):
    """Stands in the frame for the page that `make` gives, and hands everything on to it."""

    def __init__(self, make: Callable[[], Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._made: Any = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def own_head(self) -> bool:  # type: ignore[override]
        return self._made is not None and self._made.own_head

    def content(self) -> Any:
        if self._made is None:
            self._made = self._make()
            self._column.addWidget(self._made)
            self._made.retranslate()
            self._made.keys_changed.connect(self.keys_changed)
        return self._made

    def shown(self) -> None:
        self.content().shown()

    def keys(self) -> list[Key]:
        return self._made.keys() if self._made is not None else []

    def retranslate(self) -> None:
        if self._made is not None:
            self._made.retranslate()
