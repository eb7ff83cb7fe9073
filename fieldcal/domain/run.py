"""States of a run and what leads from one to the next (architecture 5)."""

from __future__ import annotations

from fieldcal.domain import events as ev
from fieldcal.domain.errors import NotAllowed

DRAFT, PREPARED, RUNNING, MEASURING = "draft", "prepared", "running", "measuring"
WAITING, PAUSED, REVIEW, SIGNED = "waiting", "paused", "review", "signed"
CHECKED, CERTIFIED, VOIDED, ABORTED = "checked", "certified", "voided", "aborted"
WORK = (ev.CheckAnswered, ev.EvidenceAdded, ev.TimerStarted, ev.ItemSkipped, ev.ItemReopened)

TABLE: dict[str, dict[type[ev.Event], str]] = {
    "": {ev.RunOpened: DRAFT},
    DRAFT: {ev.InputGiven: DRAFT, ev.StandardChosen: DRAFT, ev.DeviceBound: DRAFT, ev.Prepared: PREPARED},
    PREPARED: {ev.Reopened: DRAFT, ev.Started: RUNNING, ev.DeviceBound: PREPARED},
    RUNNING: {
        **dict.fromkeys(WORK, RUNNING),
        ev.ReadingTaken: RUNNING,
        ev.ReadingRejected: RUNNING,
        ev.DeviceBound: RUNNING,
        ev.Transcript: RUNNING,
        ev.Remarked: RUNNING,
        ev.OperatorAsked: WAITING,
        ev.DeviceFailed: WAITING,
        ev.MeasuringBegun: MEASURING,
        ev.Interrupted: PAUSED,
        ev.Paused: PAUSED,
        ev.StepsCompleted: REVIEW,
    },
    MEASURING: {ev.ReadingTaken: RUNNING, ev.DeviceFailed: WAITING, ev.Interrupted: PAUSED},
    WAITING: {
        **dict.fromkeys(WORK, RUNNING),
        ev.ReadingTaken: RUNNING,
        ev.OperatorAnswered: RUNNING,
        ev.DeviceBound: RUNNING,
        ev.ReadingRejected: WAITING,
        ev.Interrupted: PAUSED,
        ev.Paused: PAUSED,
    },
    PAUSED: {ev.Resumed: RUNNING, ev.DeviceBound: PAUSED},
    REVIEW: {ev.StepReopened: RUNNING, ev.Remarked: REVIEW, ev.Transcript: REVIEW, ev.Signed: SIGNED},
    SIGNED: {ev.Returned: REVIEW, ev.Checked: CHECKED},
    CHECKED: {ev.Returned: REVIEW, ev.Certified: CERTIFIED},
    CERTIFIED: {ev.Voided: VOIDED},
    VOIDED: {},
    ABORTED: {},
}
MAY_ABORT = {DRAFT, PREPARED, RUNNING, WAITING, PAUSED, REVIEW, SIGNED}
OPEN = {DRAFT, PREPARED, RUNNING, MEASURING, WAITING, PAUSED}
ENDS = {VOIDED, ABORTED}


def next_state(state: str, event: ev.Event) -> str:
    """Raises NotAllowed `wrong-state` naming the event, the state, and the states it belongs to."""
    if isinstance(event, ev.Aborted) and state in MAY_ABORT:
        return ABORTED
    following = TABLE.get(state, {}).get(type(event))
    if following is None:
        name = ev.type_of(event).partition("/")[0]
        states = (
            MAY_ABORT if isinstance(event, ev.Aborted) else {s for s, known in TABLE.items() if type(event) in known}
        )
        raise NotAllowed("wrong-state", field=name, value=state or "new", accepted=", ".join(sorted(states)))
    return following
