"""The papers issued here as rows, what the filters count, and the words for checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
from PySide6.QtGui import QImage

from fieldcal.services import verify
from fieldcal.services.certificates import Issued
from fieldcal.services.identity import APPROVER
from fieldcal.services.workspace import local_day
from fieldcal.ui.i18n import message, t
from fieldcal.ui.models.explain_browser import Browser
from fieldcal.ui.models.review import looked_at
from fieldcal.ui.models.site import name_of, plate_text
from fieldcal.ui.widgets.pdf_view import keywords, page_image
from fieldcal.ui.widgets.rows import ListRow

if TYPE_CHECKING:
    from fieldcal.services.app import Services

FILTERS = ("all", "certificate", "notice", "due", "void")
KINDS = ("certificate", "record", "label")
SOON = 30  # days
OWN = ("no-signed-text", "cannot-print", "blob-missing", "blob-damaged")  # codes with a sentence of this page
STATUS = {
    "VALID": "pass", "VALID_BUT_EXPIRED": "warn", "SUPERSEDED": "warn",
    "BAD_SIGNATURE": "fail", "UNKNOWN_KEY": "fail", "MALFORMED": "fail",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One paper with the words a person looks for it by."""

    issued: Issued
    site: str
    day: str  # local, ISO

    @property
    def number(self) -> str:
        return self.issued.number

    @property
    def void(self) -> bool:
        return self.issued.status == "void"


@dataclass(frozen=True)
class Data:
    entries: list[Entry]
    today: date


def load(services: Services) -> Data:
    sites = services.ws.catalogue.sites
    entries = [
        Entry(one, sites[one.instrument.site].name, local_day(one.issued).isoformat())
        for one in services.certificates.issued()
    ]
    return Data(entries, services.ws.today())


@dataclass(frozen=True)
class Sight:
    """One page of one paper, and how the paper stands."""

    number: str
    kind: str
    kinds: list[str]  # papers there are of this number
    page: int  # 0-based
    count: int
    image: QImage
    standing: verify.Standing


def look(services: Services, entry: Entry, kind: str, page: int) -> Sight:
    """Blocks: reads and draws. A kind that this number lacks becomes its first. Raises StoreError, PdfiumError."""
    kinds = papers(services, entry)
    kind = kind if kind in kinds else kinds[0]
    image, count = page_image(services.certificates.paper(entry.number, kind), page)
    return Sight(entry.number, kind, kinds, page, count, image, verify.standing(services.certificates, entry.number))


def papers(services: Services, entry: Entry) -> list[str]:
    certified = services.runs.view(entry.issued.run).certified
    return [kind for kind in KINDS if certified is not None and kind in certified.papers]


def numbers(services: Services, entry: Entry) -> Browser:
    """The numbers behind the paper, that nearest to its limit first."""
    run = entry.issued.run
    return Browser(services, run, looked_at(services.runs.judgement(run)))


class NoSignature(ValueError):
    """The file holds no signed text."""

    code = "no-signed-text"


@dataclass(frozen=True)
class FileCheck:
    """`same`: the file is byte for byte one of the papers kept here; None when the number is not from here."""

    code: verify.CodeCheck
    same: bool | None = None


def check_text(services: Services, text: str) -> FileCheck:
    return FileCheck(verify.check(services.certificates, text))


def check_file(services: Services, path: Path) -> FileCheck:
    """The signature alone says nothing of the pages around it, so a file is also held against the one kept here.

    Raises OSError or NoSignature.
    """
    data = path.read_bytes()
    try:
        text = keywords(data)
    except pypdfium2.PdfiumError as error:
        raise NoSignature(path.name) from error
    if not text.startswith(("FC1:", "https://")):
        raise NoSignature(path.name)
    code = verify.check(services.certificates, text)
    number = code.fields.get("number", "")
    entry = next((one for one in load(services).entries if one.number == number), None)
    if entry is None:
        return FileCheck(code)
    same = any(services.certificates.paper(number, kind) == data for kind in papers(services, entry))
    return FileCheck(code, same)


def can_void(services: Services) -> bool:
    return services.person is not None and APPROVER in services.person.roles


def in_filter(entry: Entry, name: str, today: date) -> bool:
    if name == "void":
        return entry.void
    if name == "due":
        return _until(entry, today) in ("soon", "over")
    return name == "all" or (entry.issued.document == name and not entry.void)


def matches(entry: Entry, needle: str) -> bool:
    """Every word of the needle by number, client, site, place, maker, model or serial; upper and lower case alike."""
    plate = [plate_text(entry.issued.instrument, field) for field in ("name", "maker", "model", "serial")]
    words = [entry.number, entry.issued.client, entry.site, entry.issued.instrument.place, *plate]
    text = " ".join(words).casefold()
    return all(word in text for word in needle.casefold().split())


@dataclass(frozen=True)
class PaperRow(ListRow):
    """A row in columns: number and day, client and instrument, state and last day."""

    client: str = ""
    device: str = ""
    until: str = ""


def row(entry: Entry, today: date) -> PaperRow:
    instrument, kind_word = entry.issued.instrument, t(f"certificates.{entry.issued.document}")
    serial = plate_text(instrument, "serial")
    device = f"{instrument.place} {plate_text(instrument, 'model') or name_of(instrument)} No. {serial}"
    kind, word = state(entry, today)
    until = t("certificates.until", date=entry.issued.valid_to) if entry.issued.valid_to and not entry.void else ""
    second = f"{kind_word} · {entry.day}"
    client = entry.issued.client or entry.site
    return PaperRow(entry.number, entry.number, second, "", kind, word, client, device, until)


def state(entry: Entry, today: date) -> tuple[str, str]:
    """Kind of verdict shape and its word."""
    if entry.void:
        return "skipped", t("certificates.voided")
    if entry.issued.document == "notice":
        return "fail", t("verdict.fail")
    late = _until(entry, today)
    if late:
        return "warn", t(f"certificates.{late}")
    return "pass", t("verdict.pass")


def _until(entry: Entry, today: date) -> str:
    """ "over", "soon", or "" for a paper with time left, without an end, or voided."""
    if entry.void or not entry.issued.valid_to:
        return ""
    last = date.fromisoformat(entry.issued.valid_to)
    if last < today:
        return "over"
    return "soon" if last <= today + timedelta(days=SOON) else ""


def checks(found: verify.Standing) -> list[tuple[str, str]]:
    """(kind of shape, word): one for code and record if both hold, else each that does not; then the demo mark."""
    bad: list[tuple[str, str]] = []
    if not found.code.signed:
        bad.append(("fail", status_word(found.code.status)))
    if not found.record:
        bad.append(("fail", t("certificates.differs")))
    demo = [("warn", t("certificates.demo"))] if found.demo else []
    return [*(bad or [("pass", t("certificates.signed_same"))]), *demo]


def status_word(status: str) -> str:
    return t(f"certificates.status_{status.lower()}")


def verdict_of(found: FileCheck) -> tuple[str, str]:
    """Kind of verdict shape and word for a paper that was checked."""
    if found.same is False and found.code.signed:
        return "fail", t("certificates.file_differs")
    return STATUS[found.code.status], status_word(found.code.status)


def field_lines(found: FileCheck) -> list[tuple[str, str]]:
    """(label, value) of what the signed code says, in the order in which the paper is compared."""
    lines: list[tuple[str, str]] = []
    for name, value in found.code.fields.items():
        lines.append((t(f"certificates.field_{name}"), t(f"verdict.{value}") if name == "result" else value))
    if found.same is not None:
        lines.append((t("certificates.field_file"), t(f"certificates.file_{'same' if found.same else 'differs'}")))
    return lines


def problem(error: Exception) -> str:
    """The sentence for an error, those of files and printers among them."""
    code = str(getattr(error, "code", ""))
    if code in OWN:
        return t(f"certificates.code_{code.replace('-', '_')}")
    if isinstance(error, OSError):
        return message("disk-full") if error.errno == ENOSPC else t("certificates.no_access")
    return message(code or "internal")
