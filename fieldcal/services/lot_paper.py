"""The content of the paper of a lot, out of its events and nothing else."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from fieldcal.domain import events as ev
from fieldcal.domain.certificate import CertificateContent, LotFacts, LotLine, Person
from fieldcal.domain.lot import LotView, name_of, ranges
from fieldcal.domain.verdict import Verdict
from fieldcal.services.paper import KIND, local_time, plate_lines, record_hash, signer
from fieldcal.services.present import pick

if TYPE_CHECKING:
    from fieldcal.services.certificates import Certificates

SHORT = 120  # characters of the serial numbers on the front page and in the signed code
CONCLUSION = {
    "zh": {"accepted": "该批合格", "rejected": "该批不合格"},
    "en": {"accepted": "Lot accepted", "rejected": "Lot rejected"},
}
OTHERS = {"zh": "{first} 等 {size} 台，清单散列 {digest}", "en": "{first} and others, {size}; list {digest}"}


def lot_content(certificates: Certificates, view: LotView, judged: ev.LotJudged, approver: str) -> CertificateContent:
    ws, language, lot = certificates.ws, certificates.language, view.lot
    compiled = certificates.runs.editions.file(lot.procedure, lot.sha256)
    assert compiled is not None
    assert ws.catalogue.workspace is not None
    procedure, site = compiled.procedure, ws.catalogue.sites[lot.site]
    name, (_, head) = name_of(view.stream), ws.journal.head()
    return CertificateContent(
        document=f"lot-{judged.verdict}",
        language=language,
        number=name,
        record_no=name,
        institution=dict(ws.catalogue.workspace.institution),
        client=site.client,
        client_address=site.address,
        instrument=str(lot.plate.get("name") or pick(procedure.instrument, language)),
        model=str(lot.plate.get("model", "")),
        serial=_short(lot.serials, language),
        maker=str(lot.plate.get("maker", "")),
        plate=plate_lines(procedure.inputs, lot.plate, language),
        regulation=procedure.regulation,
        regulation_title=pick(procedure.title, language),
        kind=KIND[language][lot.kind],
        conclusion=CONCLUSION[language][judged.verdict],
        failed=[result.serial for result in judged.results if result.verdict == Verdict.FAIL],
        verified_on=ws.today().isoformat(),
        valid_to="",
        place=site.name,
        environment=[],
        standards=[],
        tables=[],
        technician=signer(ws, view.stream, "technician", view.drawn_by, view.drawn_at),
        checker=Person("", "", "", ""),
        approver=signer(ws, view.stream, "approver", approver, ws.now()),
        journal_head=head.hex(),
        record_hash=record_hash(ws.journal.read(view.stream)),
        procedure_hash=lot.sha256,
        software=lot.software,
        attempts=0,
        statements=[],
        watermark="",
        demo=ws.catalogue.demo,
        lot=_facts(view, judged, str(procedure.revision)),
    )


def _facts(view: LotView, judged: ev.LotJudged, revision: str) -> LotFacts:
    lot, drawn = view.lot, view.drawn
    assert drawn is not None
    return LotFacts(
        len(lot.serials), ranges(lot.serials), revision, lot.sample, lot.accept, lot.reject, lot.basis,
        drawn.method, drawn.seed, local_time(view.drawn_at), judged.failed,
        [LotLine(one.serial, one.number, one.verdict, one.struck) for one in judged.results],
        [[one.serial, one.successor, one.reason] for one in view.replaced],
    )  # fmt: skip


def _short(serials: list[str], language: str) -> str:
    """All of them where they fit, else the first, how many, and the beginning of the SHA-256 over their lines."""
    found = ranges(serials)
    if len(text := ", ".join(found)) <= SHORT:
        return text
    digest = hashlib.sha256("\n".join(sorted(serials)).encode()).hexdigest()[:16]
    return OTHERS[language].format(first=found[0], size=len(serials), digest=digest)
