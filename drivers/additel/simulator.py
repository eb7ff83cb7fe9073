"""A digital gauge that speaks the colon protocol; pressure, unit and address can be set."""

import re
import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import Gauge as OneValue
from fieldcal.driverkit import Line, Profile

PSI = Decimal("6.894757")  # kPa
REQUEST = re.compile(r"([0-9]{3}):([RW]):([A-Z0-9]+)(?::(.*))?")


class Gauge(OneValue):
    faults = OneValue.faults | {"overload", "not-allowed", "nan", "comma", "unit"}

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
        super().__init__("pressure", Decimal("101.325"), Decimal("0.001"), unit, profile, clock, seed)
        self.unit, self.address, self.model, self.end = unit, address, model, end
        self.ending = str(self.profile.get("ending", "\0")).encode("ascii")
        self.frame = Line(self.ending, 80)

    def answer(self, request: bytes) -> bytes | None:
        hit = REQUEST.fullmatch(request.decode("latin-1"))
        if hit is None or hit[1] not in (self.address, "255"):
            return None
        kind, text = self._reply(hit[2], hit[3])
        return f"{self.address}:{kind}:{hit[3]}:{text}".encode("ascii") + self.end

    def _reply(self, kind: str, item: str) -> tuple[str, str]:
        if kind == "W" or self.fault == "not-allowed":
            return "E", "1001"
        unit = "psi" if self.fault == "unit" else self.unit
        answers = {"MRMD": f" {self._text()}:{unit}", "OTYPE": self.model, "OUNIT": self.unit}
        return ("F", answers[item]) if item in answers else ("E", "1004")

    def _text(self) -> str:
        if self.fault == "overload":
            return "----"
        value = self.shown()
        return str((value / PSI).quantize(value) if self.fault == "unit" else value)
