"""The explanations of a run in the workspace: to look at, and as a paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import msgspec

from fieldcal.domain.events import StandardPut
from fieldcal.domain.explained import Explained, Line, Place
from fieldcal.domain.trials import Simulator, trials_of
from fieldcal.services import explain_budget, trust
from fieldcal.services.budget_values import BudgetValues
from fieldcal.services.certificates import Certificates
from fieldcal.services.explain import explain, places
from fieldcal.services.paper import MARKS, Paper


class Explanations:
    """Reads only: what a run holds by now, signed or not."""

    def __init__(self, certificates: Certificates, simulate: Simulator | None = None) -> None:
        self.certificates, self.runs, self.ws = certificates, certificates.runs, certificates.ws
        self.simulate, self.values = simulate, BudgetValues(certificates.runs)

    def places(self, run: str) -> list[Place]:
        return places(self.runs.compiled(run), self.runs.judgement(run))

    def of(self, run: str, place: Place, language: str) -> Explained:
        """Raises KeyError for a number that the record does not hold (any more)."""
        compiled, judged = self.runs.compiled(run), self.runs.judgement(run)
        return explain(compiled, judged, place, language, self.standards(run), self.values.of(run))

    def standards(self, run: str) -> dict[str, StandardPut]:
        """By role, those that the run was begun with."""
        return self.ws.catalogue.used(self.runs.view(run).standards)

    def trials(self, run: str, place: Place, language: str) -> tuple[Line, ...]:
        """The budget of this number drawn 1 000 000 times (JJF 1059.2); () without a budget that was computed. Takes a
        tenth of a second or more. Raises BadInput `no-numpy`, BadProcedure or BadExpression for a formula that can't
        be drawn."""
        compiled = self.runs.compiled(run)
        judged, used, typed = self.runs.judgement(run), self.standards(run), self.values.of(run)
        found = explain_budget.behind(compiled, judged, place, used, typed)
        if self.simulate is None or found is None or found.worked is None:
            return ()
        return explain_budget.tried(found.worked, self.simulate(trials_of(compiled, found.worked)), language)

    def pdf(self, run: str, place: Place | None, language: str, trials: tuple[Line, ...] = ()) -> bytes:
        """One number on one page, with `trials` of its budget; without a place every judged number of the record. Never
        a certificate."""
        view, judged = self.runs.view(run), self.runs.judgement(run)
        chosen = [place] if place is not None else [one for one in self.places(run) if one.rule >= 0]
        told = [with_trials(self.of(run, one, language), trials) for one in chosen]
        content = Paper(self.ws, self.runs.compiled(run), view, judged, language).content("", "", "", "")
        mark = MARKS.get(trust.practice(view, self.ws.catalogue.demo), "")
        return self.certificates.renderer.explanation(msgspec.structs.replace(content, watermark=mark), told)


def with_trials(told: Explained, trials: tuple[Line, ...]) -> Explained:
    return replace(told, budget=replace(told.budget, trials=trials)) if told.budget and trials else told


def file_name(record: str, place: Place | None, day: date) -> str:
    """A name for the file, of letters that every system allows."""
    parts = [record.removeprefix("run:"), *([place.item, place.name] if place else []), day.isoformat()]
    return "-".join("".join(c if c.isalnum() or c in ".-_" else "_" for c in part) for part in parts) + ".pdf"
