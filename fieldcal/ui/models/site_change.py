"""Where a new run of an instrument is not on the procedure that stands in its plate, or soon will not be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldcal.domain.errors import DomainError
from fieldcal.ui.i18n import t

if TYPE_CHECKING:
    from fieldcal.domain.events import InstrumentPut
    from fieldcal.services.app import Services


@dataclass(frozen=True)
class Change:
    """To `regulation`, from the day `begins` on; "" if that day has come."""

    regulation: str
    begins: str = ""


def of(services: Services, instrument: InstrumentPut) -> Change | None:
    editions, day = services.runs.editions, services.ws.today()
    try:
        now = editions.covering(instrument.procedure, instrument.plate, day).procedure
        if now.id != instrument.procedure:
            return Change(now.regulation)
        coming = editions.coming(instrument, day)
    except DomainError:  # opening the run says what is wrong with it
        return None
    return Change(coming.procedure.regulation, coming.procedure.valid_from) if coming else None


def text(change: Change | None) -> str:
    """In the language of the screen, "" for none."""
    if change is None:
        return ""
    if not change.begins:
        return t("site.change_now", regulation=change.regulation)
    return t("site.change_from", regulation=change.regulation, date=change.begins)
