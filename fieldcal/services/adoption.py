"""A laboratory adopts a procedure: value by value against the printed regulation, then one signature."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from fieldcal.domain import adoption as rules
from fieldcal.domain import events as ev
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.procedure import Input
from fieldcal.services import identity
from fieldcal.services.case_types import CaseResult, QrCodec
from fieldcal.services.cases import run_cases
from fieldcal.services.catalogue import Adoption, Step
from fieldcal.services.editions import Editions, holds
from fieldcal.services.ports import Blob
from fieldcal.services.prescribed import Entry, Value, entries, is_open
from fieldcal.services.proof import case_files
from fieldcal.services.revise import is_number, path_of, place, revise, same_rule
from fieldcal.services.workspace import Workspace

STATES = ("open", "begun", "adopted", "expired", "changed", "withdrawn")


@dataclass(frozen=True)
class State:
    """One procedure of the list. `changed`: adopted, but the file that came with the program is another one now."""

    compiled: Compiled
    state: str
    total: int
    left: int
    empty: int  # values that no one filled in: the technician is asked for them
    adoption: Adoption | None = None
    due: bool = False  # not adopted, and soon or already to be used in place of another procedure


@dataclass(frozen=True)
class Line:
    """One value-by-value step: what the file says, what was confirmed, what the last adoption said."""

    entry: Entry
    step: Step | None
    before: ev.Confirmed | None  # of the adoption in force, where source and values are the same

    @property
    def done(self) -> bool:
        return self.step is not None

    @property
    def left_empty(self) -> int:
        """Values without a number: the technician is asked for them at every job."""
        return sum(value.kind == "input" and not self.value(value) for value in self.entry.values)

    def value(self, value: Value) -> str:
        """As corrected, else as it stands in the file."""
        changes = self.step.event.changes if self.step else {}
        return changes.get(place(value.path), value.shown)


@dataclass(frozen=True)
class Trial:
    """The worked cases over the file as it would be adopted."""

    compiled: Compiled
    total: int
    failing: list[CaseResult] = field(default_factory=list[CaseResult])  # these block
    moved: list[CaseResult] = field(default_factory=list[CaseResult])  # hold without the corrections: to be accepted
    accepted: int = 0  # of those, as many as the laboratory accepted


class Adoptions:
    """All methods that write raise NotAllowed for anyone but an administrator."""

    def __init__(self, ws: Workspace, folders: Sequence[Path], qr: QrCodec | None = None) -> None:
        self.ws, self.folders, self.qr = ws, folders, qr
        self.editions = Editions(ws)
        self._entries: dict[str, list[Entry]] = {}

    # --- reading ------------------------------------------------------------------------------------

    def states(self) -> list[State]:
        """Of all procedures, as their files are now: an author need not start the program anew."""
        self.ws.library.reread()
        due = {compiled.procedure.id for compiled in self.editions.unready(self.ws.today())}
        names = [compiled.procedure.id for compiled in self.ws.library.all()]
        return [replace(self.state(name), due=name in due) for name in names]

    def state(self, name: str) -> State:
        base = self.base(name)
        total = len(base.procedure.sources) + 1  # and the effective dates
        steps = self._steps(base)
        kept = list(self.editions.adopted(name))
        now = [adoption for adoption, file in kept if holds(file, self.ws.today())]
        last = now[-1] if now else kept[-1][0] if kept else self._withdrawn(name)
        empty = sum(
            1 for line in self.lines(name) for v in line.entry.values if v.kind == "input" and not line.value(v)
        )
        word = self._word(name, base, steps, last, bool(now))
        return State(base, word, total, total - len(steps), empty, last)

    def _word(self, name: str, base: Compiled, steps: Mapping[str, Step], last: Adoption | None, now: bool) -> str:
        if steps:
            return "begun"
        if last is None:
            return "open"
        if last.withdrawn:
            return "withdrawn"
        if self.ws.library.get(name).sha256 not in (last.event.sha256, last.event.base):
            return "changed"
        return "adopted" if now else "expired"

    def _withdrawn(self, name: str) -> Adoption | None:
        found = [a for a in self.ws.catalogue.adoptions if a.event.procedure == name]
        return found[-1] if found else None

    def base(self, name: str) -> Compiled:
        """The file that is gone through: the adopted revision while it stems from the one at hand, else that one."""
        at_hand = self.ws.library.get(name)
        found = [c for a, c in self.editions.adopted(name) if at_hand.sha256 in (a.event.sha256, a.event.base)]
        return found[-1] if found else at_hand

    def lines(self, name: str) -> list[Line]:
        base = self.base(name)
        steps = self._steps(base)
        before = self._before(name)
        return [Line(e, steps.get(e.id), before.get(e.id) if self._same(name, e) else None) for e in self.entries(base)]

    def entries(self, compiled: Compiled) -> list[Entry]:
        if compiled.sha256 not in self._entries:
            self._entries[compiled.sha256] = entries(compiled)
        return self._entries[compiled.sha256]

    def _steps(self, base: Compiled) -> dict[str, Step]:
        return self.ws.catalogue.steps.get(base.sha256, {})

    def _before(self, name: str) -> Mapping[str, ev.Confirmed]:
        kept = list(self.editions.adopted(name))
        return kept[-1][0].event.values if kept else {}

    def _same(self, name: str, entry: Entry) -> bool:
        kept = list(self.editions.adopted(name))
        if not kept:
            return False
        return any(other.id == entry.id and _texts(other) == _texts(entry) for other in self.entries(kept[-1][1]))

    # --- value by value -----------------------------------------------------------------------------

    def confirm(
        self, name: str, source: str, found: ev.Confirmed, changes: Mapping[str, str], actor: str
    ) -> None:  # fmt: skip
        """`changes` by place in the file, only those that differ from it; checked by the engine before it is kept.

        Raises BadInput `empty`, `clause-open`, `not-a-number`, `not-a-day`, `rule-changed`, BadProcedure.
        """
        self._admin(actor)
        base = self.base(name)
        entry = self._entry(base, source)
        for key in ("edition", "clause"):
            if not getattr(found, key).strip():
                raise BadInput("empty", field=key)
        if is_open(found.clause):
            raise BadInput("clause-open", field="clause", value=found.clause, accepted="a clause of the printed text")
        by_place = {place(value.path): value for value in entry.values}
        if strange := sorted(changes.keys() - by_place.keys()):
            raise BadInput("unknown-field", field=strange[0], value=source)
        kept = {key: _clean(by_place[key], text.strip(), base) for key, text in changes.items()}
        kept = {key: text for key, text in kept.items() if text != by_place[key].shown}
        steps = {key: step.event.changes for key, step in self._steps(base).items() if key != source}
        self._revised(base, {**_flat(steps), **kept}, name)
        shown = [kept.get(place(v.path), v.shown) for v in entry.values]
        told = ev.Confirmed(found.edition.strip(), found.clause.strip(), found.page.strip(), " | ".join(shown))
        self._put(name, ev.ValueConfirmed(name, base.sha256, source, told, kept), actor)

    def reopen(self, name: str, source: str, actor: str) -> None:
        self._admin(actor)
        base = self.base(name)
        self._put(name, ev.ValueConfirmed(name, base.sha256, self._entry(base, source).id, None), actor)

    def _entry(self, base: Compiled, source: str) -> Entry:
        for entry in self.entries(base):
            if entry.id == source:
                return entry
        raise BadInput("unknown-source", field="source", value=source)

    # --- the cases ----------------------------------------------------------------------------------

    def revised(self, name: str) -> Compiled:
        """The file as it would be adopted: the base itself while nothing was corrected."""
        base = self.base(name)
        return self._revised(base, _flat({k: s.event.changes for k, s in self._steps(base).items()}), name)

    def _revised(self, base: Compiled, changes: Mapping[str, str], name: str) -> Compiled:
        if not changes:
            return base
        used = [c.procedure.revision for _, c in self.editions.adopted(name)]
        number = max([base.procedure.revision, self.ws.library.get(name).procedure.revision, *used]) + 1
        return revise(base, {path_of(key): text for key, text in changes.items()}, number)

    def trial(self, name: str) -> Trial:
        """Runs the worked cases; takes seconds for a large procedure. A case that the corrections alone made differ
        is `moved` unless the laboratory accepted it; a file without cases fails none."""
        compiled = self.revised(name)
        results = self._cases(compiled)
        differing = [case for case in results if not case.match]
        if not differing:
            return Trial(compiled, len(results))
        held = {case.id for case in self._cases(self.base(name)) if case.match}
        accepted = self.ws.catalogue.accepted.get(compiled.sha256, {})
        moved = [c for c in differing if c.id in held and accepted.get(c.id) != difference(c)]
        failing = [c for c in differing if c.id not in held]
        return Trial(compiled, len(results), failing, moved, len(differing) - len(failing) - len(moved))

    def accept_case(self, name: str, case: CaseResult, actor: str) -> None:
        """The corrected values answer this case otherwise, and that is right."""
        self._admin(actor)
        file = self.revised(name).sha256
        self._put(name, ev.CaseAccepted(name, file, case.id, difference(case)), actor)

    def _cases(self, compiled: Compiled) -> list[CaseResult]:
        library, name = self.ws.library.having(compiled), compiled.procedure.id
        files = [path for folder in self.folders for path in case_files(name, folder)]
        return [case for path in files for case in run_cases(path, library, self.qr).cases]

    # --- the signature ------------------------------------------------------------------------------

    def adopt(self, name: str, actor: str, pin: str) -> str:
        """The hash of the adopted file, whose bytes are kept. Raises NotAllowed `not-confirmed`, `case-fails`,
        `case-moved`, `wrong-role`, `wrong-pin`."""
        identity.check_pin(self._admin(actor), pin)
        steps = dict(self._steps(self.base(name)))
        for line in self.lines(name):
            if not line.done:
                raise NotAllowed("not-confirmed", field=line.entry.id, value=line.entry.source.clause)
        trial = self.trial(name)
        for code, cases in (("case-fails", trial.failing), ("case-moved", trial.moved)):
            if cases:
                raise NotAllowed(code, field=cases[0].id, value=difference(cases[0]))
        values = {key: step.event.confirmed for key, step in steps.items() if step.event.confirmed is not None}
        file, moved = trial.compiled, self.ws.catalogue.accepted.get(trial.compiled.sha256, {})
        signature = self.ws.signer.sign(rules.signed_bytes(name, file.sha256, values, moved)).hex()
        origin = self.ws.library.get(name).sha256
        event = ev.ProcedureAdopted(
            name, file.sha256, values, signature, "" if origin == file.sha256 else origin, dict(moved)
        )
        rules.check(file.procedure, event)
        self._put(name, event, actor, [Blob(file.data, "application/toml")])
        self.ws.journal.sign_head()
        return file.sha256

    def withdraw(self, name: str, reason: str, actor: str, pin: str) -> None:
        """The adoption in force; runs already begun keep their file but give no official paper any more."""
        identity.check_pin(self._admin(actor), pin)
        if not reason.strip():
            raise BadInput("empty", field="reason")
        found = self.state(name).adoption
        if found is None or found.withdrawn:
            raise NotAllowed("not-adopted", field=name)
        self._put(name, ev.ProcedureWithdrawn(name, found.event.sha256, reason.strip()), actor)
        self.ws.journal.sign_head()

    def _admin(self, actor: str) -> ev.PersonPut:
        person = self.ws.catalogue.person(actor)
        identity.require_role(person, identity.ADMIN)
        return person

    def _put(self, name: str, event: ev.Event, actor: str, blobs: Sequence[Blob] = ()) -> None:
        stream = f"procedure:{name}"
        self.ws.record(stream, len(self.ws.journal.read(stream)), [event], actor, blobs=blobs)


def difference(case: CaseResult) -> str:
    """Expected and computed of every detail that differs."""
    return "; ".join(f"{d.key}: {d.expected} → {d.got}" for d in case.differences)


def _flat(changes: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {key: text for some in changes.values() for key, text in some.items()}


def _texts(entry: Entry) -> tuple[object, ...]:
    return (entry.source, *((value.path[0], value.shown) for value in entry.values))


def _clean(value: Value, text: str, base: Compiled) -> str:
    """The correction as it goes into the file. Raises BadInput for what is no value of this kind."""
    where = place(value.path)
    if value.kind == "number" and not is_number(text):
        raise BadInput("not-a-number", field=where, value=text, accepted="1.50")
    if value.kind == "rule" and not same_rule(value.shown, text):
        raise BadInput("rule-changed", field=where, value=text, accepted=value.shown)
    if value.kind == "day" and text:
        _day(where, text)
    return _input(where, text, base.procedure.inputs[int(value.path[1])]) if value.kind == "input" else text


def _day(where: str, text: str) -> None:
    try:
        good = date.fromisoformat(text).isoformat() == text
    except ValueError:
        good = False
    if not good:
        raise BadInput("not-a-day", field=where, value=text, accepted="2026-11-23")


def _input(where: str, text: str, entry: Input) -> str:
    if entry.kind == "choice":
        ids = [choice.id for choice in entry.choices]
        if text not in ids:
            raise BadInput("bad-choice", field=where, value=text, accepted=", ".join(ids))
        return text
    parts = re.split(r"[;；\s]+", text.strip("; ")) if entry.kind == "numbers" else [text]
    if wrong := [part for part in parts if not is_number(part)]:
        raise BadInput("not-a-number", field=where, value=wrong[0], accepted=f"1.5 ({entry.unit})")
    return "; ".join(parts)
