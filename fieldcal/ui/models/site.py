"""The instruments of a site: rows to show, what a search finds, and a copy of a plate for the next one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import InstrumentPut, SitePut
from fieldcal.domain.run import OPEN
from fieldcal.services.procedures import Library
from fieldcal.ui.i18n import pick, t
from fieldcal.ui.models import site_change, site_lots
from fieldcal.ui.widgets.rows import ListRow

if TYPE_CHECKING:
    from fieldcal.services.app import InstrumentSummary, Services

KINDS = ("first", "subsequent", "in_use")
FILTERS = ("all", "left", "done")
RESULTS = {"pass": "pass", "fail": "fail"}


@dataclass(frozen=True)
class SiteData:
    site: SitePut
    found: list[InstrumentSummary]
    lots: tuple[site_lots.LotLine, ...]
    changes: Mapping[str, site_change.Change]  # by instrument


def load(services: Services, site: str) -> SiteData:
    found = sorted(services.instruments(site), key=lambda one: natural(one.instrument.place))
    changes = {
        one.instrument.id: change for one in found if (change := site_change.of(services, one.instrument)) is not None
    }
    return SiteData(services.ws.catalogue.sites[site], found, site_lots.load(services, site), changes)


def natural(text: str) -> list[tuple[int, str]]:
    """Stall 9 before stall 10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|\D+", text)]


def plate_text(instrument: InstrumentPut, field: str) -> str:
    return str(instrument.plate.get(field, ""))


def name_of(instrument: InstrumentPut) -> str:
    return f"{plate_text(instrument, 'name')} {plate_text(instrument, 'model')}".strip() or instrument.procedure


def in_filter(one: InstrumentSummary, name: str) -> bool:
    return {"left": not one.done, "done": one.done}.get(name, True)


def matches(one: InstrumentSummary, needle: str) -> bool:
    """By place, model, maker or serial, upper and lower case alike."""
    plate = [plate_text(one.instrument, field) for field in ("name", "maker", "model", "serial")]
    return needle.strip().casefold() in " ".join([one.instrument.place, *plate]).casefold()


def row(one: InstrumentSummary) -> ListRow:
    kind, word = state(one)
    instrument = one.instrument
    parts = [name_of(instrument), plate_text(instrument, "serial"), plate_text(instrument, "maker")]
    second = " · ".join(part for part in parts if part)
    return ListRow(instrument.id, instrument.place, second, due(one), kind, word)


def state(one: InstrumentSummary) -> tuple[str, str]:
    """Kind of verdict shape and its word."""
    if one.unofficial:
        return "warn", t(f"unofficial.{one.unofficial}")
    if one.run is not None and one.run.state in OPEN:
        return "current", t("site.in_hand")
    if one.run is not None and one.run.state in ("review", "signed", "checked"):
        return "warn", t("site.in_review")
    if one.last_result in RESULTS:
        kind = RESULTS[one.last_result]
        return kind, t(f"verdict.{kind}")
    return "pending", t("site.never")


def due(one: InstrumentSummary) -> str:
    if not one.valid_to:
        return ""
    late = one.days_left is not None and one.days_left < 0  # on its last day it is still valid
    return t("site.overdue" if late else "site.until", date=one.valid_to)


def open_run(one: InstrumentSummary) -> str:
    """The run to go on with, or "" if none is under way."""
    return one.run.stream if one.run is not None and one.run.state in OPEN else ""


def plate_lines(library: Library, instrument: InstrumentPut) -> list[tuple[str, str]]:
    """The plate as (label, value), in the words of the procedure."""
    if instrument.procedure not in library:
        return [(name, _text(value)) for name, value in instrument.plate.items()]
    found: list[tuple[str, str]] = []
    for entry in library.get(instrument.procedure).procedure.inputs:
        if entry.id in ("name", "model", "stall") or entry.id not in instrument.plate:
            continue
        value = _text(instrument.plate[entry.id])
        choice = next((one.text for one in entry.choices if one.id == value), None)
        if choice is not None:
            value = pick({"zh": choice.zh, "en": choice.en})
        elif entry.unit and value[-1:].isdigit():
            value = f"{value}\u2009{entry.unit}"
        found.append((pick({"zh": entry.text.zh, "en": entry.text.en}), value))
    return found


def _text(value: Any) -> str:
    return " / ".join(str(part) for part in value) if isinstance(value, list) else str(value)


def copy_of(instrument: InstrumentPut, serial: str, place: str, known: Sequence[InstrumentPut]) -> InstrumentPut:
    """The next of the same model. Raises BadInput `empty` or `serial-taken`."""
    serial, place = serial.strip(), place.strip()
    for field, text in (("serial", serial), ("place", place)):
        if not text:
            raise BadInput("empty", field=field)
    if any(plate_text(one, "serial") == serial for one in known):
        raise BadInput("serial-taken", field="serial", value=serial)
    plate = {**instrument.plate, "serial": serial}
    if "stall" in plate:
        plate["stall"] = place
    made = f"i-{uuid.uuid4().hex[:8]}"
    return msgspec.structs.replace(instrument, id=made, place=place, plate=plate, valid_to="", last_result="")


def by_serial(known: Sequence[InstrumentPut], text: str) -> InstrumentPut | None:
    """The instrument whose serial or id a scan holds."""
    text = text.strip()
    return next((one for one in known if text and text in (plate_text(one, "serial"), one.id)), None)
