"""Which revision of a procedure holds on a day: the one that the laboratory adopted, else the file at hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import DomainError
from fieldcal.services.catalogue import Adoption
from fieldcal.services.workspace import Workspace


class Editions:
    """Adopted files come from the blobs of the workspace, each read once."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self._read: dict[str, Compiled | None] = {}

    def in_force(self, name: str, day: date) -> Compiled:
        """Raises BadProcedure `unknown-procedure`. Of several in force the one that began last, then adopted last."""
        found = [c for _, c in self.adopted(name) if holds(c, day)]
        latest = max((c.procedure.valid_from for c in found), default="")
        chosen = [c for c in found if c.procedure.valid_from == latest]
        return chosen[-1] if chosen else self.ws.library.get(name)

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


def holds(compiled: Compiled, day: date) -> bool:
    """Within valid_from and valid_to, both days with it."""
    procedure = compiled.procedure
    begun = not procedure.valid_from or date.fromisoformat(procedure.valid_from) <= day
    return begun and not (procedure.valid_to and date.fromisoformat(procedure.valid_to) < day)
