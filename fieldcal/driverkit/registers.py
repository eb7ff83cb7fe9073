"""A register map: what stands at which Modbus address, in which type, order, scale and unit."""

from __future__ import annotations

import struct
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal

import msgspec

from fieldcal.driverkit.errors import BadReply
from fieldcal.driverkit.modbus import ReadRegisters

Order = Literal["AB", "BA", "ABCD", "CDAB", "BADC", "DCBA"]
Kind = Literal["int16", "uint16", "int32", "float32", "uint32"]
NAN = bytes.fromhex("7FC00000")
LARGEST = Decimal("1E12")
_PACKED = {
    name: struct.Struct(shape)
    for name, shape in (("int16", ">h"), ("uint16", ">H"), ("int32", ">i"), ("uint32", ">I"), ("float32", ">f"))
}
# each of the orders is its own inverse, so these serve both directions
_ARRANGED: dict[str, Callable[[bytes], bytes]] = {
    "AB": bytes,
    "ABCD": bytes,
    "BA": lambda data: data[::-1],
    "DCBA": lambda data: data[::-1],
    "CDAB": lambda data: data[2:] + data[:2],
    "BADC": lambda data: data[1::-1] + data[:1:-1],
}


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`order` names the bytes as they come, A the highest; there is no default, since makers differ.

    `scale` is the value of one count. For float32 it is the stated resolution, to which the value is
    rounded half to even. `low`, `high` and `sentinels` (raw counts) tell a sensor's error from a value.
    """

    address: int
    function: Literal[3, 4]
    type: Kind
    order: Order
    scale: Decimal
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    sentinels: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.order) != 2 * self.count:
            raise ValueError(f"order {self.order} does not fit {self.type}")
        if self.scale <= 0:
            raise ValueError("scale must be above zero")

    @property
    def count(self) -> int:
        return _PACKED[self.type].size // 2

    def read(self, unit_id: int) -> ReadRegisters:
        return ReadRegisters(unit_id, self.function, self.address, self.count)

    def decode(self, payload: bytes) -> Decimal:
        """The value in `unit`; what is no number, a sentinel or out of range is a BadReply."""
        (raw,) = _PACKED[self.type].unpack(_ARRANGED[self.order](payload))
        value = self._value(raw)
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise BadReply(f"{value} {self.unit} is outside {self.low} to {self.high}")
        return value

    def encode(self, value: Decimal) -> bytes:
        """For simulators: the bytes a slave would send for `value`."""
        if self.type == "float32":
            return _ARRANGED[self.order](struct.pack(">f", float(value)))
        return self._packed(int((value / self.scale).to_integral_value()))

    def nothing(self) -> bytes:
        """For simulators: what stands there when there is no value; empty where that cannot be told."""
        if self.type == "float32":
            return _ARRANGED[self.order](NAN)
        return self._packed(self.sentinels[0]) if self.sentinels else b""

    def _value(self, raw: int | float) -> Decimal:
        if raw in self.sentinels:
            raise BadReply(f"the sensor reports {raw}")
        value = Decimal(raw)
        if self.type != "float32":
            return value * self.scale
        if not value.is_finite() or abs(value) > LARGEST:
            raise BadReply(f"{raw} is no value")
        return value.quantize(self.scale, ROUND_HALF_EVEN)

    def _packed(self, raw: int) -> bytes:
        return _ARRANGED[self.order](_PACKED[self.type].pack(raw))


class RegisterMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Each table by channel, any of them may be empty; `serial` has the serial number."""

    maker: str
    model: str
    unit_id: int
    serial: Register | None = None
    environment: dict[str, Register] = {}
    temperature: dict[str, Register] = {}
    pressure: dict[str, Register] = {}
    volume: dict[str, Register] = {}

    @classmethod
    def of(cls, data: Any) -> RegisterMap:
        """From parsed TOML; a ValueError names the field that is wrong. `[line]` belongs to the port."""
        return msgspec.convert({key: value for key, value in data.items() if key != "line"}, cls)

    def registers(self) -> list[Register]:
        first = [self.serial] if self.serial else []
        tables = (self.environment, self.temperature, self.pressure, self.volume)
        return [*first, *(register for table in tables for register in table.values())]
