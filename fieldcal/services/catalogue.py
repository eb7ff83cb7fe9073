"""People, standards, sites, instruments, numbers and adoptions: the latest word of the journal on each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from fieldcal.domain import events as ev
from fieldcal.domain.errors import BadInput
from fieldcal.services.ports import Journal, Stored


@dataclass
class Adoption:
    event: ev.ProcedureAdopted
    by: str
    at: str
    withdrawn: str = ""
    reason: str = ""


@dataclass
class Step:
    event: ev.ValueConfirmed
    by: str
    at: str


@dataclass
class Catalogue:
    workspace: ev.WorkspaceMade | None = None
    keys: list[ev.KeyEnrolled] = field(default_factory=list[ev.KeyEnrolled])
    people: dict[str, ev.PersonPut] = field(default_factory=dict[str, ev.PersonPut])
    standards: dict[str, ev.StandardPut] = field(default_factory=dict[str, ev.StandardPut])
    sites: dict[str, ev.SitePut] = field(default_factory=dict[str, ev.SitePut])
    instruments: dict[str, ev.InstrumentPut] = field(default_factory=dict[str, ev.InstrumentPut])
    pools: dict[str, ev.PoolPut] = field(default_factory=dict[str, ev.PoolPut])
    adoptions: list[Adoption] = field(default_factory=list[Adoption])
    steps: dict[str, dict[str, Step]] = field(default_factory=dict[str, dict[str, Step]])  # by file, then source
    accepted: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])  # by file, then case
    publishers: dict[str, ev.PublisherPut] = field(default_factory=dict[str, ev.PublisherPut])
    developer: ev.DeveloperMode | None = None
    ports: dict[str, ev.PortBound] = field(default_factory=dict[str, ev.PortBound])

    @property
    def demo(self) -> bool:
        return self.workspace is not None and self.workspace.demo

    @property
    def developer_mode(self) -> bool:
        return self.developer is not None and self.developer.on

    def apply(self, stored: Stored) -> None:
        match stored.event:
            case ev.WorkspaceMade() as event:
                self.workspace = event
            case ev.KeyEnrolled() as event:
                self.keys.append(event)
            case ev.PersonPut() as event:
                self.people[event.id] = event
            case ev.StandardPut() as event:
                self.standards[event.id] = event
            case ev.SitePut() as event:
                self.sites[event.id] = event
            case ev.InstrumentPut() as event:
                self.instruments[event.id] = event
            case ev.PoolPut() as event:
                self.pools[event.kind] = event
            case ev.PublisherPut() as event:
                self.publishers[event.kid] = event
            case ev.DeveloperMode() as event:
                self.developer = event
            case ev.PortBound() as event:
                self.ports[event.role] = event
            case ev.PortReleased() as event:
                self.ports.pop(event.role, None)
            case ev.ProcedureAdopted() as event:
                self.adoptions.append(Adoption(event, stored.actor, stored.at))
                self.steps = {file: kept for file, kept in self.steps.items() if not _of(kept, event.procedure)}
            case ev.ValueConfirmed() as event:
                kept = self.steps.setdefault(event.sha256, {})
                kept.pop(event.source, None)
                if event.confirmed is not None:
                    kept[event.source] = Step(event, stored.actor, stored.at)
            case ev.CaseAccepted() as event:
                self.accepted.setdefault(event.sha256, {})[event.case] = event.difference
            case ev.ProcedureWithdrawn() as event:
                for adoption in self.adoptions:
                    if adoption.event.sha256 == event.sha256 and not adoption.withdrawn:
                        adoption.withdrawn, adoption.reason = stored.at, event.reason
            case _:
                pass

    def adoption(self, sha256: str) -> Adoption | None:
        for adoption in reversed(self.adoptions):
            if adoption.event.sha256 == sha256 and not adoption.withdrawn:
                return adoption
        return None

    def publisher_key(self, kid: str) -> bytes | None:
        """The public key of a publisher who is trusted now."""
        found = self.publishers.get(kid)
        return bytes.fromhex(found.public_key) if found is not None and found.active else None

    def person(self, name: str) -> ev.PersonPut:
        if name not in self.people:
            raise BadInput("unknown-person", field="person", value=name, accepted=", ".join(self.people))
        return self.people[name]

    def instrument(self, name: str) -> ev.InstrumentPut:
        if name not in self.instruments:
            raise BadInput("unknown-instrument", field="instrument", value=name)
        return self.instruments[name]

    def used(self, chosen: Mapping[str, str]) -> dict[str, ev.StandardPut]:
        """By role, the standards that a run was begun with, as far as they are known here."""
        return {role: self.standards[name] for role, name in chosen.items() if name in self.standards}

    def standard(self, role: str, today: date) -> ev.StandardPut | None:
        """The standard of this role that is in date longest, or None."""
        found = [s for s in self.standards.values() if s.role == role and date.fromisoformat(s.valid_to) >= today]
        return max(found, key=lambda s: s.valid_to, default=None)


def _of(steps: dict[str, Step], procedure: str) -> bool:
    return any(step.event.procedure == procedure for step in steps.values())


def load(journal: Journal) -> Catalogue:
    catalogue = Catalogue()
    for stored in everything(journal):
        catalogue.apply(stored)
    return catalogue


def everything(journal: Journal) -> Iterable[Stored]:
    """The whole journal, paged."""
    last = 0
    while page := journal.since(last):
        yield from page
        last = page[-1].seq
