"""A satellite receiver: place, time and fix can be set; RMC and GGA come in turn."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from fieldcal.driverkit import Named, Profile, xor8

PLACE = {
    "lat": (Decimal("39.904420"), Decimal("0.000001"), "°"),
    "lon": (Decimal("116.392380"), Decimal("0.000001"), "°"),
    "altitude": (Decimal("43.5"), Decimal("0.1"), "m"),
}
START = datetime(2026, 3, 12, 8, 35, 59, tzinfo=UTC)


class Receiver(Named):
    """`no-fix` empties the place; `void` tells the last one and says that it is none any more."""

    faults = Named.faults - {"drift", "unstable"} | {"wrong-checksum", "no-fix", "void", "nan", "comma"}
    worded_inside = True
    period = 0.5  # s, for one sentence

    def __init__(
        self, profile: Profile | None = None, clock: Callable[[], float] = time.monotonic, seed: int = 1
    ) -> None:
        super().__init__(PLACE, profile, clock, seed)
        self.begin, self.quality, self.mode = START, 1, "A"
        self._start, self._turn = clock(), 0

    def place(self, lat: Decimal, lon: Decimal) -> None:
        """Signed degrees."""
        with self.lock:
            self.values |= {"lat": lat, "lon": lon}

    def utc(self) -> datetime:
        return self.begin + timedelta(seconds=int(self.clock() - self._start))

    def answer(self, request: bytes) -> bytes | None:
        return None

    def push(self) -> bytes:
        self._turn += 1
        return self.rmc() if self._turn % 2 or not self.profile.get("gga", True) else self.gga()

    def rmc(self) -> bytes:
        void, now = self.fault in ("no-fix", "void"), self.utc()
        status, mode = ("V", "N") if void else ("A", self.mode)
        return self._sentence(f"GNRMC,{now:%H%M%S}.00,{status},{self._place()},0.004,,{now:%d%m%y},,,{mode},V")

    def gga(self) -> bytes:
        void, now = self.fault in ("no-fix", "void"), self.utc()
        tail = "0,00,99.99,,,,,," if void else f"{self.quality},12,0.9,{self.now('altitude')},M,-9.1,M,,"
        return self._sentence(f"GNGGA,{now:%H%M%S}.00,{self._place()},{tail}")

    def spoil(self, reply: bytes) -> bytes:
        wrong = b"1" if reply[-4:-3] != b"1" else b"2"
        return reply[:-4] + wrong + reply[-3:]

    def _sentence(self, text: str) -> bytes:
        body = self.worded(text.encode())
        return b"$" + body + b"*%02X\r\n" % xor8(body)

    def _place(self) -> str:
        if self.fault == "no-fix":
            return ",,,"
        lat, lon = self.now("lat"), self.now("lon")
        return f"{_angle(lat, 2)},{'NS'[lat < 0]},{_angle(lon, 3)},{'EW'[lon < 0]}"


def _angle(value: Decimal, digits: int) -> str:
    degrees = int(abs(value))
    return f"{degrees:0{digits}d}{(abs(value) - degrees) * 60:08.5f}"
