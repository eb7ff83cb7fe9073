"""What happened to a lot; part of the union in events.py."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from fieldcal.domain.event import Event


class LotOpened(Event, frozen=True, tag="lot-opened/1"):
    """`sample`, `accept` and `reject` are the plan for this many serial numbers; `basis` says where a plan stands that
    the procedure file does not hold. `plate`: what is the same on every instrument of the lot."""

    procedure: str
    sha256: str
    kind: str
    site: str
    serials: list[str]
    plate: dict[str, Any]
    sample: int
    accept: int
    reject: int
    basis: str
    software: str


class SampleDrawn(Event, frozen=True, tag="sample-drawn/1"):
    """`method` names the algorithm of docs/lots.md; with it `seed` and the lot give `serials` again, in this order."""

    method: str
    seed: str
    serials: list[str]


class SampleReplaced(Event, frozen=True, tag="sample-replaced/1"):
    """`successor` is the next serial number in the order of the same seed."""

    serial: str
    successor: str
    reason: str


class LotAbandoned(Event, frozen=True, tag="lot-abandoned/1"):
    """Ends a lot without a verdict; its serial numbers may stand in another lot."""

    reason: str


class LotResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One instrument of the sample: the run that counts, its paper, and how many runs were aborted or voided."""

    serial: str
    run: str
    number: str
    verdict: str
    struck: int


class LotPaper(Event, frozen=True, tag="lot-paper/1"):
    """Written together with the verdict. `papers`: blob by kind; `content`: blob of what they were printed from."""

    number: str
    content: str
    issued: str
    papers: dict[str, str]
    qr: str


class LotJudged(Event, frozen=True, tag="lot-judged/1"):
    """The approver's (批准人) word on the whole lot."""

    verdict: Literal["accepted", "rejected"]
    failed: int
    results: list[LotResult]
