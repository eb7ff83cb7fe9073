"""What waits for a supervisor's signature, and why some of it wants a second look; texts, no widget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.explained import Place
from fieldcal.domain.judge import ItemState, Judgement
from fieldcal.domain.verdict import Judged, Verdict
from fieldcal.services import identity, present
from fieldcal.services.certificates import QueueEntry
from fieldcal.ui.i18n import t
from fieldcal.ui.models import run_show
from fieldcal.ui.models.site import natural

if TYPE_CHECKING:
    from fieldcal.services.app import Services

Step = Literal["check", "approve"]
STEPS: tuple[tuple[Step, str], ...] = (("check", identity.CHECKER), ("approve", identity.APPROVER))
OUTSIDE = (Verdict.FAIL, Verdict.SUSPECT, Verdict.BORDERLINE)


@dataclass(frozen=True)
class Job:
    """One run that waits; `own` when the person in front measured it and may not sign it."""

    run: str
    step: Step
    kind: str
    title: str
    model: str
    why: str
    by: str
    at: str
    document: str
    flags: tuple[str, ...]
    own: bool

    @property
    def clean(self) -> bool:
        return not self.flags and not self.own


@dataclass(frozen=True)
class Found:
    """One comparison of a record; `row` is -1 where it is of the whole item."""

    state: ItemState
    row: int
    judged: Judged


def load(services: Services) -> list[Job]:
    """Everything that the person in front may sign next: what needs a look first, then by place."""
    person = services.person
    if person is None:
        return []
    found = [
        _job(services, entry, step)
        for step, role in STEPS
        if role in person.roles
        for entry in services.certificates.queue(role)
    ]
    return sorted(found, key=lambda job: (job.clean, natural(job.title), job.run))


def _job(services: Services, entry: QueueEntry, step: Step) -> Job:
    catalogue, view = services.ws.catalogue, entry.view
    instrument, by = catalogue.instrument(view.instrument), catalogue.people.get(view.signed_by)
    own = services.person is not None and services.person.id == view.signed_by
    passed = entry.judgement.overall is Verdict.PASS
    kind = run_show.KIND[entry.judgement.overall]
    return Job(
        view.stream, step, "warn" if passed and entry.flags else kind, instrument.place,
        str(instrument.plate.get("model", "")), t("review.own") if own else reason(services, entry),
        by.name if by else "", run_show.clock(view.signed_at),
        t("review.to_certificate" if passed else "review.to_notice"), tuple(entry.flags), own,
    )  # fmt: skip


def reason(services: Services, entry: QueueEntry) -> str:
    """The worst thing about a run in words, "" for a clean one."""
    if found := worst(entry.judgement):
        return sentence(services.runs.compiled(entry.run), entry.judgement, found)
    for state in entry.judgement.items.values():
        for question in state.questions:
            answer = entry.view.answers.get((state.item.id, question.id))
            if answer is not None and answer.answer in ("fail", "suspect"):
                return t("review.finding", item=run_show.say(state.item.title), note=answer.note)
    return t(f"review.flag_{entry.flags[0]}") if entry.flags else ""


def comparisons(judged: Judgement) -> Iterator[Found]:
    """In the order of the procedure; items that were left out have none."""
    for state in judged.items.values():
        if state.outcome is None or state.reason:
            continue
        for row in state.outcome.rows:
            yield from (Found(state, row.row.index, one) for one in row.judged)
        yield from (Found(state, -1, one) for one in state.outcome.judged)


def worst(judged: Judgement) -> Found | None:
    """The first limit that is not kept."""
    return next((found for found in comparisons(judged) if found.judged.verdict in OUTSIDE), None)


def nearest(judged: Judgement) -> Found | None:
    """The point of a row that comes nearest to its limit, by share of it."""
    rows = [
        found
        for found in comparisons(judged)
        if found.row >= 0 and found.state.item.decides != "conditions" and found.judged.value is not None
        and found.judged.high
    ]  # fmt: skip
    return max(rows, key=lambda f: abs((f.judged.value or 0) / (f.judged.high or 1)), default=None)


def looked_at(judged: Judgement) -> Place | None:
    """The number to look at first: the worst, else the one nearest to its limit."""
    found = worst(judged) or nearest(judged)
    return Place(found.state.item.id, found.row, found.judged.name) if found is not None else None


def names_of(judged: Judgement, found: Found) -> run_show.Names:
    if found.row < 0 or found.state.outcome is None:
        return judged.plate.values
    return found.state.outcome.rows[found.row].values


def point(compiled: Compiled, judged: Judgement, found: Found) -> str:
    """Item and load, as the heading of one comparison."""
    title = run_show.say(found.state.item.title)
    if found.row < 0:
        return title
    row = found.state.rows[found.row]
    text, unit = run_show.load_text(compiled, found.state.item, row, names_of(judged, found))
    return f"{title} {text} {unit}".strip()


def sentence(compiled: Compiled, judged: Judgement, found: Found) -> str:
    value, low, high, unit = present.show_judged(compiled, found.judged, names_of(judged, found))
    shown = run_show.signed(value) if low else value
    return t(
        "review.over", point=point(compiled, judged, found), value=f"{shown} {unit}".strip(),
        limit=present.limit_text(low, high, unit),
    )  # fmt: skip
