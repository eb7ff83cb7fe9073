"""A run as one person works through it: what is due, what is pending, and the few things that can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from fieldcal.domain.errors import BadInput
from fieldcal.domain.judge import Position
from fieldcal.domain.procedure import Column
from fieldcal.domain.quantity import number, show
from fieldcal.domain.run import PAUSED, RUNNING, WAITING
from fieldcal.ui.models import run_show
from fieldcal.ui.models.run_draft import Entry
from fieldcal.ui.models.run_state import Answer
from fieldcal.ui.models.run_wire import RunWire

MEDIA = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


class RunModel(RunWire):
    """Writes go to disk before `changed`; what is refused changes nothing and says why."""

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
        if self.run and self.view.state == RUNNING:
            self._try("", lambda: self.services.keep_transcripts(self.run, self.actor))
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
        if before is not None and after is not None and before.item != after.item and self.view.state == RUNNING:
            self.services.keep_transcripts(self.run, self.actor)  # an item's bytes are kept with the item
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
        """A typed value takes the place of a captured one; what is no number is refused at once."""
        made = self.draft()
        choice = any(c.id == column and c.kind == "choice" for c in (made.columns if made else []))
        if choice or self._try(column, lambda: number(text, column)):
            self.pending[column] = Entry(text, unit)
            self.changed.emit()

    def choose(self, place: int) -> bool:
        """The choice at this place, from 1; False if the value that is due is none."""
        due = self.due()
        if due is None or due.kind != "choice" or not 0 < place <= len(due.choices):
            return False
        self.set_value(due.id, due.choices[place - 1].id)
        return True

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

    def answer(self, answer: Answer, note: str = "") -> bool:
        at = self.at
        if at is None or not at.question:
            return False
        done = self._try(
            at.question, lambda: self.runs.answer(self.run, at.item, at.question, answer, self.actor, note)
        )
        self.reload()
        return done

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

    def strike(self, item: str, row: int, reason: str) -> bool:
        done = self._try("", lambda: self.runs.reject(self.run, item, row, reason, self.actor))
        self.reload()
        return done

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

    def sign(self, pin: str) -> bool:
        """Completes the run if need be and puts the technician's name under it."""

        def work() -> None:
            if self.view.state != "review":
                self.services.keep_transcripts(self.run, self.actor)
                self.runs.complete(self.run, self.actor)
            self.services.certificates.sign(self.run, self.actor, pin)

        done = self._try("pin", work)
        self.reload()
        return done

    # --- inside ------------------------------------------------------------------------------------------

    def _take(self, at: Position, column: Column, entry: Entry) -> bool:
        source, unit = entry.source, entry.unit
        device = bound.driver if source == "wire" and (bound := self.view.devices.get(column.role)) else ""
        done = self._try(column.id, lambda: self.runs.take(
            self.run, at, entry.text, unit, self.actor, source=source, raw=entry.raw,
            spread=entry.spread, elapsed=entry.elapsed, device=device, proof=entry.proof,
        ))  # fmt: skip
        if done:
            self.pending.pop(column.id, None)
            self.saved.emit(f"{entry.text} {unit}".strip())
        self.reload()
        return done
