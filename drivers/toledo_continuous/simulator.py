"""An indicator with the Toledo continuous output: a load settles, and each frame tells weight, tare and state."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, Fixed, Profile, Simulator

KG = {"kg": 0x10, "lb": 0x00, "g": 0x10}  # SWB; grams are told by SWC
ZERO, TARE, CLEAR = b"Z", b"T", b"C"


class Scale(Simulator):
    """All masses in the unit shown. Letters Z, T and C from the host act as the keys do and get no answer."""

    frame = Fixed(1)
    faults = LINE_FAULTS | {"wrong-checksum", "drift", "unstable", "overload", "not-zeroed"}
    period = 0.14  # s

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        capacity: Decimal = Decimal(15000),
        places: int = 1,
        unit: str = "kg",
        settle: float = 0.5,
    ) -> None:
        """`places` decimals are shown, with an increment of one in the last of them; `settle` in seconds."""
        super().__init__(profile, clock, seed)
        self.capacity, self.places, self.unit, self.settle = capacity, places, unit, settle
        self.load = self.zero_point = self.tare_weight = Decimal(0)
        self._since = clock() - settle

    def place(self, load: Decimal) -> None:
        """Put this whole load on the pan, in place of the one before."""
        with self.lock:
            self.load, self._since = load, self.clock()

    def stable(self) -> bool:
        return self.fault != "unstable" and self.clock() - self._since >= self.settle

    def gross(self) -> Decimal:
        value, step = self.load - self.zero_point, self._step()
        if self.fault == "drift":
            value += step * int((self.clock() - self._since) * 10)
        return value if self.stable() else value + step * self.random.randint(-9, 9)

    def answer(self, request: bytes) -> bytes | None:
        key = bytes((request[0] & 0x7F,))
        if key == ZERO and self.stable() and abs(self.load) <= self.capacity / 50:
            self.zero_point, self.tare_weight = self.load, Decimal(0)
        elif key == TARE and self.stable() and self.gross() > 0:
            self.tare_weight = self.gross()
        elif key == CLEAR:
            self.tare_weight = Decimal(0)
        return None

    def push(self) -> bytes:
        short, kind = self.profile.get("length") == "short", str(self.profile.get("check", "twos7"))
        shown = self.gross() - self.tare_weight
        fields = self._field(shown) + (b"" if short else self._field(self.tare_weight))
        frame = b"\x02" + self._status(shown) + fields + b"\r"
        if kind == "none":
            return frame
        total = sum(frame)
        return frame + bytes((-total & 0x7F if kind == "twos7" else total & 0xFF,))

    def spoil(self, reply: bytes) -> bytes:
        return reply[:-1] + bytes((reply[-1] ^ 0x01,)) if self.profile.get("check") != "none" else reply[:-1]

    def _status(self, shown: Decimal) -> bytes:
        a = 0x28 | (self.places + 2)
        b = 0x20 | KG[self.unit] | (self.tare_weight != 0) | (shown < 0) << 1
        b |= (0x04 if self.fault == "overload" or self.gross() > self.capacity + 9 * self._step() else 0) | (
            0 if self.stable() else 0x08
        )
        return bytes((a, b | (0x40 if self.fault == "not-zeroed" else 0), 0x20 | (self.unit == "g")))

    def _step(self) -> Decimal:
        return Decimal(1).scaleb(-self.places)

    def _field(self, value: Decimal) -> bytes:
        return b"%06d" % min(999999, int(abs(value) / self._step()))
