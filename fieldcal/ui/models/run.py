"""A run as one person works through it: what is due, what is pending, and the few things that can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput, DomainError
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import ItemState, Judgement, Position
from fieldcal.domain.procedure import Column, Question, Text
from fieldcal.domain.quantity import number, show
from fieldcal.domain.run import PAUSED, RUNNING, WAITING
from fieldcal.domain.verdict import Verdict
from fieldcal.services.capture import Capture, Live
from fieldcal.ui.i18n import message
from fieldcal.ui.models import run_show
from fieldcal.ui.models.run_draft import Draft, Entry, draft
from fieldcal.ui.models.run_live import LiveReader
from fieldcal.ui.runtime import Run

if TYPE_CHECKING:
    from fieldcal.services.app import Services

Phase = Literal["none", "prepare", "work", "finish", "handed"]
Answer = Literal["pass", "fail", "na", "suspect"]
MEDIA = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


def sentence(error: Exception) -> str:
    """What went wrong in the language of the screen, with what would be accepted."""
    text = message(str(getattr(error, "code", "internal")))
    accepted = error.accepted if isinstance(error, DomainError) else ""
    return f"{text} ({accepted})" if accepted else text


class RunModel(QObject):
    """`changed` after every write, `live_changed` with every reading, `saved` once a value is on disk,
    `refused` carries (field or "", sentence)."""

    changed = Signal()
    live_changed = Signal()
    saved = Signal(str)
    refused = Signal(str, str)

    def __init__(self, services: Services, runner: Run, poller: Run | None = None, parent: QObject | None = None):
        super().__init__(parent)
        self.services, self.runs, self._runner = services, services.runs, runner
        self.run, self.by_hand = "", False
        self.judged: Judgement | None = None
        self.live: Live | None = None
        self.lost = ""
        self.pending: dict[str, Entry] = {}
        self._frozen, self._fresh, self._last_live, self._placed = False, True, "", ("", -1)
        self._capture: tuple[str, str, Capture | None] = ("", "", None)
        self.reader = LiveReader(poller or runner, self)
        self.reader.got.connect(self._got)
        self.reader.failed.connect(self._failed)

    # --- reading ---------------------------------------------------------------------------------

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

    # --- opening and leaving -----------------------------------------------------------------------

    def open(self, run: str) -> None:
        """Goes on where the run stands; raises BadInput for an unknown one."""
        self.runs.view(run)
        self.run, self.by_hand, self.lost, self.live = run, False, "", None
        self._placed = ("", -1)
        if self.view.state == PAUSED:
            self.runs.resume(run, self.actor)
        elif self.view.state == WAITING:
            self.runs.carry_on(run, self.actor)
        self._try("", lambda: self.services.bind_bench(run))
        self.reload()

    def leave(self) -> None:
        """Pauses; what is on disk stays, what is pending was never written."""
        self.reader.watch(None)
        if self.run and self.view.state in (RUNNING, WAITING):
            self.runs.pause(self.run, "left", self.actor)

    def reload(self) -> None:
        before = self.at
        try:
            self.judged = self.runs.judgement(self.run)
        except BadInput:  # a draft whose plate is not complete yet
            self.judged = None
        after = self.at
        if before is None or after is None or (before.item, before.row) != (after.item, after.row):
            self._new_row(before, after)
        self._watch()
        self.changed.emit()

    def prepare(self, values: Mapping[str, Any]) -> bool:
        """Writes what was changed of the nameplate and starts; a refusal names its field."""

        def work() -> None:
            given = {k: v for k, v in values.items() if v != self.view.inputs.get(k, "")}
            if given:
                self.runs.give(self.run, given, self.actor)
            self.runs.prepare(self.run, self.actor)

        done = self._try("", work)
        self.reload()
        return done

    # --- the row in hand -----------------------------------------------------------------------------

    def set_value(self, column: str, text: str, unit: str = "") -> None:
        """A typed value takes the place of a captured one."""
        self.pending[column] = Entry(text, unit)
        self.changed.emit()

    def clear(self, column: str) -> None:
        self.pending.pop(column, None)
        self._frozen = False
        self.changed.emit()

    def step(self, fact: run_show.Fact, times: int) -> None:
        """Small weights on or off: a tenth of the interval a press, never below nought."""
        if fact.step is None:
            return
        now = number(fact.text.replace("−", "-")) if fact.text else Decimal(0)
        self.set_value(fact.id, show(max(now + fact.step * times, fact.step)), fact.unit)

    def capture(self) -> bool:
        """The reading of this moment into the measured cell, stable or not."""
        column = self.measured()
        if self.live is None or column is None:
            return False
        self._keep(column, self.live)
        self._frozen = True
        self.changed.emit()
        return True

    def accept(self) -> Column | None:
        """Writes all pending values of the row; returns the column that still wants one, else None."""
        row = (self.at.item, self.at.row) if self.at else None
        while (made := self.draft()) is not None and self.at and (self.at.item, self.at.row) == row:
            column = next(iter(made.open()), None)
            if column is None or column.id not in made.entries:
                return made.missing()
            if column.source == "timed" and made.entries[column.id].source != "timer":
                return column
            if not self._take(replace(self.at, column=column.id), column, made.entries[column.id]):
                return column
        return None

    def measured(self) -> Column | None:
        """The column of the row in hand that an instrument fills."""
        made = self.draft()
        found = made.open() if made else []
        return next((c for c in found if c.source == "measured"), None)

    def answer(self, answer: Answer, note: str = "") -> bool:
        at = self.at
        if at is None or not at.question:
            return False
        done = self._try(at.question, lambda: self.runs.answer(self.run, at.item, at.question, answer, self.actor, note))
        self.reload()
        return done

    def needs_photo(self, answer: Answer) -> bool:
        question, at = self.question, self.at
        if question is None or at is None or answer == "na":
            return False
        has = any((e.item, e.check) == (at.item, question.id) for e in self.view.evidence)
        return (question.photo == "required" or answer == "suspect") and not has

    def photo(self, path: Path, caption: str = "") -> bool:
        """Keeps a picture file as evidence of the question or item in hand."""
        at = self.at
        if at is None:
            return False
        media = MEDIA.get(path.suffix.lower(), "application/octet-stream")
        write = self.runs.add_evidence
        done = self._try("", lambda: write(
            self.run, at.item, at.question, path.read_bytes(), media, caption or path.stem, self.actor
        ))  # fmt: skip
        self.reload()
        return done

    def remark(self, text: str) -> bool:
        done = bool(text.strip()) and self._try("", lambda: self.runs.remark(self.run, text.strip(), self.actor))
        self.reload()
        return done

    # --- striking and skipping -------------------------------------------------------------------------

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

    def strike(self, item: str, row: int, reason: str) -> bool:
        done = self._try("", lambda: self.runs.reject(self.run, item, row, reason, self.actor))
        self.reload()
        return done

    def reasons(self) -> list[Text]:
        return list(self.state.item.na) if self.state else []

    def skip(self, reason: str, allowed: bool) -> bool:
        """`allowed` when the procedure itself lists the reason; else the item stays not done."""
        at = self.at
        if at is None:
            return False
        verdict = "not-applicable" if allowed else "not-done"
        done = self._try("", lambda: self.runs.skip(self.run, at.item, verdict, reason, self.actor))
        self.reload()
        return done

    # --- timing ------------------------------------------------------------------------------------------

    def timer(self) -> tuple[Decimal, Decimal] | None:
        return self.runs.timer(self.run, self.at) if self.at and self.at.column else None

    def start_timer(self) -> bool:
        at = self.at
        done = at is not None and self._try("", lambda: self.runs.start_timer(self.run, at, self.actor))
        self.changed.emit()
        return done

    def stop_timer(self) -> bool:
        at = self.at
        done = at is not None and self._try("", lambda: self.runs.stop_timer(self.run, at, self.actor))
        self.reload()
        return done

    # --- the end -----------------------------------------------------------------------------------------

    def signable(self) -> bool:
        return self.judged is not None and self.judged.overall in (Verdict.PASS, Verdict.FAIL)

    def sign(self, pin: str) -> bool:
        """Completes the run if need be and puts the technician's name under it."""

        def work() -> None:
            if self.view.state != "review":
                self.runs.complete(self.run, self.actor)
            self.services.certificates.sign(self.run, self.actor, pin)

        done = self._try("pin", work)
        self.reload()
        return done

    # --- the wire ----------------------------------------------------------------------------------------

    def retry(self) -> None:
        self.by_hand, self.lost = False, ""
        self._capture = ("", "", None)
        self._try("", lambda: self.services.bind_bench(self.run))
        self.reload()

    def go_manual(self) -> None:
        self.by_hand = True
        self._carry_on()
        self.reload()

    def _watch(self) -> None:
        column = self.measured() if self.phase == "work" and not self.by_hand else None
        if column is None or not column.role:
            self.live = None
            self.reader.watch(None)
            return
        if self._capture[:2] != (column.role, column.channel):
            found = self.services.capture(self.run, column.role, column.channel)
            self._capture, self.live = (column.role, column.channel, found), None
        self.reader.watch(self._capture[2])

    def _got(self, live: Live) -> None:
        if self.phase != "work":
            return
        self.live = live
        if self.lost:
            self.lost = ""
            self._carry_on()
            self.changed.emit()
        if not live.stable or live.text != self._last_live:
            self._fresh = True
        column = self.measured()
        if column is not None and not self._frozen and self._fresh:
            self._follow(column, live)
        self.live_changed.emit()

    def _follow(self, column: Column, live: Live) -> None:
        """A stable reading stands ready in the cell; one that moves again leaves it."""
        held = self.pending.get(column.id)
        if held is not None and held.source == "manual":
            return
        if live.stable and (held is None or held.text != live.text):
            self._keep(column, live)
            self.changed.emit()
        elif not live.stable and held is not None:
            self.pending.pop(column.id)
            self.changed.emit()

    def _keep(self, column: Column, live: Live) -> None:
        spread, elapsed = show(live.spread), f"{live.elapsed:.1f}"
        self.pending[column.id] = Entry(live.text, live.unit, "wire", live.raw, spread, elapsed)

    def _failed(self, code: str) -> None:
        if self.phase != "work":
            return
        self.live, fresh = None, code != self.lost
        self.lost = code
        if fresh and self.view.state == RUNNING:
            role = self._capture[0]
            self._try("", lambda: self.runs.device_failed(self.run, role, code, "", self.actor))
        if fresh:
            self.changed.emit()
        self.live_changed.emit()

    def _carry_on(self) -> None:
        if self.view.state == WAITING:
            self._try("", lambda: self.runs.carry_on(self.run, self.actor))

    def _new_row(self, before: Position | None, after: Position | None) -> None:
        """A reading left over from the last load must not slip into the next cell."""
        self.pending, self._frozen = {}, False
        same = before is None or after is None or before.item != after.item or self._load(before) == self._load(after)
        self._fresh = same
        self._last_live = self.live.text if self.live else ""
        self._demo_hand(after)

    def _load(self, at: Position) -> Any:
        state = self.judged.items[at.item] if self.judged else None
        if state is None or state.outcome is None:
            return None
        values = state.rows[at.row].values
        return values.get(run_show.over(state.item), values.get("position"))

    def _demo_hand(self, at: Position | None) -> None:
        """In the demo nobody stands at the scale: the simulated one is loaded as the step asks."""
        bench = getattr(self.services, "bench", None) if self.services.demo else None
        load = self._load(at) if at else None
        if bench is None or at is None or self._placed == (at.item, at.row):
            return
        self._placed = (at.item, at.row)
        if self.measured() is not None:
            grams = load if isinstance(load, Decimal) else Decimal(0)
            self._runner(lambda: bench.place(grams), lambda _done: None, lambda _error: None)

    # --- inside ------------------------------------------------------------------------------------------

    def _take(self, at: Position, column: Column, entry: Entry) -> bool:
        source, unit = entry.source, entry.unit
        device = bound.driver if source == "wire" and (bound := self.view.devices.get(column.role)) else ""
        done = self._try(column.id, lambda: self.runs.take(
            self.run, at, entry.text, unit, self.actor, source=source, raw=entry.raw,
            spread=entry.spread, elapsed=entry.elapsed, device=device,
        ))  # fmt: skip
        if done:
            self.pending.pop(column.id, None)
            self.saved.emit(f"{entry.text} {unit}".strip())
        self.reload()
        return done

    def _try(self, field: str, work: Any) -> bool:
        try:
            work()
        except (DomainError, OSError) as error:
            self.refused.emit(field or getattr(error, "field", ""), sentence(error))
            return False
        return True
