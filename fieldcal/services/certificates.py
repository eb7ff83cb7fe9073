"""Three signatures by three roles, a number from the pool, paper frozen byte for byte."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from fieldcal.domain import events as ev
from fieldcal.domain.certificate import CertificateContent
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import Judgement
from fieldcal.domain.run import CHECKED, REVIEW, SIGNED
from fieldcal.domain.timing import Timing, gaps, timings
from fieldcal.domain.validity import valid_until
from fieldcal.domain.verdict import Verdict
from fieldcal.services import identity, trust
from fieldcal.services.budget_values import BudgetValues
from fieldcal.services.paper import Paper, record_hash
from fieldcal.services.ports import Blob, PaperCode, Renderer
from fieldcal.services.runs import Runs
from fieldcal.services.uncertainty import coarse, stated
from fieldcal.services.workspace import local_day

WAITS_FOR = {identity.TECHNICIAN: REVIEW, identity.CHECKER: SIGNED, identity.APPROVER: CHECKED}


@dataclass(frozen=True)
class QueueEntry:
    run: str
    view: RunView
    judgement: Judgement
    flags: list[str]


@dataclass(frozen=True)
class Issued:
    number: str
    run: str
    document: str
    issued: str
    valid_to: str
    status: str
    instrument: ev.InstrumentPut
    client: str


class Certificates:
    def __init__(self, runs: Runs, renderer: Renderer, code: PaperCode, language: str = "zh") -> None:
        self.runs, self.ws, self.renderer, self.code, self.language = runs, runs.ws, renderer, code, language

    # --- signatures ----------------------------------------------------------------------------------

    def sign(self, run: str, actor: str, pin: str) -> None:
        """The technician over the record. Raises NotAllowed while something is missing without a reason, and for what
        was measured on simulated instruments or through unsigned drivers."""
        person = self._authenticate(actor, pin, identity.TECHNICIAN)
        self._genuine(self.runs.view(run))
        compiled, judged = self.runs.compiled(run), self.runs.judgement(run)
        identity.require_project(person, compiled.procedure.regulation, self.ws.today())
        if judged.overall not in (Verdict.PASS, Verdict.FAIL):
            settled = (Verdict.PASS, Verdict.NOT_APPLICABLE)
            open_items = ", ".join(s.item.id for s in judged.items.values() if s.verdict not in settled)
            raise NotAllowed("incomplete", field=open_items, value=judged.overall, accepted="pass, fail")
        self._complete(run)
        view = self.runs.view(run)
        signed = ev.Signed(judged.overall, self._hash(run), local_day(view.updated_at).isoformat())
        self.runs.write(run, [signed], actor)
        self.ws.journal.sign_head()

    def check(self, run: str, actor: str, pin: str) -> None:
        """The checker: another person, over the same record."""
        self._authenticate(actor, pin, identity.CHECKER)
        view = self.runs.view(run)
        identity.require_other(actor, view.signed_by, identity.CHECKER)
        self._genuine(view)
        self._unchanged(run, view)
        assert view.signed is not None
        self.runs.write(run, [ev.Checked(view.signed.record)], actor)

    def send_back(self, run: str, reason: str, actor: str) -> None:
        person = self.ws.catalogue.person(actor)
        waits = identity.CHECKER if self.runs.view(run).state == SIGNED else identity.APPROVER
        identity.require_role(person, waits)
        if not reason.strip():
            raise BadInput("empty", field="reason")
        self.runs.write(run, [ev.Returned(reason.strip())], actor)

    def approve(self, run: str, actor: str, pin: str) -> Issued:
        """Consumes a number, freezes content, renders all papers, journals them in one transaction."""
        self._authenticate(actor, pin, identity.APPROVER)
        view = self.runs.view(run)
        identity.require_other(actor, view.signed_by, identity.APPROVER)
        self._unchanged(run, view)
        self.require_official(run)
        self._complete(run)
        judged = self.runs.judgement(run)
        document = "certificate" if judged.overall is Verdict.PASS else "notice"
        issued, number = self.ws.now(), self._number(document)
        paper = Paper(self.ws, self.runs.compiled(run), view, judged, self.language)
        content = paper.content(number, issued, self._valid_to(run, view), actor)
        qr, papers, blobs = self.render(content)
        assert view.signed is not None
        certified = ev.Certified(
            document, number, view.signed.record, content.digest().hex(), issued, content.valid_to, papers, qr
        )
        self.runs.write(run, [certified], actor, blobs=blobs, outbox=True)
        self.ws.journal.sign_head()
        return self._issued(view)

    def require_official(self, run: str) -> None:
        """Raises NotAllowed: not-adopted, adopted-later, practice-record, developer-driver."""
        view = self.runs.view(run)
        self.require_adopted(view.procedure, view.sha256, view.opened_at)
        self._genuine(view)

    def require_adopted(self, procedure: str, sha256: str, opened_at: str) -> None:
        """Raises NotAllowed: not-adopted, adopted-later."""
        adoption = self.ws.catalogue.adoption(sha256)
        if adoption is None:
            raise NotAllowed("not-adopted", field=procedure, value=sha256[:12], accepted="adopt the procedure")
        if adoption.at > opened_at:
            raise NotAllowed("adopted-later", field=procedure, value=adoption.at, accepted=f"<= {opened_at}")

    def void(self, number: str, reason: str, actor: str) -> None:
        self._role(actor, identity.APPROVER)
        if not reason.strip():
            raise BadInput("empty", field="reason")
        run = self._find(number).stream
        self.runs.write(run, [ev.Voided(reason.strip())], actor, outbox=True)

    # --- reading -----------------------------------------------------------------------------------

    def queue(self, role: str) -> list[QueueEntry]:
        """What waits for this role, flagged first."""
        entries: list[QueueEntry] = []
        for view in self.runs.all():
            if view.state == WAITS_FOR[role]:
                judged = self.runs.judgement(view.stream)
                never = trust.practice(view, self.ws.catalogue.demo)
                times = timings(self.runs.compiled(view.stream), view, judged)
                found = [*([never] if never else []), *flags(view, judged, times), *self._coarse(view, judged)]
                entries.append(QueueEntry(view.stream, view, judged, found))
        return sorted(entries, key=lambda e: (not e.flags, e.view.signed_at, e.run))

    def issued(self) -> list[Issued]:
        found = [self._issued(view) for view in self.runs.all() if view.certified]
        return sorted(found, key=lambda entry: (entry.issued, entry.number), reverse=True)

    def paper(self, number: str, kind: str = "certificate") -> bytes:
        view = self._find(number)
        assert view.certified is not None
        if kind not in view.certified.papers:
            raise NotAllowed("no-such-paper", field=number, value=kind, accepted=", ".join(view.certified.papers))
        return self.ws.blobs.get(view.certified.papers[kind]).data

    def draft(self, run: str, kind: Literal["certificate", "record"] = "certificate") -> bytes:
        """A watermarked draft: no number, no code, never official."""
        paper = Paper(self.ws, self.runs.compiled(run), self.runs.view(run), self.runs.judgement(run), self.language)
        make = self.renderer.record if kind == "record" else self.renderer.certificate
        return make(paper.content("", "", "", ""), "")

    def export(self, number: str, folder: Path) -> list[Path]:
        view = self._find(number)
        assert view.certified is not None
        out: list[Path] = []
        for kind in view.certified.papers:
            path = folder / f"{number}-{kind}.pdf"
            path.write_bytes(self.paper(number, kind))
            out.append(path)
        return out

    # --- inside ------------------------------------------------------------------------------------

    def _coarse(self, view: RunView, judged: Judgement) -> list[str]:
        used = stated(self.ws.catalogue.used(view.standards))
        typed = BudgetValues(self.runs).of(view.stream)
        return ["u-large"] if coarse(self.runs.compiled(view.stream), judged, used, typed) else []

    def _authenticate(self, actor: str, pin: str, role: str) -> ev.PersonPut:
        person = self._role(actor, role)
        identity.check_pin(person, pin)
        return person

    def _role(self, actor: str, role: str) -> ev.PersonPut:
        person = self.ws.catalogue.person(actor)
        identity.require_role(person, role)
        return person

    def _genuine(self, view: RunView) -> None:
        trust.require_genuine(view, self.ws.catalogue.demo)

    def _complete(self, run: str) -> None:
        """Raises NotAllowed for an impossible nameplate and for prescribed times that were cut; for a pass also for
        items left out and repeats cut short. What was left out after a failure stands in the notice with its reason."""
        judged = self.runs.judgement(run)
        if judged.plate.broken:
            raise NotAllowed(
                "impossible-plate", field=judged.plate.broken[0].field, accepted=judged.plate.broken[0].text
            )
        found = gaps(judged, timings(self.runs.compiled(run), self.runs.view(run), judged))
        if judged.overall is Verdict.FAIL:
            found = [gap for gap in found if gap.code == "dwell-cut"]
        if found:
            raise NotAllowed(found[0].code, field=found[0].item, value=found[0].detail)

    def _hash(self, run: str) -> str:
        late = (ev.Signed, ev.Checked, ev.Certified, ev.Voided, ev.Returned)
        return record_hash([s for s in self.ws.journal.read(run) if not isinstance(s.event, late)])

    def unchanged(self, run: str) -> bool:
        """True while the record on disk is the one that the technician signed."""
        signed = self.runs.view(run).signed
        return signed is not None and signed.record == self._hash(run)

    def _unchanged(self, run: str, view: RunView) -> None:
        if not self.unchanged(run):
            raise NotAllowed("record-changed", field=run, value=view.state, accepted="signed by the technician")

    def _valid_to(self, run: str, view: RunView) -> str:
        interval = self.runs.compiled(run).procedure.interval
        assert view.signed is not None
        if view.kind == "in_use":  # an inspection doesn't renew validity
            return ""
        months = interval.of(self.runs.judgement(run).plate.values)
        day = valid_until(date.fromisoformat(view.signed.finished), months, maximum=interval.maximum)
        return day.isoformat()

    def _number(self, document: str) -> str:
        pool = self.ws.catalogue.pools.get(document)
        if pool is None:
            raise NotAllowed("no-numbers", field=document, accepted="a block of numbers")
        following = self._following(pool)
        if following > pool.last:
            raise NotAllowed("no-numbers", field=document, value=pool.last, accepted="a new block of numbers")
        return pool.template.format(year=self.ws.today().year, seq=following)

    def _following(self, pool: ev.PoolPut) -> int:
        """After the highest of this block on any paper, voided ones too; a block outlives the turn of the year."""
        form = re.sub(r"\\{seq[^}]*\\}", "([0-9]+)", re.escape(pool.template))
        form = form.replace(re.escape("{year}"), "[0-9]{4}")
        hits = [re.fullmatch(form, view.certified.number) for view in self.runs.all() if view.certified]
        used = [int(hit[1]) for hit in hits if hit]
        return max([seq for seq in used if pool.first <= seq <= pool.last], default=pool.first - 1) + 1

    def numbers_left(self) -> int:
        pool = self.ws.catalogue.pools.get("certificate")
        return 0 if pool is None else pool.last + 1 - self._following(pool)

    def render(self, content: CertificateContent) -> tuple[str, dict[str, str], list[Blob]]:
        """The signed code, the hash of each paper, and the blobs: the papers, then the frozen content."""
        if missing := self.renderer.missing_glyphs(content):
            raise NotAllowed("missing-glyphs", field="paper", value=missing, accepted="characters of the font")
        qr = self.code.build(self.code.payload(content), self.ws.signer)
        if content.lot:
            made = {"lot": self.renderer.lot(content, qr)}
        else:
            made = {"certificate": self.renderer.certificate(content, qr), "record": self.renderer.record(content, qr)}
        if content.document == "certificate":
            made["label"] = self.renderer.label(content, qr)
        frozen = Blob(msgspec.json.encode(content, order="sorted"), "application/json")
        blobs = [*(Blob(data, "application/pdf") for data in made.values()), frozen]
        return qr, {kind: hashlib.sha256(data).hexdigest() for kind, data in made.items()}, blobs

    def _find(self, number: str) -> RunView:
        for view in self.runs.all():
            if view.certified and view.certified.number == number:
                return view
        raise BadInput("unknown-number", field="number", value=number)

    def _issued(self, view: RunView) -> Issued:
        assert view.certified is not None
        instrument = self.ws.catalogue.instrument(view.instrument)
        c, status = view.certified, "void" if view.state == "voided" else "valid"
        client = self.ws.catalogue.sites[instrument.site].client
        return Issued(c.number, view.stream, c.document, c.issued, c.valid_to, status, instrument, client)


def flags(view: RunView, judged: Judgement, times: dict[str, Timing]) -> list[str]:
    """Why a supervisor should look: codes, worst first."""
    found: list[str] = []
    if judged.overall is not Verdict.PASS:
        found.append(judged.overall)
    if any(timing.cut for timing in times.values()):
        found.append("dwell-cut")
    if any(timing.hurried for timing in times.values()):
        found.append("hurried")
    if view.most_attempts > 1:
        found.append("struck")
    if any(skip.verdict == "not-done" for skip in view.skipped.values()):
        found.append("not-done")
    if any(skip.verdict == "not-applicable" for skip in view.skipped.values()):
        found.append("left-out")
    if any(a.answer in ("fail", "suspect") for a in view.answers.values()):
        found.append("finding")
    if any(typed(view, judged)):
        found.append("typed")
    return found


def typed(view: RunView, judged: Judgement) -> Iterator[ev.ReadingTaken]:
    """Values that count and were typed although an instrument was linked for them."""
    for (item, _row), tries in view.attempts.items():
        measured = {c.id: c.role for c in judged.items[item].item.columns if c.source == "measured"}
        for name, reading in tries[-1].cells.items():
            if not tries[-1].rejected and reading.source == "manual" and measured.get(name) in view.devices:
                yield reading
