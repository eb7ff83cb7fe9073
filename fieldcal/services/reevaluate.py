"""Shadow evaluation: what would another revision have said about records that were made without it?

Nothing is written. A record is taken as it was signed: its inputs, cells, answers; the file it was judged by comes out
of the workspace by its hash. What that revision asks for and the record does not hold is told, never filled in.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from multiprocessing import get_context
from typing import Any, Protocol

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import DomainError
from fieldcal.domain.events import Event
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import Judgement, judge
from fieldcal.domain.run import CERTIFIED, CHECKED, SIGNED
from fieldcal.domain.verdict import Verdict
from fieldcal.services.flips import Flip, flips
from fieldcal.services.steady import steady
from fieldcal.services.transfer import Fit, move, under

STATES = (SIGNED, CHECKED, CERTIFIED)
RANGE = 250  # records that a process takes at a time


class Records(Protocol):
    """The stored records, to be read alone."""

    def runs(self, procedures: Sequence[str], states: Sequence[str]) -> list[str]: ...  # in the order they were begun
    def events(self, stream: str) -> list[tuple[Event, str, str]]: ...  # each with actor and time
    def blob(self, sha256: str) -> bytes: ...
    def close(self) -> None: ...


Opener = Callable[[], Records]


@dataclass(frozen=True)
class Period:
    """Days of verification, both included."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, day: str) -> bool:
        on = date.fromisoformat(day)
        return (self.first is None or self.first <= on) and (self.last is None or on <= self.last)


@dataclass(frozen=True)
class Finding:
    """A record that is not the same: `flips` with verdicts, or a `problem` {code, field, value, accepted} that keeps
    it from being judged; `now` is then ""."""

    run: str
    procedure: str
    instrument: str
    number: str
    day: str
    kind: str
    was: str
    now: str = ""
    flips: list[Flip] = field(default_factory=list[Flip])
    problem: dict[str, str] = field(default_factory=dict[str, str])
    assumed: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def fits(self) -> bool:
        """The record holds all that the revision asks for."""
        return not self.problem and not any(flip.why == "missing" for flip in self.flips)

    @property
    def flipped(self) -> bool:
        """A verdict changed over what the record does hold."""
        return any(flip.why != "missing" for flip in self.flips)


@dataclass
class Report:
    """`same` of `records` come out as they were, and one may be both `flipped` and `unfit`; `assumed` counts the
    records in which an input was left to the revision's default, by input."""

    records: int = 0
    same: int = 0
    outside: int = 0  # of the period
    assumed: dict[str, int] = field(default_factory=dict[str, int])
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def flipped(self) -> list[Finding]:
        return [one for one in self.findings if one.flipped]

    @property
    def unfit(self) -> list[Finding]:
        return [one for one in self.findings if not one.fits]

    def add(self, part: Report) -> None:
        self.records, self.same, self.outside = (
            self.records + part.records, self.same + part.same, self.outside + part.outside,
        )  # fmt: skip
        for name, count in part.assumed.items():
            self.assumed[name] = self.assumed.get(name, 0) + count
        self.findings += part.findings


def reevaluate(
    opener: Opener, revisions: Sequence[Compiled], period: Period = Period(), workers: int = 1, size: int = RANGE
) -> Report:
    """Every signed record of the revisions' procedures. The report does not depend on `workers`, who take ranges of
    records; `opener` goes to their processes and must be picklable for more than one."""
    with closing(opener()) as records:
        found = records.runs([one.procedure.id for one in revisions], STATES)
    parts = [found[at : at + size] for at in range(0, len(found), size)]
    files = [one.data for one in revisions]
    report = Report()
    if workers == 1 or len(parts) <= 1:
        with closing(opener()) as records:
            shadow = Shadow(records, files, period)
            for part in parts:
                report.add(shadow.over(part))
        return report
    with ProcessPoolExecutor(min(workers, len(parts)), get_context("spawn"), _begin, (opener, files, period)) as pool:
        for made in pool.map(_over, parts):
            report.add(made)
    return report


_shadow: list[Shadow] = []  # of this process


def _begin(opener: Opener, files: Sequence[bytes], period: Period) -> None:
    gc.freeze()  # nothing of the program itself is garbage
    _shadow[:] = [Shadow(opener(), files, period)]


def _over(runs: Sequence[str]) -> Report:
    return _shadow[0].over(runs)


class Shadow:
    """The revisions, ready to judge stored records; each file is compiled once."""

    def __init__(self, records: Records, files: Sequence[bytes], period: Period) -> None:
        self.records, self.period = records, period
        self.revisions = {one.procedure.id: one for one in map(load, files)}
        self._fit = cache(self._compare)

    def over(self, runs: Sequence[str]) -> Report:
        report = Report()
        for run in runs:
            view = RunView(run)
            for event, actor, at in self.records.events(run):
                view.apply(event, actor, at)
            if view.signed is None or view.signed.finished not in self.period:
                report.outside += 1
                continue
            report.records += 1
            finding = self._one(view)
            for name in finding.assumed:
                report.assumed[name] = report.assumed.get(name, 0) + 1
            if finding.flips or finding.problem:
                report.findings.append(finding)
            else:
                report.same += 1
        return report

    def _one(self, view: RunView) -> Finding:
        assert view.signed is not None
        new, about = self.revisions[view.procedure], _about(view)
        if view.sha256 == new.sha256:
            return Finding(**about, now=view.signed.verdict)
        try:
            fit, steadily = self._fit(view.sha256, view.procedure)
            given = fit.transfer(view)
            now = judge(new, given, told=False)
            fit.possible(given, now.plate)
            about["assumed"] = fit.assumed(given, now.plate)
            alike = {item for item, _ in view.attempts} <= steadily
            if not (alike and now.overall is Verdict.PASS and view.signed.verdict == Verdict.PASS):
                was = judge(fit.old, view, told=False)
                now = laid(new, was, now, given)
                return Finding(**about, now=str(now.overall), flips=flips(fit.old, new, was, now))
        except DomainError as error:
            named = {"code": error.code, "field": error.field, "value": error.value, "accepted": error.accepted}
            return Finding(**about, problem=named)
        return Finding(**about, now=str(now.overall))

    def _compare(self, sha256: str, procedure: str) -> tuple[Fit, set[str]]:
        """With the items whose rows are the same for the same inputs."""
        old, new = load(self.records.blob(sha256), sha256), self.revisions[procedure]
        return Fit(old, new), steady(old, new)


def laid(new: Compiled, was: Judgement, now: Judgement, view: RunView) -> Judgement:
    """`now` with the cells of `view` under the rows where they belong. Rows may hang on results of the items above,
    so each item is laid once those above lie right."""
    for name, state in was.items.items():
        after = now.items.get(name)
        if after is not None and move(view, name, under(state, after)):
            now = judge(new, view, told=False)
    return now


def _about(view: RunView) -> dict[str, Any]:
    assert view.signed is not None
    return {
        "run": view.stream, "procedure": view.procedure, "instrument": view.instrument, "kind": view.kind,
        "number": view.certified.number if view.certified else "", "day": view.signed.finished,
        "was": view.signed.verdict,
    }  # fmt: skip
