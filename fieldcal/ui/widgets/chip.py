"""Filter chips: a word and its count, one or several chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from fieldcal.ui.theme import Theme
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.paint import width

PAD = 18  # px at each side, with the outline


class Chip(Button):
    def __init__(self, word: str = "", count: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(kind="chip", parent=parent)
        self.setCheckable(True)
        self.set_word(word, count)

    def sizeHint(self) -> QSize:
        """Room for the word as it is set once the chip is chosen: bold."""
        hint, bold = super().sizeHint(), width(self.text(), Theme.current().font("body", True))
        return QSize(max(hint.width(), round(bold) + 2 * PAD), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_word(self, word: str, count: int | None = None) -> None:
        self.setText(word if count is None else f"{word}  {count}")


class ChipRow(QWidget):
    """Chips of which exactly one is chosen."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self._group = QButtonGroup(self)
        self._chips: dict[str, Chip] = {}

    def set_chips(self, chips: Sequence[tuple[str, str, int | None]], chosen: str | None = None) -> None:
        """(id, word, count or None) each; the choice stays if its id is still there."""
        before = chosen or self.choice()
        for chip in self._chips.values():
            self._group.removeButton(chip)
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = {name: self._add(name, word, count) for name, word, count in chips}
        if self._chips:
            self._chips.get(before or "", next(iter(self._chips.values()))).setChecked(True)

    def choice(self) -> str | None:
        return next((name for name, chip in self._chips.items() if chip.isChecked()), None)

    def choose(self, name: str) -> None:
        self._chips[name].click()

    def _add(self, name: str, word: str, count: int | None) -> Chip:
        chip = Chip(word, count)
        chip.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(chip)
        self._row.insertWidget(self._row.count() - 1, chip)
        return chip
