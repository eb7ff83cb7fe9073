"""One open workspace: what every service stands on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from fieldcal import __version__
from fieldcal.domain.events import Event
from fieldcal.services.catalogue import Catalogue, load
from fieldcal.services.local import LOCAL, local_day
from fieldcal.services.ports import Append, Blob, Blobs, Clock, Journal, Signer, Stored
from fieldcal.services.procedures import Library

SOFTWARE = f"fieldcal {__version__}"
__all__ = ["LOCAL", "SOFTWARE", "Workspace", "local_day", "stamp"]


class Workspace:
    def __init__(self, journal: Journal, blobs: Blobs, signer: Signer, clock: Clock, library: Library) -> None:
        self.journal, self.blobs, self.signer, self.clock, self.library = journal, blobs, signer, clock, library
        self.catalogue: Catalogue = load(journal)

    def now(self) -> str:
        return stamp(self.clock.now())

    def today(self) -> date:
        return self.clock.now().astimezone(LOCAL).date()

    def record(
        self,
        stream: str,
        expected: int,
        events: Sequence[Event],
        actor: str,
        *,
        blobs: Sequence[Blob] = (),
        outbox: bool = False,
    ) -> list[Stored]:
        """Returns after COMMIT; the catalogue then knows what was written."""
        stored = self.journal.append(Append(stream, expected, events, actor, self.now(), blobs, outbox))
        for entry in stored:
            self.catalogue.apply(entry)
        return stored

    def put(self, stream: str, event: Event, actor: str) -> None:
        """Appends to a catalogue stream, whatever its version."""
        self.record(stream, len(self.journal.read(stream)), [event], actor)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
