"""What an explanation is made of: captions with sentences, formulas, the uncertainty budget."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fieldcal.domain.explained import Budgeted, Line, Share, Step
from fieldcal.ui.i18n import t
from fieldcal.ui.views.explain_values import Values
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button

CAPTION = 120
TOP, RIGHT = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignRight


def pairs(lines: Sequence[Line]) -> QGridLayout:
    made = QGridLayout()
    made.setColumnMinimumWidth(0, CAPTION)
    made.setColumnStretch(1, 1)
    made.setVerticalSpacing(8)
    for at, line in enumerate(lines):
        made.addWidget(label(line.caption, "caption"), at, 0, TOP)
        made.addWidget(label(line.text, wrap=True), at, 1)
    return made


def formulas(column: QVBoxLayout, title: str, steps: Sequence[Step]) -> None:
    if not steps:
        return
    column.addWidget(label(title, "strong"))
    for step in steps:
        box = Box("quiet", 12, 2)
        box.column.addWidget(label(step.words, "caption_strong", wrap=True))
        box.column.addWidget(label(step.formula, "second", wrap=True))
        box.column.addWidget(label(f"= {step.numbers}", wrap=True))
        box.column.addWidget(label(f"= {step.shown} {step.unit}".rstrip(), "strong", wrap=True))
        told = " · ".join([*step.because, *([step.clause] if step.clause else [])])
        if told:
            box.column.addWidget(label(told, "caption", wrap=True))
        column.addWidget(box)


class BudgetBox(QWidget):
    """Every part with its share, then U and its check, trials once they are drawn, and the values it takes."""

    def __init__(self, told: Budgeted, barred: str) -> None:
        super().__init__()
        self.trials = Button(t("explain.trials"), "secondary")
        self.trials.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.trials.setVisible(bool(told.parts) and not told.trials)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(label(t("explain.budget"), "strong"))
        head.addWidget(label(told.result, wrap=True), 1)
        if told.enough is not None:
            badge = Badge()
            badge.set("pass" if told.enough else "warn", "U ≤ MPE/3" if told.enough else "U > MPE/3")
            head.addWidget(badge)
        head.addWidget(self.trials)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        if told.parts:
            column.addWidget(_parts(told.parts))
        column.addLayout(pairs((*told.lines, *told.trials)))
        self.values = Values(told, barred)
        if told.asked:
            column.addWidget(label(t("explain.given"), "strong"))
            column.addWidget(self.values)

    def draw(self) -> None:
        self.trials.setText(t("explain.drawing"))
        self.trials.setEnabled(False)


def _parts(parts: Sequence[Share]) -> Box:
    box, made = Box("quiet", 12, 2), QGridLayout()
    made.setColumnStretch(0, 1)
    made.setHorizontalSpacing(20)
    made.setVerticalSpacing(6)
    heads = (t("explain.part"), "u", t("explain.sensitivity"), "|c|·u", t("explain.share"))
    for at, head in enumerate(heads):
        made.addWidget(label(head, "caption"), 0, at, RIGHT if at else Qt.AlignmentFlag(0))
    for row, part in enumerate(parts, 1):
        made.addWidget(_name(part), row, 0)
        for at, text in enumerate((part.u, part.sensitivity, part.contribution, f"{part.percent} %"), 1):
            made.addWidget(label(text, "strong" if at == 4 else "body"), row, at, RIGHT | TOP)
    box.column.addLayout(made)
    return box


def _name(part: Share) -> QWidget:
    """The part's name over how it came about and where that stands."""
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    mark = f" · {t('explain.of_standard')}" if part.standard else ""
    column.addWidget(label(f"{part.symbol}  {part.words}{mark}", wrap=True))
    column.addWidget(label(" · ".join(filter(None, (part.how, part.clause))), "caption", wrap=True))
    return cell
