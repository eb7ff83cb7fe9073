"""Digits for gloved fingers; the pad never takes the focus from the field it types into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget
from shiboken6 import isValid

from fieldcal.ui.i18n import t
from fieldcal.ui.touch import PAD_KEY, PIN_KEY, SLIM_KEY
from fieldcal.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from fieldcal.ui.widgets.number_field import NumberField

Place = tuple[str, int, int, int, int]
PAD: list[Place] = [
    ("7", 0, 0, 1, 1), ("8", 0, 1, 1, 1), ("9", 0, 2, 1, 1), ("back", 0, 3, 1, 1),
    ("4", 1, 0, 1, 1), ("5", 1, 1, 1, 1), ("6", 1, 2, 1, 1), ("-", 1, 3, 1, 1),
    ("1", 2, 0, 1, 1), ("2", 2, 1, 1, 1), ("3", 2, 2, 1, 1), (".", 2, 3, 1, 1),
    ("0", 3, 0, 1, 2), ("enter", 3, 2, 1, 2),
]  # fmt: skip
PIN: list[Place] = [(str(n), (n - 1) // 3, (n - 1) % 3, 1, 1) for n in range(1, 10)]
PIN += [("back", 3, 0, 1, 1), ("0", 3, 1, 1, 1), ("enter", 3, 2, 1, 1)]


class NumberPad(QWidget):
    """Emits `typed` with a digit, "." or "-"; `pin` has the layout and size of a cash machine, `slim` keys are as
    narrow as a glove allows."""

    typed = Signal(str)
    backspace = Signal()
    enter = Signal()

    def __init__(self, pin: bool = False, slim: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field: NumberField | None = None
        self._size = PIN_KEY if pin else SLIM_KEY if slim else PAD_KEY
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12 if pin else 8)
        self.keys: dict[str, Button] = {}
        for name, row, column, down, across in PIN if pin else PAD:
            self.keys[name] = self._key(name, pin)
            grid.addWidget(self.keys[name], row, column, down, across)
        self.retranslate()

    def attach(self, field: NumberField | None) -> None:
        """Types into this field from now on, into none with None."""
        if self._field is not None and isValid(self._field):
            self.typed.disconnect(self._field.type_key)
            self.backspace.disconnect(self._field.backspace)
            self.enter.disconnect(self._field.accept)
        self._field = field
        if field is not None:
            self.typed.connect(field.type_key)
            self.backspace.connect(field.backspace)
            self.enter.connect(field.accept)

    def retranslate(self) -> None:
        self.keys["back"].setAccessibleName(t("common.backspace"))
        self.keys["enter"].setAccessibleName(t("common.accept"))

    def _key(self, name: str, pin: bool) -> Button:
        kinds = {"enter": "primary", "back": "secondary" if pin else "pad"}
        icons = {"enter": "enter", "back": "backspace"}
        text = "" if name in icons else "−" if name == "-" else name
        made = Button(text, kinds.get(name, "pin" if pin else "pad"), icons.get(name))
        made.setMinimumSize(*self._size)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        signals = {"enter": self.enter.emit, "back": self.backspace.emit}
        made.clicked.connect(signals.get(name, lambda: self.typed.emit(name)))
        return made
