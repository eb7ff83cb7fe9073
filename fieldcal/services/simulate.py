"""A procedure played from start to paper: simulated instruments on the line, all else typed inside the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any, Protocol

import msgspec

from fieldcal.domain import events as ev
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.judge import Position
from fieldcal.domain.plate import read
from fieldcal.domain.procedure import Column, StandardRule
from fieldcal.domain.standard_rule import PREFIX, needed
from fieldcal.domain.units import convert
from fieldcal.driverkit import Knob
from fieldcal.services import demo
from fieldcal.services.app import Services
from fieldcal.services.capture import Capture
from fieldcal.services.case_procedure import Case
from fieldcal.services.certificates import Issued
from fieldcal.services.fill import Filled, fill
from fieldcal.services.walk import Answer, Names, Walker

LOAD, CAPACITY = "load", Decimal(10) ** 9  # the knob of a scale; g, more than any that is simulated
LEAST = -CAPACITY / 50  # g; below it a scale shows no figure
STANDARD_VALUES = ("0", "1", "1000000")  # of what a rule asks of a standard: one of them holds


class Simulated(Protocol):
    """What a simulated instrument lets us set."""

    @property
    def knobs(self) -> tuple[Knob, ...]: ...
    def turn(self, name: str, value: Decimal) -> None: ...


@dataclass(frozen=True)
class Played:
    """`readings` counts the values by where they came from: wire, manual, timer. `open`: no passing values found."""

    run: str
    kind: str
    verdict: str
    items: dict[str, str]
    readings: dict[str, int]
    open: list[str]
    issued: Issued | None


def example(cases: Iterable[Case]) -> Case:
    """The case to start from: a whole run that passes, else the fullest one; an empty one if there is none."""

    def rank(case: Case) -> tuple[bool, bool, int]:
        expect = case["expect"]
        return expect.get("overall") == "pass", expect["verdict"] == "pass", len(case["items"])

    usable = [case for case in cases if case["expect"]["verdict"] not in ("refused", "impossible-plate")]
    empty: Case = {"plate": {}, "items": {}}
    return max(usable, key=rank, default=empty)


def planned(compiled: Compiled, cases: Iterable[Case], plate: Mapping[str, Any] | None = None) -> tuple[Case, Filled]:
    """Plate and kind of the example, and values for every cell. Raises BadInput for a plate that can't be read."""
    known = list(cases)
    chosen = example(known)
    kind = str(chosen.get("kind") or ("subsequent" if "subsequent" in compiled.procedure.kinds else ""))
    case: Case = {**chosen, "kind": kind or compiled.procedure.kinds[0], "plate": {**chosen["plate"], **(plate or {})}}
    return case, fill(compiled, case["kind"], case["plate"], chosen["items"])


class Typist(Walker):
    """Types the planned values; `bad` holds what was seen where a question is answered with fail."""

    def __init__(self, services: Services, plan: Filled, told: Callable[[str], None] = lambda _: None) -> None:
        super().__init__(services, self, "tech", told)
        self.plan, self.row = plan, 0
        self.bad: dict[tuple[str, str], str] = {}

    def step(self, run: str, at: Position) -> None:
        self.row = at.row
        super().step(run, at)

    def says(self, at: Position) -> tuple[Answer, str]:
        seen = self.bad.get((at.item, at.question), "")
        return ("fail", seen) if seen else super().says(at)

    def before(self, item: str, column: str, names: Names) -> None:
        """Nothing to place: what is read off the line is set as it is read."""

    def value(self, item: str, column: str, names: Names, capture: Callable[[], Decimal]) -> Decimal | str | None:
        return self.plan.items.get(item, {}).get(self.row, {}).get(column)

    def _capture(self, run: str, column: Column) -> Capture | None:
        return None


class Player(Typist):
    """Where a simulator can show a planned value, sets it and reads it off the line."""

    def __init__(
        self, services: Services, plan: Filled, simulators: Mapping[str, Simulated],
        told: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        super().__init__(services, plan, told)
        self.simulators = simulators

    def aim(self, run: str, at: Position) -> Capture | None:
        """Sets the instrument of this cell to its value; None where that is to be typed."""
        item = self.s.runs.compiled(run).procedure.item(at.item)
        column = next((c for c in item.columns if c.id == at.column and c.source == "measured"), None)
        value = self.plan.items.get(at.item, {}).get(at.row, {}).get(at.column)
        if column is None or not isinstance(value, Decimal) or column.role not in self.simulators:
            return None
        shown = show_on(self.simulators[column.role], column, value)
        return super(Typist, self)._capture(run, column) if shown else None

    def _capture(self, run: str, column: Column) -> Capture | None:
        due = self.s.runs.judgement(run).position
        return self.aim(run, due) if due else None


def show_on(simulator: Simulated, column: Column, value: Decimal) -> bool:
    """False beyond what this instrument shows: then it is read by eye, and typed."""
    knob = next((knob for knob in simulator.knobs if knob.name == knob_of(column)), None)
    if knob is None:
        return False
    try:
        wanted = convert(value, column.unit, knob.unit)
        if knob.name == LOAD and wanted < LEAST:
            return False
        if knob.name == LOAD:  # a scale built for just this figure
            simulator.turn("capacity", CAPACITY)
            simulator.turn("d", Decimal(1).scaleb(min(0, int(wanted.normalize().as_tuple().exponent))))
        simulator.turn(knob.name, wanted)
    except (BadInput, ValueError):
        return False
    return True


def reads(simulator: Simulated, column: Column) -> bool:
    """Whether it has what this column asks for, in a unit that converts to it."""
    knob = next((knob for knob in simulator.knobs if knob.name == knob_of(column)), None)
    if knob is None:
        return False
    try:
        convert(Decimal(1), knob.unit, column.unit)
    except BadInput:
        return False
    return True


def knob_of(column: Column) -> str:
    """What has to be turned for a reading in this column; a scale has one channel, and it has no name."""
    return column.channel or LOAD


def play(
    services: Services, compiled: Compiled, cases: Iterable[Case], simulators: Mapping[str, Simulated],
    plate: Mapping[str, Any] | None = None, told: Callable[[str], None] = lambda _: None,
) -> Played:  # fmt: skip
    """From the nameplate to the signed paper in the demo workspace. Raises BadInput, NotAllowed."""
    case, plan = planned(compiled, cases, plate)
    welcome(services, compiled)
    name = compiled.procedure.id
    put = ev.InstrumentPut(f"sim-{name}", "market", "", name, dict(case["plate"]))
    services.ws.put(f"instrument:{put.id}", put, "system")
    player = Player(services, plan, simulators, told)
    run = services.runs.open(put.id, case["kind"], "tech", rehearsed=compiled)
    services.bind(run, "tech")
    for rule in compiled.procedure.standards:
        services.runs.choose(run, rule.role, standard_for(services, compiled, rule, case), "tech")
    services.runs.prepare(run, "tech")
    try:
        judged = player.finish(run, demo.PINS["tech"])
        services.certificates.check(run, "check", demo.PINS["check"])
        issued = services.certificates.approve(run, "approve", demo.PINS["approve"])
    except NotAllowed as error:
        if error.code != "incomplete":
            raise
        judged, issued = services.runs.judgement(run), None
    found = [cell.source for tries in services.runs.view(run).attempts.values() for cell in tries[-1].cells.values()]
    counts: dict[str, int] = {source: found.count(source) for source in sorted(set(found))}
    verdicts = {name: str(state.verdict) for name, state in judged.items.items()}
    return Played(run, case["kind"], str(judged.overall), verdicts, counts, plan.open, issued)


def welcome(services: Services, compiled: Compiled) -> None:
    """Into library, adoptions and the technician's projects of the demo."""
    ws, procedure = services.ws, compiled.procedure
    ws.library.put(compiled)
    adopted = ws.catalogue.adoption(compiled.sha256)
    if adopted is None:
        demo.adopt(ws, compiled, "admin")
    person = ws.catalogue.person("tech")
    if procedure.regulation not in person.projects:
        ws.put(
            "person:tech", msgspec.structs.replace(person, projects=[*person.projects, procedure.regulation]), "system"
        )


def standard_for(services: Services, compiled: Compiled, rule: StandardRule, case: Case) -> str:
    """One that fits the rule, put into the demo's list. Raises NotAllowed if none of the tried values does."""
    values = read(compiled, case["kind"], case["plate"]).values
    wanted = needed(compiled, rule)
    for tried in product(STANDARD_VALUES, repeat=len(wanted)):
        own = dict(zip(wanted, tried, strict=True))
        if not rule.rule or compiled.expr(rule.rule)({**values, **{n: Decimal(v) for n, v in own.items()}}):
            break
    else:
        raise NotAllowed("standard-too-coarse", field=rule.role, value=rule.rule, accepted=rule.text)
    return put_standard(services, compiled, rule, own)


def put_standard(services: Services, compiled: Compiled, rule: StandardRule, own: Mapping[str, str]) -> str:
    """A standard of this role with these values, by the names that rules have for them (std_…)."""
    ws, name = services.ws, f"sim-{compiled.procedure.id}-{rule.role}"
    until = (ws.today() + timedelta(days=300)).isoformat()
    facts = {n.removeprefix(PREFIX): v for n, v in own.items()}
    put = ev.StandardPut(name, rule.text.zh, "SIM", "SIM", rule.role, "SIM", facts, "SIM", "SIM", until)
    ws.put(f"standard:{name}", put, "system")
    return name
