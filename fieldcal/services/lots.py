"""Lots: opened, a sample drawn once by a recorded seed, each of it verified by a run of its own, the lot judged."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldcal.domain import events as ev
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput, DomainError, NotAllowed
from fieldcal.domain.fold import RunView
from fieldcal.domain.lot import METHOD, PREFIX, LotView, fold, instrument_of, name_of, ranked, with_serial
from fieldcal.domain.lot_rule import broken, plan_for, verdict
from fieldcal.domain.plate import read
from fieldcal.domain.procedure import LotPlan, LotRule
from fieldcal.domain.run import ABORTED, CERTIFIED, VOIDED
from fieldcal.domain.verdict import Verdict
from fieldcal.services import identity
from fieldcal.services.certificates import Certificates
from fieldcal.services.local import local_day
from fieldcal.services.lot_paper import lot_content
from fieldcal.services.ports import Blob
from fieldcal.services.workspace import SOFTWARE


@dataclass(frozen=True)
class Plan:
    """A plan read from the printed text; `basis` is its edition and clause."""

    sample: int
    accept: int
    reject: int
    basis: str


@dataclass(frozen=True)
class Member:
    """One instrument of the sample. `result` is None until every run of it that counts has its paper."""

    serial: str
    instrument: str
    runs: list[RunView]
    result: ev.LotResult | None


class Lots:
    """`actor` is the person id that signs each event. All methods may raise BadInput and NotAllowed."""

    def __init__(self, certificates: Certificates) -> None:
        self.certificates, self.runs, self.ws = certificates, certificates.runs, certificates.ws

    # --- reading -------------------------------------------------------------------------------------

    def view(self, lot: str) -> LotView:
        stored = self.ws.journal.read(lot) if lot.startswith(PREFIX) else []
        if not stored:
            raise BadInput("unknown-lot", field="lot", value=lot, accepted=", ".join(self._names()))
        return fold(lot, [(entry.event, entry.actor, entry.at) for entry in stored])

    def all(self) -> list[LotView]:
        return sorted(map(self.view, self._names()), key=lambda view: view.opened_at)

    def _names(self) -> list[str]:
        return self.ws.journal.streams(PREFIX)

    def dropped(self) -> set[str]:
        """Instruments that came into the books for a sample which has no use for them any more."""
        found: set[str] = set()
        for view in self.all():
            serials = [one.serial for one in view.replaced] + (view.sample if view.abandoned else [])
            found.update(instrument_of(view.stream, serial) for serial in serials)
        return found

    def members(self, view: LotView) -> list[Member]:
        """The sample as it is now, in the order it was drawn."""
        runs: dict[str, list[RunView]] = {}
        for run in self.runs.all():
            if view.drawn and run.opened_at >= view.drawn_at:
                runs.setdefault(run.instrument, []).append(run)
        known = self._instruments(view)
        names = {serial: known.get(serial, instrument_of(view.stream, serial)) for serial in view.sample}
        return [Member(s, name, own := runs.get(name, []), _result(s, view, own)) for s, name in names.items()]

    def _instruments(self, view: LotView) -> dict[str, str]:
        """Serial numbers of this kind at this site that the books know, with the instrument's identity."""
        lot, listed, day = view.lot, set(view.lot.serials), local_day(view.opened_at)
        return {
            serial: one.id
            for one in self.ws.catalogue.instruments.values()
            if one.site == lot.site
            and (serial := str(one.plate.get("serial", ""))) in listed
            and self._by(one, lot.procedure, day)
        }

    def _by(self, asset: ev.InstrumentPut, procedure: str, day: date) -> bool:
        """True if that is its procedure, or had taken it over by that day."""
        if asset.procedure == procedure:
            return True
        try:
            found = self.runs.editions.covering(asset.procedure, asset.plate, day)
        except DomainError:
            return False
        return found.procedure.id == procedure

    # --- the lot ---------------------------------------------------------------------------------------

    def open(
        self,
        procedure: str,
        kind: str,
        site: str,
        serials: Sequence[str],
        actor: str,
        *,
        plate: Mapping[str, Any],
        plan: Plan | None = None,
        name: str = "",
    ) -> str:
        """`serials` as `domain.lot.serials` reads them; `plan` only where the procedure's file holds none. Opened on
        what covers this plate today, as a run is."""
        compiled, plate = self.runs.editions.for_plate(procedure, plate, self.ws.today())
        self._technician(compiled, actor)
        rule = self._rule(compiled, kind)
        if not serials:
            raise BadInput("empty", field="serials")
        if site not in self.ws.catalogue.sites:
            raise BadInput("unknown-site", field="site", value=site, accepted=", ".join(self.ws.catalogue.sites))
        self._plate(compiled, kind, with_serial(plate, serials[0]))
        self._free(compiled.procedure.id, site, serials)
        chosen, basis = _plan(rule, len(serials), plan)
        lot = f"{PREFIX}{name or f'L{self.ws.today():%y%m%d}-{uuid.uuid4().hex[:6]}'}"
        opened = ev.LotOpened(
            compiled.procedure.id, compiled.sha256, kind, site, list(serials), plate,
            chosen.sample, chosen.accept, chosen.reject, basis, SOFTWARE,
        )  # fmt: skip
        self.ws.record(lot, 0, [opened], actor, blobs=[Blob(compiled.data, "application/toml")])
        return lot

    def draw(self, lot: str, actor: str, seed: str = "") -> list[str]:
        """Once in the life of a lot. `seed`: any text, as one that was thrown before witnesses; else 128 random bits.
        What of the sample the books do not know becomes an instrument of the site, ready for its run."""
        view = self.view(lot)
        self._technician(self._compiled(view), actor)
        self._unfinished(view)
        if view.state == "drawn":
            self._enrol(view, actor)  # the program may have ended between drawing and enrolling
            raise NotAllowed("already-drawn", field=lot, value=view.drawn_at)
        seed = " ".join(seed.split()) or secrets.token_hex(16)
        sample = ranked(seed, view.lot.serials)[: view.lot.sample]
        self.ws.record(lot, view.version, [ev.SampleDrawn(METHOD, seed, sample)], actor)
        self.ws.journal.sign_head()
        self._enrol(self.view(lot), actor)
        return sample

    def replace(self, lot: str, serial: str, reason: str, actor: str) -> str:
        """The next serial number of the same order in place of one that is not to be had. One that was measured,
        be it in a run that was aborted since, stays in the sample."""
        view = self._drawn(lot)
        self._technician(self._compiled(view), actor)
        if not reason.strip():
            raise BadInput("empty", field="reason", accepted="a reason")
        if serial not in view.sample:
            raise BadInput("not-in-sample", field="serial", value=serial, accepted=", ".join(view.sample))
        member = next(one for one in self.members(view) if one.serial == serial)
        if any(run.readings or run.answers for run in member.runs):
            raise NotAllowed("already-measured", field="serial", value=serial)
        successor = view.successor()
        self.ws.record(lot, view.version, [ev.SampleReplaced(serial, successor, reason.strip())], actor)
        self._enrol(self.view(lot), actor)
        return successor

    def judge(self, lot: str, actor: str, pin: str) -> ev.LotJudged:
        """The approver over the whole lot, verdict and paper in one write. Raises NotAllowed while one of the sample
        has no paper, an unfinished run, or a run by another revision or kind; for a sample that seed and lot do not
        give again; and where a certificate would be refused because the procedure is not adopted."""
        person = self.ws.catalogue.person(actor)
        identity.require_role(person, identity.APPROVER)
        identity.check_pin(person, pin)
        view = self._drawn(lot)
        identity.require_other(actor, view.drawn_by, identity.APPROVER)
        if not view.reproduced():
            raise NotAllowed("record-changed", field=lot, value=METHOD)
        results = self._results(view)
        failed = sum(result.verdict == Verdict.FAIL for result in results)
        self.certificates.require_adopted(view.lot.procedure, view.lot.sha256, view.opened_at)
        judged = ev.LotJudged(verdict(view.plan, failed), failed, results)
        content = lot_content(self.certificates, view, judged, actor)
        qr, papers, blobs = self.certificates.render(content)
        paper = ev.LotPaper(content.number, content.digest().hex(), self.ws.now(), papers, qr)
        self.ws.record(lot, view.version, [judged, paper], actor, blobs=blobs, outbox=True)
        self.ws.journal.sign_head()
        return judged

    def paper(self, lot: str) -> bytes:
        """The PDF as it was issued with the verdict. Raises NotAllowed `no-such-paper` before it."""
        view = self.view(lot)
        if view.paper is None:
            raise NotAllowed("no-such-paper", field=lot, value=view.state, accepted="judged")
        return self.ws.blobs.get(view.paper.papers["lot"]).data

    def abandon(self, lot: str, reason: str, actor: str) -> None:
        """Ends it without a verdict. Once a sample is drawn only the approver may: the next lot draws anew."""
        view = self.view(lot)
        self._unfinished(view)
        identity.require_role(self.ws.catalogue.person(actor), identity.APPROVER if view.drawn else identity.TECHNICIAN)
        if not reason.strip():
            raise BadInput("empty", field="reason", accepted="a reason")
        self.ws.record(lot, view.version, [ev.LotAbandoned(reason.strip())], actor)

    # --- inside ----------------------------------------------------------------------------------------

    def _results(self, view: LotView) -> list[ev.LotResult]:
        members = self.members(view)
        for member in members:
            for run in member.runs:
                if _counts(run) and (run.sha256, run.kind) != (view.lot.sha256, view.lot.kind):
                    accepted = f"{view.lot.kind} {view.lot.sha256[:12]}"
                    raise NotAllowed(
                        "lot-wrong-run", field=member.serial, value=f"{run.kind} {run.sha256[:12]}", accepted=accepted
                    )
        missing = [member.serial for member in members if member.result is None]
        if missing:
            raise NotAllowed("lot-incomplete", field=view.stream, value=", ".join(missing))
        return [member.result for member in members if member.result is not None]

    def _drawn(self, lot: str) -> LotView:
        view = self.view(lot)
        if view.state == "open":
            raise NotAllowed("not-drawn", field="lot", value=lot)
        self._unfinished(view)
        return view

    def _unfinished(self, view: LotView) -> None:
        if view.state in ("judged", "abandoned"):
            raise NotAllowed("lot-finished", field=view.stream, value=view.state)

    def _compiled(self, view: LotView) -> Compiled:
        """Runs are opened on what is in force: it must still be the revision that the lot was opened on."""
        compiled = self.runs.editions.covering(view.lot.procedure, view.lot.plate, self.ws.today())
        if compiled.sha256 != view.lot.sha256:
            accepted = view.lot.sha256[:12]
            raise NotAllowed("lot-wrong-run", field=view.stream, value=compiled.sha256[:12], accepted=accepted)
        return compiled

    def _technician(self, compiled: Compiled, actor: str) -> None:
        person = self.ws.catalogue.person(actor)
        identity.require_role(person, identity.TECHNICIAN)
        identity.require_project(person, compiled.procedure.regulation, self.ws.today())

    def _rule(self, compiled: Compiled, kind: str) -> LotRule:
        rule = compiled.procedure.lot
        if rule is None:
            names = [c.procedure.id for c in self.ws.library.all() if c.procedure.lot]
            raise NotAllowed("no-lot-rule", field="procedure", value=compiled.procedure.id, accepted=", ".join(names))
        if kind not in rule.kinds:
            raise BadInput("bad-choice", field="kind", value=kind, accepted=", ".join(rule.kinds))
        return rule

    def _plate(self, compiled: Compiled, kind: str, plate: Mapping[str, Any]) -> None:
        found = read(compiled, kind, plate)
        if found.broken:
            rule = found.broken[0]
            raise BadInput("impossible-plate", field=rule.field, value=plate.get(rule.field, ""), accepted=rule.text)

    def _free(self, procedure: str, site: str, serials: Sequence[str]) -> None:
        """A second lot of the same instruments would be a second throw for a better sample."""
        for view in self.all():
            if view.state in ("open", "drawn") and (view.lot.procedure, view.lot.site) == (procedure, site):
                taken = set(view.lot.serials)
                if twice := [serial for serial in serials if serial in taken]:
                    raise NotAllowed("serial-in-lot", field=view.stream, value=", ".join(twice[:5]))

    def _enrol(self, view: LotView, actor: str) -> None:
        known = self._instruments(view)
        lot = view.lot
        for serial in view.sample:
            if serial not in known:
                name, plate = instrument_of(view.stream, serial), with_serial(lot.plate, serial)
                put = ev.InstrumentPut(name, lot.site, name_of(view.stream), lot.procedure, plate)
                self.ws.put(f"instrument:{name}", put, actor)


def _plan(rule: LotRule, size: int, given: Plan | None) -> tuple[LotPlan, str]:
    """The file's plan wins and may not be bent; without one a person gives it with its place in the printed text."""
    chosen, basis = plan_for(rule, size), ""
    if chosen and given:
        raise NotAllowed("lot-plan-prescribed", field="plan", value=f"{chosen.sample} {chosen.accept} {chosen.reject}")
    if chosen is None:
        if given is None:
            raise NotAllowed("lot-plan-needed", field="plan", accepted="sample, accept, reject, basis")
        if not given.basis.strip():
            raise BadInput("empty", field="basis", accepted="edition, clause")
        chosen, basis = LotPlan(given.sample, given.accept, given.reject), given.basis.strip()
        if told := broken(chosen):
            raise BadInput(
                "bad-lot-plan", field="plan", value=f"{given.sample} {given.accept} {given.reject}", accepted=told
            )
    if chosen.sample > size:
        raise NotAllowed("sample-too-large", field="serials", value=size, accepted=f">= {chosen.sample}")
    return chosen, basis


def _counts(run: RunView) -> bool:
    return run.state not in (ABORTED, VOIDED)


def _result(serial: str, view: LotView, runs: Sequence[RunView]) -> ev.LotResult | None:
    """Where an instrument was measured more than once the worst counts: nobody measures until it passes."""
    counted = [run for run in runs if _counts(run)]
    if not counted or any(run.state != CERTIFIED for run in counted):
        return None
    worst = min(counted, key=lambda run: (run.signed is not None and run.signed.verdict == Verdict.PASS, run.opened_at))
    assert worst.signed is not None
    assert worst.certified is not None
    return ev.LotResult(serial, worst.stream, worst.certified.number, worst.signed.verdict, len(runs) - len(counted))
