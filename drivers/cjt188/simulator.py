"""A water, gas or heat meter with a flow through it; its registers count and can be set."""

import time
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal

from fieldcal.driverkit import Named, Profile, sum8

HOUR = Decimal(3600)  # s
HEAT_OF_WATER = Decimal("1.163")  # kWh of one m³ that loses one kelvin, near enough for a simulated meter
LITRES = 0x29
CUBIC, PER_HOUR, MEGAWATT_HOURS, KILOWATTS = 0x2C, 0x35, 0x08, 0x17
KINDS = {CUBIC: "volume", PER_HOUR: "flow", MEGAWATT_HOURS: "energy", KILOWATTS: "power"}
WATER = (("current", CUBIC), ("settlement", CUBIC))
HEAT = (
    ("settlement_heat", MEGAWATT_HOURS),
    ("heat", MEGAWATT_HOURS),
    ("power", KILOWATTS),
    ("flow", PER_HOUR),
    ("volume", CUBIC),
)
FIXED = (("supply_temperature", 2, "°C"), ("return_temperature", 2, "°C"), ("hours", 0, "h"))
EXTRA = (("flow", PER_HOUR), ("volume", CUBIC), ("current", CUBIC), ("power", KILOWATTS), ("heat", MEGAWATT_HOURS))
UNITS = {"volume": "m³", "flow": "m³/h", "energy": "MWh", "power": "kW"}
STEP = Decimal("0.0001")
START = {
    "current": "123.45",
    "settlement": "123",
    "volume": "10.34",
    "supply_temperature": "60.25",
    "return_temperature": "40.10",
}


class Request:
    """A start byte and a type, then as many bytes as are announced."""

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        for begin in range(len(buffer) - 10):
            size = 13 + buffer[begin + 10]
            if buffer[begin] == 0x68 and len(buffer) >= begin + size and buffer[begin + size - 1] == 0x16:
                return buffer[begin : begin + size], buffer[begin + size :]
        return None


class Meter(Named):
    """`values` in m³, m³/h, MWh, kW, °C and h. A heat meter counts heat from its flow and two temperatures."""

    frame = Request()
    faults = Named.faults | {"wrong-checksum", "other-meter", "refuses", "swapped-identifier", "nan", "unit"}
    runs, shakes, rounding = 1000, 5000, ROUND_DOWN

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        number: str = "0011223344",
        preamble: int = 0,
    ) -> None:
        """`number` as printed; `preamble` is how many bytes FE stand before a reply, none to four."""
        kind = int(str((profile or {}).get("type", "10")), 16)
        self.heats = kind in (0x20, 0x21)
        shown = HEAT if self.heats else WATER
        start = {name: (Decimal(START.get(name, "0")), STEP, UNITS[KINDS[code]]) for name, code in (*shown, *EXTRA)}
        start |= {name: (Decimal(START.get(name, "0")), STEP, unit) for name, _, unit in FIXED}
        super().__init__(start, profile, clock, seed)
        self.station = bytes((kind,)) + bytes.fromhex(number)[::-1] + b"\x33\x78"
        self.preamble = preamble
        self.clock_text, self.status = "20260312154530", b"\x00\x00"
        self._since = clock()

    def put(self, name: str, value: Decimal) -> None:
        """Also `flow` in m³/h, from now on."""
        with self.lock:
            self._count()
            super().put(name, value)

    def answer(self, request: bytes) -> bytes | None:
        if request[-2] != sum8(request[:-2]) or request[9] & 0x80 or request[10] < 3:
            return None  # a meter is silent about what it cannot read
        if any(a != b != 0xAA for a, b in zip(self.station, request[1:9], strict=True)):
            return None
        control, di = request[9], request[11:14]
        if control == 0x03:
            return self._frame(0x83, di)
        known = bytes.fromhex(str(self.profile.get("di", "1F 90")))
        if self.fault == "refuses" or control != 0x01 or di[:2] != known:
            return self._frame(control | 0xC0, di[2:] + b"\x01\x00")
        if self.fault == "swapped-identifier":
            di = di[1::-1] + di[2:]
        return self._frame(0x81, di + self._data())

    def spoil(self, reply: bytes) -> bytes:
        return reply[:-2] + bytes((reply[-2] ^ 0x01, reply[-1]))

    def _data(self) -> bytes:
        self._count()
        data = b"".join(self._measured(name, code) for name, code in (HEAT if self.heats else WATER))
        if self.heats:
            data += b"".join(self._digits(name, 3, decimals) for name, decimals, _ in FIXED)
        return data + bytes.fromhex(self.clock_text)[::-1] + self.status

    def _measured(self, name: str, code: int) -> bytes:
        decimals = {"volume": 2, "energy": 2, "power": 2, "flow": 4, **dict(self.profile.get("decimals") or {})}
        litres = self.fault == "unit" and code == CUBIC
        digits = self._digits(name, 4, int(decimals[KINDS[code]]), 1000 if litres else 1)
        unit = bytes((LITRES if litres else code,))
        return unit + digits if self.profile.get("unit_position") == "before" else digits + unit

    def _digits(self, name: str, size: int, decimals: int, scale: int = 1) -> bytes:
        if self.fault == "nan":
            return b"\xff" * size
        value = self.now(name) * scale
        counts = int(value.scaleb(decimals).to_integral_value(ROUND_DOWN)) % 10 ** (2 * size)
        return bytes.fromhex(f"{counts:0{2 * size}d}")[::-1]

    def _count(self) -> None:
        """What went through since the last look at the clock."""
        now = self.clock()
        hours, self._since = Decimal(str(now - self._since)) / HOUR, now
        passed = self.values["flow"] * hours
        warmth = self.values["supply_temperature"] - self.values["return_temperature"]
        self.values["power"] = self.values["flow"] * warmth * HEAT_OF_WATER
        self.values["heat"] += passed * warmth * HEAT_OF_WATER / 1000
        self.values["current"] += passed
        self.values["volume"] += passed

    def _frame(self, control: int, data: bytes) -> bytes:
        station = self.station[:1] + bytes(5) + self.station[6:] if self.fault == "other-meter" else self.station
        body = b"\x68" + station + bytes((control, len(data))) + data
        return b"\xfe" * self.preamble + body + bytes((sum8(body), 0x16))
