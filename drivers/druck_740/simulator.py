"""A barometer on network ASCII; the pressure can be set in the unit of the map."""

import re
import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, Line, Profile, Simulator

STEP = Decimal("0.01")
REQUEST = re.compile(r"#([0-9]{2})([0-9]{2})([A-Z]{2})\?")


class Barometer(Simulator):
    frame = Line(b"\r\n", 80)
    ending = b"\r\n"
    faults = LINE_FAULTS | {"drift", "unstable", "no-value"}

    def __init__(
        self, profile: Profile | None = None, clock: Callable[[], float] = time.monotonic, seed: int = 1
    ) -> None:
        super().__init__(profile, clock, seed)
        self.value = Decimal("1013.25")
        self.checked = self.profile.get("check") == "sum_mod100"
        self._start = clock()
        if self.checked:
            self.faults = self.faults | {"wrong-checksum"}

    def set(self, value: Decimal) -> None:
        """In the unit of the map; shown with two decimals."""
        with self.lock:
            self.value = value

    def answer(self, request: bytes) -> bytes | None:
        if self.checked:
            request, found = request[:-2], request[-2:]
            if found != self._check(request):
                return None
        hit = REQUEST.fullmatch(request.decode("latin-1"))
        if hit is None or hit[1] != str(self.profile.get("address", "00")):
            return None
        values = {str(self.profile.get("item", "PR")): self._shown(), "IC": "P"}
        if hit[3] not in values:
            return None
        body = f"!{hit[2]}{hit[1]}{hit[3]}={values[hit[3]]}".encode("ascii")
        return body + (self._check(body) if self.checked else b"") + b"\r\n"

    def spoil(self, reply: bytes) -> bytes:
        return reply[:-3] + bytes((reply[-3] ^ 1,)) + reply[-2:]

    @staticmethod
    def _check(body: bytes) -> bytes:
        return f"{sum(body) % 100:02d}".encode("ascii")

    def _shown(self) -> str:
        if self.fault == "no-value":
            return ""
        value = self.value
        if self.fault == "drift":
            value += STEP * int((self.clock() - self._start) * 100)
        if self.fault == "unstable":
            value += STEP * self.random.randint(-500, 500)
        return str(value.quantize(STEP))
