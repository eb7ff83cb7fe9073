"""Yaohua XK3190 indicators: four formats, none of which tells whether the weight is stable.

A weight counts as stable when it stood still for `stable_for` seconds of the map; all the bytes that show it are kept.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import ceil
from typing import Any

from fieldcal.driverkit import Driver, Identity, Link, Profile, Reading, SilentGap, seconds, xor8
from fieldcal.driverkit.decoded import Decoded, Decoder, Wire, failed, plain, rejected, stream
from fieldcal.driverkit.errors import BadReply, DeviceError, DeviceFault

STX, ETX = 0x02, 0x03
LIMIT = 16384  # bytes heard while waiting for a weight that stands still
SIGNED = re.compile(r"([+-])([0-9]{6})([0-4])")
DIGITS = re.compile(r" *[0-9]+\.?[0-9]*")
A12 = re.compile(r"W([GN])(-? *[0-9]+(?:\.[0-9]+)?) *")
UNIT = re.compile(r" ?[A-Za-z]{1,2} ?")
MODES = {"G": "gross", "N": "net"}
LIMITS = {"OL": "overload", "LO": "underload"}
COMMANDS = {"A": "handshake", "B": "gross", "C": "tare", "D": "net", "E": "unit_price", "F": "amount"}
DIALECTS = {"A22": {"0": "zero", "T": "tare", "R": "read", "r": "read"}}
PRICES = ("unit_price", "amount")
Settings = Mapping[str, Any]


def check_of(data: bytes, settings: Settings) -> bytes:
    """XOR as two characters; some manuals add 30h to a nibble above nine, most 37h."""
    above = 0x30 if settings.get("nibble") == "plus30" else 0x37
    return bytes(nibble + (0x30 if nibble < 10 else above) for nibble in divmod(xor8(data), 16))


def _bad_check(data: bytes, found: bytes, settings: Settings) -> Decoded | None:
    wanted = check_of(data, settings)
    return None if wanted == found else rejected("bad_check", expected_check=wanted.decode("ascii"))


def _several(wire: Wire, size: int, one: Callable[[bytes, Settings], Decoded], mark: bytes = b"") -> Decoded:
    """One frame of `size` bytes, or a stream of them; without a check the next frame's `mark` must follow at once."""
    if len(wire.data) <= size:
        return one(wire.data, wire.settings)

    def take(data: bytes) -> tuple[Decoded, int] | None:
        if mark and data[size : size + 1] not in (b"", mark):
            return None
        found = one(data[:size], wire.settings)
        return None if found.kind == "reject" else (found, size)

    found = stream(wire.data, take)
    return found if found.frames else rejected("bad_length")


def _weight(text: str, unit: str | None = None, **details: Any) -> Decoded:
    return Decoded("reading", "unknown", plain(text), unit, details={"quantity": "weight", **details})


def _pointed(text: str) -> str | None:
    """Sign, six digits and the number of decimals, as one number."""
    hit = SIGNED.fullmatch(text)
    return f"{hit[1]}{hit[2]}e-{hit[3]}" if hit else None


def decode_stx(wire: Wire) -> Decoded:
    """tF=0: 02, sign, six digits, decimals, check, 03."""
    return _several(wire, 12, _stx)


def _stx(data: bytes, settings: Settings) -> Decoded:
    if len(data) != 12:
        return rejected("bad_length")
    if data[0] != STX:
        return rejected("bad_format")
    if data[11] != ETX:
        return rejected("bad_end")
    if (text := _pointed(data[1:9].decode("latin-1"))) is None:
        return rejected("bad_format")
    return _bad_check(data[1:9], data[9:11], settings) or _weight(text)


def decode_eq(wire: Wire) -> Decoded:
    """`=`, sign and seven characters: `format` must say in which direction, since both can look right."""
    return _several(wire, 9, _eq, mark=b"=")


def _eq(data: bytes, settings: Settings) -> Decoded:
    if len(data) != 9:
        return rejected("bad_length")
    text = data.decode("latin-1")
    shapes = {"eq_fwd": (text[1], text[2:]), "eq_rev": (text[8], text[7:0:-1])}
    if text[0] != "=" or (parts := shapes.get(str(settings.get("format", "")))) is None:
        return rejected("bad_format")
    signs = {"0": "", "1": "-"} if settings.get("dialect") == "A22" else {"0": "", "-": "-"}
    if parts[0] not in signs or not DIGITS.fullmatch(parts[1]):
        return rejected("bad_format")
    return _weight(signs[parts[0]] + parts[1].strip())


def decode_a12(wire: Wire) -> Decoded:
    """A12(E): W, G or N, seven characters, unit, check, CR LF; or nine blanks and OL or LO."""
    return _several(wire, 15, _a12)


def _a12(data: bytes, settings: Settings) -> Decoded:
    if len(data) != 15:
        return rejected("bad_length")
    if not data.endswith(b"\r\n"):
        return rejected("bad_end")
    if wrong := _bad_check(data[:11], data[11:13], settings):
        return wrong
    text = data[:11].decode("latin-1")
    if text[:9].isspace() and text[9:] in LIMITS:
        return failed(LIMITS[text[9:]], code=text[9:])
    if not (hit := A12.fullmatch(text[:9])) or not UNIT.fullmatch(text[9:]):
        return rejected("bad_format")
    return _weight(hit[2].replace(" ", ""), text[9:].strip(), mode=MODES[hit[1]])


def decode_cmd(wire: Wire) -> Decoded:
    """Command mode: 02, address, command, data, check, 03, in either direction."""
    data = wire.data
    if len(data) != 6 and (wire.from_host or len(data) != 14):
        return rejected("bad_length")
    if data[0] != STX:
        return rejected("bad_format")
    if data[-1] != ETX:
        return rejected("bad_end")
    if wrong := _bad_check(data[1:-3], data[-3:-1], wire.settings):
        return wrong
    if wire.request and data[1:2] != wire.request[1:2]:
        return rejected("address_mismatch")
    if wire.request and data[2:3] != wire.request[2:3]:
        return rejected("item_mismatch")
    address, letter = data[1] - 0x40, chr(data[2])
    command = DIALECTS.get(str(wire.settings.get("dialect", "")), COMMANDS).get(letter)
    if not 1 <= address <= 26 or command is None:
        return rejected("bad_format")
    return _said(data, command, address, wire.from_host)


def _said(data: bytes, command: str, address: int, from_host: bool) -> Decoded:
    if len(data) == 6:
        kind = "request" if from_host else "ack"
        return Decoded(kind, kind, details={"command": command, "address": address})
    if (text := _pointed(data[3:11].decode("latin-1"))) is None:
        return rejected("bad_format")
    if command in PRICES:
        return Decoded("reading", "ok", plain(text), details={"quantity": command, "address": address})
    return _weight(text, mode=command, address=address)


# format of a map -> its decoder, the shape of a frame on the line, its size
TALKING: dict[str, tuple[Decoder, bytes, int]] = {
    "stx": (decode_stx, rb"\x02[+-][0-9]{6}[0-4][0-F]{2}\x03", 12),
    "eq_fwd": (decode_eq, rb"=[-01][0-9. ]{7}", 9),
    "eq_rev": (decode_eq, rb"=[0-9. ]{7}[-01]", 9),
    "a12": (decode_a12, rb"(?:W[GN][-0-9. ]{7}[A-Za-z ]{2}| {9}(?:OL|LO))[0-F]{2}\r\n", 15),
}


class Equal:
    """`count` frames behind each other, equal byte for byte, out of a stream joined anywhere."""

    def __init__(self, shape: bytes, count: int) -> None:
        self._one = re.compile(shape)
        self._all = re.compile(b"(" + shape + b")" + b"\\1{%d}" % (count - 1))
        self._buffer = b""

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        self._buffer = buffer
        if hit := self._all.search(buffer):
            return hit[0], buffer[hit.end() :]
        if len(buffer) > LIMIT:
            raise BadReply(f"{len(buffer)} bytes without a weight")
        return None

    def moving(self) -> bool:
        return bool(self._one.search(self._buffer))


class Indicator(Driver):
    capabilities = frozenset({"identify", "measure-mass", "live-mass"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.format = str(self.profile.get("format", "stx"))
        if self.format != "command" and self.format not in TALKING:
            raise DeviceFault("bad-map", f"format {self.format!r}")
        self.stable_for = seconds(self.profile, "stable_for", 2)  # s
        self.rate = seconds(self.profile, "rate", 10)  # frames a second
        self.repeat = int(self.profile.get("repeat", 1))  # equal frames that make a reading
        self.gap = seconds(self.profile, "gap", 0.2)  # s of silence behind a reply
        self.turn = seconds(self.profile, "turn", 0.05)  # s for one request and its reply

    def identify(self) -> Identity:
        """It has no way to tell its serial number. Not by the handshake: its answer equals its own echo."""
        self.live_mass()
        return Identity(str(self.profile.get("maker", "Yaohua")), str(self.profile.get("model", "XK3190")), "")

    def measure_mass(self, *, settle: float) -> Reading:
        """A weight that stood still for `stable_for` seconds; DeviceFault `unstable` if none did within `settle`."""
        if self.format == "command":
            return self._still_polled(settle)
        return self._heard(max(self.repeat, ceil(self.stable_for * self.rate)), settle, stable=True)

    def live_mass(self) -> Reading:
        """Never told to be stable: one frame does not show it."""
        if self.format == "command":
            return self._polled()
        return self._heard(self.repeat, 2.0 + self.repeat / self.rate, stable=False)

    def _heard(self, count: int, timeout: float, *, stable: bool) -> Reading:
        decode, shape, size = TALKING[self.format]
        equal = Equal(shape, count)
        try:
            raw = self.link.listen(equal, timeout=timeout)
        except DeviceError as error:
            if error.code == "truncated" and equal.moving():
                raise DeviceFault("unstable", f"no {count} equal frames in {timeout} s") from error
            raise
        return self._reading(decode(Wire(raw[:size], self.profile)), raw, stable)

    def _polled(self) -> Reading:
        request = self._request(str(self.profile.get("read", "B")))
        raw = self.link.exchange(request, frame=SilentGap(self.gap), timeout=1.0 + self.gap)
        return self._reading(decode_cmd(Wire(raw, self.profile, request=request)), raw, stable=False)

    def _still_polled(self, settle: float) -> Reading:
        """The link waits `gap` seconds behind each reply, so that many equal ones last `stable_for` seconds."""
        wanted = ceil(self.stable_for / self.gap) + 1
        equal: list[Reading] = []
        for _ in range(max(1, int(settle / (self.gap + self.turn)))):
            reading = self._polled()
            if equal and reading.value != equal[-1].value:
                equal = []
            equal.append(reading)
            if len(equal) >= wanted:
                raw = b"".join(one.raw for one in equal)
                return Reading(reading.value, reading.unit, True, raw, "mass", derived=True)
        raise DeviceFault("unstable", f"no {wanted} equal replies in {settle} s")

    def _request(self, command: str) -> bytes:
        body = str(self.profile.get("address", "A")).encode("ascii") + command.encode("ascii")
        return bytes((STX,)) + body + check_of(body, self.profile) + bytes((ETX,))

    def _reading(self, found: Decoded, raw: bytes, stable: bool) -> Reading:
        value: Decimal = found.number()
        if found.kind != "reading" or not (unit := found.unit or str(self.profile.get("unit", ""))):
            raise BadReply(f"no weight with a unit: {raw!r}")
        return Reading(value, unit, stable, raw, "mass", derived=True)
