"""Events of one stream to a RunView: the only reader of a run's meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from fieldcal.domain import events as ev
from fieldcal.domain.run import next_state

Cell = tuple[str, int]
ITEM_WORK = (ev.TimerStarted, ev.ReadingTaken, ev.CheckAnswered)  # what takes time of an item


@dataclass
class Attempt:
    """One try at a row; `rejected` holds the reason once struck."""

    number: int
    cells: dict[str, ev.ReadingTaken] = field(default_factory=dict[str, ev.ReadingTaken])
    times: dict[str, str] = field(default_factory=dict[str, str])
    rejected: str = ""
    by: str = ""
    at: str = ""


@dataclass
class RunView:
    stream: str = ""
    version: int = 0
    state: str = ""
    instrument: str = ""
    procedure: str = ""
    sha256: str = ""
    kind: str = ""
    software: str = ""
    opened_at: str = ""
    opened_by: str = ""
    updated_at: str = ""
    session: str = ""
    inputs: dict[str, object] = field(default_factory=dict[str, object])
    standards: dict[str, str] = field(default_factory=dict[str, str])
    devices: dict[str, ev.DeviceBound] = field(default_factory=dict[str, ev.DeviceBound])
    bound: list[ev.DeviceBound] = field(default_factory=list[ev.DeviceBound])  # whatever served it, also before
    attempts: dict[Cell, list[Attempt]] = field(default_factory=dict[Cell, list[Attempt]])
    answers: dict[tuple[str, str], ev.CheckAnswered] = field(default_factory=dict[tuple[str, str], ev.CheckAnswered])
    evidence: list[ev.EvidenceAdded] = field(default_factory=list[ev.EvidenceAdded])
    skipped: dict[str, ev.ItemSkipped] = field(default_factory=dict[str, ev.ItemSkipped])
    timers: dict[tuple[str, int, int, str], ev.TimerStarted] = field(
        default_factory=dict[tuple[str, int, int, str], ev.TimerStarted]
    )
    spans: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])  # item -> begin and end
    measuring: ev.MeasuringBegun | None = None
    transcripts: list[ev.Transcript] = field(default_factory=list[ev.Transcript])
    remarks: list[str] = field(default_factory=list[str])
    signed: ev.Signed | None = None
    signed_by: str = ""
    signed_at: str = ""
    checked: ev.Checked | None = None
    checked_by: str = ""
    checked_at: str = ""
    certified: ev.Certified | None = None
    certified_by: str = ""
    certified_at: str = ""
    closing: str = ""  # reason of aborted or voided, last reason of returned or paused
    readings: int = 0

    def attempt(self, item: str, row: int) -> Attempt:
        """The attempt that counts: the last one not struck, or a new one."""
        found = self.attempts.get((item, row), [])
        if found and not found[-1].rejected:
            return found[-1]
        return Attempt(len(found) + 1)

    def struck(self, item: str, row: int) -> list[Attempt]:
        return [a for a in self.attempts.get((item, row), []) if a.rejected]

    @property
    def most_attempts(self) -> int:
        return max((len(found) for found in self.attempts.values()), default=1)

    def apply(self, event: ev.Event, actor: str, at: str) -> None:
        self.state = next_state(self.state, event)
        self.updated_at = at
        if isinstance(event, ITEM_WORK):
            self.spans[event.item] = (self.spans.get(event.item, (at, at))[0], at)
        match event:
            case ev.ReadingTaken():  # most events are one of these two
                self._reading(event, at)
            case ev.CheckAnswered():
                self.answers[(event.item, event.check)] = event
            case ev.RunOpened():
                self.instrument, self.procedure, self.sha256 = event.instrument, event.procedure, event.sha256
                self.kind, self.software, self.opened_at, self.opened_by = event.kind, event.software, at, actor
            case ev.InputGiven():
                self.inputs = {**self.inputs, **event.values}
            case ev.StandardChosen():
                self.standards[event.role] = event.standard
            case ev.DeviceBound():
                self.devices[event.role] = event
                self.bound.append(event)
            case ev.Started() | ev.Resumed():
                self.session, self.measuring = event.session, None
            case ev.TimerStarted():
                self.timers[(event.item, event.row, event.attempt, event.column)] = event
            case ev.MeasuringBegun():
                self.measuring = event
            case ev.Interrupted() | ev.DeviceFailed():
                self.measuring = None
            case ev.EvidenceAdded():
                self.evidence.append(event)
            case ev.Transcript():
                self.transcripts.append(event)
            case ev.Remarked():
                self.remarks.append(event.text)
            case ev.Paused() | ev.Aborted() | ev.Voided():
                self.closing = event.reason
            case _:
                self._record(event, actor, at)

    def _record(self, event: ev.Event, actor: str, at: str) -> None:
        match event:
            case ev.ReadingRejected():
                for attempt in self.attempts.get((event.item, event.row), []):
                    if attempt.number == event.attempt:
                        attempt.rejected, attempt.by, attempt.at = event.reason, actor, at
            case ev.ItemSkipped():
                self.skipped[event.item] = event
            case ev.ItemReopened():
                self.skipped.pop(event.item, None)
            case ev.Signed():
                self.signed, self.signed_by, self.signed_at = event, actor, at
            case ev.Checked():
                self.checked, self.checked_by, self.checked_at = event, actor, at
            case ev.Returned() | ev.StepReopened():
                self.signed, self.checked, self.closing = None, None, event.reason
            case ev.Certified():
                self.certified, self.certified_by, self.certified_at = event, actor, at
            case _:
                pass

    def _reading(self, event: ev.ReadingTaken, at: str) -> None:
        self.measuring = None
        self.readings += 1
        found = self.attempts.setdefault((event.item, event.row), [])
        if not found or found[-1].number < event.attempt:
            found.append(Attempt(event.attempt))
        found[-1].cells[event.column] = event
        found[-1].times[event.column] = at


def fold(stream: str, events: Iterable[tuple[ev.Event, str, str]]) -> RunView:
    """(event, actor, at) in journal order. Raises NotAllowed for a sequence that can't have happened."""
    view = RunView(stream)
    for event, actor, at in events:
        view.apply(event, actor, at)
        view.version += 1
    return view
