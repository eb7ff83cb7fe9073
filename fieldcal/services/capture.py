"""A stable reading from the wire: stable means held within a spread for a time, not a count of equal samples."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from fieldcal.domain import events as ev
from fieldcal.domain.quantity import show
from fieldcal.driverkit.capability import CHANNELLED
from fieldcal.services.ports import Clock, Devices
from fieldcal.services.stable import HOLD, Sample, Why, Window

TIMEOUT = 5.0  # s
WANDER = Decimal("0.2")  # °C or % within the hold time


@dataclass(frozen=True)
class Live:
    """The newest reading; `firm` False where a line without checksum has not said it twice, `repeated` where the same
    frame came suspiciously often, `why` what keeps it from being stable."""

    text: str
    value: Decimal
    unit: str
    stable: bool
    elapsed: float
    hold: float
    spread: Decimal
    samples: int
    raw: str
    proof: ev.Proof
    firm: bool = True
    repeated: bool = False
    why: Why | None = None


def arguments(capability: str, channel: str) -> dict[str, Any]:
    """What the capability is asked with for this channel."""
    return {"channel": channel} if capability in CHANNELLED else {}


class Capture:
    """`unit` is what the column is planned in; a reading in a unit that doesn't convert to it is never stable."""

    def __init__(
        self, devices: Devices, role: str, capability: str, clock: Clock, channel: str = "", unit: str = ""
    ) -> None:
        self.devices, self.role, self.capability, self.clock, self.channel = devices, role, capability, clock, channel
        self.args = arguments(capability, channel)
        still = capability == "live-mass"  # a digital scale must not move at all; a sensor wanders by a digit
        self.window = Window(HOLD, Decimal(0) if still else WANDER, unit)

    def poll(self) -> Live:
        """Blocks for one exchange; raises DeviceError."""
        try:
            got: Any = self.devices.request(self.role, self.capability, **self.args).result(TIMEOUT)
        except Exception:
            self.window.restart()
            raise
        if isinstance(got, dict):
            got = cast(dict[str, Any], got)[self.channel]
        raw = got.raw.hex() if isinstance(got.raw, bytes) else str(got.raw)
        checked = self._checked()
        found = self.window.feed(Sample(self.clock.mono(), got.value, got.unit, got.stable, raw), checked)
        proof = found.proof(bool(getattr(got, "derived", False)))
        return Live(
            show(got.value), got.value, got.unit, found.stable, found.held, self.window.hold, found.spread,
            found.samples, raw, proof, checked or found.twice, found.repeated, found.why,
        )  # fmt: skip

    def wait(self, limit: float = 20.0) -> Live:
        """Polls until stable. Raises TimeoutError after `limit` seconds of this clock."""
        end = self.clock.mono() + limit
        while not (live := self.poll()).stable:
            if self.clock.mono() > end:
                raise TimeoutError(f"{self.role}: not stable within {limit} s ({live.why.code if live.why else ''})")
            self.clock.sleep(0.05)
        return live

    def _checked(self) -> bool:
        """Whether the protocol has a checksum; a bench that doesn't say has none."""
        ask = getattr(self.devices, "checked", None)
        return bool(ask(self.role)) if ask else False
