"""The explanations of a run in the workspace: to look at, and as a paper."""

from __future__ import annotations

from datetime import date

import msgspec

from fieldcal.domain.events import StandardPut
from fieldcal.domain.explained import Explained, Place
from fieldcal.services import trust
from fieldcal.services.certificates import Certificates
from fieldcal.services.explain import explain, places
from fieldcal.services.paper import MARKS, Paper


class Explanations:
    """Reads only: what a run holds by now, signed or not."""

    def __init__(self, certificates: Certificates) -> None:
        self.certificates, self.runs, self.ws = certificates, certificates.runs, certificates.ws

    def places(self, run: str) -> list[Place]:
        return places(self.runs.compiled(run), self.runs.judgement(run))

    def of(self, run: str, place: Place, language: str) -> Explained:
        """Raises KeyError for a number that the record does not hold (any more)."""
        judged = self.runs.judgement(run)
        return explain(self.runs.compiled(run), judged, place, language, self.standards(run))

    def standards(self, run: str) -> dict[str, StandardPut]:
        """By role, those that the run was begun with."""
        known = self.ws.catalogue.standards
        return {role: known[name] for role, name in self.runs.view(run).standards.items() if name in known}

    def pdf(self, run: str, place: Place | None, language: str) -> bytes:
        """One number on one page; without a place every judged number of the record. Never a certificate."""
        view, judged = self.runs.view(run), self.runs.judgement(run)
        chosen = [place] if place is not None else [one for one in self.places(run) if one.rule >= 0]
        told = [self.of(run, one, language) for one in chosen]
        content = Paper(self.ws, self.runs.compiled(run), view, judged, language).content("", "", "", "")
        mark = MARKS.get(trust.practice(view, self.ws.catalogue.demo), "")
        return self.certificates.renderer.explanation(msgspec.structs.replace(content, watermark=mark), told)


def file_name(record: str, place: Place | None, day: date) -> str:
    """A name for the file, of letters that every system allows."""
    parts = [record.removeprefix("run:"), *([place.item, place.name] if place else []), day.isoformat()]
    return "-".join("".join(c if c.isalnum() or c in ".-_" else "_" for c in part) for part in parts) + ".pdf"
