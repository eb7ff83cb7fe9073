"""The barest strict decoding of one frame of each protocol, and what independent libraries take for the same bytes.

A floor knows the one frame it is given: one strict regular expression or one unpacking with its check, and Decimal.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

Action = Callable[[bytes], object]
NUMBER = rb"-? ?(\d+\.\d+)"
TEXT = {
    "additel": rb"001:F:MRMD: (-?\d+\.\d+):(kPa)\r\n",
    "and": rb"(?:ST|US),([+-]\d{5}\.\d\d)  (g)\r\n",
    "crystal": rb" *(-?\d+\.\d+)\r\n *(psi)\r\n",
    "druck-740": rb"!9900PR=(-?\d+\.\d+)(\r\n)",
    "fluke-719": rb"(-?\d\.\d{6}E\d\d),(PSI),-?\d\.\d{6}E\d\d,PSI\r\n",
    "hart-152x": rb"(-?\d+\.\d+)(\r\n)",
    "mt-sics": rb"S [SD] (?=[ \d.-]{10} [a-z]) *(-?\d+(?:\.\d+)?) (g|kg)\r\n",
    "ohaus": rb"[ -](?=[ \d.]{8} ) *(\d+\.\d+) (kg|g) +\??(?:NET|G)? *\r\n",
    "printed-line": rb" *(-?\d+\.\d+) (g)\r\n",
    "sartorius-sbi": rb"[ +-](?=[ \d.]{10}) *(\d+\.\d+) (.{3})\r\n",
    "scpi": rb"([+-]\d\.\d{8}E[+-]\d\d)(\r\n)",
    "sma": rb"\n .[GNT]. *(-?\d+\.\d+)(lb|kg) \r",
    "mensor": rb"1 ([+-]\d+\.\d+)(\r\n)",
    "yaohua-a12": rb"W[GNT](-?\d{3}\.\d{3})(kg)..\r\n",
}
POWERS = [Decimal(1).scaleb(-places) for places in range(8)]


def text(shape: bytes) -> Action:
    strict = re.compile(shape)

    def decode(data: bytes) -> object:
        hit = strict.fullmatch(data)
        assert hit is not None
        return Decimal(hit[1].decode()), hit[2].decode()

    return decode


def crc_table() -> list[int]:
    table: list[int] = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
        table.append(crc)
    return table


CRC = crc_table()


def modbus(data: bytes) -> object:
    crc = 0xFFFF
    for byte in data[:-2]:
        crc = crc >> 8 ^ CRC[(crc ^ byte) & 0xFF]
    assert data[-2:] == crc.to_bytes(2, "little")
    return Decimal(struct.unpack(">h", data[3:5])[0]) * POWERS[1]


def dlt645(data: bytes) -> object:
    frame = data[data.index(0x68) :]
    assert sum(frame[:-2]) & 0xFF == frame[-2]
    assert frame[-1] == 0x16
    digits = bytes((byte - 0x33) & 0xFF for byte in frame[14:-2][::-1]).hex()
    return Decimal(int(digits)) * POWERS[2]


def cjt188(data: bytes) -> object:
    frame = data[data.index(0x68) :]
    assert sum(frame[:-2]) & 0xFF == frame[-2]
    assert frame[-1] == 0x16
    return Decimal(int(frame[14:18][::-1].hex())) * POWERS[2]


def stx(data: bytes) -> object:
    frame = data[data.rindex(b"\x02") :]
    check = 0
    for byte in frame[1:-3]:
        check ^= byte
    assert int(frame[-3:-1], 16) == check
    return Decimal(int(frame[1:8])) * POWERS[frame[8] - 0x30 if len(frame) > 11 else 0]


def floors() -> dict[str, Action]:
    return {name: text(shape) for name, shape in TEXT.items()} | {
        "modbus-rtu": modbus,
        "dlt645": dlt645,
        "cjt188": cjt188,
        "yaohua-stx": stx,
    }


def peers() -> dict[str, list[tuple[str, Action]]]:
    """Those that are installed: protocol -> (library, its decoding)."""
    found: dict[str, list[tuple[str, Action]]] = {}
    with suppress(ImportError):
        from pymodbus.framer import FramerRTU
        from pymodbus.pdu import DecodePDU

        framer = FramerRTU(DecodePDU(False))
        found.setdefault("modbus-rtu", []).append(("pymodbus", lambda data: framer.handleFrame(data, 0, 0)))
    with suppress(ImportError):
        import minimalmodbus

        def read(data: bytes) -> Any:
            return minimalmodbus._extract_payload(data, 1, "rtu", 3)

        found.setdefault("modbus-rtu", []).append(("minimalmodbus", read))
    with suppress(ImportError):
        import pynmea2

        def parse(data: bytes) -> Any:
            return pynmea2.parse(data.split(b"\r\n")[-2].decode(), check=True)

        found.setdefault("nmea", []).append(("pynmea2", parse))
    with suppress(ImportError):
        from dlt645.protocol.protocol import DLT645Protocol
        from loguru import logger

        logger.disable("dlt645")
        found.setdefault("dlt645", []).append(("dlt645", lambda data: DLT645Protocol.deserialize(data)))
    return found
