"""A satellite receiver: place, time and fix can be set; RMC and GGA come in turn."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, Profile, Simulator, xor8

START = datetime(2026, 3, 12, 8, 35, 59, tzinfo=UTC)


class Receiver(Simulator):
    """`no-fix` empties the place; `stale` tells the last one and says that it is void."""

    faults = LINE_FAULTS | {"wrong-checksum", "no-fix", "stale"}
    period = 0.5  # s, for one sentence

    def __init__(
        self, profile: Profile | None = None, clock: Callable[[], float] = time.monotonic, seed: int = 1
    ) -> None:
        super().__init__(profile, clock, seed)
        self.lat, self.lon, self.altitude = Decimal("39.904420"), Decimal("116.392380"), Decimal("43.5")
        self.begin, self.quality, self.mode = START, 1, "A"
        self._start, self._turn = clock(), 0

    def place(self, lat: Decimal, lon: Decimal) -> None:
        """Signed degrees."""
        with self.lock:
            self.lat, self.lon = lat, lon

    def now(self) -> datetime:
        return self.begin + timedelta(seconds=int(self.clock() - self._start))

    def answer(self, request: bytes) -> bytes | None:
        return None

    def push(self) -> bytes:
        self._turn += 1
        return self.rmc() if self._turn % 2 or not self.profile.get("gga", True) else self.gga()

    def rmc(self) -> bytes:
        void, now = self.fault in ("no-fix", "stale"), self.now()
        status, mode = ("V", "N") if void else ("A", self.mode)
        return _sentence(f"GNRMC,{now:%H%M%S}.00,{status},{self._place()},0.004,,{now:%d%m%y},,,{mode},V")

    def gga(self) -> bytes:
        void, now = self.fault in ("no-fix", "stale"), self.now()
        tail = "0,00,99.99,,,,,," if void else f"{self.quality},12,0.9,{self.altitude},M,-9.1,M,,"
        return _sentence(f"GNGGA,{now:%H%M%S}.00,{self._place()},{tail}")

    def spoil(self, reply: bytes) -> bytes:
        wrong = b"1" if reply[-4:-3] != b"1" else b"2"
        return reply[:-4] + wrong + reply[-3:]

    def _place(self) -> str:
        if self.fault == "no-fix":
            return ",,,"
        return f"{_angle(self.lat, 2)},{'NS'[self.lat < 0]},{_angle(self.lon, 3)},{'EW'[self.lon < 0]}"


def _angle(value: Decimal, digits: int) -> str:
    degrees = int(abs(value))
    return f"{degrees:0{digits}d}{(abs(value) - degrees) * 60:08.5f}"


def _sentence(text: str) -> bytes:
    return f"${text}*{xor8(text.encode()):02X}\r\n".encode()
