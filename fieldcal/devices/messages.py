"""What the program and the process of one driver say to each other: length-prefixed MessagePack on two pipes."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import IO, Any, cast

import msgspec

from fieldcal.devices.errors import OtherInstrument, of_code
from fieldcal.driverkit import DeviceError, DeviceFault, Identity, Reading
from fieldcal.driverkit.manifest import SerialSettings

SIZE = 4  # bytes of a length
LONGEST = 16_000_000  # bytes of a message


class Message(msgspec.Struct, frozen=True, tag_field="type"):
    pass


class Open(Message, frozen=True, tag="open"):
    """Which driver with which map's data on which port; `usb` finds the adapter again under another name."""

    folder: str
    profile: dict[str, Any]
    driver_hash: str
    port: str
    usb: tuple[str, str, str] | None
    line: SerialSettings
    expected: Identity | None


class Call(Message, frozen=True, tag="call"):
    id: int
    capability: str
    args: dict[str, Any]


class Cancel(Message, frozen=True, tag="cancel"):
    pass


class Forget(Message, frozen=True, tag="forget"):
    """The computer slept: close the port, and identify the instrument anew."""


class Close(Message, frozen=True, tag="close"):
    pass


class State(Message, frozen=True, tag="state"):
    """`found` is who answered in the place of `identity`, while it does."""

    linked: bool
    identity: Identity | None
    error: str
    found: Identity | None
    capabilities: list[str]
    channels: list[str]


class Heard(Message, frozen=True, tag="heard"):
    sent: bool
    data: bytes
    mono: float
    wall: float


class Done(Message, frozen=True, tag="done"):
    id: int
    value: bytes


class Failed(Message, frozen=True, tag="failed"):
    id: int
    code: str
    text: str
    fault: str = ""
    expected: Identity | None = None
    found: Identity | None = None


class Beat(Message, frozen=True, tag="beat"):
    pass


Asked = Open | Call | Cancel | Forget | Close
Told = State | Heard | Done | Failed | Beat
RESULTS: dict[str, Any] = {
    "identify": Identity,
    "measure-environment": dict[str, Reading],
    "position": dict[str, str],
    "read-code": str,
    "zero": None,
    "tare": None,
    "print-label": None,
}
_encoder = msgspec.msgpack.Encoder()


class Pipe:
    """One direction out, one in; sending is safe from any thread."""

    def __init__(self, inward: IO[bytes], outward: IO[bytes], kind: Any) -> None:
        self._in, self._out, self._lock = inward, outward, Lock()
        self._decoder = msgspec.msgpack.Decoder(kind)

    def send(self, message: Message) -> None:
        """Raises OSError or ValueError once the other side is gone."""
        data = _encoder.encode(message)
        with self._lock:
            self._out.write(len(data).to_bytes(SIZE, "big") + data)
            self._out.flush()

    def messages(self) -> Iterator[Any]:
        """Until the other side is gone, or says what is no message."""
        try:
            while len(head := self._in.read(SIZE)) == SIZE:
                size = int.from_bytes(head, "big")
                if size > LONGEST or len(data := self._in.read(size)) < size:
                    return
                yield self._decoder.decode(data)
        except (OSError, ValueError, msgspec.MsgspecError):
            return


def packed(value: object) -> bytes:
    return _encoder.encode(value)


def unpacked(capability: str, value: bytes) -> Any:
    """Raises msgspec.ValidationError for what this capability cannot give."""
    return msgspec.msgpack.decode(value, type=cast("Any", RESULTS.get(capability, Reading)))


def failure(number: int, error: DeviceError) -> Failed:
    if isinstance(error, OtherInstrument):
        return Failed(number, error.code, str(error), error.fault, error.expected, error.found)
    return Failed(number, error.code, str(error), error.fault if isinstance(error, DeviceFault) else "")


def error_of(told: Failed) -> DeviceError:
    if told.expected and told.found:
        return OtherInstrument(told.expected, told.found)
    return of_code(told.code, told.text, told.fault)
