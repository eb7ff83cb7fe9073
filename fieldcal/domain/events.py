"""What happened, one struct each; the journal stores nothing else. A change of meaning is a new number."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from fieldcal.domain.event import Event as Event
from fieldcal.domain.events_budget import BudgetStated as BudgetStated
from fieldcal.domain.events_lots import LotAbandoned as LotAbandoned
from fieldcal.domain.events_lots import LotJudged as LotJudged
from fieldcal.domain.events_lots import LotOpened as LotOpened
from fieldcal.domain.events_lots import LotPaper as LotPaper
from fieldcal.domain.events_lots import LotResult as LotResult
from fieldcal.domain.events_lots import SampleDrawn as SampleDrawn
from fieldcal.domain.events_lots import SampleReplaced as SampleReplaced
from fieldcal.domain.events_procedures import CaseAccepted as CaseAccepted
from fieldcal.domain.events_procedures import Confirmed as Confirmed
from fieldcal.domain.events_procedures import ProcedureAdopted as ProcedureAdopted
from fieldcal.domain.events_procedures import ProcedureImported as ProcedureImported
from fieldcal.domain.events_procedures import ProcedureWithdrawn as ProcedureWithdrawn
from fieldcal.domain.events_procedures import ValueConfirmed as ValueConfirmed

# --- workspace, people, things -------------------------------------------------------------------


class WorkspaceMade(Event, frozen=True, tag="workspace-made/1"):
    institution: dict[str, str]
    demo: bool
    device: str
    clock_speed: int = 1


class KeyEnrolled(Event, frozen=True, tag="key-enrolled/1"):
    kid: str
    algorithm: str
    public_key: str
    valid_from: str
    valid_to: str


class PersonPut(Event, frozen=True, tag="person-put/1"):
    id: str
    name: str
    roles: list[str]
    register_no: str
    projects: list[str]
    valid_to: str
    pin: str  # salted scrypt record, never the PIN
    active: bool = True


class SignedIn(Event, frozen=True, tag="signed-in/1"):
    person: str


class StandardPut(Event, frozen=True, tag="standard-put/1"):
    id: str
    name: str
    model: str
    serial: str
    role: str
    accuracy_class: str
    values: dict[str, str]
    certificate_no: str
    certificate_by: str
    valid_to: str
    pieces: list[dict[str, str]] = []


class SitePut(Event, frozen=True, tag="site-put/1"):
    id: str
    name: str
    kind: str
    address: str
    client: str
    order: int = 0


class InstrumentPut(Event, frozen=True, tag="instrument-put/1"):
    id: str
    site: str
    place: str
    procedure: str
    plate: dict[str, Any]
    valid_to: str = ""
    last_result: str = ""


class PoolPut(Event, frozen=True, tag="pool-put/1"):
    """A block of certificate numbers for this device: template with {seq}, first to last."""

    kind: str
    template: str
    first: int
    last: int


class PortBound(Event, frozen=True, tag="port-bound/1"):
    """What plays a role from now on: `usb` is vid, pid and serial number (or socket) of the adapter, "" without one;
    `line` and `settings` what differs from the driver's own line and map; `instrument` maker, model and serial number
    as it said; `reason` why another instrument came in its place."""

    role: str
    driver: str
    port: str
    usb: list[str]
    line: dict[str, str]
    instrument: list[str]
    settings: dict[str, Any] = {}
    reason: str = ""


class PortReleased(Event, frozen=True, tag="port-released/1"):
    role: str


class PublisherPut(Event, frozen=True, tag="publisher-put/1"):
    """Whose signature under a driver pack this laboratory trusts."""

    kid: str
    name: str
    public_key: str
    active: bool = True


class DeveloperMode(Event, frozen=True, tag="developer-mode/1"):
    """While on, drivers without a trusted signature run, and nothing measured with them can be certified."""

    on: bool
    reason: str


# --- a run -----------------------------------------------------------------------------------------


class RunOpened(Event, frozen=True, tag="run-opened/1"):
    instrument: str
    procedure: str
    sha256: str
    kind: str
    software: str


class InputGiven(Event, frozen=True, tag="input-given/1"):
    values: dict[str, Any]


class StandardChosen(Event, frozen=True, tag="standard-chosen/1"):
    role: str
    standard: str


class DeviceBound(Event, frozen=True, tag="device-bound/1"):
    role: str
    driver: str
    driver_hash: str
    port: str
    instrument: str
    simulated: bool
    version: str = ""
    trust: Literal["", "shipped", "signed", "unsigned"] = ""  # "": recorded before there were packs
    settings: dict[str, Any] = {}  # what differed from the driver's map


class Prepared(Event, frozen=True, tag="prepared/1"):
    pass


class Reopened(Event, frozen=True, tag="reopened/1"):
    reason: str


class Started(Event, frozen=True, tag="started/1"):
    session: str


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a value from the wire counted as stable: the window in seconds, the spread in it in the reading's unit, how
    many samples, and the frames themselves in hexadecimal, oldest first; `derived`: the frames carry no stability."""

    window: str
    spread: str
    samples: int
    frames: list[str]
    derived: bool = False


class ReadingTaken(Event, frozen=True, tag="reading-taken/1"):
    """One value in one cell: item, row (0-based), attempt (1-based), column."""

    item: str
    row: int
    attempt: int
    column: str
    text: str
    unit: str
    source: Literal["wire", "manual", "timer", "paper"]
    raw: str = ""
    spread: str = ""
    elapsed: str = ""
    device: str = ""
    proof: Proof | None = None


class ReadingRejected(Event, frozen=True, tag="reading-rejected/1"):
    """Strikes the whole attempt of one row; what was read stays readable."""

    item: str
    row: int
    attempt: int
    reason: str


class CheckAnswered(Event, frozen=True, tag="check-answered/1"):
    item: str
    check: str
    answer: Literal["pass", "fail", "na", "suspect"]
    note: str = ""


class EvidenceAdded(Event, frozen=True, tag="evidence-added/1"):
    item: str
    check: str
    sha256: str
    media: str
    caption: str


class TimerStarted(Event, frozen=True, tag="timer-started/1"):
    item: str
    row: int
    attempt: int
    column: str
    session: str
    mono: str


class ItemSkipped(Event, frozen=True, tag="item-skipped/1"):
    """verdict: not-applicable (only where the procedure allows it) or not-done; always with a reason."""

    item: str
    verdict: Literal["not-applicable", "not-done"]
    reason: str


class ItemReopened(Event, frozen=True, tag="item-reopened/1"):
    item: str
    reason: str


class MeasuringBegun(Event, frozen=True, tag="measuring-begun/1"):
    item: str
    row: int
    attempt: int
    column: str


class DeviceFailed(Event, frozen=True, tag="device-failed/1"):
    role: str
    code: str
    detail: str


class OperatorAsked(Event, frozen=True, tag="operator-asked/1"):
    reason: str


class OperatorAnswered(Event, frozen=True, tag="operator-answered/1"):
    answer: str


class Interrupted(Event, frozen=True, tag="interrupted/1"):
    reason: str


class Paused(Event, frozen=True, tag="paused/1"):
    reason: str


class Resumed(Event, frozen=True, tag="resumed/1"):
    session: str


class StepsCompleted(Event, frozen=True, tag="steps-completed/1"):
    pass


class StepReopened(Event, frozen=True, tag="step-reopened/1"):
    reason: str


class Remarked(Event, frozen=True, tag="remarked/1"):
    text: str


class Transcript(Event, frozen=True, tag="transcript-kept/1"):
    role: str
    sha256: str


class Signed(Event, frozen=True, tag="signed/1"):
    """The technician's (检定员) signature over the record."""

    verdict: str
    record: str
    finished: str


class Checked(Event, frozen=True, tag="checked/1"):
    record: str


class Returned(Event, frozen=True, tag="returned/1"):
    reason: str


class Certified(Event, frozen=True, tag="certified/1"):
    """The approver's (批准人) signature; paper is frozen by content hash and stored as blobs."""

    document: Literal["certificate", "notice"]
    number: str
    record: str
    content: str
    issued: str
    valid_to: str
    papers: dict[str, str]
    qr: str


class Voided(Event, frozen=True, tag="voided/1"):
    reason: str
    successor: str = ""


class Aborted(Event, frozen=True, tag="aborted/1"):
    reason: str


class BundleExported(Event, frozen=True, tag="bundle-exported/1"):
    sha256: str
    first: int
    last: int


KINDS: tuple[type[Event], ...] = tuple(Event.__subclasses__())
_union: Any = None
for _kind in KINDS:
    _union = _kind if _union is None else _union | _kind
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(_union)
_encoder = msgspec.json.Encoder(order="sorted")


def encode(event: Event) -> bytes:
    """Deterministic JSON with sorted keys; the bytes that are hashed."""
    return _encoder.encode(event)


def decode(data: bytes | msgspec.Raw) -> Event:
    """Raises msgspec.ValidationError for an unknown type or field."""
    return _decoder.decode(data)


def type_of(event: Event) -> str:
    return str(event.__struct_config__.tag)
