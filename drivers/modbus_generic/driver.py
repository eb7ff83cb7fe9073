"""Sensors and flow meters on Modbus RTU, described by a register map."""

import struct
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from fieldcal.driverkit import Driver, Identity, Link, Profile, Reading, Register, RegisterMap, bcd, crc16
from fieldcal.driverkit.decoded import Decoded, Value, Wire, failed, rejected, stream
from fieldcal.driverkit.errors import BadReply, DeviceFault
from fieldcal.driverkit.meters import not_echoed

TIMEOUT = 1.0  # s, for one request; transmitters answer within 0.2 s
TYPES = {"u16": "uint16", "s16": "int16", "u32": "uint32", "s32": "int32", "f32": "float32"}
COMMANDS = {3: "read_holding", 4: "read_input", 5: "write_coil", 6: "write_single", 16: "write_multiple"}
READS, REFUSED = (3, 4), 0x80
MEANINGS = {
    1: "illegal_function",
    2: "illegal_data_address",
    3: "illegal_data_value",
    4: "device_failure",
    5: "acknowledge",
    6: "busy",
    10: "gateway_path_unavailable",
    11: "gateway_target_silent",
}
Row = Mapping[str, Any]


def decode_frame(wire: Wire) -> Decoded:
    """One frame in either direction; `map` in the settings says what its registers are. Of a reply behind our own
    echo, the reply."""
    sizes = list(_sizes(wire.data, wire.from_host))
    if not sizes:
        return rejected("truncated" if len(wire.data) < 5 else "wrong_function")
    if len(wire.data) in sizes:
        return _sound(wire.data, wire)
    if len(wire.data) < min(sizes):
        return rejected("truncated")
    return _several(wire) or rejected("bad_length")


def _sizes(data: bytes, from_host: bool) -> Iterator[int]:
    """How long the frame at the beginning of `data` is, by its own function and length."""
    if len(data) < 5:
        return
    function = data[1]
    if from_host:
        if function == 16:
            yield 9 + data[6] if len(data) > 6 else 9
        elif function in COMMANDS:
            yield 8
    elif function & REFUSED:
        yield 5
    elif function in COMMANDS:
        yield 5 + data[2] if function in READS else 8


def _several(wire: Wire) -> Decoded | None:
    def take(data: bytes) -> tuple[Decoded, int] | None:
        for from_host in (False, True):
            for size in _sizes(data, from_host):
                if size <= len(data) and crc16(data[: size - 2]) == data[size - 2 : size]:
                    return rejected("wrong_direction") if from_host else _sound(data[:size], wire), size
        return None

    return not_echoed(stream(wire.data, take))


def _sound(frame: bytes, wire: Wire) -> Decoded:
    """A frame of the right length: check, whom it is for, then what it says."""
    if (expected := crc16(frame[:-2])) != frame[-2:]:
        return rejected("bad_check", expected_check=expected.hex(" ").upper())
    unit, function = frame[0], frame[1]
    if wire.from_host:
        return _request(frame)
    if problem := _mismatch(frame, wire):
        return rejected(problem)
    if function & REFUSED:
        meaning = MEANINGS.get(frame[2], "unknown")
        return failed("exception", code=frame[2], meaning=meaning, unit_id=unit, function=function & ~REFUSED)
    if function not in READS:
        return Decoded("ack", "ack", details={"unit_id": unit, "function": function})
    return _values(frame[3:-2], wire.settings, {"unit_id": unit})


def _request(frame: bytes) -> Decoded:
    details: dict[str, Any] = {"command": COMMANDS[frame[1]], "unit_id": frame[0]}
    details["address"] = int.from_bytes(frame[2:4], "big")
    key = "data" if frame[1] in (5, 6) else "count"
    return Decoded("request", "request", details={**details, key: int.from_bytes(frame[4:6], "big")})


def _mismatch(frame: bytes, wire: Wire) -> str:
    """A sound frame that is late, or for somebody else."""
    asked, settings = wire.request, wire.settings
    unit = settings.get("expect_unit_id", asked[0] if asked else None)
    function = settings.get("expect_fc", asked[1] if asked else None)
    count = settings.get("count", int.from_bytes(asked[4:6], "big") if asked[1:2] in (b"\x03", b"\x04") else None)
    if unit is not None and frame[0] != int(str(unit)):
        return "address_mismatch"
    if function is not None and frame[1] & ~REFUSED != int(str(function)):
        return "wrong_function"
    if count is not None and frame[1] in READS and frame[2] != 2 * int(str(count)):
        return "bad_length"
    return ""


def _values(payload: bytes, settings: Mapping[str, Any], head: dict[str, Any]) -> Decoded:
    rows = cast("list[Row]", settings.get("map") or [{"name": "value", "type": "raw"}])
    values = [_value(row, payload) for row in rows]
    if None in values:
        return rejected("bad_length", **head)
    found = cast("list[Value]", values)
    if len(found) == 1:
        only = found[0]
        return Decoded("reading", only.status, only.value, only.unit, details={"quantity": only.name, **head})
    status = "ok" if all(value.status == "ok" for value in found) else "partly_invalid"
    return Decoded("readings", status, values=tuple(found), details=head)


def _value(row: Row, payload: bytes) -> Value | None:
    """None where the reply has no such register. A sentinel, NaN or a value out of range is told, and no number."""
    name, unit = str(row["name"]), row.get("unit")
    if row["type"] == "raw":  # nobody told what it is
        return Value(name, None, None, "unknown")
    begin = 2 * int(str(row.get("reg", 0)))
    kind = TYPES.get(str(row["type"]), str(row["type"]))
    size = 2 * int(str(row.get("count", 2))) if kind == "bcd" else 2 if kind.endswith("16") else 4
    data = payload[begin : begin + size]
    if len(data) < size:
        return None
    try:
        value = _number(row, kind, data)
    except BadReply:
        return Value(name, None, unit, "invalid_value")
    low, high = cast("list[Any]", row.get("valid_range") or [value, value])
    within = Decimal(str(low)) <= value <= Decimal(str(high))
    return Value(name, f"{value:f}" if within else None, unit, "ok" if within else "out_of_range")


def _number(row: Row, kind: str, data: bytes) -> Decimal:
    scale = Decimal(str(row.get("scale") or 1))
    if kind == "bcd":
        return bcd(data) * scale
    order = str(row.get("order") or "ABCD"[: len(data)])
    if kind == "float32" and not row.get("scale"):
        scale = _shortest(bytes(data[ord(letter) - ord("A")] for letter in order))
    sentinels = tuple(_count(one, kind) for one in row.get("sentinels") or ())
    return Register(0, 3, cast("Any", kind), cast("Any", order), scale, "", sentinels=sentinels).decode(data)


def _shortest(data: bytes) -> Decimal:
    """The resolution of the shortest decimal that gives back the same 32-bit float."""
    (number,) = struct.unpack(">f", data)
    for digits in range(1, 10):
        found = Decimal(f"{number:.{digits}g}")
        try:
            same = found.is_finite() and struct.pack(">f", found) == data
        except OverflowError:  # rounded up beyond the largest float
            continue
        if same and found:
            return Decimal(1).scaleb(int(found.normalize().as_tuple().exponent))
    return Decimal(1)  # nought, or no number: then the register says so


def _count(text: Any, kind: str) -> int:
    """A sentinel as raw count: an integer, or the digits of the register in hex."""
    if isinstance(text, int):
        return text
    bits, value = 16 if kind.endswith("16") else 32, int(str(text), 16)
    return value - (1 << bits) if kind.startswith("int") and value >> (bits - 1) else value


class Sensor(Driver):
    capabilities = frozenset(
        {"identify", "measure-environment", "measure-temperature", "measure-pressure", "measure-volume"}
    )

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.map = RegisterMap.of(self.profile)
        self.tables = {
            "measure-temperature": self.map.temperature,
            "measure-pressure": self.map.pressure,
            "measure-volume": self.map.volume,
        }
        self.channels = tuple(name for table in self.tables.values() for name in table)
        absent = {"measure-environment"} if not self.map.environment else set[str]()
        absent |= {capability for capability, table in self.tables.items() if not table}
        self.capabilities = type(self).capabilities - absent

    def identify(self) -> Identity:
        """The serial number is read where the map has one; else one register, to see that it answers."""
        if self.map.serial:
            return Identity(self.map.maker, self.map.model, str(self._read(self.map.serial)[0]))
        tables = (self.map.environment, *self.tables.values())
        self._read(next(register for table in tables for register in table.values()))
        return Identity(self.map.maker, self.map.model, "")

    def measure_environment(self) -> dict[str, Reading]:
        if not self.map.environment:
            raise DeviceFault("not-capable")
        return {name: self._reading(name, register) for name, register in self.map.environment.items()}

    def measure_temperature(self, channel: str) -> Reading:
        return self._channel("measure-temperature", channel)

    def measure_pressure(self, channel: str) -> Reading:
        return self._channel("measure-pressure", channel)

    def measure_volume(self, channel: str) -> Reading:
        """Flow or total; density and temperature of the stream too, where the map has them."""
        return self._channel("measure-volume", channel)

    def _channel(self, capability: str, channel: str) -> Reading:
        if channel not in self.tables[capability]:
            raise DeviceFault("no-such-channel", channel)
        return self._reading(channel, self.tables[capability][channel])

    def _reading(self, name: str, register: Register) -> Reading:
        value, raw = self._read(register)
        return Reading(value, register.unit, stable=True, raw=raw, quantity=name, derived=True)

    def _read(self, register: Register) -> tuple[Decimal, bytes]:
        request = register.read(self.map.unit_id)
        sent = request.request()
        reply = self.link.exchange(sent, frame=request, timeout=TIMEOUT)
        if sent.startswith(reply):
            raise BadReply("the line echoes")
        return register.decode(request.payload(reply)), reply
