"""Modbus RTU, reading only: requests, replies by their expected length, and the slave's side of both."""

from __future__ import annotations

from dataclasses import dataclass

from fieldcal.driverkit.codec import crc16
from fieldcal.driverkit.errors import BadChecksum, BadReply, DeviceFault

HOLDING, INPUT = 3, 4
_FAULTS = {
    1: "illegal-function",
    2: "illegal-address",
    3: "illegal-value",
    4: "device-failure",
    6: "busy",
    11: "gateway-target-silent",
}


@dataclass(frozen=True, slots=True)
class ReadRegisters:
    """`address` is the one on the wire, counted from 0; `function` 3 reads holding, 4 input registers.

    It is also the frame of its own reply: USB adapters batch bytes, so silence cannot end a frame.
    """

    unit: int
    function: int
    address: int
    count: int

    def request(self) -> bytes:
        body = bytes((self.unit, self.function)) + self.address.to_bytes(2, "big")
        return seal(body + self.count.to_bytes(2, "big"))

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        if len(buffer) < 2:
            return None
        size = 5 if buffer[1] & 0x80 else 5 + 2 * self.count
        return None if len(buffer) < size else (buffer[:size], buffer[size:])

    def payload(self, reply: bytes) -> bytes:
        """The registers' bytes; a foreign or late frame is a BadReply, a refusal a DeviceFault."""
        body = unseal(reply)
        if body[0] != self.unit or body[1] & 0x7F != self.function:
            raise BadReply(f"unit {body[0]} function {body[1]} answered unit {self.unit} {self.function}")
        if body[1] & 0x80:
            raise DeviceFault(_FAULTS.get(body[2], f"exception-{body[2]}"))
        if body[2] != 2 * self.count or len(body) != 3 + body[2]:
            raise BadReply(f"{body[2]} bytes instead of {2 * self.count}")
        return body[3:]


def seal(body: bytes) -> bytes:
    return body + crc16(body)


def unseal(frame: bytes) -> bytes:
    if len(frame) < 5:
        raise BadReply(f"{frame!r} is too short for Modbus")
    if crc16(frame[:-2]) != frame[-2:]:
        raise BadChecksum(frame.hex(" "))
    return frame[:-2]


def parse_request(frame: bytes) -> ReadRegisters:
    """For simulators: the request in a frame of eight bytes."""
    body = unseal(frame)
    return ReadRegisters(body[0], body[1], int.from_bytes(body[2:4], "big"), int.from_bytes(body[4:6], "big"))


def answer(request: ReadRegisters, payload: bytes) -> bytes:
    return seal(bytes((request.unit, request.function, len(payload))) + payload)


def refusal(request: ReadRegisters, exception: int) -> bytes:
    return seal(bytes((request.unit, request.function | 0x80, exception)))
