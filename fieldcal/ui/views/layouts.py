"""Small hands for layouts that several pages need."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QWidget

from fieldcal.ui.widgets.basic import restyle


def clear(layout: QLayout) -> None:
    """Takes every widget out; gone at once, not at the next turn of the loop."""
    while layout.count():
        item = layout.takeAt(0)
        old = item.widget() if item is not None else None
        if old is not None:
            old.hide()
            old.deleteLater()


def tall(button: QWidget) -> None:
    """The one large button of a page: 72 px."""
    restyle(button, tall="true")
    button.setMinimumHeight(72)
