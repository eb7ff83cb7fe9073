"""A procedure file as the technician will meet it, on a workspace that is thrown away: nothing of it is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from fieldcal.domain import events as ev
from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadInput, BadProcedure, DomainError
from fieldcal.domain.faults import Fault, faults
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import ItemState, Position, cell_values
from fieldcal.domain.standard_rule import needed
from fieldcal.domain.verdict import Verdict
from fieldcal.services import demo
from fieldcal.services.app import Services
from fieldcal.services.bend import Wish, bent
from fieldcal.services.capture import Live
from fieldcal.services.case_procedure import Case
from fieldcal.services.fill import Filled, fill
from fieldcal.services.paper import MARKS, Paper
from fieldcal.services.prescribed import entries
from fieldcal.services.procedures import read_header
from fieldcal.services.proof import generic_cases
from fieldcal.services.simulate import Player, Simulated, Typist, example, put_standard, standard_for, welcome
from fieldcal.services.trust import PRACTICE

SEEN = "预览 / preview"  # what was seen where a question is answered with fail
Origin = Literal["own", "adopted", "shipped"]


@dataclass(frozen=True)
class File:
    """One file that can be looked at: `data` for an adopted revision, which lies in no folder."""

    id: str
    origin: Origin
    path: Path
    regulation: str = ""
    data: bytes = b""


@dataclass(frozen=True)
class Opened:
    """A file as it stands now: all that is wrong with it, or the procedure with its worked cases."""

    file: File
    data: bytes
    faults: list[Fault]
    compiled: Compiled | None = None
    cases: list[Case] = field(default_factory=list[Case])


class Previews:
    """`folders` the shipped one first; `adopted` gives revisions that lie in none; `stage` makes the throw-away
    workspace, once, when the first file is played."""

    def __init__(
        self, folders: Callable[[], list[Path]], adopted: Callable[[], Iterable[Compiled]], stage: Callable[[], Stage]
    ) -> None:
        self._folders, self._adopted, self._make = folders, adopted, stage
        self._stage: Stage | None = None

    def files(self) -> list[File]:
        """Own files first, the newest before the others; broken ones too."""
        shipped, *own = self._folders()
        mine = [path for folder in own for path in folder.glob("*.toml")]
        mine.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        kept = [_adopted(compiled) for compiled in self._adopted()]
        found = [_at(path, "own") for path in mine]
        return [*found, *kept, *(_at(path, "shipped") for path in sorted(shipped.glob("*.toml")))]

    def find(self, name: str, sha256: str = "") -> File:
        """By path, else by id; of several the adopted revision with this hash, else the own file. Raises BadProcedure
        `unknown-procedure`."""
        if name.endswith(".toml"):
            return _at(Path(name), "own")
        for compiled in self._adopted() if sha256 else ():
            if compiled.sha256 == sha256:
                return _adopted(compiled)
        known = self.files()
        found = next((file for file in known if file.id == name and file.origin != "adopted"), None)
        if found is None:
            accepted = ", ".join(sorted({file.id for file in known}))
            raise BadProcedure("unknown-procedure", field="procedure", value=name, accepted=accepted)
        return found

    def read(self, file: File) -> Opened:
        """Read anew from disk. Raises OSError."""
        data = file.data or file.path.read_bytes()
        found = faults(data, file.path.name)
        if found:
            return Opened(file, data, found)
        shipped, *own = self._folders()
        place = file.path.parent if not file.data else next(iter(own), shipped)
        try:
            compiled = load(data, file.path.name)
            cases = generic_cases(compiled, place) or generic_cases(compiled, shipped)
        except (BadProcedure, BadInput) as error:
            told = Fault(file.path.name, 1, str(error.field), error.code, str(error.value), str(error.accepted))
            return Opened(file, data, [told])
        return Opened(file, data, [], compiled, cases)

    def stage(self) -> Stage:
        """Takes a second or two the first time: not for the thread of the window."""
        if self._stage is None:
            self._stage = self._make()
        return self._stage

    def close(self) -> None:
        if self._stage is not None:
            self._stage.close()
        self._stage = None


def _at(path: Path, origin: Origin) -> File:
    header = read_header(path.read_bytes()) if path.is_file() else None
    return File(header.id, origin, path, header.regulation) if header else File(path.stem, origin, path)


def _adopted(compiled: Compiled) -> File:
    procedure = compiled.procedure
    return File(procedure.id, "adopted", Path(procedure.id), procedure.regulation, compiled.data)


@dataclass
class Take:
    """One run of a file on the stage. `example` is a nameplate that works, `plan` what will be typed."""

    run: str
    kind: str
    compiled: Compiled
    example: dict[str, Any]
    seeds: Mapping[str, Any]
    player: Player
    typist: Typist


@dataclass(frozen=True)
class Result:
    """`papers` by kind, as PDF, marked as practice: the record, and the certificate unless `why` says why none came."""

    verdict: Verdict
    papers: dict[str, bytes]
    why: DomainError | None = None


class Stage:
    """The throw-away workspace with its simulated instruments; `simulators` links those that a procedure can use."""

    def __init__(
        self,
        services: Services,
        simulators: Callable[[Services, Compiled], Mapping[str, Simulated]],
        clean: Callable[[], object],
    ) -> None:
        self.services, self._simulators, self._clean, self._count = services, simulators, clean, 0
        services.sign_in("tech", demo.PINS["tech"])

    def close(self) -> None:
        self.services.close()
        self._clean()

    def begin(self, opened: Opened, kind: str = "", plate: Mapping[str, Any] | None = None) -> Take:
        """A new run before its first step. What the file leaves to the printed text is not on its nameplate: it is
        asked for. Raises DomainError where no nameplate is known that the file takes."""
        compiled, services = opened.compiled, self.services
        assert compiled is not None
        case = example_of(compiled, opened.cases, kind)
        kept = {name: value for name, value in case["plate"].items() if name not in asked(compiled)}
        welcome(services, compiled)
        self._count += 1
        name = compiled.procedure.id
        put = ev.InstrumentPut(f"preview-{self._count}", "market", name, name, dict(kept if plate is None else plate))
        services.ws.put(f"instrument:{put.id}", put, "system")
        run = services.runs.open(put.id, case["kind"], "tech", rehearsed=compiled)
        simulators = self._simulators(services, compiled)
        services.bind(run, "tech")
        self._equip(run, compiled, case["kind"], {**case["plate"], **(plate or {})})
        plan = Filled()
        player, typist = Player(services, plan, simulators), Typist(services, plan)
        return Take(run, case["kind"], compiled, dict(case["plate"]), case["items"], player, typist)

    def equip(self, take: Take, plate: Mapping[str, Any]) -> None:
        """Standards that suit this nameplate."""
        self._equip(take.run, take.compiled, take.kind, plate)

    def _equip(self, run: str, compiled: Compiled, kind: str, plate: Mapping[str, Any]) -> None:
        case: Case = {"kind": kind, "plate": dict(plate)}
        for rule in compiled.procedure.standards:
            try:
                name = standard_for(self.services, compiled, rule, case)
            except DomainError:  # no nameplate to suit yet: one without any error
                name = put_standard(self.services, compiled, rule, dict.fromkeys(needed(compiled, rule), "0"))
            self.services.runs.choose(run, rule.role, name, "tech")

    def plan(self, take: Take) -> None:
        """What will be typed, from the nameplate as it stands. Raises DomainError."""
        view = self.services.runs.view(take.run)
        made = fill(take.compiled, take.kind, view.inputs, take.seeds)
        take.player.plan = take.typist.plan = made

    def fetch(self, take: Take, at: Position) -> Live | None:
        """The reading of this cell off the line, None where it is typed. Blocks until it is stable."""
        capture = take.player.aim(take.run, at)
        return capture.wait() if capture else None

    def put(self, take: Take, at: Position, live: Live | None) -> None:
        """Writes it, else types, answers or waits; quick, as the clock of the stage jumps."""
        if live is None:
            take.typist.step(take.run, at)
        else:
            take.player.take(take.run, at, live)

    def bend(self, take: Take, at: Position, state: ItemState, wish: Wish) -> bool:
        """Plans the row in hand so that it says what is wished for; False where that cannot be."""
        if at.question:
            take.typist.bad[at.item, at.question] = SEEN
            return wish == "fail"
        view, plan = self.services.runs.view(take.run), take.player.plan
        rows = {r.index: cell_values(view, state.item, r.index) for r in state.rows}
        planned = plan.items.get(at.item, {})
        sheet = {index: {**planned.get(index, {}), **cells} for index, cells in rows.items()}
        found = bent(take.compiled, state, sheet, at.row, {*rows[at.row]}, wish)
        if found is not None:
            plan.items.setdefault(at.item, {})[at.row] = found
        return found is not None

    def issue(self, take: Take) -> Result:
        """The three signatures, then the papers or why there is no certificate. Takes a second."""
        services, run = self.services, take.run
        verdict, why = services.runs.judgement(run).overall, None
        try:
            if services.runs.view(run).state != "signed":
                services.keep_transcripts(run, "tech")
                services.runs.complete(run, "tech")
                services.certificates.sign(run, "tech", demo.PINS["tech"])
            services.certificates.check(run, "check", demo.PINS["check"])
            services.certificates.approve(run, "approve", demo.PINS["approve"])
        except DomainError as error:
            why = error
        return Result(verdict, self._papers(take, ("record",) if why else ("certificate", "record")), why)

    def _papers(self, take: Take, kinds: tuple[str, ...]) -> dict[str, bytes]:
        """As they would be printed, but for the mark across them and the number that is not on them."""
        runs, certificates = self.services.runs, self.services.certificates
        view, judged = runs.view(take.run), runs.judgement(take.run)
        paper = Paper(self.services.ws, take.compiled, view, judged, certificates.language)
        content = msgspec.structs.replace(paper.content("", "", "", ""), watermark=MARKS[PRACTICE])
        return {kind: getattr(certificates.renderer, kind)(content, "") for kind in kinds}

    def carry(self, old: Take, opened: Opened) -> Take:
        """The changed file at the place where the old run stood, with its values; at the first step that the file
        had not before, as that is what its author has just written."""
        runs = self.services.runs
        before, place = runs.view(old.run), runs.judgement(old.run).position if _begun(runs.view(old.run)) else None
        compiled = opened.compiled
        assert compiled is not None
        kind = old.kind if old.kind in compiled.procedure.kinds else ""
        known = {entry.id for entry in compiled.procedure.inputs}
        take = self.begin(opened, kind, {k: v for k, v in before.inputs.items() if k in known})
        if not _begun(before):
            return take
        try:
            runs.prepare(take.run, "tech")
            self.plan(take)
            self._repeat(take, old, before, place)
        except DomainError:  # what was good is refused now: the page stands where that happened
            pass
        return take

    def _repeat(self, take: Take, old: Take, before: RunView, place: Position | None) -> None:
        plan, known = take.typist.plan, set(steps(old.compiled))
        for item in old.compiled.procedure.items:
            for row in plan.items.get(item.id, {}):
                plan.items[item.id][row] |= cell_values(before, item, row)
        take.typist.bad = {key: said.note for key, said in before.answers.items() if said.answer == "fail"}
        there = _Place(old.compiled, take.compiled, place)
        while (at := self.services.runs.judgement(take.run).position) is not None:
            if _step(at) not in known or there.reached(at):
                return
            take.typist.step(take.run, at)


class _Place:
    """Where the old run stood, in the changed file: the same step, else the next one that is still there."""

    def __init__(self, old: Compiled, new: Compiled, place: Position | None) -> None:
        self.order, before = list(steps(new)), list(steps(old))
        left = before[before.index(_step(place)) :] if place else []
        self.goal = next((self.order.index(step) for step in left if step in self.order), len(self.order))
        self.place = place

    def reached(self, at: Position) -> bool:
        here = self.order.index(_step(at))
        if self.place is not None and at.item == self.place.item and at.row != self.place.row:
            return at.row > self.place.row
        return here >= self.goal


def _step(at: Position) -> tuple[str, str]:
    return at.item, at.column or at.question


def _begun(view: RunView) -> bool:
    return view.state not in ("draft", "prepared")


def steps(compiled: Compiled) -> Iterator[tuple[str, str]]:
    """Every cell and question of the file."""
    for item in compiled.procedure.items:
        for part in [*item.columns, *item.questions]:
            yield item.id, part.id


def example_of(compiled: Compiled, cases: Iterable[Case], kind: str = "") -> Case:
    """The case to start from, of this kind where there is one."""
    known = list(cases)
    usual = "subsequent" if "subsequent" in compiled.procedure.kinds else compiled.procedure.kinds[0]
    same = [case for case in known if str(case.get("kind") or usual) == kind]
    case = example(same if kind and same else known)
    return {**case, "kind": kind or str(case.get("kind") or usual)}


def asked(compiled: Compiled) -> set[str]:
    """Inputs without a default that stand for an empty value of the file (grade X)."""
    found = entries(compiled)
    empty = [v for e in found if e.source.grade == "X" for v in e.values if v.kind == "input" and not v.shown]
    return {compiled.procedure.inputs[int(value.path[1])].id for value in empty}
