"""An electricity meter with a load on it; its registers count the energy and can be set."""

import time
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from fieldcal.driverkit import Named, Profile, sum8

REFUSALS = {"no-data": 0x02, "unauthorised": 0x04}
HOUR = Decimal(3600)  # s
# di: bytes and decimals of the register, and where its value comes from
REGISTERS_2007 = {
    "00000000": (4, 2, "combined_active"),
    "00010000": (4, 2, "forward_active"),
    "00020000": (4, 2, "reverse_active"),
    "02010100": (2, 1, "U_A"),
    "02010200": (2, 1, "U_B"),
    "02010300": (2, 1, "U_C"),
    "02020100": (3, 3, "I_A"),
    "02020200": (3, 3, "I_B"),
    "02020300": (3, 3, "I_C"),
    "02030000": (3, 4, "P"),
    "02030100": (3, 4, "P_A"),
    "02030200": (3, 4, "P_B"),
    "02030300": (3, 4, "P_C"),
    "02040000": (3, 4, "Q"),
    "02060000": (2, 3, "PF"),
    "02800002": (2, 2, "f"),
}
UNITS = {"U": "V", "I": "A", "P": "kW", "Q": "kvar", "f": "Hz"}
START = {"forward_active": "1234.56", "reverse_active": "7.89"}
VOLTS, NEGATIVE = ("02010100", "02010200", "02010300"), 0x80


class Request:
    """Two start bytes seven apart, then as many bytes as are announced."""

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        for begin in range(len(buffer) - 9):
            size = 12 + buffer[begin + 9]
            if buffer[begin] == buffer[begin + 7] == 0x68 and len(buffer) >= begin + size:
                return buffer[begin : begin + size], buffer[begin + size :]
        return None


class Meter(Named):
    """`values` in the unit of the register. Power above zero counts forward, below zero reverse."""

    frame = Request()
    faults = Named.faults | {"wrong-checksum", "other-meter", "more", "long-voltage", "nan", *REFUSALS}
    runs, shakes, rounding = 10, 50, ROUND_DOWN

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        number: str = "123456789012",
        preamble: int = 0,
    ) -> None:
        """`number` as printed; `preamble` is how many bytes FE stand before a reply, none to four."""
        self._old = (profile or {}).get("edition") == "1997"
        self.registers = _table(profile or {}, self._old)
        start = {
            name: (Decimal(START.get(name, "0")), Decimal(1).scaleb(-decimals), _unit(name))
            for _, decimals, name in self.registers.values()
        }
        super().__init__(start, profile, clock, seed)
        self.number, self.preamble = number, preamble
        self._since = clock()
        self.load()

    def load(self, volts: str = "220.1", amps: str = "1.5", factor: str = "1") -> None:
        """Three equal phases in V, A and cos φ; a `factor` below zero feeds back into the grid."""
        with self.lock:
            self._count()
            u, i, cosine = Decimal(volts), Decimal(amps), Decimal(factor)
            apparent = u * i / 1000
            for phase in "ABC":
                self.values |= {f"U_{phase}": u, f"I_{phase}": i, f"P_{phase}": apparent * cosine}
            reactive = apparent * (1 - cosine * cosine).sqrt()
            self.values |= {"P": apparent * cosine * 3, "Q": reactive * 3, "PF": cosine, "f": Decimal(50)}

    def put(self, name: str, value: Decimal) -> None:
        with self.lock:
            self._count()
            super().put(name, value)

    def answer(self, request: bytes) -> bytes | None:
        if request[-1] != 0x16 or request[-2] != sum8(request[:-2]) or request[8] & 0x80:
            return None  # a meter is silent about what it cannot read
        if any(a != b != 0xAA for a, b in zip(bytes.fromhex(self.number), request[6:0:-1], strict=True)):
            return None
        control, data = request[8], bytes((byte - 0x33) & 0xFF for byte in request[10:-2])
        if control == 0x13 and not self._old:
            return self._frame(0x93, bytes.fromhex(self.number)[::-1])
        size = 2 if self._old else 4
        if control != (0x01 if self._old else 0x11) or len(data) < size:
            return self._frame(control | 0xC0, b"\x01")
        return self._register(control, data[:size])

    def spoil(self, reply: bytes) -> bytes:
        return reply[:-2] + bytes((reply[-2] ^ 0x01, reply[-1]))

    def _register(self, control: int, di: bytes) -> bytes:
        key = di[::-1].hex().upper()
        keys = VOLTS if key == "0201FF00" else (key,)
        if self.fault in REFUSALS or not all(one in self.registers for one in keys):
            return self._frame(control | 0xC0, bytes((REFUSALS.get(self.fault, 0x02),)))
        self._count()
        data = b"".join(self._value(one) for one in keys)
        if self.fault == "long-voltage":
            data += b"\x00"
        return self._frame(control | (0xA0 if self.fault == "more" else 0x80), di + data)

    def _value(self, key: str) -> bytes:
        size, decimals, name = self.registers[key]
        if self.fault == "nan":
            return b"\xff" * size
        value = self.now(name) if name != "combined_active" else self._combined()
        counts = int(abs(value).scaleb(decimals).to_integral_value(ROUND_DOWN)) % 10 ** (2 * size)
        data = bytearray.fromhex(f"{counts:0{2 * size}d}")
        if value < 0:
            data[0] |= NEGATIVE
        return bytes(data[::-1])

    def _combined(self) -> Decimal:
        return self.values["forward_active"] + self.values["reverse_active"]

    def _count(self) -> None:
        """The energy since the last look at the clock."""
        now = self.clock()
        spent, self._since = Decimal(str(now - self._since)), now
        energy = self.values.get("P", Decimal(0)) * spent / HOUR
        self.values["forward_active" if energy > 0 else "reverse_active"] += abs(energy)

    def _frame(self, control: int, data: bytes) -> bytes:
        number = "0" * 12 if self.fault == "other-meter" else self.number
        body = b"\x68" + bytes.fromhex(number)[::-1] + bytes((0x68, control, len(data)))
        body += bytes((byte + 0x33) & 0xFF for byte in data)
        return b"\xfe" * self.preamble + body + bytes((sum8(body), 0x16))


def _table(profile: Profile, old: bool) -> dict[str, tuple[int, int, str]]:
    own: dict[str, dict[str, Any]] = dict(profile.get("items") or {})
    added = {di: (int(row["bytes"]), int(row["decimals"]), str(row["name"])) for di, row in own.items()}
    return added if old else REGISTERS_2007 | added


def _unit(name: str) -> str:
    return "kWh" if name.endswith("active") else "" if name == "PF" else UNITS.get(name[0], "")
