"""An XK3190 in the format of the map: it talks all the time, or answers in command mode."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, Between, Profile, Simulator, seconds


def check_of(data: bytes, above_nine: int) -> bytes:
    total = 0
    for byte in data:
        total ^= byte
    return bytes(nibble + (0x30 if nibble < 10 else above_nine) for nibble in (total >> 4, total & 15))


class Scale(Simulator):
    """All masses in the unit shown. Only the A12 frame can tell an overload; the others fall silent."""

    frame = Between(b"\x02", b"\x03", 64)
    faults = LINE_FAULTS | {"wrong-checksum", "drift", "unstable", "overload"}
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
        super().__init__(profile, clock, seed)
        self.format = str(self.profile.get("format", "stx"))
        self.period = 0.0 if self.format == "command" else 1 / seconds(self.profile, "rate", 10)
        self.capacity, self.places, self.settle = capacity, places, settle
        self.load = self.tare_weight = Decimal(0)
        self._above = 0x30 if self.profile.get("nibble") == "plus30" else 0x37
        self._since = clock() - settle

    def place(self, load: Decimal) -> None:
        """Put this whole load on the pan, in place of the one before."""
        with self.lock:
            self.load, self._since = load, self.clock()

    def stable(self) -> bool:
        return self.fault != "unstable" and self.clock() - self._since >= self.settle

    def gross(self) -> Decimal:
        value, step = self.load, Decimal(1).scaleb(-self.places)
        if self.fault == "drift":
            value += step * int((self.clock() - self._since) * 10)
        if not self.stable():
            value += step * self.random.randint(-9, 9)
        return value.quantize(step)

    def limit(self) -> str:
        """`OL` above capacity and nine intervals, `LO` below minus twenty."""
        step = Decimal(1).scaleb(-self.places)
        if self.fault == "overload" or self.gross() > self.capacity + 9 * step:
            return "OL"
        return "LO" if self.gross() < -20 * step else ""

    def push(self) -> bytes:
        if self.format == "a12":
            return self._a12()
        if self.limit():
            return b""
        makers = {"stx": self._stx, "eq_fwd": self._eq_fwd, "eq_rev": self._eq_rev}
        return makers[self.format](self.gross())

    def answer(self, request: bytes) -> bytes | None:
        address = str(self.profile.get("address", "A")).encode()
        if self.format != "command" or len(request) != 6 or request[1:2] != address:
            return None
        if check_of(request[1:3], self._above) != request[3:5]:
            return None
        values = {b"B": self.gross(), b"C": self.tare_weight, b"D": self.gross() - self.tare_weight}
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
        digits = min(999999, int(abs(value).scaleb(self.places)))
        return b"%c%06d%d" % (b"-" if value < 0 else b"+", digits, self.places)

    def _stx(self, value: Decimal) -> bytes:
        return self._framed(self._digits(value))

    def _eq_fwd(self, value: Decimal) -> bytes:
        return b"=" + (b"-" if value < 0 else b"0") + f"{abs(value):07.{self.places}f}".encode()

    def _eq_rev(self, value: Decimal) -> bytes:
        signs = b"01" if self.profile.get("dialect") == "A22" else b"0-"
        shown = f"{abs(value):07.{self.places}f}".encode()
        return b"=" + shown[::-1] + signs[(at := int(value < 0)) : at + 1]

    def _a12(self) -> bytes:
        if limit := self.limit():
            body = f"{limit:>11}".encode()
        else:
            value, net = self.gross() - self.tare_weight, self.tare_weight != 0
            shown = f"{value:07.{self.places}f}" if self.places else f"{value:06.0f} "
            body = f"W{'N' if net else 'G'}{shown}{self.profile.get('unit', 'kg')}".encode()
        return body + check_of(body, self._above) + b"\r\n"
