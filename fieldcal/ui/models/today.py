"""What Today shows, read in one go away from the window: health, what to go on with, the route."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import InstrumentPut
from fieldcal.domain.fold import RunView
from fieldcal.services.workspace import LOCAL
from fieldcal.ui.i18n import pick, t

if TYPE_CHECKING:
    from fieldcal.services.app import Health, Services, SiteSummary

DRAFTS = ("draft", "prepared")


@dataclass(frozen=True)
class GoOn:
    """The run to continue: where it stands and what of it is on disk."""

    run: str
    site: str
    instrument: InstrumentPut
    title: dict[str, str]
    item: dict[str, str]
    question: bool
    done: int
    total: int
    readings: int
    last: str


@dataclass(frozen=True)
class Today:
    day: date
    health: list[Health]
    go_on: GoOn | None
    more: int
    sites: list[SiteSummary]


def load(services: Services) -> Today:
    """Reads the journal and the computer; called off the window's thread."""
    runs = sorted(services.unfinished(), key=lambda view: view.updated_at, reverse=True)
    go_on = _go_on(services, runs[0]) if runs else None
    health = sorted(services.preflight(), key=lambda item: item.ok)
    sites = sorted(services.sites(), key=lambda found: found.site.order)
    return Today(services.ws.today(), health, go_on, max(0, len(runs) - 1), sites)


def _go_on(services: Services, view: RunView) -> GoOn:
    instrument = services.ws.catalogue.instrument(view.instrument)
    site = services.ws.catalogue.sites.get(instrument.site)
    title = services.runs.compiled(view.stream).procedure.instrument
    item, question, done, total = {}, False, 0, 0
    try:
        judged = services.runs.judgement(view.stream)
    except BadInput:  # a draft whose plate is not complete yet has no position
        judged = None
    if judged is not None and judged.position is not None:
        state = judged.items[judged.position.item]
        item = {"zh": state.item.title.zh, "en": state.item.title.en}
        question, done, total = bool(judged.position.question), state.done, state.total
    return GoOn(
        view.stream, site.name if site else "", instrument, {"zh": title.zh, "en": title.en},
        item, question, done, total, view.readings, clock_time(view.updated_at),
    )  # fmt: skip


def clock_time(at: str) -> str:
    """HH:MM:SS of a stored time, as the wall clock in China showed it."""
    return datetime.fromisoformat(at).astimezone(LOCAL).strftime("%H:%M:%S") if at else ""


def written(day: date) -> str:
    """The date as the heading says it."""
    month = t("today.months").split()[day.month - 1]
    return t("today.date", month=month, day=day.day, weekday=t("today.weekdays").split()[day.weekday()])


def where(go_on: GoOn) -> str:
    """One line on how far it is."""
    if not go_on.item:
        return t("today.ready")
    key = "today.question_of" if go_on.question else "today.row_of"
    return t(key, number=min(go_on.done + 1, go_on.total), total=go_on.total)


def item_name(go_on: GoOn) -> str:
    return pick(go_on.item)


def safe(go_on: GoOn) -> str:
    if not go_on.readings:
        return t("today.safe_none")
    return t("today.safe", count=go_on.readings, time=go_on.last)
