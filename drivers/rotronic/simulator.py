"""A HygroClip 2 probe that answers RDD with its check character; humidity and temperature can be set."""

import re
import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import Line, Named, Profile

STEP = Decimal("0.01")
REQUEST = re.compile(r"\{([A-Z ])([0-9]{2})RDD[ -~]?")


class Probe(Named):
    frame = Line(b"\r", 80)
    ending = b"\r"
    faults = Named.faults | {"wrong-checksum", "no-sensor", "unchecked", "nan", "comma", "unit"}
    runs, shakes = 100, 200
    worded_inside = True
    numerals = re.compile(rb"[0-9]+\.[0-9]+(?=;)")

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        address: str = "00",
        serial: str = "0060257484",
        unit: str = "°C",
    ) -> None:
        humidity = (Decimal("42.47"), STEP, "%")
        super().__init__({"RH": humidity, "T": (Decimal("23.31"), STEP, unit)}, profile, clock, seed)
        self.before = dict(self.values)
        self.address, self.serial, self.unit = address, serial, unit

    def answer(self, request: bytes) -> bytes | None:
        asked = REQUEST.fullmatch(request.decode("latin-1"))
        if asked is None or asked[1] != str(self.profile.get("id", "F")) or asked[2] not in (self.address, "99"):
            return None
        body = self.worded(self._line().encode("latin-1"))
        check = b"}" if self.fault == "unchecked" else bytes((sum(body) % 64 + 0x20,))
        return body + check + b"\r"

    def spoil(self, reply: bytes) -> bytes:
        return reply[:-2] + bytes((reply[-2] ^ 0x01,)) + reply[-1:]

    def _line(self) -> str:
        unit = "°F" if self.fault == "unit" else self.unit
        values = f"{self._show('RH')};%rh;000;{self._trend('RH')};{self._show('T')};{unit};000;{self._trend('T')};"
        own = f"nc;---.- ;{self.unit};000; ;001;V1.4-1;{self.serial};HygroClip 2 ;000;"
        return f"{{{self.profile.get('id', 'F')}{self.address}rdd 001;{values}{own}"

    def _show(self, name: str) -> str:
        if self.fault == "no-sensor":
            return "---.- "
        value = self.now(name)
        if name == "T" and self.fault == "unit":
            value = (value * 9 / 5 + 32).quantize(STEP)
        return f"{value:6}"

    def _trend(self, name: str) -> str:
        moved, self.before[name] = self.values[name] - self.before[name], self.values[name]
        return "=" if not moved else "+" if moved > 0 else "-"
