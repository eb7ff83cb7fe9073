"""An XK3190 in the format of the map: it talks all the time, or answers in command mode."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import Between, Profile, ScaleSimulator, seconds

LIMITS = {"overload": "OL", "underload": "LO"}


def check_of(data: bytes, above_nine: int) -> bytes:
    total = 0
    for byte in data:
        total ^= byte
    return bytes(nibble + (0x30 if nibble < 10 else above_nine) for nibble in (total >> 4, total & 15))


class Scale(ScaleSimulator):
    """All masses in the unit shown. Only the A12 frame can tell an overload; the others fall silent."""

    frame = Between(b"\x02", b"\x03", 64)
    faults = ScaleSimulator.faults | {"wrong-checksum"}
    worded_inside = True
    period = 0.1  # s

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        capacity: Decimal = Decimal(3000),
        places: int = 1,
        settle: float = 0.5,
    ) -> None:
        """`places` decimals are shown, with an increment of one in the last of them; `settle` in seconds."""
        d, unit = Decimal(1).scaleb(-places), str((profile or {}).get("unit", "kg"))
        super().__init__(profile, clock, seed, capacity=capacity, d=d, unit=unit, settle=settle)
        self.mass, self.places = unit, places
        self.knobs = self._ranges()
        self.format = str(self.profile.get("format", "stx"))
        self.period = 0.0 if self.format == "command" else 1 / seconds(self.profile, "rate", 10)
        self._above = 0x30 if self.profile.get("nibble") == "plus30" else 0x37
        # without a point nothing can stand for it, and only one format carries its unit
        self.faults = self.faults - {"a12": set[str](), "stx": {"comma", "unit"}, "command": {"comma", "unit"}}.get(
            self.format, {"unit"}
        )

    def push(self) -> bytes:
        if self.format == "a12":
            return self._a12()
        if self.limit():
            return b""
        makers = {"stx": self._stx, "eq_fwd": self._eq_fwd, "eq_rev": self._eq_rev}
        return makers[self.format](self.indication())

    def answer(self, request: bytes) -> bytes | None:
        address = str(self.profile.get("address", "A")).encode()
        if self.format != "command" or len(request) != 6 or request[1:2] != address:
            return None
        if check_of(request[1:3], self._above) != request[3:5]:
            return None
        net = self.indication()
        values = {b"B": net + self.tare_weight, b"C": self.tare_weight, b"D": net}
        letter = request[2:3]
        if letter == b"A":
            return self._framed(request[1:3])
        return (
            None if letter not in values or self.limit() else self._framed(request[1:3] + self._digits(values[letter]))
        )

    def spoil(self, reply: bytes) -> bytes:
        """The check is wrong where the format has one; in the others a letter stands among the digits."""
        at = {"a12": -3, "command": -2, "stx": -2}.get(self.format)
        if at is not None:
            return reply[:at] + bytes((reply[at] ^ 0x01,)) + reply[at + 1 :]
        wrong = self.random.choice(b"ABCDEF")
        return reply[:2] + bytes((wrong,)) + reply[3:]

    def _framed(self, body: bytes) -> bytes:
        return b"\x02" + body + check_of(body, self._above) + b"\x03"

    def _digits(self, value: Decimal) -> bytes:
        digits = b"%06d" % min(999999, int(abs(value).scaleb(self.places)))
        sign = b"-" if value < 0 else b"+"
        return sign + (b"------" if self.fault == "nan" else digits) + b"%d" % self.places

    def _stx(self, value: Decimal) -> bytes:
        return self._framed(self._digits(value))

    def _eq_fwd(self, value: Decimal) -> bytes:
        return b"=" + (b"-" if value < 0 else b"0") + self._seven(value)

    def _eq_rev(self, value: Decimal) -> bytes:
        signs = b"01" if self.profile.get("dialect") == "A22" else b"0-"
        return b"=" + self._seven(value)[::-1] + signs[(at := int(value < 0)) : at + 1]

    def _a12(self) -> bytes:
        if limit := self.limit():
            body = f"{LIMITS[limit]:>11}".encode()
        else:
            number, unit = self.told(self.indication())
            mode = b"WN" if self.tare_weight else b"WG"
            body = mode + self.worded(number.zfill(7 if self.places else 6).ljust(7).encode()) + unit.encode()
        return body + check_of(body, self._above) + b"\r\n"

    def _seven(self, value: Decimal) -> bytes:
        return self.worded(f"{abs(value):07.{self.places}f}".encode())
