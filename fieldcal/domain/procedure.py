"""The TOML format of a procedure: what stands in the file, strictly typed. Rules over it: compiled.py."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import msgspec

from fieldcal.domain.errors import BadProcedure

Grade = Literal["A", "B", "C", "X"]
Kind = Literal["first", "subsequent", "in_use"]
KINDS: tuple[Kind, ...] = ("first", "subsequent", "in_use")


class Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Text(Base, frozen=True):
    zh: str
    en: str


class Source(Base, frozen=True):
    """Where a prescribed value stands, and how sure we are of it (A several sources … X unknown)."""

    clause: str
    text: str
    grade: Grade
    note: str = ""


class Choice(Base, frozen=True):
    id: str
    text: Text


class Input(Base, frozen=True):
    """Nameplate or job data asked before the first step."""

    id: str
    text: Text
    kind: Literal["number", "numbers", "choice", "text"] = "number"
    unit: str = ""
    choices: list[Choice] = []
    default: str = ""
    required: bool = True
    positive: bool = True
    when: str = ""

    @property
    def several(self) -> bool:
        """The default is a list of numbers ("1; 2; 5"), no expression."""
        return self.kind == "numbers" and ";" in self.default


class Check(Base, frozen=True):
    """A nameplate rule; `field` is the input that a violation points at."""

    id: str
    field: str
    expr: str
    text: Text
    source: str = ""
    when: str = ""


class Table(Base, frozen=True):
    """choice: `values` nested by the inputs in `by`, used as a name; bands: a function of one number."""

    source: str
    values: dict[str, Any] | list[Any]
    kind: Literal["choice", "bands"] = "choice"
    by: list[str] = []
    unit: str = ""


class Derived(Base, frozen=True):
    id: str
    expr: str
    unit: str = ""
    source: str = ""
    text: Text | None = None
    show: str = ""


class Shown(Base, frozen=True):
    unit: str
    when: str = ""


class Role(Base, frozen=True):
    """A device that may deliver readings; manual entry is always possible beside it."""

    capability: str
    text: Text
    of: Literal["instrument", "standard", "place"] = "standard"


class StandardRule(Base, frozen=True):
    """A reference standard that must be in date; `rule` over its values and the run's (e.g. error <= MPE/3)."""

    role: str
    text: Text
    source: str
    rule: str = ""
    required: bool = True


class Column(Base, frozen=True):
    id: str
    text: Text
    source: Literal["entered", "measured", "timed", "computed"]
    unit: str = ""
    show: str = ""
    kind: Literal["number", "choice"] = "number"
    choices: list[Choice] = []
    expr: str = ""
    initial: str = ""
    start: str = ""
    when: str = ""
    role: str = ""
    channel: str = ""
    low: str = ""
    high: str = ""
    seconds: str = ""
    report: str = ""
    help: Text | None = None
    hidden: bool = False
    signed: bool = False  # an error: its sign is always shown
    basis: str = ""


class Accept(Base, frozen=True):
    """value within ±limit, or within low..high (inclusive). compare `both`: they must agree, else borderline."""

    value: str
    source: str
    limit: str = ""
    low: str = ""
    high: str = ""
    compare: Literal["full", "rounded", "both"] = "full"
    interval: str = ""
    when: str = ""
    warn: bool = False
    text: Text | None = None


class Result(Base, frozen=True):
    id: str
    expr: str
    text: Text
    unit: str = ""
    show: str = ""
    per: Literal["item", "point"] = "item"
    signed: bool = False
    report: str = ""
    when: str = ""
    basis: str = ""


class Points(Base, frozen=True):
    """Rows of a table. `values` are expressions (numbers or lists); `labels` name listed points."""

    over: str = ""
    values: list[str] = []
    keep: str = ""
    at_least: int = 0
    fill: list[str] = []
    path: Literal["listed", "up", "down", "up_down", "cycle"] = "listed"
    labels: list[Text] = []
    set: list[dict[str, str]] = []
    unit: str = ""
    when: str = ""
    basis: str = ""


class Question(Base, frozen=True):
    """One line of a checklist."""

    id: str
    text: Text
    kinds: list[Kind] = msgspec.field(default_factory=lambda: list(KINDS))
    when: str = ""
    photo: Literal["no", "asked", "required"] = "no"
    na: bool = False
    basis: str = ""


class Item(Base, frozen=True):
    id: str
    title: Text
    text: Text
    source: str
    kind: Literal["table", "checklist"] = "table"
    help: Text | None = None
    kinds: list[Kind] = msgspec.field(default_factory=lambda: list(KINDS))
    when: str = ""
    na: list[Text] = []
    points: list[Points] = []
    repeats: str = "1"
    columns: list[Column] = []
    listed: list[str] = []  # the two columns that a short list of the rows shows; none: chosen by their kind
    accept: list[Accept] = []
    results: list[Result] = []
    judge: list[Accept] = []
    questions: list[Question] = []
    decides: Literal["instrument", "conditions"] = "instrument"
    by_hand: bool = False


class Contribution(Base, frozen=True):
    """One part of an uncertainty budget: `value` is a half-width, a display step, or k times u (then `divisor` k).

    `of` is the input, column or derived value it is an uncertainty of, and the procedure's own formulas give the
    sensitivity; without it the part is one of the result itself. Parts of one `group` are fully correlated."""

    symbol: str
    text: Text
    value: str
    source: str
    type: Literal["A", "B"] = "B"
    distribution: Literal["normal", "rect", "triangular", "u_shaped", "step"] = "normal"
    divisor: str = "1"
    of: str = ""
    freedom: str = ""
    group: str = ""


class Given(Derived, frozen=True):
    """What a budget presumes of a laboratory. Without `expr` it is asked for; `standard` ("rig.error") names a role
    and one of the values stated of a standard, and the one that the run used takes the place of what is presumed."""

    expr: str = ""
    standard: str = ""


class Budget(Base, frozen=True):
    """Uncertainty of `value`, a column or a result of `item`; U is to stay within a third of `limit`. `given`: what a
    laboratory may replace by the values of its own certificates."""

    id: str
    item: str
    value: str
    unit: str
    source: str
    components: list[Contribution]
    when: str = ""
    limit: str = ""
    k: str = "2"
    given: list[Given] = []


class Interval(Base, frozen=True):
    """`by` names a value of the plate, in months, where the instrument's size or use decides; else `months` holds."""

    months: int
    maximum: int
    source: str
    by: str = ""

    def of(self, values: Mapping[str, Any]) -> int:
        """Months of validity for this instrument."""
        return int(values[self.by]) if self.by else self.months


class LotPlan(Base, frozen=True):
    """Single sampling for lots of at most `to` instruments (0: of any size): so many of `sample` may fail at most for
    the lot to be accepted, so many fail at least for it to be rejected."""

    sample: int
    accept: int
    reject: int
    to: int = 0


class LotRule(Base, frozen=True):
    """Instruments that may be judged as a lot by a sample. Without `plans` (source graded X) the plan is asked for
    every lot, from the printed text."""

    source: str
    plans: list[LotPlan] = []
    kinds: list[Kind] = msgspec.field(default_factory=lambda: list(KINDS))


class Supersedes(Base, frozen=True):
    """From this file's `valid_from` on, it covers what `procedure` covered; `when` is over that one's inputs."""

    procedure: str
    when: str = ""


class Procedure(Base, frozen=True):
    schema: Literal[1]
    id: str
    revision: int
    regulation: str
    title: Text
    instrument: Text
    interval: Interval
    sources: dict[str, Source]
    inputs: list[Input]
    items: list[Item]
    aliases: list[str] = []
    kinds: list[Kind] = msgspec.field(default_factory=lambda: list(KINDS))
    valid_from: str = ""
    valid_to: str = ""
    supersedes: list[Supersedes] = []
    checks: list[Check] = []
    tables: dict[str, Table] = {}
    derive: list[Derived] = []
    show: dict[str, list[Shown]] = {}
    roles: dict[str, Role] = {}
    standards: list[StandardRule] = []
    conclusion: dict[str, Text] = {}
    budget: list[Budget] = []
    lot: LotRule | None = None

    def item(self, name: str) -> Item:
        for item in self.items:
            if item.id == name:
                return item
        raise BadProcedure("unknown-item", field="item", value=name, accepted=", ".join(i.id for i in self.items))


def parse(data: bytes, name: str = "") -> Procedure:
    """Bytes of a file to its structs, numbers exact. Raises BadProcedure naming file, place and what is accepted."""
    try:
        table = tomllib.loads(data.decode("utf-8"), parse_float=Decimal)
        return msgspec.convert(table, Procedure, dec_hook=_refuse)
    except UnicodeDecodeError as error:
        raise BadProcedure(field=name, value=f"byte {error.start}", accepted="UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BadProcedure(field=name, value=error, accepted="TOML 1.0") from error
    except msgspec.ValidationError as error:
        raise BadProcedure(field=name, value=error, accepted="docs/procedures.md") from error


def _refuse(kind: type, value: object) -> object:
    raise NotImplementedError(f"{kind} from {type(value)}")


def digest(data: bytes) -> str:
    """The identity of a procedure file: what runs and adoptions refer to."""
    return hashlib.sha256(data).hexdigest()
