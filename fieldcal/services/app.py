"""What the pages and the command line hold: one object with every service, and the answers they ask for often."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldcal.domain import events as ev
from fieldcal.domain.fold import RunView
from fieldcal.domain.run import OPEN
from fieldcal.services.capture import Capture
from fieldcal.services.certificates import Certificates
from fieldcal.services.delivery import Delivery
from fieldcal.services.doctor import Doctor
from fieldcal.services.identity import check_pin
from fieldcal.services.lots import Lots
from fieldcal.services.ports import Devices, Replayer
from fieldcal.services.runs import Runs
from fieldcal.services.trust import practice
from fieldcal.services.workspace import Workspace

if TYPE_CHECKING:
    from fieldcal.domain.trials import Simulator
    from fieldcal.services.adoption import Adoptions
    from fieldcal.services.preview import Previews

LIVE = {"measure-mass": "live-mass"}
LOW_DISK = 1_000_000_000  # bytes
LOW_NUMBERS = 5


@dataclass(frozen=True)
class Health:
    id: str
    ok: bool
    value: str
    detail: str = ""


@dataclass(frozen=True)
class SiteSummary:
    site: ev.SitePut
    total: int
    done: int
    left: int
    due: int


@dataclass(frozen=True)
class InstrumentSummary:
    instrument: ev.InstrumentPut
    run: RunView | None
    last_result: str
    valid_to: str
    due: bool  # by date: never verified, or valid until today or an earlier day
    done: bool  # not due any more, or a document of today
    days_left: int | None  # None: no valid certificate
    unofficial: str = ""  # why the run in hand can never be certified, see trust.practice


@dataclass
class Services:
    ws: Workspace
    runs: Runs
    certificates: Certificates
    delivery: Delivery
    devices: Devices
    folder: Path
    bind: Callable[[str, str], None]  # run, actor: binds the devices at hand to the run's roles
    demo: bool = False
    pins: dict[str, str] = field(default_factory=dict[str, str])
    person: ev.PersonPut | None = None
    on_close: Callable[[], None] = lambda: None
    bench: Any = None  # the simulated bench of the demo
    replayer: Replayer | None = None  # None: there are no drivers to replay a transcript with
    adopting: Callable[[], Adoptions] | None = None  # made when its page opens: it brings every worked case along
    previewing: Callable[[], Previews] | None = None  # a file as its technicians will meet it, nothing recorded
    doctor: Doctor | None = None  # who finds out what hangs on a port, and binds it
    simulate: Simulator | None = None  # who draws the trials of an uncertainty budget

    @cached_property
    def adoptions(self) -> Adoptions:
        assert self.adopting is not None
        return self.adopting()

    @cached_property
    def previews(self) -> Previews:
        assert self.previewing is not None
        return self.previewing()

    # --- people --------------------------------------------------------------------------------------

    def demo_pins(self) -> dict[str, str]:
        return dict(self.pins) if self.demo else {}

    def sign_in(self, person: str, pin: str) -> ev.PersonPut:
        found = self.ws.catalogue.person(person)
        check_pin(found, pin)
        self.ws.put("sign-ins", ev.SignedIn(person), person)
        self.person = found
        return found

    def sign_out(self) -> None:
        self.person = None

    # --- today ---------------------------------------------------------------------------------------

    def sites(self) -> list[SiteSummary]:
        out: list[SiteSummary] = []
        dropped = Lots(self.certificates).dropped()
        for site in sorted(self.ws.catalogue.sites.values(), key=lambda s: s.order):
            found = self._instruments(site.id, dropped)
            done = sum(entry.done for entry in found)
            out.append(SiteSummary(site, len(found), done, len(found) - done, sum(e.due for e in found)))
        return out

    def instruments(self, site: str) -> list[InstrumentSummary]:
        return self._instruments(site, Lots(self.certificates).dropped())

    def _instruments(self, site: str, dropped: set[str]) -> list[InstrumentSummary]:
        runs: dict[str, list[RunView]] = {}
        for view in self.runs.all():
            runs.setdefault(view.instrument, []).append(view)
        found = [i for i in self.ws.catalogue.instruments.values() if i.site == site]
        return [self._summary(i, runs.get(i.id, [])) for i in found if i.id in runs or i.id not in dropped]

    def _summary(self, instrument: ev.InstrumentPut, views: list[RunView]) -> InstrumentSummary:
        result, valid_to, current = instrument.last_result, instrument.valid_to, None
        finished = False
        for view in sorted(views, key=lambda v: v.opened_at):
            if view.certified and view.state != "voided":
                assert view.signed is not None
                result, valid_to = view.signed.verdict, view.certified.valid_to
                finished = local(view.certified.issued) == self.ws.today().isoformat() or finished
            elif view.state not in ("aborted", "voided"):
                current = view
        days_left = (date.fromisoformat(valid_to) - self.ws.today()).days if valid_to else None
        due = days_left is None or days_left <= 0
        never = practice(current, self.ws.catalogue.demo) if current else ""
        return InstrumentSummary(instrument, current, result, valid_to, due, finished or not due, days_left, never)

    def unfinished(self) -> list[RunView]:
        return sorted((v for v in self.runs.all() if v.state in OPEN), key=lambda v: v.updated_at, reverse=True)

    def preflight(self) -> list[Health]:
        return [
            self._standards(), self._devices(), battery(), self._clock(), self._numbers(), self._disk(),
            *self._procedures(),
        ]  # fmt: skip

    def _standards(self) -> Health:
        today = self.ws.today()
        late = [s for s in self.ws.catalogue.standards.values() if date.fromisoformat(s.valid_to) < today]
        if late:
            return Health("standards", False, late[0].id, late[0].valid_to)
        ends = [s.valid_to for s in self.ws.catalogue.standards.values()]
        return Health("standards", bool(ends), min(ends, default=""))

    def _procedures(self) -> list[Health]:
        """Nothing while all is well: one that takes over soon, or already has, and is not adopted."""
        found = self.runs.editions.unready(self.ws.today())
        return [Health("procedures", False, c.procedure.regulation, c.procedure.valid_from) for c in found]

    def _devices(self) -> Health:
        states = list(self.devices.state())
        lost = [s.role for s in states if not s.linked]
        return Health("devices", bool(states) and not lost, str(len(states) - len(lost)), ", ".join(lost))

    def _clock(self) -> Health:
        last = max((v.updated_at for v in self.runs.all()), default="")
        return Health("clock", last <= self.ws.now(), self.ws.now(), last)

    def _numbers(self) -> Health:
        left = self.certificates.numbers_left()
        return Health("numbers", left > LOW_NUMBERS, str(left))

    def _disk(self) -> Health:
        free = shutil.disk_usage(self.folder).free
        return Health("disk", free > LOW_DISK, f"{free // 1_000_000_000} GB")

    # --- devices ---------------------------------------------------------------------------------------

    def bind_bench(self, run: str) -> None:
        actor = self.person.id if self.person else self.runs.view(run).opened_by
        self.bind(run, actor)

    def keep_transcripts(self, run: str, actor: str) -> None:
        """What went over each bound line becomes part of the record, before it is signed."""
        for role in self.runs.view(run).devices:
            if any(state.role == role for state in self.devices.state()):
                self.runs.keep_transcript(run, role, self.devices.transcript(role), actor)

    def capture(self, run: str, role: str, channel: str = "", unit: str = "") -> Capture | None:
        """A live reading of this role for a column in `unit`, None when no device is bound to it."""
        wanted = self.runs.compiled(run).procedure.roles.get(role)
        linked = {state.role for state in self.devices.state()}
        if wanted is None or role not in linked:
            return None
        capability = LIVE.get(wanted.capability, wanted.capability)
        return Capture(self.devices, role, capability, self.ws.clock, channel, unit)

    def close(self) -> None:
        if "previews" in vars(self):
            self.previews.close()
        self.on_close()


def local(at: str) -> str:
    from fieldcal.services.workspace import local_day

    return local_day(at).isoformat() if at else ""


def battery() -> Health:
    """Linux tells in /sys; elsewhere and on mains without a battery there is nothing to warn of."""
    for path in sorted(Path("/sys/class/power_supply").glob("BAT*/capacity")):
        percent = path.read_text().strip()
        return Health("battery", percent.isdigit() and int(percent) > 20, f"{percent} %")
    return Health("battery", True, "AC")
