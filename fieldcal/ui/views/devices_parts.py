"""Parts of the Devices page: facts in two columns, two instruments side by side, and an offer with what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from fieldcal.domain.errors import BadInput
from fieldcal.ui.i18n import explain, t
from fieldcal.ui.models import devices as model
from fieldcal.ui.models.devices_find import Offer
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.chip import Chip, ChipRow
from fieldcal.ui.widgets.dialog import Question
from fieldcal.ui.widgets.shape import Shape

Pairs = Sequence[tuple[str, str]]
BOLDER = 16  # px that a chosen chip may need more
REASONS = ("replaced", "swapped", "wrong")


class Facts(QWidget):
    """Names at the left, values at the right; as many as are set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    def set(self, pairs: Pairs) -> None:
        while len(self._rows) < len(pairs):
            self._add()
        for at, (name, value) in enumerate(self._rows):
            there = at < len(pairs)
            name.setVisible(there)
            value.setVisible(there)
            if there:
                name.setText(pairs[at][0])
                value.setText(pairs[at][1])
                for part in (name, value):  # a text that may break is not kept from being squeezed
                    part.setMinimumHeight(part.fontMetrics().height() + 2)

    def values(self) -> list[str]:
        return [value.text() for _, value in self._rows if not value.isHidden()]

    def _add(self) -> None:
        name, value = label(role="caption"), label(role="strong", wrap=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        at = len(self._rows)
        self._grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, at, 1)
        self._rows.append((name, value))


class OtherBanner(Box):
    """Both instruments side by side: the one that is bound and the one that answers; `pressed` takes the new one."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("fail", 16, 8, parent)
        self._title, self._text = label(role="strong", wrap=True), label(role="caption", wrap=True)
        self._cells: list[list[QLabel]] = []
        self.action = Button(kind="secondary")
        self.action.clicked.connect(self.pressed)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Shape("fail"))
        head.addWidget(self._title, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)
        for row in range(4):
            cells = [label(role="caption"), label(role="strong"), label(role="strong")]
            self._cells.append(cells)
            for column, cell in enumerate(cells):
                grid.addWidget(cell, row, column)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._text, 1)
        foot.addWidget(self.action)
        for part in (head, grid, foot):
            self.column.addLayout(part)

    def set(self, expected: Any | None, found: Any | None) -> None:
        self._title.setText(t("devices.other_title"))
        self._text.setText(t("devices.other_text"))
        self.action.setText(t("devices.other_bind"))
        rows = [
            ["", t("devices.other_expected"), t("devices.other_found")],
            *([t(f"devices.{name}"), old, new] for name, old, new in zip(
                ("maker", "model", "serial"), model.people(expected), model.people(found), strict=True)),
        ]  # fmt: skip
        for cells, texts in zip(self._cells, rows, strict=True):
            for cell, text in zip(cells, texts, strict=True):
                cell.setText(text)
                cell.setMinimumHeight(cell.fontMetrics().height() + 2)
        self._text.setMinimumHeight(2 * self._text.fontMetrics().height() + 2)

    def texts(self) -> list[list[str]]:
        """Old and new, row by row."""
        return [[cell.text() for cell in cells[1:]] for cells in self._cells[1:]]


class ReasonQuestion(Question):
    """Why another instrument is the right one from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(t("devices.other_ask"), t("devices.use_new"), "danger", parent=parent)
        self.add_text(t("devices.other_reason"))
        self.reasons = [Button(t(f"devices.reason_{name}"), "chip") for name in REASONS]
        for at, button in enumerate(self.reasons):
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setChecked(at == 0)
            self.body.addWidget(button)

    def reason(self) -> str:
        return next(button.text() for button in self.reasons if button.isChecked())


class PortQuestion(Question):
    """The name of a port that is not listed; `add` refuses one that cannot be, and the question stays."""

    def __init__(self, add: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(t("devices.other_port_ask"), t("devices.other_port_add"), parent=parent)
        self._add = add
        self.add_text(t("devices.other_port_text"))
        self.line, self.why = QLineEdit(), label(role="error", wrap=True)
        self.line.setPlaceholderText("socket://192.168.0.7:4001")
        self.body.addWidget(self.line)
        self.body.addWidget(self.why)
        self.why.hide()

    @property
    def name(self) -> str:
        return self.line.text().strip()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.line.setFocus()

    def accept(self) -> None:
        try:
            self._add(self.name)
        except BadInput as error:
            self.why.setText(explain(error))
            self.why.show()
            self.line.setFocus()
        else:
            super().accept()


class OfferCard(Box):
    """What was found, and what can be done with it: bind it to a role, export it, try again."""

    bind = Signal(str)
    export = Signal()
    again = Signal()
    insist = Signal(str, str)  # role and reason

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("quiet", 12, 8, parent)
        self.facts, self.roles, self.banner, self.other = Facts(), ChipRow(), Banner("fail"), OtherBanner()
        self.question: ReasonQuestion | None = None
        self.other.pressed.connect(self._ask)
        self._as = label(role="caption")
        self.bind_button, self.export_button = Button(kind="primary"), Button(icon="save")
        self.again_button = Button(kind="quiet")
        self.bind_button.clicked.connect(lambda: self.bind.emit(self.roles.choice() or ""))
        self.export_button.clicked.connect(self.export)
        self.again_button.clicked.connect(self.again)
        self.roles.chosen.connect(lambda _role: self._named())
        self._words: dict[str, str] = {}
        choice, buttons = QHBoxLayout(), QHBoxLayout()
        choice.setSpacing(12)
        choice.addWidget(self._as)
        choice.addWidget(self.roles, 1)
        buttons.setSpacing(12)
        buttons.addWidget(self.bind_button, 1)
        buttons.addWidget(self.export_button)
        buttons.addWidget(self.again_button)
        self.column.addWidget(self.facts)
        self.column.addWidget(self.banner)
        self.column.addWidget(self.other)
        self.column.addLayout(choice)
        self.column.addLayout(buttons)
        self.fail("")

    def set(self, offer: Offer, roles: Mapping[str, str], chosen: str, export: bool = True) -> None:
        """`roles` are the names with their words."""
        self._as.setText(t("devices.bind_to"))
        self.export_button.setText(t("devices.export_pack"))
        self.again_button.setText(t("devices.again_find"))
        self.export_button.setVisible(export)
        self.again_button.setVisible(export)
        self.facts.set(offer.facts)
        if list(roles.items()) != list(self._words.items()):
            self._words = dict(roles)
            self.roles.set_chips([(name, word, None) for name, word in roles.items()], chosen)
            for chip in self.roles.findChildren(Chip):
                chip.ensurePolished()  # else it is as wide as its text without the style
                chip.setMinimumWidth(chip.sizeHint().width() + BOLDER)
        self._named()

    def words(self) -> str:
        """What binding does, with the role."""
        return t("devices.bind", role=self._words.get(self.roles.choice() or "", ""))

    def fail(self, title: str, text: str = "") -> None:
        self.banner.set(title, text)
        self.banner.setVisible(bool(title))
        self.other.hide()

    def refuse(self, expected: Any, found: Any) -> None:
        """Another instrument than the one that is bound to this role."""
        self.banner.hide()
        self.other.set(expected, found)
        self.other.show()

    def _ask(self) -> None:
        self.question = ReasonQuestion(self)
        self.question.accepted.connect(self._insisted)
        self.question.open()

    def _insisted(self) -> None:
        if self.question:
            self.insist.emit(self.roles.choice() or "", self.question.reason())

    def next_role(self, step: int) -> None:
        names = list(self._words)
        if names:
            at = names.index(self.roles.choice() or names[0])
            self.roles.choose(names[(at + step) % len(names)])

    def _named(self) -> None:
        name = self.roles.choice() or ""
        self.bind_button.setText(t("devices.bind_short"))
        self.bind_button.setEnabled(bool(name))
