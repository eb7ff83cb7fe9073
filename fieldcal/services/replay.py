"""A run's wire values out of its stored transcripts once more: the same bytes must give the same values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fieldcal.domain import events as ev
from fieldcal.domain.quantity import number
from fieldcal.services.app import LIVE
from fieldcal.services.capture import arguments
from fieldcal.services.ports import Outcome, Replayed, Replayer, Wanted
from fieldcal.services.runs import Runs


@dataclass(frozen=True)
class Played:
    """One wire value of the record; `place` counts all values of the record, typed ones too, in its order."""

    place: int
    reading: ev.ReadingTaken
    outcome: Outcome

    @property
    def same(self) -> bool:
        return not self.outcome.problem


@dataclass(frozen=True)
class Replay:
    """`changed`: drivers that are not those of that day (by the hash of their folder)."""

    values: tuple[Played, ...]
    changed: tuple[str, ...]

    @property
    def same(self) -> int:
        return sum(one.same for one in self.values)

    @property
    def total(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class _Read:
    place: int
    reading: ev.ReadingTaken
    bound: ev.DeviceBound
    wanted: Wanted


def replay(runs: Runs, replayer: Replayer, run: str) -> Replay:
    """Each value through the driver that was bound when it was taken."""
    groups: dict[tuple[str, str, str], list[_Read]] = {}
    for read in _wire(runs, run):
        groups.setdefault((read.bound.role, read.bound.driver, read.bound.driver_hash), []).append(read)
    found: list[Played] = []
    changed: list[str] = []
    for (role, driver, _hash), reads in groups.items():
        made = _through(runs, replayer, run, role, reads)
        if not made.same_driver:
            changed.append(driver)
        found += [Played(r.place, r.reading, outcome) for r, outcome in zip(reads, made.outcomes, strict=True)]
    return Replay(tuple(sorted(found, key=lambda one: one.place)), tuple(dict.fromkeys(changed)))


def _through(runs: Runs, replayer: Replayer, run: str, role: str, reads: list[_Read]) -> Replayed:
    bound, wanted = reads[0].bound, [read.wanted for read in reads]
    try:
        return replayer(bound.driver, bound.driver_hash, _transcript(runs, run, role), wanted, bound.settings)
    except Exception as error:  # a damaged transcript or an absent driver is an outcome of every value
        code = str(getattr(error, "code", "unreadable" if isinstance(error, ValueError) else ""))
        if not code:
            raise
        return Replayed([Outcome(one.name, f"{code}: {error}", code) for one in wanted], True)


def _transcript(runs: Runs, run: str, role: str) -> str:
    kept = [one for one in runs.view(run).transcripts if one.role == role]
    return "".join(runs.ws.blobs.get(one.sha256).data.decode("ascii") for one in kept)


def _wire(runs: Runs, run: str) -> Iterable[_Read]:
    """Wire values in the order of the journal, each with the device that was bound at that moment."""
    procedure = runs.compiled(run).procedure
    columns = {(item.id, column.id): column for item in procedure.items for column in item.columns}
    bound: dict[str, ev.DeviceBound] = {}
    place = -1
    for stored in runs.ws.journal.read(run):
        event = stored.event
        if isinstance(event, ev.DeviceBound):
            bound[event.role] = event
        if not isinstance(event, ev.ReadingTaken):
            continue
        place += 1
        column = columns[(event.item, event.column)]
        if event.source == "wire" and column.role in bound:
            asked = procedure.roles[column.role].capability
            yield _Read(place, event, bound[column.role], _wanted(event, LIVE.get(asked, asked), column.channel))


def _wanted(event: ev.ReadingTaken, capability: str, channel: str) -> Wanted:
    name = f"{event.item}:{event.row + 1}:{event.column}"
    raw, value = bytes.fromhex(event.raw), number(event.text)
    return Wanted(name, raw, value, event.unit, capability, channel, arguments(capability, channel))
