"""Electricity meters after DL/T 645-2007, and 1997 where the profile says so; reading only."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fieldcal.driverkit import Driver, Identity, Link, Profile, Reading, sum8
from fieldcal.driverkit.decoded import Decoded, Value, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceFault
from fieldcal.driverkit.meters import END, FROM_METER, WAKE, Answer, several

START, OFFSET = b"\x68", 0x33
HEAD, SHORTEST = 10, 12  # bytes up to the length; bytes of a frame without data
ABNORMAL, MORE = 0x40, 0x20
TIMEOUT = 1.5  # s: a meter answers within 0.5 s, and 30 bytes at 1200 baud take 0.3 s


class Item(NamedTuple):
    name: str
    size: int
    decimals: int
    unit: str
    signed: bool = False


ITEMS_2007 = {
    "00000000": Item("combined_active", 4, 2, "kWh", True),
    "00010000": Item("forward_active", 4, 2, "kWh"),
    "00020000": Item("reverse_active", 4, 2, "kWh"),
    **{f"0201{n:02X}00": Item(f"U_{phase}", 2, 1, "V") for n, phase in enumerate("ABC", 1)},
    **{f"0202{n:02X}00": Item(f"I_{phase}", 3, 3, "A", True) for n, phase in enumerate("ABC", 1)},
    "02030000": Item("P", 3, 4, "kW", True),
    **{f"0203{n:02X}00": Item(f"P_{phase}", 3, 4, "kW", True) for n, phase in enumerate("ABC", 1)},
    "02040000": Item("Q", 3, 4, "kvar", True),
    "02060000": Item("PF", 2, 3, "1", True),
    "02800002": Item("f", 2, 2, "Hz"),
}
ITEMS_1997 = {"9010": Item("forward_active", 4, 2, "kWh")}
READ = ("read", "read_following", "read_address", "write", "write_address", "freeze")
SET = ("change_baud", "change_password", "clear_demand", "clear_meter", "clear_events")
COMMANDS_2007 = {0x08: "broadcast_time", **dict(enumerate(READ + SET, 0x11))}
COMMANDS_1997 = {0x01: "read", 0x02: "read_following", 0x04: "write", 0x08: "broadcast_time"}
ERRORS = ("other", "no_requested_data", "unauthorised", "baud", "year_zones", "day_slots", "tariffs")


class Edition(NamedTuple):
    """What the two editions differ in; the profile chooses and may add items."""

    commands: Mapping[int, str]
    items: Mapping[str, Item]
    read: int
    di_size: int

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Edition":
        own = {di.upper(): _item(table) for di, table in dict(settings.get("items") or {}).items()}
        if str(settings.get("edition", "2007")) == "1997":
            return cls(COMMANDS_1997, ITEMS_1997 | own, 0x01, 2)
        return cls(COMMANDS_2007, ITEMS_2007 | own, 0x11, 4)

    def di(self, data: bytes) -> str:
        return data[: self.di_size][::-1].hex().upper()

    def block(self, di: str) -> list[Item]:
        """The items of a block, FF in the last but one byte; a block of the table only."""
        if self.di_size != 4 or di[4:6] != "FF":
            return []
        return [item for key, item in sorted(self.items.items()) if key[:4] == di[:4] and key[6:] == di[6:]]


def _item(table: Mapping[str, Any]) -> Item:
    size, decimals = int(str(table["bytes"])), int(str(table["decimals"]))
    return Item(str(table["name"]), size, decimals, str(table["unit"]), bool(table.get("signed", False)))


def frames_in(buffer: bytes) -> Iterator[tuple[int, int]]:
    """(begin, size) wherever a frame may begin. Never by the end byte: address and data may contain it."""
    for at in range(len(buffer) - HEAD + 1):
        if buffer[at] == buffer[at + 7] == START[0]:
            yield at, SHORTEST + buffer[at + 9]


def decode_frame(wire: Wire) -> Decoded:
    """One frame with or without wake-up bytes; of several, those that are not our own echo."""
    body = wire.data.lstrip(WAKE)
    if problem := _shape(body):
        found = several(wire, frames_in, HEAD, _sound) if problem in ("bad_format", "bad_length") else None
        return found or rejected(problem)
    return _sound(body, wire)


def _shape(body: bytes) -> str:
    if body[:1] not in (b"", START) or body[7:8] not in (b"", START):
        return "bad_format"
    if len(body) < SHORTEST or len(body) < SHORTEST + body[9]:
        return "truncated"
    return "bad_length" if len(body) > SHORTEST + body[9] else ""


def _sound(frame: bytes, wire: Wire) -> Decoded:
    """A frame of the right length: end, check, direction, then what it says."""
    if frame[-1] != END:
        return rejected("bad_end")
    if (expected := sum8(frame[:-2])) != frame[-2]:
        return rejected("bad_check", expected_check=f"{expected:02X}")
    control = frame[8]
    if bool(control & FROM_METER) == wire.from_host:
        return rejected("wrong_direction")
    head = {"address": frame[6:0:-1].hex().upper(), "control": f"{control:02X}"}
    data = _data(frame)
    edition = Edition.of(wire.settings)
    if wire.from_host:
        return _request(edition, control, data, head)
    return _mismatch(edition, wire, head["address"], control, data) or _reply(edition, wire, control, data, head)


def _data(frame: bytes) -> bytes:
    return bytes((byte - OFFSET) & 0xFF for byte in frame[HEAD:-2])


def _request(edition: Edition, control: int, data: bytes, head: dict[str, Any]) -> Decoded:
    command = edition.commands.get(control)
    if command is None:
        return rejected("wrong_function", **head)
    if command in ("read", "read_following", "write"):
        if len(data) < edition.di_size:
            return rejected("bad_format", **head)
        head["di"] = edition.di(data)
    return Decoded("request", "request", details={"command": command, **head})


def _mismatch(edition: Edition, wire: Wire, address: str, control: int, data: bytes) -> Decoded | None:
    """A sound reply that is not the one to our request."""
    asked = wire.request.lstrip(WAKE)
    expected, di = str(wire.settings.get("expect_address", "")), str(wire.settings.get("expect_di", ""))
    if len(asked) >= SHORTEST:
        expected = expected or asked[6:0:-1].hex().upper()
        if control & 0x1F != asked[8] & 0x1F:
            return rejected("wrong_function")
        if len(asked) > SHORTEST:
            di = di or edition.di(_data(asked))
    if any(a != b != 0xAA for a, b in zip(bytes.fromhex(address), bytes.fromhex(expected), strict=False)):
        return rejected("address_mismatch")
    if di and not control & ABNORMAL and edition.di(data) != di.upper():
        return rejected("di_mismatch")
    return None


def _reply(edition: Edition, wire: Wire, control: int, data: bytes, head: dict[str, Any]) -> Decoded:
    command = edition.commands.get(control & 0x1F)
    if command is None:
        return rejected("wrong_function", **head)
    if control & ABNORMAL:
        named = [name for bit, name in enumerate(ERRORS) if data[:1] and data[0] >> bit & 1]
        return failed("device_error", errors=named, code=data[:1].hex().upper(), **head)
    if command == "read_address":
        number = data[::-1].hex().upper()
        return Decoded("identity", details={"text": number, **head}) if len(data) == 6 else rejected("bad_format")
    if command not in ("read", "read_following"):
        return Decoded("ack", "ack", details=head)
    if len(data) <= edition.di_size:
        return rejected("bad_format", **head)
    di, rest = edition.di(data), data[edition.di_size :]
    head = {**head, "di": di} | ({"more_follows": True} if control & MORE else {})
    signs = bool(wire.settings.get("sign_bit", True))
    return _block(edition.block(di), rest, signs, head) or _single(edition.items.get(di), rest, signs, head)


def _block(items: list[Item], rest: bytes, signs: bool, head: dict[str, Any]) -> Decoded | None:
    if not items or len(rest) != sum(item.size for item in items):
        return None
    values: list[Value] = []
    for item in items:
        part, rest = rest[: item.size], rest[item.size :]
        if (value := _value(item, part, signs)) is None:
            return rejected("bad_format", **head)
        values.append(Value(item.name, value, item.unit))
    return Decoded("readings", values=tuple(values), details=head)


def _single(item: Item | None, rest: bytes, signs: bool, head: dict[str, Any]) -> Decoded:
    """The length counts, not the table: what does not fit is shown raw, its format never guessed."""
    if item is None or len(rest) != item.size:
        status = "length_mismatch" if item or "FF" in head["di"] else "unknown"
        return Decoded("reading", status, details={"raw_bcd": rest[::-1].hex().upper(), **head})
    value = _value(item, rest, signs)
    return Decoded("reading", "ok", value, item.unit, details=head) if value else rejected("bad_format", **head)


def _value(item: Item, low_first: bytes, signs: bool) -> str | None:
    """None where a digit is none."""
    data = bytearray(low_first[::-1])
    negative = signs and item.signed and data[0] & 0x80
    if negative:
        data[0] &= 0x7F
    digits = data.hex()
    if not digits.isdecimal():
        return None
    whole = len(digits) - item.decimals
    return plain(f"{'-' if negative else ''}{digits[:whole]}.{digits[whole:]}")


def request(control: int, address: str, data: bytes = b"", preamble: int = 4) -> bytes:
    """A request to the meter with this printed number; `data` in plain, low byte first."""
    body = START + bytes.fromhex(address)[::-1] + START + bytes((control, len(data)))
    body += bytes((byte + OFFSET) & 0xFF for byte in data)
    return WAKE * preamble + body + bytes((sum8(body), END))


class Meter(Driver):
    capabilities = frozenset({"identify", "measure-energy"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.edition = Edition.of(self.profile)
        self.address = str(self.profile.get("address", "AA" * 6)).rjust(12, "0").upper()
        if len(self.address) != 12 or not set(self.address) <= set("0123456789A"):
            raise ValueError(f"address {self.address} has not twelve digits")
        self.named = {item.name: di for di, item in self.edition.items.items()}
        self.channels = tuple(self.named)

    def identify(self) -> Identity:
        """The number of the meter is its address; later requests go to this meter only."""
        if str(self.profile.get("identify", "address")) == "item":
            found = self._read(str(self.profile.get("identify_item", "forward_active")))[0]
        else:
            found = self._ask(0x13)[0]
            if found.kind != "identity":
                found.number()
                raise BadReply(found.kind)
        self.address = str(found.details.get("text", found.details["address"]))
        maker, model = (str(self.profile.get(key, "DL/T 645")) for key in ("maker", "model"))
        return Identity(maker, model, self.address)

    def measure_energy(self, channel: str) -> Reading:
        found, raw = self._read(channel)
        return Reading(found.number(), found.unit or "", True, raw, channel, derived=True)

    def _read(self, channel: str) -> tuple[Decoded, bytes]:
        if channel not in self.named:
            raise DeviceFault("no-such-channel", channel)
        found, raw = self._ask(self.edition.read, bytes.fromhex(self.named[channel])[::-1])
        found.number()
        if "more_follows" in found.details:
            raise BadReply(f"{channel} is not whole in one frame")
        return found, raw

    def _ask(self, control: int, data: bytes = b"") -> tuple[Decoded, bytes]:
        sent = request(control, self.address, data, int(str(self.profile.get("preamble", 4))))
        raw = self.link.exchange(sent, frame=Answer(frames_in, 8), timeout=TIMEOUT)
        return decode_frame(Wire(raw, self.profile, request=sent)), raw
