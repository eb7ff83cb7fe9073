"""Where a value of the run page comes from, in short: the first formulas of its explanation, clause and grade."""

from __future__ import annotations

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.evaluate import RowOutcome
from fieldcal.domain.explained import Step
from fieldcal.domain.procedure import Column, Item
from fieldcal.services import explain_words
from fieldcal.services.explain import row_steps
from fieldcal.ui.i18n import language
from fieldcal.ui.models.run_show import accept_of, error_column

DEEP, LONG = 3, 100  # formulas under each other, and the characters that end them earlier


def explanation(compiled: Compiled, item: Item, outcome: RowOutcome) -> tuple[list[str], str]:
    """(formulas with their numbers, clause and grade) of the judged value of a row."""
    column = error_column(item)
    steps = row_steps(compiled, item, outcome, column.id, language()) if column else []
    lines: list[str] = []
    for step in steps[:DEEP]:
        lines.append(_line(step))
        if sum(map(len, lines)) > LONG:
            break
    return lines, clause(compiled, _source(item, column))


def _source(item: Item, column: Column | None) -> str:
    """Of the rule that judges this column, else of the column itself."""
    if column is None:
        accept = accept_of(item)
        return accept.source if accept else item.source
    rules = [accept.source for accept in item.accept if accept.value == column.id and not accept.warn]
    return rules[0] if rules else column.basis or item.source


def clause(compiled: Compiled, source: str) -> str:
    return explain_words.clause(compiled, source, language())


def _line(step: Step) -> str:
    value = f"{step.shown} {step.unit}".rstrip()
    return f"{step.formula}\n= {value}" if step.numbers == step.shown else f"{step.formula}\n= {step.numbers} = {value}"
