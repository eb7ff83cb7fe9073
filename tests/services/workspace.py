"""A real demo workspace in a file, without the bench: people type what they see."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from fieldcal import bootstrap
from fieldcal.domain import events as ev
from fieldcal.domain.judge import Position
from fieldcal.domain.plate import shown_unit
from fieldcal.domain.quantity import show
from fieldcal.domain.units import convert
from fieldcal.reporting import qr
from fieldcal.reporting.render import PaperRenderer
from fieldcal.services.certificates import Certificates
from fieldcal.services.clock import DemoClock
from fieldcal.services.delivery import Delivery
from fieldcal.services.runs import Runs
from fieldcal.services.walk import PIXEL
from fieldcal.services.workspace import Workspace
from fieldcal.storage.store import Store

TECH, CHECK, APPROVE = ("tech", "1111"), ("check", "2222"), ("approve", "3333")


@dataclass
class Desk:
    """The services over one open store."""

    folder: Path
    clock: DemoClock
    store: Store

    def __post_init__(self) -> None:
        store = self.store
        self.ws = Workspace(store.journal, store.blobs, store.signer, self.clock, bootstrap.library())
        self.runs = Runs(self.ws)
        self.certificates = Certificates(self.runs, PaperRenderer(), qr)
        self.delivery = Delivery(self.ws, store.device)

    def started(self, instrument: str = "stall-01", kind: str = "subsequent", **extra: Any) -> str:
        run = self.runs.open(instrument, kind, "tech")
        if extra:
            self.runs.give(run, extra, "tech")
        self.runs.prepare(run, "tech")
        return run

    def due(self, run: str) -> Position:
        found = self.runs.judgement(run).position
        assert found is not None
        return found

    def go(self, run: str, item: str, column: str = "") -> Position:
        """Works as a careful technician until this item (and column) is due."""
        while (at := self.due(run)).item != item or (column and at.column != column):
            self.step(run, at)
        return at

    def step(self, run: str, at: Position) -> None:
        if at.question:
            state = self.runs.judgement(run).items[at.item]
            if next(q for q in state.questions if q.id == at.question).photo == "required":
                self.runs.add_evidence(run, at.item, at.question, PIXEL, "image/png", "photo", "tech")
            self.runs.answer(run, at.item, at.question, "pass", "tech")
            return
        value, unit = self.seen(run, at)
        self.runs.take(run, at, value, unit, "tech")

    def seen(self, run: str, at: Position) -> tuple[str, str]:
        """What an ideal scale shows, in the unit that the page asks for."""
        state = self.runs.judgement(run).items[at.item]
        assert state.outcome is not None
        names = state.outcome.rows[at.row].values
        column = next(c for c in self.runs.columns(run, at) if c.id == at.column)
        if column.kind == "choice":
            return column.choices[0].id, ""
        compiled = self.runs.compiled(run)
        unit = shown_unit(compiled, column.unit, column.show, names)
        return show(convert(self._ideal(at, names, compiled, column), column.unit, unit)), unit

    def _ideal(self, at: Position, names: dict[str, Any], compiled: Any, column: Any) -> Decimal:
        load = Decimal(names.get("net_load", names.get("load", 0)))
        match at.column:
            case "temperature" | "humidity":
                return Decimal("20.0")
            case "delta_load":
                return names["d_used"] / 2
            case "indication_after_removal":
                return load - names["d_used"]
            case "indication_2" if at.item == "discrimination":
                return load + names["d_used"]
            case "indicated_weight":
                return names["repeat"] * Decimal(1)
            case "unit_price":
                return Decimal("12.50")
            case "shown_total":
                return names["total"]
            case _:
                return compiled.expr(column.initial)(names) if column.initial else load

    def finished(self, instrument: str = "stall-01", kind: str = "subsequent") -> str:
        """A whole run of a good scale, up to review."""
        run = self.started(instrument, kind)
        while (at := self.runs.judgement(run).position) is not None:
            self.step(run, at)
        self.runs.complete(run, "tech")
        return run

    def signed(self, instrument: str = "stall-01") -> str:
        run = self.finished(instrument)
        self.certificates.sign(run, *TECH)
        return run

    def checked(self, instrument: str = "stall-01") -> str:
        run = self.signed(instrument)
        self.certificates.check(run, *CHECK)
        return run

    def failed(self, instrument: str = "stall-02") -> str:
        """Finished with a zero that is far off; the rest is left out with a reason."""
        run = self.started(instrument)
        at = self.go(run, "zero", "indication")
        self.runs.take(run, at, "0.050", "kg", "tech")
        while self.due(run).item == "zero":
            self.step(run, self.due(run))
        for state in self.runs.judgement(run).items.values():
            if not state.settled and state.item.kind == "table":
                self.runs.skip(run, state.item.id, "not-done", "前项不合格，终止检定", "tech")
        while (at := self.runs.judgement(run).position) is not None:
            self.step(run, at)
        self.runs.complete(run, "tech")
        return run

    def head(self) -> tuple[int, bytes]:
        return self.store.journal.head()

    def kinds(self, run: str) -> list[type[ev.Event]]:
        return [type(stored.event) for stored in self.store.journal.read(run)]

    def reopen(self) -> Desk:
        """The program ends and starts again."""
        self.store.close()
        return Desk(self.folder, DemoClock(1, jump=True), Store.open(self.folder))

    def put_person(self, name: str, **changes: Any) -> None:
        put = msgspec.structs.replace(self.ws.catalogue.people[name], **changes)
        self.ws.put(f"person:{name}", put, "system")

    def put_standard(self, name: str, **changes: Any) -> None:
        put = msgspec.structs.replace(self.ws.catalogue.standards[name], **changes)
        self.ws.put(f"standard:{name}", put, "system")


def make_desk(folder: Path) -> Desk:
    clock = DemoClock(1, jump=True)
    folder.mkdir(parents=True, exist_ok=True)
    bootstrap.make_demo(folder, clock)
    return Desk(folder, clock, Store.open(folder))


def copied(workspace: Path, folder: Path) -> Desk:
    shutil.copytree(workspace, folder)
    return Desk(folder, DemoClock(1, jump=True), Store.open(folder))
