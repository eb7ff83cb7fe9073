"""When a reading counts: it held within a spread, in one unit, for a time; and as long as it doesn't, why not."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal

from fieldcal.domain import events as ev
from fieldcal.domain.errors import BadInput
from fieldcal.domain.quantity import show
from fieldcal.domain.units import convert

HOLD = 1.0  # s
KEPT = 40  # frames kept as proof
REPEATED = 5  # the same frame so often in a row, of a quantity that wandered before, may be an old one


@dataclass(frozen=True)
class Sample:
    """One reply: `at` in seconds of the clock, `frame` its bytes in hexadecimal, `quiet` the instrument's own flag."""

    at: float
    value: Decimal
    unit: str
    quiet: bool
    frame: str


@dataclass(frozen=True)
class Why:
    """Why a reading doesn't count yet. Codes: moving, jumped (by `value` `unit`), unit (was `unit` before), wrong-unit
    (`unit` is none of the column's), held (not long enough), twice (two equal replies are needed)."""

    code: str
    value: Decimal = Decimal(0)
    unit: str = ""


@dataclass(frozen=True)
class Held:
    """What the window says after a sample: seconds held without a break, then spread and samples of its span, which
    is shorter where many were heard; `twice`: the reply before was equal."""

    stable: bool
    held: float
    span: float
    spread: Decimal
    samples: int
    frames: tuple[str, ...]
    twice: bool
    repeated: bool
    why: Why | None

    def proof(self, derived: bool) -> ev.Proof:
        return ev.Proof(f"{self.span:.2f}", show(self.spread), self.samples, list(self.frames), derived)


class Window:
    """`spread` is what samples may differ within `hold` seconds (0: not at all); `unit` is what the column wants."""

    def __init__(self, hold: float = HOLD, spread: Decimal = Decimal(0), unit: str = "") -> None:
        self.hold, self.spread, self.unit = hold, spread, unit
        self._samples: deque[Sample] = deque()
        self._since, self._same = 0.0, 0
        self._noisy, self._cause, self._gap = False, Why("held"), False

    def restart(self) -> None:
        """Nobody looked for a while: what was heard before proves nothing about now."""
        self._gap = True

    def feed(self, new: Sample, checked: bool = True) -> Held:
        """A moving flag, another unit or a jump starts again. Without a checksum (`checked` False) nothing counts
        before two equal replies in a row."""
        if self._gap:
            self._samples.clear()
            self._same, self._cause, self._gap = 0, Why("held"), False
        last = self._samples[-1] if self._samples else None
        twice = last is not None and self._equal(last, new)
        self._same = self._same + 1 if last and last.frame == new.frame else 1
        self._noisy |= bool(twice and last and last.value != new.value)
        if cause := self._break(last, new):
            self._samples = deque([last] if twice and last else [])
            self._since, self._cause = new.at, cause
        elif last is None:
            self._since = new.at
        self._samples.append(new)
        self._trim()
        return self._held(new, twice, checked)

    def _break(self, last: Sample | None, new: Sample) -> Why | None:
        if not _fits(new.unit, self.unit):
            return Why("wrong-unit", unit=new.unit)
        if not new.quiet:
            return Why("moving")
        if last is None:
            return None
        if last.unit != new.unit:
            return Why("unit", unit=last.unit)
        if self._spread(new.value) > self.spread:
            return Why("jumped", new.value - last.value, new.unit)
        return Why("held") if not last.quiet else None

    def _held(self, new: Sample, twice: bool, checked: bool) -> Held:
        held, count = new.at - self._since, len(self._samples)
        fits, firm = _fits(new.unit, self.unit), checked or twice
        stable = new.quiet and fits and firm and held >= self.hold and count >= 2
        why = None if stable else self._cause if held < self.hold or firm else Why("twice")
        frames = tuple(one.frame for one in self._samples)[-KEPT:]
        repeated = self._noisy and self._same >= REPEATED
        span = new.at - self._samples[0].at
        return Held(stable, held, span, self._spread(new.value), count, frames, twice, repeated, why)

    def _equal(self, last: Sample, new: Sample) -> bool:
        alike = (last.unit, last.quiet) == (new.unit, new.quiet)
        return alike and abs(last.value - new.value) <= self.spread

    def _trim(self) -> None:
        """Old samples go once the newer ones alone fill the hold time."""
        while len(self._samples) > KEPT and self._samples[-1].at - self._samples[1].at >= self.hold:
            self._samples.popleft()

    def _spread(self, value: Decimal) -> Decimal:
        values = [one.value for one in self._samples] + [value]
        return max(values) - min(values)


def _fits(unit: str, wanted: str) -> bool:
    """The column's unit, or one that converts exactly."""
    try:
        convert(Decimal(1), unit, wanted or unit)
    except BadInput:
        return False
    return True
