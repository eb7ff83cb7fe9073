"""A barometer on network ASCII; the pressure can be set in the unit of the map."""

import re
import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import Gauge, Line, Profile

REQUEST = re.compile(r"#([0-9]{2})([0-9]{2})([A-Z]{2})\?")


class Barometer(Gauge):
    frame = Line(b"\r\n", 80)
    ending = b"\r\n"
    faults = Gauge.faults | {"no-value", "nan", "comma"}
    worded_inside = True

    def __init__(
        self, profile: Profile | None = None, clock: Callable[[], float] = time.monotonic, seed: int = 1
    ) -> None:
        unit = str((profile or {}).get("unit", "hPa"))
        super().__init__("pressure", Decimal("1013.25"), Decimal("0.01"), unit, profile, clock, seed)
        self.checked = self.profile.get("check") == "sum_mod100"
        if self.checked:
            self.faults = self.faults | {"wrong-checksum"}

    def answer(self, request: bytes) -> bytes | None:
        if self.checked:
            request, found = request[:-2], request[-2:]
            if found != self._check(request):
                return None
        hit = REQUEST.fullmatch(request.decode("latin-1"))
        if hit is None or hit[1] != str(self.profile.get("address", "00")):
            return None
        values = {str(self.profile.get("item", "PR")): "" if self.fault == "no-value" else str(self.shown()), "IC": "P"}
        if hit[3] not in values:
            return None
        body = self.worded(f"!{hit[2]}{hit[1]}{hit[3]}={values[hit[3]]}".encode("ascii"))
        return body + (self._check(body) if self.checked else b"") + b"\r\n"

    def spoil(self, reply: bytes) -> bytes:
        return reply[:-3] + bytes((reply[-3] ^ 1,)) + reply[-2:]

    @staticmethod
    def _check(body: bytes) -> bytes:
        return f"{sum(body) % 100:02d}".encode("ascii")
