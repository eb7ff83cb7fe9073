"""The list of ports, and a link on one of them or on a port of a serial server (RFC 2217)."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from threading import Lock
from time import monotonic, sleep

import serial
from serial.tools import list_ports as pyserial_ports

from fieldcal.devices.link import Listener, StreamLink
from fieldcal.devices.tcp_link import address
from fieldcal.driverkit import Blocked, Disconnected
from fieldcal.driverkit.manifest import SerialSettings

try:  # after an unplug it comes out of pyserial's calls, and it is no OSError
    from termios import error as TermiosError
except ImportError:  # Windows
    TermiosError = OSError


@dataclass(frozen=True)
class PortInfo:
    """`name` changes with every plugging; the other fields tell whether it is the same adapter."""

    name: str
    description: str = ""
    vid: str = ""
    pid: str = ""
    serial: str = ""
    location: str = ""
    hwid: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """USB ids with the serial number, or the socket where the adapter has none (CH340)."""
        return (self.vid, self.pid, self.serial or self.location) if self.vid else ("", "", self.name)


def list_ports() -> list[PortInfo]:
    return [
        PortInfo(
            port.device,
            "" if port.description in (None, "n/a", port.device) else port.description,
            f"{port.vid:04X}" if port.vid is not None else "",
            f"{port.pid:04X}" if port.pid is not None else "",
            port.serial_number or "",
            port.location or "",
            port.hwid or "",
        )
        for port in sorted(pyserial_ports.comports(), key=lambda port: port.device)
    ]


WIRELESS = "8N1"  # a pseudo-terminal has no bits; asked for seven a second time it refuses to be set up


def is_pseudo_terminal(name: str) -> bool:
    return os.path.realpath(name).startswith("/dev/pts/")


class SerialLink(StreamLink):
    GONE = (OSError, TermiosError)
    WRITE = 0.5  # s: a request that flow control holds back

    def __init__(self, port: serial.Serial, listener: Listener | None = None) -> None:
        super().__init__(listener)
        self._port = port
        self._gate = Lock()  # a cancel must not write into a handle that is being closed

    @classmethod
    def open(cls, name: str, settings: SerialSettings, listener: Listener | None = None) -> SerialLink:
        """Raises Disconnected when there is no such port, or another program has it."""
        port = cls._made(name)
        port.baudrate = settings.baud[0]
        bits = WIRELESS if is_pseudo_terminal(name) else settings.bits
        port.bytesize, port.parity, port.stopbits = int(bits[0]), bits[1], int(bits[2])
        port.xonxoff, port.rtscts = settings.handshake == "xonxoff", settings.handshake == "rtscts"
        if not settings.dtr:  # set before opening: some boards reset on the edge
            port.dtr = False
        if not settings.rts:
            port.rts = False
        try:
            port.open()
            return cls(port, listener)
        except (OSError, ValueError, TermiosError) as error:
            port.close()
            raise Disconnected(str(error)) from error

    @classmethod
    def _made(cls, name: str) -> serial.Serial:
        """Not opened yet."""
        port = serial.Serial()
        port.port, port.exclusive = name, True
        port.write_timeout, port.timeout = cls.WRITE, cls.SLICE
        return port

    def cancel(self) -> None:
        super().cancel()
        with self._gate:
            if self._port.is_open and hasattr(self._port, "cancel_read"):
                self._port.cancel_read()

    def close(self) -> None:
        try:
            with self._gate:
                self._port.close()
        except (OSError, TermiosError) as error:
            raise Disconnected(str(error)) from error

    def _read(self, wait: float) -> bytes:
        if self._port.timeout != wait:  # assigning it configures the whole port again
            self._port.timeout = wait
        first = self._port.read(1)
        return first + self._rest() if first else first

    def _rest(self) -> bytes:
        if sys.platform == "win32":
            return self._port.read(self._port.in_waiting)
        try:
            return os.read(self._port.fileno(), 4096)  # pyserial opens without blocking
        except BlockingIOError:
            return b""

    def _write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except serial.SerialTimeoutException as error:
            raise Blocked(str(error)) from error

    def _waiting(self) -> int:
        return self._port.in_waiting


class Rfc2217Link(SerialLink):
    """`rfc2217://host:port`: a port elsewhere whose line is set from here."""

    LOOK = 0.002  # s, between two looks at what has come

    @classmethod
    def _made(cls, name: str) -> serial.Serial:
        host, number = address(name)
        return serial.serial_for_url(f"rfc2217://{host}:{number}", timeout=0, do_not_open=True)

    def check(self) -> None:
        """A lost connection shows on reading only; what came unasked is heard and not used."""
        try:
            if data := self._read(0):
                self.distrust()
                self._heard(False, data)
        except self.GONE as error:
            raise Disconnected(str(error)) from error

    def _read(self, wait: float) -> bytes:
        end = monotonic() + wait  # another timeout of the port would be negotiated with the server each time
        while not self._port.in_waiting and monotonic() < end:
            sleep(self.LOOK)
        return self._port.read(max(1, self._port.in_waiting))
