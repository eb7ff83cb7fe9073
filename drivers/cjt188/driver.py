"""Water, gas and heat meters after CJ/T 188-2004; reading only."""

from collections.abc import Iterator, Mapping
from typing import Any

from fieldcal.driverkit import Driver, Identity, Link, Profile, Reading, sum8
from fieldcal.driverkit.decoded import Decoded, Value, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceFault
from fieldcal.driverkit.meters import END, FROM_METER, WAKE, Answer, several

START = 0x68
HEAD, SHORTEST = 11, 13  # bytes up to the length; bytes of a frame without data
ABNORMAL, ANY = 0x40, 0xAA
TIMEOUT = 2.0  # s: 59 bytes at 1200 baud take 0.55 s, and a meter on battery has to wake up
TYPES = {
    0x10: "cold_water",
    0x11: "hot_water",
    0x12: "drinking_water",
    0x13: "reclaimed_water",
    0x20: "heat",
    0x21: "cooling",
    0x30: "gas",
    0x40: "electricity",
    ANY: "any",
}
COMMANDS = {
    0x01: "read",
    0x03: "read_address",
    0x04: "write",
    0x09: "read_key_version",
    0x15: "write_address",
    0x16: "write_base",
}
UNITS = {0x2C: ("m³", "volume"), 0x35: ("m³/h", "flow"), 0x08: ("MWh", "energy"), 0x17: ("kW", "power")}
DECIMALS = {"volume": 2, "energy": 2, "power": 2, "flow": 4}
WATER = ("current", "settlement")
HEAT = ("settlement_heat", "heat", "power", "flow", "volume")
FIXED = (("supply_temperature", 2, "°C"), ("return_temperature", 2, "°C"), ("hours", 0, "h"))  # three bytes each
CLOCK, STATUS = 7, 2  # bytes at the end of a reading


def frames_in(buffer: bytes) -> Iterator[tuple[int, int]]:
    """(begin, size) wherever a frame may begin. There is one start byte only, so a known type must follow."""
    for at in range(len(buffer) - HEAD + 1):
        if buffer[at] == START and buffer[at + 1] in TYPES:
            yield at, SHORTEST + buffer[at + 10]


def decode_frame(wire: Wire) -> Decoded:
    """One frame with or without wake-up bytes; of several, those that are not our own echo."""
    body = wire.data.lstrip(WAKE)
    if body[:1] not in (b"", b"\x68") or (len(body) > 1 and body[1] not in TYPES):
        return several(wire, frames_in, HEAD, _sound) or rejected("bad_format")
    if len(body) < SHORTEST or len(body) < SHORTEST + body[10]:
        return rejected("truncated")
    if len(body) > SHORTEST + body[10]:
        return several(wire, frames_in, HEAD, _sound) or rejected("bad_length")
    return _sound(body, wire)


def _sound(frame: bytes, wire: Wire) -> Decoded:
    """A frame of the right length: end, check, direction, address, then what it says."""
    if frame[-1] != END:
        return rejected("bad_end")
    if (expected := sum8(frame[:-2])) != frame[-2]:
        return rejected("bad_check", expected_check=f"{expected:02X}")
    control, data = frame[9], frame[HEAD:-2]
    if bool(control & FROM_METER) == wire.from_host:
        return rejected("wrong_direction")
    number, maker = frame[6:1:-1].hex().upper(), frame[8:6:-1].hex().upper()
    head: dict[str, Any] = {"meter_type": TYPES[frame[1]], "address": number, "maker": maker}
    head["control"] = f"{control:02X}"
    command = COMMANDS.get(control & 0x3F)
    if command is None:
        return rejected("wrong_function", **head)
    if problem := _mismatch(frame, wire):
        return rejected(problem, **head)
    if control & ABNORMAL:
        return failed("device_error", code=data[1:].hex().upper(), **head)
    if len(data) < 3:
        return rejected("bad_format", **head)
    head |= {"di_wire": data[:2].hex(" ").upper(), "ser": data[2]}
    if wire.from_host:
        return Decoded("request", "request", details={"command": command, **head})
    if command == "read_address":
        return Decoded("identity", details={"text": number, **head})
    return (
        _reading(frame[1], data[3:], wire.settings, head) if command == "read" else Decoded("ack", "ack", details=head)
    )


def _mismatch(frame: bytes, wire: Wire) -> str:
    """A sound reply that is not the one to our request."""
    asked, address = wire.request.lstrip(WAKE), str(wire.settings.get("expect_address", ""))
    if any(a != b != ANY for a, b in zip(frame[6:1:-1], bytes.fromhex(address), strict=False)):
        return "address_mismatch"
    if wire.from_host or len(asked) < SHORTEST:
        return ""
    if any(a != b != ANY for a, b in zip(frame[1:9], asked[1:9], strict=True)):
        return "address_mismatch"
    if frame[9] & 0x3F != asked[9]:
        return "wrong_function"
    same = 3 if wire.settings.get("check_ser", False) else 2
    if not frame[9] & ABNORMAL and frame[HEAD : HEAD + same] != asked[HEAD : HEAD + same]:
        return "di_mismatch"
    return ""


def _reading(kind: int, data: bytes, settings: Mapping[str, Any], head: dict[str, Any]) -> Decoded:
    names, fixed = (HEAT, FIXED) if kind in (0x20, 0x21) else (WATER, ())
    size = 5 * len(names) + 3 * len(fixed)
    if kind == 0x40 or len(data) != size + CLOCK + STATUS:
        return Decoded("reading", "length_mismatch", details={"raw_bcd": data.hex(" ").upper(), **head})
    values = [_measured(name, data[5 * n : 5 * n + 5], settings) for n, name in enumerate(names)]
    for n, (name, decimals, unit) in enumerate(fixed):
        begin = 5 * len(names) + 3 * n
        values.append(_shown(name, data[begin : begin + 3], decimals, unit))
    if any(value.status == "bad_format" for value in values):
        return rejected("bad_format", **head)
    status = "ok" if all(value.status == "ok" for value in values) else "partly_invalid"
    rest = {"time": _time(data[size : size + CLOCK]), "status_bytes": data[-STATUS:].hex(" ").upper()}
    details = {**head, **rest, **_flags(data[-STATUS], settings)}
    return Decoded("readings", status, values=tuple(values), details=details)


def _measured(name: str, field: bytes, settings: Mapping[str, Any]) -> Value:
    """Four bytes of digits and the unit, which stands on the side the profile tells."""
    before = settings.get("unit_position", "after") == "before"
    code, digits = (field[0], field[1:]) if before else (field[4], field[:4])
    own: Mapping[str, str] = dict(settings.get("units") or {}).get(f"{code:02X}", {})
    unit, kind = (own["unit"], own["kind"]) if own else UNITS.get(code, ("", ""))
    if not unit:
        return Value(name, None, None, "invalid_value")  # a number without a unit is none
    decimals = {**DECIMALS, **dict(settings.get("decimals") or {})}
    return _shown(name, digits, int(str(decimals[kind])), unit)


def _shown(name: str, low_first: bytes, decimals: int, unit: str) -> Value:
    digits = low_first[::-1].hex()
    if not digits.strip("f"):
        return Value(name, None, unit, "unavailable")
    if not digits.isdecimal():
        return Value(name, None, unit, "bad_format")
    whole = len(digits) - decimals
    return Value(name, plain(f"{digits[:whole]}.{digits[whole:]}"), unit)


def _time(clock: bytes) -> str | None:
    """None for a clock that was never set."""
    text = clock[::-1].hex()
    if not text.isdecimal() or not int(text):
        return None
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:]}"


def _flags(status: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the bits mean differs by maker, so nothing is said of them without a profile."""
    bits = {key: int(str(value)) for key, value in dict(settings.get("status") or {}).items()}
    if not bits:
        return {}
    names = {bits["closed"]: "closed", bits["fault"]: "fault", 0: "open"}
    return {"valve": names.get(status & bits["valve"], "unknown"), "battery_low": bool(status & bits["battery"])}


class Meter(Driver):
    capabilities = frozenset({"identify", "measure-volume"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        kind = bytes.fromhex(self._setting("type", "10"))
        number = bytes.fromhex(self._setting("address", "AA" * 5))[::-1]
        self.station = kind + number + bytes.fromhex(self._setting("maker_code", "AAAA"))[::-1]
        if len(self.station) != 8 or kind[0] not in TYPES:
            raise ValueError("type, address and maker_code have two, ten and four digits")
        self.channels = (*HEAT, *(name for name, _, _ in FIXED)) if kind[0] in (0x20, 0x21) else WATER

    def identify(self) -> Identity:
        """The printed number; later requests go to this meter only."""
        if self._setting("identify", "address") == "read":
            found, raw = self._ask(0x01, self._setting("di", "1F 90"), self.station)
        else:
            anybody = self.station if self.station[1] != ANY else bytes((ANY,)) * 8
            found, raw = self._ask(0x03, self._setting("address_di", "81 0A"), anybody)
        if found.kind not in ("identity", "readings"):
            found.number()
            raise BadReply(found.kind)
        if self.station[0] not in (raw[1], ANY):
            raise BadReply(f"a meter of type {raw[1]:02X}")
        self.station = raw[1:9]
        return Identity(
            self._setting("maker", "CJ/T 188"), self._setting("model", "CJ/T 188"), found.details["address"]
        )

    def measure_volume(self, channel: str) -> Reading:
        if channel not in self.channels:
            raise DeviceFault("no-such-channel", channel)
        found, raw = self._ask(0x01, self._setting("di", "1F 90"), self.station)
        if found.kind != "readings":
            found.number()
            raise BadReply(found.kind)
        value = next(one for one in found.values if one.name == channel)
        number = Decoded("reading", value.status, value.value, value.unit).number()
        return Reading(number, value.unit or "", True, raw, channel, derived=True)

    def _ask(self, control: int, di: str, station: bytes) -> tuple[Decoded, bytes]:
        body = bytes((START,)) + station + bytes((control, 3)) + bytes.fromhex(di) + b"\x00"
        sent = WAKE * int(self._setting("preamble", "3")) + body + bytes((sum8(body), END))
        raw = self.link.exchange(sent, frame=Answer(frames_in, 9), timeout=TIMEOUT)
        return decode_frame(Wire(raw, self.profile, request=sent)), raw

    def _setting(self, key: str, usual: str) -> str:
        return str(self.profile.get(key, usual))
