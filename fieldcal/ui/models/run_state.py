"""Where a run stands, as the page reads it: what is due, what is pending, what would be struck. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import DomainError
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import ItemState, Judgement, Position
from fieldcal.domain.procedure import Column, Procedure, Question, Text
from fieldcal.domain.run import PAUSED, RUNNING, WAITING
from fieldcal.domain.verdict import Verdict
from fieldcal.ui.i18n import explain, pick
from fieldcal.ui.models import run_show
from fieldcal.ui.models.run_draft import Draft, Entry, draft

if TYPE_CHECKING:
    from fieldcal.services.app import Services

Phase = Literal["none", "prepare", "work", "finish", "handed"]
Answer = Literal["pass", "fail", "na", "suspect"]


def sentence(error: Exception, procedure: Procedure | None = None) -> str:
    """What went wrong in the language of the screen; the field by its name in the procedure."""
    return explain(error, label=label(procedure, str(getattr(error, "field", ""))) if procedure else "")


def label(procedure: Procedure, field: str) -> str:
    """What the page calls this input, column or item, "" for anything else."""
    texts = {entry.id: entry.text for entry in procedure.inputs}
    texts |= {item.id: item.title for item in procedure.items}
    texts |= {column.id: column.text for item in procedure.items for column in item.columns}
    found = texts.get(field)
    return pick({"zh": found.zh, "en": found.en}) if found else ""


class RunState(QObject):
    """`changed` after every write, `live_changed` with every reading, `saved` once a value is on disk,
    `refused` carries (field or "", sentence)."""

    changed = Signal()
    live_changed = Signal()
    saved = Signal(str)
    refused = Signal(str, str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.services, self.runs, self.run = services, services.runs, ""
        self.judged: Judgement | None = None
        self.pending: dict[str, Entry] = {}

    @property
    def actor(self) -> str:
        return self.services.person.id if self.services.person else self.view.opened_by

    @property
    def view(self) -> RunView:
        return self.runs.view(self.run)

    @property
    def compiled(self) -> Compiled:
        return self.runs.compiled(self.run)

    @property
    def at(self) -> Position | None:
        return self.judged.position if self.judged else None

    @property
    def phase(self) -> Phase:
        if not self.run:
            return "none"
        state = self.view.state
        if state in ("draft", "prepared"):
            return "prepare"
        if state in (RUNNING, WAITING, PAUSED):
            return "work" if self.at else "finish"
        return "finish" if state == "review" else "handed"

    @property
    def state(self) -> ItemState | None:
        """The item in hand."""
        return self.judged.items[self.at.item] if self.judged and self.at else None

    @property
    def question(self) -> Question | None:
        at, state = self.at, self.state
        if at is None or state is None or not at.question:
            return None
        return next(q for q in state.questions if q.id == at.question)

    def draft(self) -> Draft | None:
        if self.at is None or self.state is None or self.state.outcome is None:
            return None
        return draft(self.compiled, self.view, self.state, self.at, self.pending)

    def due(self) -> Column | None:
        """The first column of the row in hand that has neither a value nor a default."""
        made = self.draft()
        return None if made is None else made.missing()

    def people(self) -> Mapping[str, str]:
        return {person.id: person.name for person in self.services.ws.catalogue.people.values()}

    def measured(self) -> Column | None:
        """The column of the row in hand that an instrument fills."""
        made = self.draft()
        found = made.open() if made else []
        return next((c for c in found if c.source == "measured"), None)

    def needs_photo(self, answer: Answer) -> bool:
        question, at = self.question, self.at
        if question is None or at is None or answer == "na":
            return False
        has = any((e.item, e.check) == (at.item, question.id) for e in self.view.evidence)
        return (question.photo == "required" or answer == "suspect") and not has

    def load(self) -> Decimal | None:
        """What should be on the instrument in the row in hand, in the unit of its column."""
        made, state = self.draft(), self.state
        if made is None or state is None:
            return None
        value = made.outcome.values.get(run_show.over(state.item) or "load")
        return value if isinstance(value, Decimal) else None

    def last_row(self) -> tuple[str, int] | None:
        """The row a strike means: the one in hand if something stands in it, else the one before."""
        if self.judged is None:
            return None
        found: list[tuple[str, int]] = []
        for state in self.judged.items.values():
            for row in state.rows:
                if self.view.attempt(state.item.id, row.index).cells:
                    found.append((state.item.id, row.index))
            if self.at and state.item.id == self.at.item:
                break
        return found[-1] if found else None

    def reasons(self) -> list[Text]:
        return list(self.state.item.na) if self.state else []

    def timer(self) -> tuple[Decimal, Decimal] | None:
        return self.runs.timer(self.run, self.at) if self.at and self.at.column else None

    def signable(self) -> bool:
        return self.judged is not None and self.judged.overall in (Verdict.PASS, Verdict.FAIL)

    def _try(self, field: str, work: Callable[[], object]) -> bool:
        try:
            work()
        except (DomainError, OSError) as error:
            self.refused.emit(field or getattr(error, "field", ""), sentence(error, self.compiled.procedure))
            return False
        return True
