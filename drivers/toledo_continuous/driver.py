"""Indicators with the Toledo continuous output: they speak unasked, and a motion bit tells a stable weight."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fieldcal.driverkit import Driver, Identity, Reading, sum8
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected, stream
from fieldcal.driverkit.errors import BadReply, DeviceError, DeviceFault
from fieldcal.driverkit.settled import is_nought, wait_until

STX, CR = 0x02, 0x0D
LIMIT = 16384  # bytes heard while waiting for a weight without motion
SETTLED = 8.0  # s, in which zero and tare must show
PROMPT = 2.0  # s; the output comes some seven times a second
INCREMENTS = {1: 1, 2: 2, 3: 5}
FLAGS = {0x08: "print_request", 0x10: "expanded", 0x40: "manual_tare"}
REQUEST = re.compile(rb"(?:([PTZCS])|T([0-9.]{1,7}))(?:\r\n)?")
FIELD = re.compile(rb" *[0-9]+")
STILL = bytes(b for b in range(128) if not b & 0x08 or b & 0x44)  # SWB: no motion, or a fault that ends the wait


def _masked(data: bytes) -> bytes:
    return bytes(byte & 0x7F for byte in data)


def _digits(settings: Mapping[str, Any]) -> int:
    return 6 if settings.get("length") == "short" else 12


def _check_kind(settings: Mapping[str, Any]) -> str:
    return str(settings.get("check", "twos7"))


def _size(settings: Mapping[str, Any]) -> int:
    return 5 + _digits(settings) + (_check_kind(settings) != "none")


def _check_holds(data: bytes, kind: str) -> bool:
    """`twos7`: two's complement over seven bits, STX and CR included; `sum8`: the plain sum."""
    if kind == "twos7":
        return sum8(_masked(data)) & 0x7F == 0
    return kind == "none" or (kind == "sum8" and sum8(data[:-1]) == data[-1])


def decode_frame(wire: Wire) -> Decoded:
    """One frame, several behind each other, or a letter sent to the indicator."""
    if wire.from_host:
        return _request(wire.data)
    size = _size(wire.settings)
    if len(wire.data) > size:
        found = stream(wire.data, lambda data: _first(data, size, wire.settings))
        return found if found.frames else rejected("bad_length")
    return _frame(wire.data, wire.settings)


def _request(data: bytes) -> Decoded:
    if not (hit := REQUEST.fullmatch(data)):
        return rejected("bad_format")
    if hit[2]:
        return Decoded("request", "request", details={"command": "T", "tare": plain(hit[2].decode())})
    return Decoded("request", "request", details={"command": hit[1].decode()})


def _first(data: bytes, size: int, settings: Mapping[str, Any]) -> tuple[Decoded, int] | None:
    found = _frame(data[:size], settings)
    return None if found.kind == "reject" else (found, size)


def _frame(data: bytes, settings: Mapping[str, Any]) -> Decoded:
    if len(data) != _size(settings):
        return rejected("bad_length")
    clean, end = _masked(data), 4 + _digits(settings)
    if clean[0] != STX:
        return rejected("bad_format")
    if clean[end] != CR:
        return rejected("bad_end")
    if not _check_holds(data, _check_kind(settings)):
        return rejected("bad_check")
    weight, tare = clean[4:10], clean[10:end]
    if not FIELD.fullmatch(weight) or (tare.strip() and not FIELD.fullmatch(tare)):
        return rejected("bad_format")
    return _weight(clean, weight, tare, settings)


def _weight(clean: bytes, weight: bytes, tare: bytes, settings: Mapping[str, Any]) -> Decoded:
    a, b, c = clean[1:4]
    unit = _unit(b, c, settings)
    details: dict[str, Any] = {
        "quantity": "weight",
        "mode": "net" if b & 0x01 else "gross",
        "increment": INCREMENTS.get(a >> 3 & 3),
        "flags": [name for bit, name in FLAGS.items() if c & bit],
        "tare": _scaled(tare, a & 7, False, settings) if tare.strip() else None,
    }
    if b & 0x04:
        return failed("out_of_range", **details)
    if b & 0x40:
        return failed("not_zeroed", **details)
    value = _scaled(weight, a & 7, bool(b & 0x02), settings)
    return Decoded("reading", "unstable" if b & 0x08 else "stable", value, unit, details=details)


def _scaled(field: bytes, code: int, negative: bool, settings: Mapping[str, Any]) -> str | None:
    """Six digits with the point of decimal code `code`: 0 is x100, 2 is x1, 3 is x0.1."""
    power = 2 - code
    if power > 0 and settings.get("fixed_zeros", "added") == "contained":
        power = 0
    return plain(f"{'-' if negative else ''}{field.strip().decode()}e{power}")


def _unit(b: int, c: int, settings: Mapping[str, Any]) -> str | None:
    """Of a unit code that the settings do not name there is no unit."""
    if not c & 7:
        return "kg" if b & 0x10 else "lb"
    units: Mapping[str, Any] = settings.get("units", {"1": "g"})
    named = units.get(str(c & 7))
    return None if named is None else str(named)


class Heard:
    """The next frame in a stream joined anywhere; one with a wrong check is given too, so that it shows.

    `still` waits for a frame without motion and keeps in mind whether there were others.
    """

    def __init__(self, settings: Mapping[str, Any], still: bool) -> None:
        digits, tail = _digits(settings), b"" if _check_kind(settings) == "none" else b"."
        shape = rb"\x02.%s.[0-9 ]{%d}\r%s"
        self._any = re.compile(shape % (b".", digits, tail), re.DOTALL)
        state = b"[" + re.escape(STILL) + b"]" if still else b"."
        self._shape = re.compile(shape % (state, digits, tail), re.DOTALL)
        self._buffer = b""

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        self._buffer = buffer
        if hit := self._shape.search(_masked(buffer)):
            return buffer[hit.start() : hit.end()], buffer[hit.end() :]
        if len(buffer) > LIMIT:
            raise BadReply(f"{len(buffer)} bytes without a weight")
        return None

    def moving(self) -> bool:
        return bool(self._any.search(_masked(self._buffer)))


class Indicator(Driver):
    """Zero and tare are keys pressed from afar and have no answer: the weight that follows must show them."""

    capabilities = frozenset({"identify", "measure-mass", "live-mass", "zero", "tare"})

    _mode = ""  # of the last weight

    def identify(self) -> Identity:
        """It has no way to tell its serial number; one good frame shows that it is there."""
        found = self._decoded(self.link.listen(Heard(self.profile, still=False), timeout=PROMPT))
        if found.kind == "reject":
            found.number()
        maker, model = self.profile.get("maker", "Toledo"), self.profile.get("model", "continuous output")
        return Identity(str(maker), str(model), "")

    def measure_mass(self, *, settle: float) -> Reading:
        """Wait up to `settle` seconds for a weight without motion; DeviceFault `unstable` if none comes."""
        heard = Heard(self.profile, still=True)
        try:
            raw = self.link.listen(heard, timeout=settle)
        except DeviceError as error:
            if error.code == "truncated" and heard.moving():
                raise DeviceFault("unstable", f"in motion for {settle} s") from error
            raise
        reading = self._reading(raw)
        if not reading.stable:
            raise BadReply(f"in motion: {raw!r}")
        return reading

    def live_mass(self) -> Reading:
        return self._reading(self.link.listen(Heard(self.profile, still=False), timeout=PROMPT))

    def zero(self) -> None:
        self._press("Z", "gross")

    def tare(self) -> None:
        self._press("T", "net")

    def _press(self, key: str, mode: str) -> None:
        """DeviceFault `rejected` where no nought follows; a key pressed while the weight moves does nothing."""
        self.measure_mass(settle=SETTLED)
        self.link.tell(f"{key}{self.profile.get('command_end', '')}".encode("ascii"))
        wait_until(self._still, lambda: None, SETTLED, lambda reading: is_nought(reading, 1) and self._mode == mode)

    def _still(self, left: float) -> Reading:
        return self.measure_mass(settle=max(left, PROMPT))

    def _decoded(self, raw: bytes) -> Decoded:
        return decode_frame(Wire(raw, self.profile))

    def _reading(self, raw: bytes) -> Reading:
        found = self._decoded(raw)
        value: Decimal = found.number()
        self._mode = found.details["mode"]
        if "expanded" in found.details["flags"] and self.profile.get("expanded", "refuse") == "refuse":
            raise DeviceFault("expanded", "the display is expanded, and where the point stands then is not sure")
        if found.unit is None:
            raise BadReply(f"unknown unit: {raw!r}")
        return Reading(value, found.unit, found.status == "stable", raw, "mass")
