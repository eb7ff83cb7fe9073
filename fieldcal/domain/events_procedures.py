"""What happened to a procedure file in this laboratory; part of the union in events.py."""

from __future__ import annotations

import msgspec

from fieldcal.domain.event import Event


class ProcedureImported(Event, frozen=True, tag="procedure-imported/1"):
    procedure: str
    revision: int
    sha256: str


class Confirmed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where in the printed regulation a value was found; `value` as it was confirmed, empty where the technician is
    asked for it."""

    edition: str
    clause: str
    page: str
    value: str = ""


class ValueConfirmed(Event, frozen=True, tag="value-confirmed/1"):
    """One step towards the adoption of the file `sha256`; `changes` by place in it ("derive.3.expr"); None takes the
    confirmation back."""

    procedure: str
    sha256: str
    source: str
    confirmed: Confirmed | None
    changes: dict[str, str] = {}


class CaseAccepted(Event, frozen=True, tag="case-accepted/1"):
    """A worked case that the changed file `sha256` answers otherwise, and the laboratory agrees."""

    procedure: str
    sha256: str
    case: str
    difference: str


class ProcedureAdopted(Event, frozen=True, tag="procedure-adopted/1"):
    """`base`: the file this one was made from by changing values; `moved`: cases answered otherwise since."""

    procedure: str
    sha256: str
    values: dict[str, Confirmed]
    signature: str
    base: str = ""
    moved: dict[str, str] = {}


class ProcedureWithdrawn(Event, frozen=True, tag="procedure-withdrawn/1"):
    procedure: str
    sha256: str
    reason: str
