"""The values that a budget takes: where each comes from, and beside it the field for a person's own."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from fieldcal.domain.explained import Asked, Budgeted, Step
from fieldcal.ui.i18n import t
from fieldcal.ui.widgets.basic import Box, label, restyle
from fieldcal.ui.widgets.buttons import Button

FIELD = 208
TOP, RIGHT = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignRight


class OwnValue(QWidget):
    """A number in the unit of its caption, or with another one: no number field, which takes no letters."""

    def __init__(self, one: Asked) -> None:
        super().__init__()
        caption = f"{t('explain.stated')} / {one.unit}" if one.unit else t("explain.stated")
        self.line, self._under = QLineEdit(one.text), label(role="error", wrap=True)
        self.line.setPlaceholderText(one.now)
        self.line.setAccessibleName(one.words)
        self.line.textEdited.connect(lambda _text: self.set_error(""))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (label(caption, "caption"), self.line, self._under):
            column.addWidget(part)
        self.set_error("")
        self.setFixedWidth(FIELD)

    @property
    def error(self) -> str:
        return self._under.text()

    def text(self) -> str:
        return self.line.text().strip()

    def set_error(self, sentence: str) -> None:
        self._under.setText(sentence)
        self._under.setVisible(bool(sentence))
        restyle(self.line, bad=bool(sentence))


class Values(Box):
    """`stated` carries by name the texts that differ from what counts; `barred` says why nobody may type here."""

    stated = Signal(dict)

    def __init__(self, told: Budgeted, barred: str) -> None:
        super().__init__("quiet", 12, 8)
        self.fields: dict[str, OwnValue] = {}
        self._known = {one.name: one.text for one in told.asked}
        self.apply = Button(t("explain.apply"), "secondary")
        self.apply.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.apply.clicked.connect(self._ask)
        if barred:
            self.column.addWidget(label(f"{t('explain.barred')} · {barred}", "second", wrap=True))
        grid, steps = QGridLayout(), {step.name: step for step in told.given}
        grid.setColumnStretch(0, 1)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(10)
        for row, one in enumerate(told.asked):
            grid.addWidget(_origin(one, steps.get(one.name)), row, 0)
            grid.addWidget(self._field(one, not barred), row, 1, TOP)
        self.column.addLayout(grid)
        self.column.addWidget(label(t("explain.stated_hint"), "caption", wrap=True))
        self.apply.setEnabled(not barred)
        self.column.addWidget(self.apply, 0, RIGHT)

    def changed(self) -> dict[str, str]:
        return {name: field.text() for name, field in self.fields.items() if field.text() != self._known[name]}

    def refuse(self, texts: Mapping[str, str], why: Mapping[str, str]) -> None:
        """What was typed stands again, with the sentence that says what is accepted."""
        for name, sentence in why.items():
            self.fields[name].line.setText(texts[name])
            self.fields[name].set_error(sentence)

    def _ask(self) -> None:
        """At the next turn of the loop: whoever listens may take this widget away."""
        QTimer.singleShot(0, self, lambda: self.stated.emit(self.changed()))

    def _field(self, one: Asked, free: bool) -> OwnValue:
        made = self.fields[one.name] = OwnValue(one)
        made.setEnabled(free)
        made.line.returnPressed.connect(self._ask)
        return made


def _origin(one: Asked, step: Step | None) -> QWidget:
    """The value with its formula over what it is; what nobody has given stands out."""
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    if step is None:
        column.addWidget(label(one.words, "strong", wrap=True))
        column.addWidget(label(t("explain.needed" if one.needed else "explain.presumed"), "caption", wrap=True))
    else:
        more = [part for part in dict.fromkeys((step.numbers, step.shown)) if not step.formula.endswith(f"= {part}")]
        column.addWidget(label(f"{' = '.join([step.formula, *more])} {step.unit}".rstrip(), wrap=True))
        told = " · ".join(filter(None, (step.words, *step.because, step.clause)))
        column.addWidget(label(told, "caption", wrap=True))
    column.addStretch(1)
    return cell
