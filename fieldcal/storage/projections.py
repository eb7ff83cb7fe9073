"""Tables for the pages, folded from events; they can be emptied and refilled at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from fieldcal.domain import events as ev
from fieldcal.services.ports import Stored
from fieldcal.storage.bind import bind
from fieldcal.storage.schema import PROJECTIONS

Write = tuple[str, tuple[object, ...]]  # statement, values
Fold = Callable[[Stored, ev.Event], Iterator[Write]]

STATES: Mapping[type[ev.Event], str] = MappingProxyType(
    {
        ev.Prepared: "prepared",
        ev.Reopened: "draft",
        ev.Started: "running",
        ev.Resumed: "running",
        ev.Paused: "paused",
        ev.Interrupted: "paused",
        ev.StepsCompleted: "review",
        ev.StepReopened: "running",
        ev.Signed: "signed",
        ev.Checked: "checked",
        ev.Returned: "review",
        ev.Certified: "certified",
        ev.Voided: "voided",
        ev.Aborted: "aborted",
    }
)
TOUCH = "UPDATE run_summary SET updated=? WHERE stream=?"
MOVE = "UPDATE run_summary SET updated=?, state=? WHERE stream=?"
SIGN = "UPDATE run_summary SET verdict=?, technician=? WHERE stream=?"
NUMBER = "UPDATE run_summary SET number=? WHERE stream=?"
OPEN = "INSERT INTO run_summary VALUES(?, ?, ?, ?, 'draft', '', ?, ?, '')"
SITE = """INSERT INTO site VALUES(?, ?, ?, ?)
ON CONFLICT(id) DO UPDATE SET name=excluded.name, kind=excluded.kind, client=excluded.client"""
INSTRUMENT = """INSERT INTO instrument_due VALUES(?, ?, ?, ?, ?, ?, ?, '') ON CONFLICT(id) DO UPDATE SET
site=excluded.site, place=excluded.place, procedure=excluded.procedure, serial=excluded.serial,
valid_to=coalesce(nullif(excluded.valid_to, ''), valid_to),
last_result=coalesce(nullif(excluded.last_result, ''), last_result)"""
PAPER = """INSERT INTO certificate_index
SELECT ?, r.stream, ?, ?, ?, 'valid', coalesce(i.serial, ''), coalesce(s.client, '') FROM run_summary r
LEFT JOIN instrument_due i ON i.id=r.instrument LEFT JOIN site s ON s.id=i.site WHERE r.stream=?"""
DUE = """UPDATE instrument_due SET valid_to=?, run=?,
last_result=(SELECT verdict FROM run_summary WHERE stream=?)
WHERE id=(SELECT instrument FROM run_summary WHERE stream=?)"""
VOID_PAPER = "UPDATE certificate_index SET status='voided' WHERE stream=?"
VOID_DUE = "UPDATE instrument_due SET valid_to='', last_result='voided' WHERE run=?"


def run_opened(row: Stored, event: ev.RunOpened) -> Iterator[Write]:
    yield OPEN, (row.stream, event.instrument, event.procedure, event.kind, row.actor, row.at)


def signed(row: Stored, event: ev.Signed) -> Iterator[Write]:
    yield SIGN, (event.verdict, row.actor, row.stream)


def certified(row: Stored, event: ev.Certified) -> Iterator[Write]:
    yield NUMBER, (event.number, row.stream)
    yield PAPER, (event.number, event.document, event.issued, event.valid_to, row.stream)
    yield DUE, (event.valid_to, row.stream, row.stream, row.stream)


def voided(row: Stored, event: ev.Voided) -> Iterator[Write]:
    yield VOID_PAPER, (row.stream,)
    yield VOID_DUE, (row.stream,)


def site_put(row: Stored, event: ev.SitePut) -> Iterator[Write]:
    yield SITE, (event.id, event.name, event.kind, event.client)


def instrument_put(row: Stored, event: ev.InstrumentPut) -> Iterator[Write]:
    serial = str(event.plate.get("serial", ""))
    where = (event.id, event.site, event.place, event.procedure)
    yield INSTRUMENT, (*where, serial, event.valid_to, event.last_result)


FOLDS: Mapping[type[ev.Event], Callable[..., Iterator[Write]]] = MappingProxyType(
    {
        ev.RunOpened: run_opened,
        ev.Signed: signed,
        ev.Certified: certified,
        ev.Voided: voided,
        ev.SitePut: site_put,
        ev.InstrumentPut: instrument_put,
    }
)


def writes(row: Stored) -> Iterator[Write]:
    """What one event changes, in order; the same event always gives the same statements."""
    kind = type(row.event)
    state = STATES.get(kind)
    if state:
        yield MOVE, (row.at, state, row.stream)
    elif kind not in FOLDS:
        yield TOUCH, (row.at, row.stream)
    if kind in FOLDS:
        yield from FOLDS[kind](row, row.event)


def project(con: sqlite3.Connection, row: Stored) -> None:
    """Inside the caller's transaction."""
    for statement, values in writes(row):
        con.execute(statement, bind(values))


def snapshot(con: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {name: con.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in PROJECTIONS}


def empty(con: sqlite3.Connection) -> None:
    for name in PROJECTIONS:
        con.execute(f"DELETE FROM {name}")
