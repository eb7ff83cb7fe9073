"""Runs: load, decide, append. The only writer of run streams; every rule is checked before anything is written."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from fieldcal.domain import events as ev
from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.evaluate import Evaluator, RowOutcome
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import ItemState, Judgement, Position, judge, wanted
from fieldcal.domain.plate import read
from fieldcal.domain.procedure import Column
from fieldcal.domain.quantity import normalise, number, show
from fieldcal.domain.run import ENDS, MEASURING, OPEN, PREPARED, RUNNING, WAITING, next_state
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import Verdict
from fieldcal.services import preparing
from fieldcal.services.editions import Editions
from fieldcal.services.identity import TECHNICIAN, require_project, require_role
from fieldcal.services.plausible import plausible
from fieldcal.services.ports import Blob
from fieldcal.services.workspace import SOFTWARE, Workspace


class Runs:
    """`actor` is the person id that signs each event. All methods may raise BadInput and NotAllowed."""

    def __init__(self, workspace: Workspace) -> None:
        self.ws, self.editions = workspace, Editions(workspace)
        self._views: dict[str, RunView] = {}
        self._procedures: dict[str, Compiled] = {}  # by file hash, for files that are no longer in the library
        self._judged: dict[str, tuple[int, Judgement]] = {}  # run -> (version it is of, judgement)

    # --- reading ---------------------------------------------------------------------------------

    def view(self, run: str) -> RunView:
        if run not in self._views:
            view = RunView(run)
            for stored in self.ws.journal.read(run):
                view.apply(stored.event, stored.actor, stored.at)
                view.version = stored.version
            if not view.state:
                raise BadInput("unknown-run", field="run", value=run)
            self._views[run] = view
        return self._views[run]

    def compiled(self, run: str) -> Compiled:
        """The procedure file as it was when the run was opened, by its hash."""
        view = self.view(run)
        if view.sha256 not in self._procedures:
            at_hand = self.ws.library.by_hash(view.sha256)
            found = at_hand or load(self.ws.blobs.get(view.sha256).data, view.procedure)
            self._procedures[view.sha256] = found
        return self._procedures[view.sha256]

    def judgement(self, run: str) -> Judgement:
        """A run's judgement depends on its events alone, so one version of the stream is judged once."""
        view = self.view(run)
        kept = self._judged.get(run)
        if kept is None or kept[0] != view.version:
            kept = self._judged[run] = (view.version, judge(self.compiled(run), view))
        return kept[1]

    def open_runs(self) -> list[RunView]:
        return [view for view in self.all() if view.state in OPEN]

    def all(self) -> list[RunView]:
        return [self.view(stream) for stream in self.ws.journal.streams("run:")]

    def for_instrument(self, instrument: str) -> list[RunView]:
        return [view for view in self.all() if view.instrument == instrument and view.state not in ENDS]

    # --- before the first step ---------------------------------------------------------------------

    def open(self, instrument: str, kind: str, actor: str, name: str = "", *, rehearsed: Compiled | None = None) -> str:
        """On the procedure that covers the instrument today, see editions. What the plate lacks is asked for before
        the first step; what it says wrongly is refused here."""
        person, asset = self.ws.catalogue.person(actor), self.ws.catalogue.instrument(instrument)
        if rehearsed is not None and not self.ws.catalogue.demo:
            raise NotAllowed("not-a-demo", field=rehearsed.procedure.id)
        compiled, plate = rehearsed, dict(asset.plate)
        if compiled is None:
            compiled, plate = self.editions.for_plate(asset.procedure, asset.plate, self.ws.today())
        require_role(person, TECHNICIAN)
        require_project(person, compiled.procedure.regulation, self.ws.today())
        try:
            read(compiled, kind, plate)
        except BadInput as error:
            if error.code != "empty":
                raise
        run = f"run:{name or uuid.uuid4().hex[:12]}"
        opened = ev.RunOpened(instrument, compiled.procedure.id, compiled.sha256, kind, SOFTWARE)
        blob = Blob(compiled.data, "application/toml")
        self.write(run, [opened, ev.InputGiven(plate)], actor, blobs=[blob])
        return run

    def give(self, run: str, values: Mapping[str, Any], actor: str) -> None:
        read(self.compiled(run), self.view(run).kind, {**self.view(run).inputs, **values})
        self.write(run, [ev.InputGiven(dict(values))], actor)

    def choose(self, run: str, role: str, standard: str, actor: str) -> None:
        found = self.ws.catalogue.standards.get(standard)
        if found is None or found.role != role:
            accepted = ", ".join(s.id for s in self.ws.catalogue.standards.values() if s.role == role)
            raise BadInput("unknown-standard", field=role, value=standard, accepted=accepted)
        self.write(run, [ev.StandardChosen(role, standard)], actor)

    def bind(self, run: str, bound: ev.DeviceBound, actor: str) -> None:
        self.write(run, [bound], actor)

    def prepare(self, run: str, actor: str) -> None:
        """Nameplate possible, standards in date and accurate enough; then started."""
        chosen = preparing.chosen(self.ws, self.compiled(run), self.view(run))
        session = self.ws.clock.session()
        self.write(run, [*chosen, ev.Prepared(), ev.Started(session)], actor)

    # --- measuring -----------------------------------------------------------------------------------

    def take(
        self,
        run: str,
        at: Position,
        text: str,
        unit: str,
        actor: str,
        *,
        source: Literal["wire", "manual", "timer", "paper"] = "manual",
        raw: str = "",
        spread: str = "",
        elapsed: str = "",
        device: str = "",
        proof: ev.Proof | None = None,
    ) -> RowOutcome:
        """One value into the cell that is due; returns the row as judged after COMMIT."""
        state, column = self._due(run, at)
        clean = normalise(text)
        assert state.outcome is not None
        plausible(self.compiled(run), column, state.outcome.rows[at.row].values, clean, unit)
        self._long_enough(run, at, column, clean, unit, source)
        raw = raw or (text if text != clean else "")
        attempt = self.view(run).attempt(at.item, at.row).number
        taken = ev.ReadingTaken(
            at.item, at.row, attempt, at.column, clean, unit, source, raw, spread, elapsed, device, proof
        )
        self.write(run, [taken], actor, outbox=True)
        outcome = self.judgement(run).items[at.item].outcome
        assert outcome is not None
        return outcome.rows[at.row]

    def _due(self, run: str, at: Position) -> tuple[ItemState, Column]:
        """The cell must be of the row that is due, and still empty."""
        judged = self.judgement(run)
        due = judged.position
        state = judged.items.get(at.item)
        if state is None:
            raise BadInput("unknown-item", field="item", value=at.item, accepted=", ".join(judged.items))
        if due is None or (due.item, due.row) != (at.item, at.row):
            accepted = f"{due.item}:{due.row + 1}" if due else "nothing left"
            raise NotAllowed("not-due", field=at.item, value=at.row + 1, accepted=accepted)
        columns = {c.id: c for c in self.columns(run, due)}
        if at.column not in columns:
            raise BadInput("unknown-column", field=at.item, value=at.column, accepted=", ".join(columns))
        if at.column in self.view(run).attempt(at.item, at.row).cells:
            raise NotAllowed("already-taken", field=at.column, accepted="reject it with a reason first")
        return state, columns[at.column]

    def _long_enough(self, run: str, at: Position, column: Column, text: str, unit: str, source: str) -> None:
        """A duration that the regulation prescribes is measured here, never typed."""
        if column.source != "timed" or not column.seconds:
            return
        minimum = self._minimum(run, at)
        if source == "manual":
            raise NotAllowed("timer-needed", field=column.id, value=text, accepted=f">= {minimum} s")
        if convert(number(text, column.id), unit or "s", "s", column.id) < minimum:
            raise NotAllowed("too-short", field=column.id, value=f"{text} {unit}", accepted=f">= {minimum} s")

    def start_timer(self, run: str, at: Position, actor: str) -> None:
        _, column = self._due(run, at)
        if column.source != "timed":
            raise NotAllowed("not-timed", field=column.id, value=column.source, accepted="timed")
        attempt = self.view(run).attempt(at.item, at.row).number
        mono = f"{self.ws.clock.mono():.3f}"
        started = ev.TimerStarted(at.item, at.row, attempt, at.column, self.ws.clock.session(), mono)
        self.write(run, [started], actor)

    def timer(self, run: str, at: Position) -> tuple[Decimal, Decimal] | None:
        """(elapsed, minimum) in seconds, None when not started in this session of the program."""
        attempt = self.view(run).attempt(at.item, at.row).number
        started = self.view(run).timers.get((at.item, at.row, attempt, at.column))
        if started is None or started.session != self.ws.clock.session():
            return None
        elapsed = Decimal(f"{self.ws.clock.mono():.3f}") - Decimal(started.mono)
        return elapsed.quantize(Decimal("0.1")), self._minimum(run, at)

    def _minimum(self, run: str, at: Position) -> Decimal:
        state, column = self._due(run, at)
        assert state.outcome is not None
        if not column.seconds:
            return Decimal(0)
        return self.compiled(run).expr(column.seconds)(state.outcome.rows[at.row].values)

    def stop_timer(self, run: str, at: Position, actor: str) -> RowOutcome:
        """Raises NotAllowed `too-short` before the minimum duration of the regulation."""
        found = self.timer(run, at)
        if found is None:
            raise NotAllowed("timer-not-started", field=at.column)
        elapsed, minimum = found
        if elapsed < minimum:
            raise NotAllowed("too-short", field=at.column, value=f"{elapsed} s", accepted=f">= {minimum} s")
        return self.take(run, at, show(elapsed), "s", actor, source="timer", elapsed=show(elapsed))

    def reject(self, run: str, item: str, row: int, reason: str, actor: str) -> None:
        """Strikes the attempt that counts; it stays visible with reason and name."""
        attempt = self.view(run).attempt(item, row)
        if not reason.strip():
            raise BadInput("empty", field="reason", accepted="a reason")
        if not attempt.cells:
            raise NotAllowed("nothing-to-reject", field=item, value=row + 1)
        self.write(run, [ev.ReadingRejected(item, row, attempt.number, reason.strip())], actor)

    def answer(
        self,
        run: str,
        item: str,
        question: str,
        answer: Literal["pass", "fail", "na", "suspect"],
        actor: str,
        note: str = "",
    ) -> None:
        judged = self.judgement(run)
        state = judged.items.get(item)
        known = {q.id: q for q in state.questions} if state else {}
        if question not in known:
            raise BadInput("unknown-question", field=item, value=question, accepted=", ".join(known))
        if judged.position is not None and judged.position.item != item:
            raise NotAllowed("not-due", field=item, accepted=judged.position.item)
        if answer == "na" and not known[question].na:
            raise NotAllowed("not-optional", field=question, value=answer)
        if answer in ("fail", "suspect", "na") and not note.strip():
            raise BadInput("empty", field="note", accepted="what was seen")
        photos = {(e.item, e.check) for e in self.view(run).evidence}
        needs_photo = known[question].photo == "required" or answer == "suspect"
        if needs_photo and answer != "na" and (item, question) not in photos:
            raise NotAllowed("photo-needed", field=question)
        self.write(run, [ev.CheckAnswered(item, question, answer, note.strip())], actor)

    def add_evidence(
        self, run: str, item: str, question: str, data: bytes, media: str, caption: str, actor: str
    ) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        added = ev.EvidenceAdded(item, question, sha256, media, caption)
        self.write(run, [added], actor, blobs=[Blob(data, media)])
        return sha256

    def skip(
        self, run: str, item: str, verdict: Literal["not-applicable", "not-done"], reason: str, actor: str
    ) -> None:
        """Not applicable only where the procedure lists reasons; not done always needs a reason and blocks a pass."""
        state = self.judgement(run).items.get(item)
        if state is None:
            raise BadInput("unknown-item", field="item", value=item)
        if not reason.strip():
            raise BadInput("empty", field="reason", accepted="a reason")
        allowed = [text.zh for text in state.item.na] + [text.en for text in state.item.na]
        if verdict == "not-applicable" and reason not in allowed:
            raise NotAllowed("not-optional", field=item, value=reason, accepted="; ".join(allowed))
        self.write(run, [ev.ItemSkipped(item, verdict, reason.strip())], actor)

    def remark(self, run: str, text: str, actor: str) -> None:
        self.write(run, [ev.Remarked(text)], actor)

    # --- pausing and finishing -------------------------------------------------------------------------

    def pause(self, run: str, reason: str, actor: str) -> None:
        self.write(run, [ev.Paused(reason)], actor)

    def resume(self, run: str, actor: str) -> None:
        self.write(run, [ev.Resumed(self.ws.clock.session())], actor)

    def device_failed(self, run: str, role: str, code: str, detail: str, actor: str) -> None:
        if self.view(run).state in (RUNNING, MEASURING):
            self.write(run, [ev.DeviceFailed(role, code, detail)], actor)

    def carry_on(self, run: str, actor: str) -> None:
        if self.view(run).state == WAITING:
            self.write(run, [ev.OperatorAnswered("continue")], actor)

    def reopen(self, run: str, reason: str, actor: str) -> None:
        """From review back to measuring, from prepared back to the nameplate."""
        if not reason.strip():
            raise BadInput("empty", field="reason", accepted="a reason")
        prepared = self.view(run).state == PREPARED
        back = ev.Reopened(reason.strip()) if prepared else ev.StepReopened(reason.strip())
        self.write(run, [back], actor)

    def reopen_item(self, run: str, item: str, reason: str, actor: str) -> None:
        """Takes back a skip."""
        if not reason.strip():
            raise BadInput("empty", field="reason", accepted="a reason")
        if item not in self.view(run).skipped:
            raise NotAllowed("not-skipped", field="item", value=item, accepted=", ".join(self.view(run).skipped))
        self.write(run, [ev.ItemReopened(item, reason.strip())], actor)

    def complete(self, run: str, actor: str) -> Judgement:
        """To review: every item is measured or skipped with a reason."""
        judged = self.judgement(run)
        if judged.position is not None:
            raise NotAllowed("not-complete", field=judged.position.item, accepted="measure or give a reason")
        self.write(run, [ev.StepsCompleted()], actor)
        return judged

    def abort(self, run: str, reason: str, actor: str) -> None:
        self.write(run, [ev.Aborted(reason)], actor)

    def keep_transcript(self, run: str, role: str, data: bytes, actor: str) -> None:
        if data:
            kept = ev.Transcript(role, hashlib.sha256(data).hexdigest())
            self.write(run, [kept], actor, blobs=[Blob(data, "text/plain")])

    def recover(self, actor: str = "system") -> list[str]:
        """At start: whatever was running when the program died is paused; nothing measured is lost or invented."""
        found: list[str] = []
        for view in self.all():
            if view.state in (RUNNING, MEASURING, WAITING):
                self.write(view.stream, [ev.Interrupted("program ended")], actor)
                found.append(view.stream)
        return found

    def columns(self, run: str, at: Position) -> list[Column]:
        """What has to be filled in the row at `at`."""
        compiled, judged = self.compiled(run), self.judgement(run)
        state = judged.items[at.item]
        assert state.outcome is not None
        evaluator = Evaluator(compiled, judged.plate.values)
        return wanted(evaluator, state.item, state.outcome.rows[at.row].values)

    def write(
        self, run: str, events: Sequence[ev.Event], actor: str, *, blobs: Sequence[Blob] = (), outbox: bool = False
    ) -> None:
        """Every transition is tried first, so nothing impossible reaches the journal."""
        view = self._views.get(run) or (RunView(run) if not self.ws.journal.read(run) else self.view(run))
        state = view.state
        for event in events:
            state = next_state(state, event)
        for stored in self.ws.record(run, view.version, events, actor, blobs=blobs, outbox=outbox):
            view.apply(stored.event, stored.actor, stored.at)
            view.version = stored.version
        self._views[run] = view


def passed(judged: Judgement) -> bool:
    return judged.overall is Verdict.PASS
