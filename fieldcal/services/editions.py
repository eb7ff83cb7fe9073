"""Which revision of a procedure holds on a day: the one that the laboratory adopted, else the file at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import DomainError, NotAllowed
from fieldcal.domain.events import InstrumentPut
from fieldcal.services.catalogue import Adoption
from fieldcal.services.effective import carried, covering, takes
from fieldcal.services.workspace import Workspace

SOON = timedelta(days=90)  # how long before it takes over a procedure should be adopted


class Editions:
    """Adopted files come from the blobs of the workspace, each read once."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self._read: dict[str, Compiled | None] = {}

    # --- on a day -----------------------------------------------------------------------------------

    def in_force(self, name: str, day: date) -> Compiled:
        """Of several adopted ones in force the one that began last, then adopted last; else the file at hand.

        Raises BadProcedure `unknown-procedure`, NotAllowed `not-in-force`."""
        return self._holding(self._nearest(name, day), day)

    def covering(self, name: str, plate: Mapping[str, Any], day: date) -> Compiled:
        """In force for an instrument of procedure `name`: that one, or the one that took over. Raises as `in_force`."""
        return self._holding(covering(self, self._nearest(name, day), plate, day), day)

    def for_plate(self, name: str, plate: Mapping[str, Any], day: date) -> tuple[Compiled, dict[str, Any]]:
        """The file of `covering`, and the plate as far as that file knows it."""
        found = self.covering(name, plate, day)
        if found.procedure.id == name:
            return found, dict(plate)
        return found, carried(plate, self._nearest(name, day), found)

    def begun(self, day: date) -> list[Compiled]:
        """Those in force that take instruments over from another procedure."""
        found = [self._nearest(compiled.procedure.id, day) for compiled in self.ws.library.superseding()]
        return [compiled for compiled in found if holds(compiled, day)]

    # --- what comes ---------------------------------------------------------------------------------

    def coming(self, asset: InstrumentPut, day: date) -> Compiled | None:
        """The next to take this instrument over after `day`, on its own `valid_from`."""
        now = covering(self, self._nearest(asset.procedure, day), asset.plate, day)
        later = [
            one
            for compiled in self.ws.library.superseding()
            for one in self._candidates(compiled.procedure.id)
            if begins_after(one, day) and one.procedure.id != now.procedure.id and takes(one, now, asset.plate)
        ]
        return min(later, key=lambda one: one.procedure.valid_from, default=None)

    def unready(self, day: date) -> list[Compiled]:
        """Not adopted, and soon or already to be used for an instrument in the books in place of another procedure."""
        missing = [
            compiled
            for compiled in self.ws.library.superseding()
            if not begins_after(compiled, day + SOON) and not any(self.adopted(compiled.procedure.id))
        ]
        return [compiled for compiled in missing if any(self._meets(compiled, one, day) for one in self._assets())]

    def _meets(self, later: Compiled, asset: InstrumentPut, day: date) -> bool:
        now = covering(self, self._nearest(asset.procedure, day), asset.plate, day)
        return (now.procedure.id != asset.procedure and now is later) or takes(later, now, asset.plate)

    def _assets(self) -> list[InstrumentPut]:
        return [one for one in self.ws.catalogue.instruments.values() if one.procedure in self.ws.library]

    # --- the files ----------------------------------------------------------------------------------

    def adopted(self, name: str) -> Iterator[tuple[Adoption, Compiled]]:
        """Adoptions of this procedure that were not withdrawn, oldest first, with their files."""
        for adoption in self.ws.catalogue.adoptions:
            event = adoption.event
            if event.procedure == name and not adoption.withdrawn and (found := self.file(name, event.sha256)):
                yield adoption, found

    def file(self, name: str, sha256: str) -> Compiled | None:
        """None where neither the library nor the workspace has it."""
        at_hand = self.ws.library.get(name)
        if at_hand.sha256 == sha256:
            return at_hand
        if sha256 not in self._read:
            try:
                self._read[sha256] = load(self.ws.blobs.get(sha256).data, name)
            except (DomainError, KeyError, OSError):
                self._read[sha256] = None
        return self._read[sha256]

    def _candidates(self, name: str) -> list[Compiled]:
        """The file at hand, then the adopted ones. A file that was adopted with corrections no longer counts itself:
        the laboratory said what is right, its dates too."""
        at_hand, adopted = self.ws.library.get(name), list(self.adopted(name))
        settled = any(at_hand.sha256 in (one.event.sha256, one.event.base) for one, _ in adopted)
        return [*([] if settled else [at_hand]), *(file for _, file in adopted)]

    def _nearest(self, name: str, day: date) -> Compiled:
        """In force on `day`; where none is, the one that began last, which can still read the plate."""
        found = self._candidates(name)
        adopted = {file.sha256 for _, file in self.adopted(name)}
        ranks = [(holds(c, day), c.sha256 in adopted, c.procedure.valid_from, at) for at, c in enumerate(found)]
        return found[max(ranks)[-1]]

    def _holding(self, found: Compiled, day: date) -> Compiled:
        if not holds(found, day):
            spans = ", ".join(dict.fromkeys(map(span, self._candidates(found.procedure.id))))
            raise NotAllowed("not-in-force", field=found.procedure.regulation, value=day.isoformat(), accepted=spans)
        return found


def holds(compiled: Compiled, day: date) -> bool:
    """Within valid_from and valid_to, both days with it."""
    until = compiled.procedure.valid_to
    return not begins_after(compiled, day) and not (until and date.fromisoformat(until) < day)


def begins_after(compiled: Compiled, day: date) -> bool:
    begins = compiled.procedure.valid_from
    return bool(begins) and date.fromisoformat(begins) > day


def span(compiled: Compiled) -> str:
    """The days of a revision: 2017-05-30..2027-01-07, or with one end open."""
    begins, ends = compiled.procedure.valid_from, compiled.procedure.valid_to
    return f"{begins}..{ends}" if begins and ends else f">= {begins}" if begins else f"<= {ends}"
