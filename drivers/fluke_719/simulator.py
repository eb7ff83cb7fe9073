"""A calibrator with one or two channels; each has a value and a unit, and the instrument may have a fault."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import Line, Profile, Quantities

PSI = Decimal("6.894757")  # kPa


class Calibrator(Quantities):
    frame = Line(b"\n", 80)
    ending = b"\n"
    faults = Quantities.faults | {"fault", "no-module", "nan", "comma", "unit"}
    runs, shakes = 100_000, 500_000

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        serial: str = "1234567",
        model: str = "719PRO",
    ) -> None:
        names = (profile or {}).get("channels", ("channel_1", "channel_2"))
        one = (Decimal("58.3"), Decimal("0.000001"), "PSI")
        super().__init__(dict.fromkeys(names, one), profile, clock, seed)
        self.serial, self.model = serial, model

    def set(self, channel: str, value: Decimal, unit: str = "PSI") -> None:
        """`unit` as the instrument spells it; shown with seven digits."""
        with self.lock:
            self.put(channel, value)
            self.units[channel] = unit

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("latin-1").strip().upper()
        answers = {
            "*IDN?": lambda: f"FLUKE,{self.model},{self.serial},1.00",
            "VAL?": lambda: ",".join(f"{self._shown(name)},{self._unit(name)}" for name in self.values),
            "FAULT?": lambda: "110" if self.fault == "fault" else "0",
        }
        return f"{answers[command]()}\r\n".encode("ascii") if command in answers else None

    def _unit(self, name: str) -> str:
        return "KPA" if self.fault == "unit" and self.units[name] == "PSI" else self.units[name]

    def _shown(self, name: str) -> str:
        if self.fault == "no-module":
            return "------------"
        value = self.now(name) * (PSI if self._unit(name) != self.units[name] else 1)
        mantissa, _, power = f"{value:.6E}".partition("E")
        return f"{mantissa}E{'-' if int(power) < 0 else ''}{abs(int(power)):02d}"
