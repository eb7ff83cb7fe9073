"""The compulsory catalogue over a workspace: which kinds its instruments are, and both rates.

A workspace holds neither how an instrument is used nor whether it stands still: each counts as in use and compulsory,
and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from fieldcal.domain.compulsory import Judged, Kind, Mode, Rate, Regime, Registered, Result, State, capable, judge, rate
from fieldcal.domain.errors import BadInput
from fieldcal.domain.expression import BadExpression, Expression
from fieldcal.domain.quantity import number
from fieldcal.services.catalogue import Catalogue
from fieldcal.services.procedures import Library

KNOWN_RESULTS = ("pass", "fail", "voided")


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    entry: str
    months: int
    grade: str
    name: str


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`when`: of the procedure's instruments only those whose nameplate says so."""

    id: str
    official_no: str
    name: dict[str, str]
    regime: Regime
    mode: Mode
    grade: str
    use_scope: str
    source: str
    procedures: list[str]
    when: str = ""
    note: str = ""


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    edition: str
    published: str
    effective_from: str
    effective_to: str
    confirmed_by: str
    official_first_level: int
    official_second_level: int
    note: str
    rotation: list[Rotation]
    entries: list[Entry]


@dataclass(frozen=True)
class Line:
    """One instrument: the entries it may belong to, and how it is judged."""

    instrument: str
    serial: str
    valid_to: str
    entries: list[str]
    judged: Judged


@dataclass(frozen=True)
class KindLine:
    entry: Entry
    judged: Judged


@dataclass(frozen=True)
class Found:
    edition: Edition
    instruments: list[Line]
    kinds: list[KindLine]

    @property
    def verified(self) -> Rate:
        """受检率"""
        return rate(line.judged.state for line in self.instruments)

    @property
    def capability(self) -> Rate:
        """项目覆盖率"""
        return rate(line.judged.state for line in self.kinds)


def survey(
    catalogue: Catalogue,
    due: Iterable[Mapping[str, Any]],
    library: Library,
    today: date,
    edition: Edition,
) -> Found:
    """`due`: rows of the table instrument_due."""
    lines: list[Line] = []
    seen: dict[str, set[str]] = {}
    for row in due:
        entries = _entries(edition, str(row["procedure"]), catalogue.instruments[row["id"]].plate)
        judged = _judged(entries, row, today)
        lines.append(Line(row["id"], row["serial"], row["valid_to"], [entry.id for entry in entries], judged))
        for entry in entries:
            seen.setdefault(entry.id, set()).add(str(row["procedure"]))
    equipped = {name: _equipped(name, catalogue, library, today) for names in seen.values() for name in names}
    return Found(edition, lines, [_kind(entry, seen.get(entry.id, set()), equipped) for entry in edition.entries])


def _entries(edition: Edition, procedure: str, plate: Mapping[str, Any]) -> list[Entry]:
    return [e for e in edition.entries if procedure in e.procedures and _applies(e, plate)]


def _applies(entry: Entry, plate: Mapping[str, Any]) -> bool:
    """An entry whose question the nameplate does not answer stays possible."""
    if not entry.when:
        return True
    try:
        question = Expression(entry.when)
        return bool(question({name: number(str(plate[name]), name) for name in question.names}))
    except (KeyError, BadInput, BadExpression):
        return True


def _judged(entries: list[Entry], row: Mapping[str, Any], today: date) -> Judged:
    if len(entries) != 1:
        return Judged(State.UNKNOWN, "several-entries" if entries else "no-entry")
    end = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    told = str(row["last_result"])
    result: Result = told if told in KNOWN_RESULTS else ""  # pyright: ignore[reportAssignmentType]
    entry = entries[0]
    return judge(
        Registered(
            entry.mode, entry.regime, last_result=result, valid_until=end, first_result=result, rotation_until=end
        ),
        today,
    )  # fmt: skip


def _kind(entry: Entry, procedures: set[str], equipped: Mapping[str, bool]) -> KindLine:
    """`procedures`: of the instruments registered. A kind without any may stand elsewhere: its presence is unknown."""
    present = True if procedures else None
    return KindLine(entry, capable(Kind(entry.regime, present, all(equipped[name] for name in procedures))))


def _equipped(procedure: str, catalogue: Catalogue, library: Library, today: date) -> bool:
    needed = [rule.role for rule in library.get(procedure).procedure.standards if rule.required]
    return bool(needed) and all(catalogue.standard(role, today) for role in needed)


def register(lines: Sequence[Mapping[str, Any]], rotation: Iterable[Rotation] = ()) -> list[Registered]:
    """Lines of a laboratory's own register; `rotation` of a line names one of the periods in place of its months.
    Raises BadInput for a key or a value that nobody knows."""
    months = {row.id: row.months for row in rotation}
    return [_registered(place, dict(line), months) for place, line in enumerate(lines, 1)]


def _registered(place: int, line: dict[str, Any], months: Mapping[str, int]) -> Registered:
    field = f"instruments.{place}"
    if (name := line.pop("rotation", None)) is not None:
        if name not in months:
            raise BadInput("bad-choice", field=f"{field}.rotation", value=name, accepted=", ".join(months))
        line["rotation_months"] = months[name]
    try:
        return msgspec.convert(line, Registered)
    except msgspec.ValidationError as error:
        accepted = ", ".join(Registered.__struct_fields__)
        raise BadInput("bad-choice", field=field, value=error, accepted=accepted) from error
