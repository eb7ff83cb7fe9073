"""A run as one person works through it: what is due, what is pending, and the few things that can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from fieldcal.domain.errors import BadInput, DomainError
from fieldcal.domain.judge import Position
from fieldcal.domain.procedure import Column
from fieldcal.domain.quantity import number, show
from fieldcal.domain.run import PAUSED, RUNNING, WAITING
from fieldcal.domain.units import convert
from fieldcal.services.capture import Capture, Live
from fieldcal.ui.models import run_show
from fieldcal.ui.models.run_draft import Entry
from fieldcal.ui.models.run_live import LiveReader
from fieldcal.ui.models.run_state import Answer, RunState
from fieldcal.ui.runtime import Run

if TYPE_CHECKING:
    from fieldcal.services.app import Services

NEAR = 20  # digits of the display: nearer than that to the load needs no proof of a change
MEDIA = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


class RunModel(RunState):
    """Writes go to disk before `changed`; what is refused changes nothing and says why."""

    def __init__(self, services: Services, runner: Run, poller: Run | None = None, parent: QObject | None = None):
        super().__init__(services, parent)
        self._runner, self.by_hand, self.lost = runner, False, ""
        self.live: Live | None = None
        self._frozen, self._fresh, self._last_live, self._placed = False, True, "", ("", -1)
        self._capture: tuple[str, str, Capture | None] = ("", "", None)
        self.reader = LiveReader(poller or runner, self)
        self.reader.got.connect(self._got)
        self.reader.failed.connect(self._failed)

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

    # --- the wire ----------------------------------------------------------------------------------------

    def wired(self, column: Column) -> bool:
        """True while an instrument is at hand that will bring this value."""
        return column.source == "measured" and self._capture[:2] == (column.role, column.channel) and self._reads()

    def _reads(self) -> bool:
        return self.reader.watching and not self.by_hand and not self.lost

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
        made = self.draft() if self.phase == "work" and not self.by_hand else None
        found = [c for c in made.columns if c.source == "measured"] if made else []
        column = self.measured() or next(iter(found), None) if found else None
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
        if not live.stable or live.text != self._last_live or self._close(live):
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
        repeated = before is not None and after is not None and before.item == after.item and self.load() is None
        self._fresh = self.live is None or repeated
        self._last_live = self.live.text if self.live else ""
        self._demo_hand(after)

    def _close(self, live: Live) -> bool:
        load, column = self.load(), self.measured()
        if load is None or column is None:
            return False
        quantum = Decimal(1).scaleb(int(live.value.as_tuple().exponent))
        try:
            value, grain = (convert(v, live.unit, column.unit) for v in (live.value, quantum))
        except DomainError:
            return False
        return abs(value - load) <= max(load / 20, NEAR * grain)

    def _demo_hand(self, at: Position | None) -> None:
        """In the demo nobody stands at the scale: the simulated one is loaded as the step asks."""
        bench = getattr(self.services, "bench", None) if self.services.demo else None
        if bench is None or at is None or self._placed == (at.item, at.row):
            return
        self._placed = (at.item, at.row)
        if self.measured() is None:
            return
        grams = self.load() or Decimal(0)

        def place() -> None:
            bench.place(Decimal(0))
            self.services.ws.clock.sleep(3)
            bench.place(grams)

        self._runner(place, lambda _done: None, lambda _error: None)

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
