"""The wire's part of a run: what the instrument of the row in hand says, and when that may stand in the cell."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fieldcal.domain.errors import DomainError
from fieldcal.domain.judge import Position
from fieldcal.domain.procedure import Column
from fieldcal.domain.quantity import show
from fieldcal.domain.run import RUNNING, WAITING
from fieldcal.domain.units import convert
from fieldcal.services.capture import Capture, Live
from fieldcal.services.stable import Why
from fieldcal.ui.models import run_zero
from fieldcal.ui.models.run_draft import Entry
from fieldcal.ui.models.run_live import LiveReader
from fieldcal.ui.models.run_state import RunState
from fieldcal.ui.runtime import Run

if TYPE_CHECKING:
    from fieldcal.services.app import Services

NEAR = 20  # digits of the display: nearer than that to the load needs no proof of a change


class RunWire(RunState):
    """`live` is the newest reading; a stable one stands ready among the pending values by itself."""

    def __init__(self, services: Services, runner: Run, poller: Run | None = None, parent: QObject | None = None):
        super().__init__(services, parent)
        self._runner, self.by_hand, self.lost = runner, False, ""
        self.live: Live | None = None
        self._frozen, self._fresh, self._last_live, self._placed = False, True, "", ("", -1)
        self._capture: tuple[str, str, Capture | None] = ("", "", None)
        self.reader = LiveReader(poller or runner, self)
        self.reader.got.connect(self._got)
        self.reader.failed.connect(self._failed)

    def reload(self) -> None:
        raise NotImplementedError

    # --- what the page asks --------------------------------------------------------------------------

    def capture(self) -> bool:
        """The reading of this moment into the measured cell, stable or not; one that only a line without checksum
        has said, and only once, is not taken."""
        column = self.measured()
        if self.live is None or column is None or not self.live.firm:
            return False
        self._keep(column, self.live)
        self._frozen = True
        self.changed.emit()
        return True

    def wired(self, column: Column) -> bool:
        """True while an instrument is at hand that will bring this value."""
        here = self._capture[:2] == (column.role, column.channel)
        return column.source == "measured" and here and self.reader.watching and not self.by_hand and not self.lost

    @property
    def stale(self) -> bool:
        """The load was asked to change and the display has not moved: the technician is asked."""
        return self.live is not None and self.live.stable and not self._fresh and self._empty()

    def why(self) -> Why | None:
        """What keeps the reading from being taken, None once nothing does. Codes: those of the service, and silent,
        stale, zero-tracking (`value` `unit` were added), repeated."""
        live = self.live
        if live is None:
            return Why("silent")
        if self.stale:
            return Why("stale")
        if added := run_zero.swallowed(self.draft(), live):
            return Why("zero-tracking", *added)
        return live.why or (Why("repeated") if live.repeated else None)

    def stepped(self) -> tuple[str, str] | None:
        """(captured, shown now) once small weights have made the display step."""
        column = self.measured()
        held = self.pending.get(column.id) if column else None
        if held is None or self.live is None or held.source != "wire" or not self._adding():
            return None
        return (held.text, self.live.text) if held.text != self.live.text else None

    def retry(self) -> None:
        self.by_hand, self.lost = False, ""
        self._capture = ("", "", None)
        self._try("", lambda: self.services.bind_bench(self.run))
        self.reload()

    def go_manual(self) -> None:
        self.by_hand = True
        self._carry_on()
        self.reload()

    # --- readings ------------------------------------------------------------------------------------

    def _watch(self) -> None:
        made = self.draft() if self.phase == "work" and not self.by_hand else None
        found = [c for c in made.columns if c.source == "measured"] if made else []
        column = self.measured() or next(iter(found), None) if found else None
        if column is None or not column.role:
            self.live = None
            self.reader.watch(None)
            return
        if self._capture[:2] != (column.role, column.channel):
            capture = self.services.capture(self.run, column.role, column.channel, column.unit)
            self._capture, self.live = (column.role, column.channel, capture), None
        self.reader.watch(self._capture[2])

    def _got(self, live: Live) -> None:
        if self.phase != "work":
            return
        self.live = live
        if self.lost:
            self.lost = ""
            self._carry_on()
            self.changed.emit()
        if not live.stable or live.text != self._last_live or self._close(live):
            self._fresh = True
        column = self.measured()
        if column is not None and not self._frozen and self._fresh:
            self._follow(column, live)
        self.live_changed.emit()

    def _follow(self, column: Column, live: Live) -> None:
        """A stable reading stands ready in the cell; one that moves again leaves it, unless small weights move it."""
        held = self.pending.get(column.id)
        if held is not None and (held.source == "manual" or self._adding()):
            return
        if live.stable and (held is None or held.text != live.text):
            self._keep(column, live)
            self.changed.emit()
        elif not live.stable and held is not None:
            self.pending.pop(column.id)
            self.changed.emit()

    def _keep(self, column: Column, live: Live) -> None:
        spread, elapsed = show(live.spread), f"{live.elapsed:.1f}"
        self.pending[column.id] = Entry(live.text, live.unit, "wire", live.raw, spread, elapsed, proof=live.proof)

    def _empty(self) -> bool:
        column = self.measured()
        return column is not None and column.id not in self.pending

    def _adding(self) -> bool:
        """Small weights lie on the pan: the indication is the one from before them."""
        made = self.draft()
        small = run_zero.small(made) if made else None
        return small is not None and small.id in self.pending

    def _failed(self, code: str) -> None:
        if self.phase != "work":
            return
        self.live, fresh = None, code != self.lost
        self.lost = code
        if fresh and self.view.state == RUNNING:
            role = self._capture[0]
            self._try("", lambda: self.runs.device_failed(self.run, role, code, "", self.actor))
        if fresh:
            self.changed.emit()
        self.live_changed.emit()

    def _carry_on(self) -> None:
        if self.view.state == WAITING:
            self._try("", lambda: self.runs.carry_on(self.run, self.actor))

    def _new_row(self, before: Position | None, after: Position | None) -> None:
        """A reading left over from the last load must not slip into the next cell."""
        self.pending, self._frozen = {}, False
        repeated = before is not None and after is not None and before.item == after.item and self.load() is None
        self._fresh = self.live is None or repeated
        self._last_live = self.live.text if self.live else ""
        self._demo_hand(after)

    def _close(self, live: Live) -> bool:
        load, column = self.load(), self.measured()
        if load is None or column is None:
            return False
        quantum = Decimal(1).scaleb(int(live.value.as_tuple().exponent))
        try:
            value, grain = (convert(v, live.unit, column.unit) for v in (live.value, quantum))
        except DomainError:
            return False
        return abs(value - load) <= max(load / 20, NEAR * grain)

    def _demo_hand(self, at: Position | None) -> None:
        """In the demo nobody stands at the scale: the simulated one is loaded as the step asks."""
        bench = getattr(self.services, "bench", None) if self.services.demo else None
        if bench is None or at is None or self._placed == (at.item, at.row):
            return
        self._placed = (at.item, at.row)
        if self.measured() is None:
            return
        grams = self.load() or Decimal(0)
        self._runner(self._placing(bench.place, grams), lambda _done: None, lambda _error: None)

    def _placing(self, place: Callable[[Decimal], None], grams: Decimal) -> Callable[[], None]:
        def work() -> None:
            place(Decimal(0))
            self.services.ws.clock.sleep(3)
            place(grams)

        return work
