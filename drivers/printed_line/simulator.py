"""A scale with a printer's port: it prints the line of the map again and again, as if somebody held the key."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import Line, Profile, ScaleSimulator


class Scale(ScaleSimulator):
    """All masses in the unit of the map. It takes no command, and prints nothing out of its range."""

    frame = Line(b"\n", 256)
    faults = ScaleSimulator.faults - {"unit", "comma"}
    period = 0.3  # s

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        capacity: Decimal = Decimal(3000),
        settle: float = 0.5,
    ) -> None:
        own = profile or {}
        self.places = int(str(own.get("decimals", 1)))
        d, unit = Decimal(1).scaleb(-self.places), str(own.get("unit", "g"))
        self.mass = unit
        super().__init__(profile, clock, seed, capacity=capacity, d=d, unit=unit, settle=settle, load=Decimal("58.2"))
        self.mass = unit
        self.knobs = self._ranges()

    def answer(self, request: bytes) -> bytes | None:
        return None

    def push(self) -> bytes:
        if self.limit():
            return b""
        shown = "-----" if self.fault == "nan" else f"{self.indication():.{self.places}f}"
        text = shown.rjust(int(str(self.profile.get("field", 10))))
        line = f"{self.profile.get('before', '')}{text}{self.profile.get('after', ' g')}"
        return (line + str(self.profile.get("ending", "\r\n"))).encode("latin-1")
