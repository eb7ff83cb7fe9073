"""An indicator with the Toledo continuous output: a load settles, and each frame tells weight, tare and state."""

from decimal import Decimal
from typing import Any

from fieldcal.driverkit import Fixed, ScaleSimulator

KG = {"kg": 0x10, "lb": 0x00, "g": 0x10}  # SWB; grams are told by SWC
ZERO, TARE, CLEAR = b"Z", b"T", b"C"


class Scale(ScaleSimulator):
    """All masses in the unit shown. Letters Z, T and C from the host act as the keys do and get no answer."""

    frame = Fixed(1)
    faults = ScaleSimulator.faults - {"comma"} | {"wrong-checksum", "not-zeroed"}
    worded_inside = True
    period = 0.14  # s

    capacity, d, unit = Decimal(15000), Decimal("0.1"), "kg"
    load = Decimal(100)

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.mass = self.unit
        self.knobs = self._ranges()

    def answer(self, request: bytes) -> bytes | None:
        key = bytes((request[0] & 0x7F,))
        if key == ZERO and self.stable():
            self.zeroed()
        elif key == TARE and self.stable() and self.gross() > 0:
            self.tared()
        elif key == CLEAR:
            self.tare_weight = Decimal(0)
        return None

    def _places(self) -> int:
        return max(0, -int(self.d.normalize().as_tuple().exponent))

    def push(self) -> bytes:
        short, kind = self.profile.get("length") == "short", str(self.profile.get("check", "twos7"))
        shown = self.indication()
        fields = self._field(shown) + (b"" if short else self._field(self.tare_weight))
        frame = b"\x02" + self._status(shown) + fields + b"\r"
        if kind == "none":
            return frame
        total = sum(frame)
        return frame + bytes((-total & 0x7F if kind == "twos7" else total & 0xFF,))

    def spoil(self, reply: bytes) -> bytes:
        return reply[:-1] + bytes((reply[-1] ^ 0x01,)) if self.profile.get("check") != "none" else reply[:-1]

    def _status(self, shown: Decimal) -> bytes:
        a = 0x28 | (self._places() + 2)
        b = 0x20 | KG[self.told(shown)[1]] | (self.tare_weight != 0) | (shown < 0) << 1
        b |= (0x04 if self.limit() else 0) | (0 if self.stable() else 0x08)
        grams = self.unit == "g" and self.fault != "unit"
        return bytes((a, b | (0x40 if self.fault == "not-zeroed" else 0), 0x20 | grams))

    def _field(self, value: Decimal) -> bytes:
        if self.fault == "nan":
            return b"------"
        digits = self.told(abs(value))[0].replace(".", "")
        return min(digits.rjust(6, "0"), "999999", key=len).encode("ascii")
