"""Text and bytes to numbers, strictly: what is not plainly a number is a BadReply, never zero."""

from __future__ import annotations

import re
from decimal import Decimal

from fieldcal.driverkit.errors import BadReply

# \d without re.ASCII, and Decimal itself, would also take full-width and Arabic digits
_NUMBER = re.compile(r"[+-]?[0-9]{1,24}(?:\.[0-9]{1,24})?")


def number(text: str) -> Decimal:
    """The Decimal written in `text`, trailing zeros kept since they carry the resolution."""
    if not _NUMBER.fullmatch(text):
        raise BadReply(f"not a number: {text!r}")
    return Decimal(text)


def sum8(data: bytes) -> int:
    return sum(data) & 0xFF


def xor8(data: bytes) -> int:
    result = 0
    for byte in data:
        result ^= byte
    return result


def bcd(data: bytes) -> int:
    """Packed decimal, high digit first; a digit above nine is a BadReply."""
    text = data.hex()
    if not text.isdecimal():
        raise BadReply(f"not packed decimal: {text}")
    return int(text)


def _crc_table() -> tuple[int, ...]:
    table: list[int] = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
        table.append(value)
    return tuple(table)


_CRC = _crc_table()


def crc16(data: bytes) -> bytes:
    """CRC-16/MODBUS as it goes on the wire, low byte first."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ _CRC[(crc ^ byte) & 0xFF]
    return crc.to_bytes(2, "little")
