"""A calibrator with one or two channels; each has a value and a unit, and the instrument may have a fault."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, Line, Profile, Simulator


class Calibrator(Simulator):
    frame = Line(b"\n", 80)
    ending = b"\n"
    faults = LINE_FAULTS | {"drift", "unstable", "fault", "no-module"}

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        serial: str = "1234567",
        model: str = "719PRO",
    ) -> None:
        super().__init__(profile, clock, seed)
        names = self.profile.get("channels", ("channel_1", "channel_2"))
        self.values = {name: (Decimal("58.3"), "PSI") for name in names}
        self.serial, self.model = serial, model
        self._start = clock()

    def set(self, channel: str, value: Decimal, unit: str = "PSI") -> None:
        """`unit` as the instrument spells it; shown with seven digits."""
        with self.lock:
            if channel not in self.values:
                raise ValueError(f"no channel {channel!r}")
            self.values[channel] = (value, unit)

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("latin-1").strip().upper()
        answers = {
            "*IDN?": lambda: f"FLUKE,{self.model},{self.serial},1.00",
            "VAL?": lambda: ",".join(f"{self._shown(value)},{unit}" for value, unit in self.values.values()),
            "FAULT?": lambda: "110" if self.fault == "fault" else "0",
        }
        return f"{answers[command]()}\r\n".encode("ascii") if command in answers else None

    def _shown(self, value: Decimal) -> str:
        if self.fault == "no-module":
            return "------------"
        if self.fault == "drift":
            value += Decimal("0.01") * int((self.clock() - self._start) * 10)
        if self.fault == "unstable":
            value += value / 100 * self.random.randint(-100, 100) / 100
        mantissa, _, power = f"{value:.6E}".partition("E")
        return f"{mantissa}E{'-' if int(power) < 0 else ''}{abs(int(power)):02d}"
