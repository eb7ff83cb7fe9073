"""A digital gauge that speaks the colon protocol; pressure, unit and address can be set."""

import re
import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, Line, Profile, Simulator

STEP = Decimal("0.001")
REQUEST = re.compile(r"([0-9]{3}):([RW]):([A-Z0-9]+)(?::(.*))?")


class Gauge(Simulator):
    faults = LINE_FAULTS | {"drift", "unstable", "overrange", "not-allowed"}

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        address: str = "001",
        unit: str = "kPa",
        model: str = "ADT681",
        end: bytes = b"\0",
    ) -> None:
        super().__init__(profile, clock, seed)
        self.value, self.unit, self.address, self.model, self.end = Decimal("101.325"), unit, address, model, end
        self.ending = str(self.profile.get("ending", "\0")).encode("ascii")
        self.frame = Line(self.ending, 80)
        self._start = clock()

    def set(self, value: Decimal) -> None:
        """In the unit that is shown; shown with three decimals."""
        with self.lock:
            self.value = value

    def answer(self, request: bytes) -> bytes | None:
        hit = REQUEST.fullmatch(request.decode("latin-1"))
        if hit is None or hit[1] not in (self.address, "255"):
            return None
        kind, text = self._reply(hit[2], hit[3])
        return f"{self.address}:{kind}:{hit[3]}:{text}".encode("ascii") + self.end

    def _reply(self, kind: str, item: str) -> tuple[str, str]:
        if kind == "W" or self.fault == "not-allowed":
            return "E", "1001"
        answers = {"MRMD": f" {self._shown()}:{self.unit}", "OTYPE": self.model, "OUNIT": self.unit}
        return ("F", answers[item]) if item in answers else ("E", "1004")

    def _shown(self) -> str:
        if self.fault == "overrange":
            return "----"
        value = self.value
        if self.fault == "drift":
            value += STEP * int((self.clock() - self._start) * 100)
        if self.fault == "unstable":
            value += STEP * self.random.randint(-500, 500)
        return str(value.quantize(STEP))
