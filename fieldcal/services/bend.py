"""The opposite of `fill`: values that make one row fail, or leave it borderline, so that an author sees both."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.evaluate import Evaluator, ItemOutcome
from fieldcal.domain.judge import ItemState
from fieldcal.domain.procedure import Column
from fieldcal.domain.verdict import Judged, Verdict
from fieldcal.services.fill import Cells, Sheet, compared, possible, secant

Wish = Literal["fail", "borderline"]
VERDICTS = {"fail": Verdict.FAIL, "borderline": Verdict.BORDERLINE}
FAR = (Decimal("0.5"), Decimal(2), Decimal(10))  # of the limit, beyond it
NEAR = tuple(Decimal(1).scaleb(-places) for places in range(2, 8))


def bent(compiled: Compiled, state: ItemState, sheet: Sheet, row: int, fixed: set[str], wish: Wish) -> Cells | None:
    """Cells of this row after which the item says what is wished for; columns in `fixed` stay. None: no such values
    were found, as where nothing is rounded, or no comparison hangs on this row."""
    evaluator, item, want = Evaluator(compiled, dict(state.values)), state.item, VERDICTS[wish]
    start = evaluator.item(item, state.rows, sheet)
    free = [c for c in reversed(item.columns) if c.source in ("entered", "measured") and c.id not in fixed]
    for place, (at, judged) in enumerate(compared(start)):
        if at not in (row, -1) or judged.verdict is Verdict.WARNING:
            continue
        for column in free:
            for trial in _trials(evaluator, state, sheet, (place, judged), column, row, wish):
                found = evaluator.item(item, state.rows, trial)
                if _says(found, place, judged, want) and possible(evaluator, item, trial, found):
                    return trial[row]
    return None


def _trials(
    evaluator: Evaluator, state: ItemState, sheet: Sheet, bad: tuple[int, Judged], column: Column, row: int, wish: Wish
) -> Iterator[Sheet]:
    if column.id not in sheet.get(row, {}):
        return
    if column.kind == "choice":
        for choice in column.choices:
            yield {**sheet, row: {**sheet[row], column.id: choice.id}}
        return
    for target in _targets(bad[1], wish):
        trial = secant(evaluator, state.item, state.rows, sheet, bad, column.id, [row], target)
        if trial is None:
            return
        yield trial


def _targets(judged: Judged, wish: Wish) -> Iterator[Decimal]:
    """Beyond a limit: well beyond it to fail, by less than is rounded away to be borderline."""
    for part in FAR if wish == "fail" else NEAR:
        for bound, outward in ((judged.high, 1), (judged.low, -1)):
            if bound is not None:
                yield bound + outward * part * (abs(bound) or Decimal(1))


def _says(outcome: ItemOutcome, place: int, judged: Judged, want: Verdict) -> bool:
    """This comparison does, and it decides."""
    found = compared(outcome)
    if place >= len(found) or found[place][1].name != judged.name or found[place][1].verdict is not want:
        return False
    return want is Verdict.BORDERLINE or outcome.verdict is Verdict.FAIL
