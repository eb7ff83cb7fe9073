"""Parts of the bench: what the instrument shows now, its faults as chips, the drivers to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QButtonGroup, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from fieldcal.services.practice_bench import Offer, Shown
from fieldcal.ui.i18n import t
from fieldcal.ui.models import bench as model
from fieldcal.ui.theme import Theme
from fieldcal.ui.views.layouts import clear
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.basic import label
from fieldcal.ui.widgets.chip import Chip
from fieldcal.ui.widgets.dialog import Question
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.flow import flowing
from fieldcal.ui.widgets.paint import width
from fieldcal.ui.widgets.rows import RowList

ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
PADS = 36  # px left and right of the word of a chip, with its border
MANY = 3  # figures up to here stand large


class Face(QWidget):
    """The instrument's own display: every figure with its unit, and whether it is at rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: dict[str, tuple[QLabel, QLabel, QLabel]] = {}
        self._now: list[Shown] = []
        self.badge = Badge("pending")
        self._area, self._flow = flowing(28)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._area, 1)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)

    def set_shown(self, now: Sequence[Shown]) -> None:
        if [one.quantity for one in now] != list(self._cells):
            clear(self._flow)
            self._cells = {one.quantity: self._cell(len(now) > MANY) for one in now}
        if [*now] != self._now:
            self._now = [*now]
            self.retranslate()

    def retranslate(self) -> None:
        for one in self._now:
            name, value, unit = self._cells[one.quantity]
            words = t("bench.indication") if one.quantity == "indication" else model.named("knob", one.quantity)
            name.setText(words)
            value.setText(model.figure(one))
            unit.setText("" if one.beyond else one.unit)
        calm = all(one.stable for one in self._now)
        self.badge.set("current" if calm else "pending", t("bench.stable") if calm else t("bench.moving"))
        self.badge.setVisible(bool(self._now))
        self.setAccessibleName(self.text())
        self._area.updateGeometry()

    def text(self) -> str:
        """All figures with their units, as one line."""
        return "; ".join(f"{model.figure(one)} {one.unit}".strip() for one in self._now)

    def _cell(self, small: bool) -> tuple[QLabel, QLabel, QLabel]:
        name, value, unit = label(role="caption"), label(role="cell" if small else "figure"), label(role="second")
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(value)
        line.addWidget(unit, 0, Qt.AlignmentFlag.AlignBottom)
        line.addStretch(1)
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(name)
        column.addLayout(line)
        self._flow.addWidget(cell)
        return name, value, unit


class Faults(QWidget):
    """`chosen` carries the fault that is to be on, "" for none; under the chips stands what it does."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: dict[str, Chip] = {}
        self._on = ""
        self._title, self._does = label(role="title"), label(role="second", wrap=True)
        self._does.setMinimumHeight(48)
        self._does.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._area, self._flow = flowing()
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._title, self._does, self._area):
            column.addWidget(part)

    def set_faults(self, faults: Sequence[str]) -> None:
        for chip in self.chips.values():
            self._group.removeButton(chip)
        clear(self._flow)
        self.chips = {name: self._chip(name) for name in ("", *faults)}
        self.retranslate()

    def stand(self, fault: str) -> None:
        self._on = fault
        if chip := self.chips.get(fault):
            chip.setChecked(True)
        self._say(fault)

    def sentence(self) -> str:
        return self._does.text()

    def retranslate(self) -> None:
        self._title.setText(t("bench.fault_title"))
        for name, chip in self.chips.items():
            chip.set_word(model.named("fault", name) if name else t("bench.fault_none"))
            chip.setToolTip(model.named("does", name) if name else "")
            chip.setAccessibleDescription(chip.toolTip())
        self._say(self._on)
        self._widen()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._widen()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What a chip does is said before it is pressed: with the pointer or the keyboard on it."""
        name = next((name for name, chip in self.chips.items() if chip is watched), None)
        if name is not None and event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self._say(name)
        elif name is not None and event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            self._say(self._on)
        return False

    def _say(self, fault: str) -> None:
        told = model.named("does", fault) or model.named("fault", fault) if fault else t("bench.fault_hint")
        self._does.setText(told)

    def _widen(self) -> None:
        """Room for the strong letters that a chip has once it is chosen."""
        for chip in self.chips.values():
            chip.setMinimumWidth(round(width(chip.text(), Theme.current().font("body", True))) + PADS)
        self._area.updateGeometry()

    def _chip(self, name: str) -> Chip:
        chip = Chip()
        chip.clicked.connect(lambda: self.chosen.emit(name))
        chip.installEventFilter(self)
        self._group.addButton(chip)
        self._flow.addWidget(chip)
        return chip


class AddQuestion(Question):
    """Search on top, the drivers below; Enter takes the marked one, which `choice` then names."""

    def __init__(self, offers: Sequence[Offer], parent: QWidget | None = None) -> None:
        super().__init__(t("bench.add"), t("common.add"), parent=parent)
        self.setMinimumWidth(640)
        self._offers = [*offers]
        self.search, self.list, self.empty = QLineEdit(), RowList(64), EmptyState("search")
        self.search.setPlaceholderText(t("bench.find"))
        self.search.setAccessibleName(t("bench.find"))
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list.setMinimumHeight(384)
        self.empty.setMinimumHeight(384)
        self.list.opened.connect(lambda _name: self.accept())
        self.setFocusProxy(self.search)
        for part in (self.search, self.list, self.empty):
            self.body.addWidget(part)
        self._fill("")

    def choice(self) -> str:
        return self.list.choice() or ""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.key() in ARROWS:
            QApplication.sendEvent(self.list, event)
            return True
        return super().eventFilter(watched, event)

    def accept(self) -> None:
        if self.choice():
            super().accept()

    def _fill(self, text: str) -> None:
        found = model.found(self._offers, text)
        self.list.set_rows([model.offer_row(one) for one in found])
        if found and not self.list.choice():
            self.list.choose(found[0].id)
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)
        self.empty.set(t("bench.none_found", text=text), t("bench.none_found_hint"))
        self.accept_button.setEnabled(bool(found))
