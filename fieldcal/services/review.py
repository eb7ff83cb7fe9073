"""What a supervisor looks at before signing: the record judged again from disk, the readings as they came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fieldcal.domain import events as ev
from fieldcal.domain.compiled import load
from fieldcal.domain.fold import RunView, fold
from fieldcal.domain.judge import Judgement, judge
from fieldcal.services.certificates import Certificates
from fieldcal.services.runs import Runs

Point = tuple[str, int, str]  # item, row (0-based; -1: of the whole item), name of the judged value


@dataclass(frozen=True)
class Recheck:
    """`same` of `total` judged points are as in the record; `record` says that the signature covers what is on disk."""

    same: int
    total: int
    differing: tuple[Point, ...]
    record: bool

    @property
    def good(self) -> bool:
        return self.record and not self.differing


@dataclass(frozen=True)
class Taken:
    """One value in the order it was taken; `struck` is the reason why it doesn't count."""

    reading: ev.ReadingTaken
    at: str
    actor: str
    struck: str


def recheck(certificates: Certificates, run: str) -> Recheck:
    """Reads the events and the frozen procedure file from disk and judges them without anything kept in memory."""
    runs = certificates.runs
    view, judged = runs.view(run), runs.judgement(run)
    stored = fold(run, ((s.event, s.actor, s.at) for s in runs.ws.journal.read(run)))
    again = judge(load(runs.ws.blobs.get(stored.sha256).data, stored.procedure), stored)
    ours, fresh = dict(_points(judged)), dict(_points(again))
    differing = tuple(sorted(point for point in ours.keys() | fresh.keys() if ours.get(point) != fresh.get(point)))
    covered = stored.signed is not None and stored.signed.verdict == again.overall and certificates.unchanged(run)
    return Recheck(len(ours.keys() | fresh.keys()) - len(differing), len(ours.keys() | fresh.keys()), differing,
                   covered and view.version == stored.version)  # fmt: skip


def _points(judged: Judgement) -> Iterator[tuple[Point, tuple[Decimal | None, str]]]:
    for name, state in judged.items.items():
        if state.outcome is None:
            yield (name, -1, ""), (None, state.verdict)
            continue
        for row in state.outcome.rows:
            for found in row.judged:
                yield (name, row.row.index, found.name), (found.value, found.verdict)
        for found in state.outcome.judged:
            yield (name, -1, found.name), (found.value, found.verdict)


def taken(runs: Runs, run: str) -> list[Taken]:
    """Every value of the record, struck ones too, in the order of the journal."""
    view: RunView = runs.view(run)
    out: list[Taken] = []
    for stored in runs.ws.journal.read(run):
        if isinstance(event := stored.event, ev.ReadingTaken):
            tries = view.attempts.get((event.item, event.row), [])
            struck = next((a.rejected for a in tries if a.number == event.attempt), "")
            out.append(Taken(event, stored.at, stored.actor, struck))
    return out
