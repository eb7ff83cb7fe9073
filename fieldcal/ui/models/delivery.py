"""The outbox as rows, one for each verification, and the name of the next bundle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fieldcal.services.ports import OutboxRow
from fieldcal.services.workspace import LOCAL
from fieldcal.ui.i18n import message, t
from fieldcal.ui.models.site import name_of
from fieldcal.ui.widgets.rows import ListRow

if TYPE_CHECKING:
    from fieldcal.services.app import Services


@dataclass(frozen=True)
class Job:
    """All outbox rows of one stream together."""

    stream: str
    title: str
    second: str
    at: str
    delivered: str
    attempts: int
    error: str


@dataclass(frozen=True)
class DeliveryData:
    jobs: list[Job]
    waiting: int  # finished jobs, as the header counts them
    queued: int  # streams with anything not delivered yet

    @property
    def done(self) -> int:
        return sum(bool(job.delivered) for job in self.jobs)


def load(services: Services) -> DeliveryData:
    streams: dict[str, list[OutboxRow]] = {}
    for row in services.delivery.rows():
        streams.setdefault(row.stream, []).append(row)
    jobs = [_job(services, stream, rows) for stream, rows in streams.items()]
    jobs.sort(key=lambda job: job.at, reverse=True)
    jobs.sort(key=lambda job: bool(job.delivered))
    return DeliveryData(jobs, services.delivery.pending(), sum(not job.delivered for job in jobs))


def _job(services: Services, stream: str, rows: list[OutboxRow]) -> Job:
    title, second = stream, ""
    if stream.startswith("run:"):
        instrument = services.ws.catalogue.instruments.get(services.runs.view(stream).instrument)
        if instrument is not None:
            site = services.ws.catalogue.sites.get(instrument.site)
            title = " · ".join(part for part in (site.name if site else "", instrument.place) if part)
            second = name_of(instrument)
    waits = [row for row in rows if not row.delivered]
    delivered = "" if waits else max(row.delivered for row in rows)
    error = next((row.error for row in waits if row.error), "")
    return Job(stream, title, second, max(r.at for r in rows), delivered, max(r.attempts for r in rows), error)


def row(job: Job) -> ListRow:
    parts = [job.second, t("delivery.at", time=when(job.at))]
    if job.error:
        parts.append(f"{t('delivery.tries', count=job.attempts)}: {message(job.error)}")
    kind = "pass" if job.delivered else "pending"
    right = t("delivery.exported", time=when(job.delivered)) if job.delivered else t("delivery.waiting")
    return ListRow(job.stream, job.title, " · ".join(part for part in parts if part), right, kind)


def when(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(LOCAL).strftime("%m-%d %H:%M")


def file_name(services: Services) -> str:
    moment = services.ws.clock.now().astimezone(LOCAL)
    return f"fieldcal-{moment:%Y%m%d-%H%M}.zip"
