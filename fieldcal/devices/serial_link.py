"""The only file that imports pyserial: the list of ports, and a link on one of them."""

from __future__ import annotations

from dataclasses import dataclass

import serial
from serial.tools import list_ports as pyserial_ports

from fieldcal.devices.link import Listener, StreamLink
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

    @property
    def identity(self) -> tuple[str, str, str]:
        """USB ids with the serial number, or the socket where the adapter has none (CH340)."""
        return (self.vid, self.pid, self.serial or self.location) if self.vid else ("", "", self.name)


def list_ports() -> list[PortInfo]:
    return [
        PortInfo(
            port.device,
            port.description or "",
            f"{port.vid:04X}" if port.vid is not None else "",
            f"{port.pid:04X}" if port.pid is not None else "",
            port.serial_number or "",
            port.location or "",
        )
        for port in sorted(pyserial_ports.comports(), key=lambda port: port.device)
    ]


class SerialLink(StreamLink):
    WRITE = 0.5  # s: a request that flow control holds back

    def __init__(self, port: serial.Serial, listener: Listener | None = None) -> None:
        super().__init__(listener)
        self._port = port
        port.write_timeout = self.WRITE
        port.timeout = self.SLICE

    @classmethod
    def open(cls, name: str, settings: SerialSettings, listener: Listener | None = None) -> SerialLink:
        """Raises Disconnected when there is no such port, or another program has it."""
        port = serial.Serial()
        port.port, port.baudrate = name, settings.baud[0]
        port.bytesize, port.parity = int(settings.bits[0]), settings.bits[1]
        port.stopbits = int(settings.bits[2])
        port.xonxoff, port.rtscts = settings.handshake == "xonxoff", settings.handshake == "rtscts"
        if not settings.dtr:  # set before opening: some boards reset on the edge
            port.dtr = False
        if not settings.rts:
            port.rts = False
        try:
            port.exclusive = True
            port.open()
        except (OSError, ValueError, TermiosError) as error:
            raise Disconnected(str(error)) from error
        return cls(port, listener)

    def cancel(self) -> None:
        super().cancel()
        if hasattr(self._port, "cancel_read"):
            self._port.cancel_read()

    def close(self) -> None:
        try:
            self._port.close()
        except (OSError, TermiosError) as error:
            raise Disconnected(str(error)) from error

    def _read(self, wait: float) -> bytes:
        if self._port.timeout != wait:  # assigning it configures the whole port again
            self._port.timeout = wait
        first = self._port.read(1)
        return first + self._port.read(more) if first and (more := self._waiting()) else first

    def _write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except serial.SerialTimeoutException as error:
            raise Blocked(str(error)) from error

    def _waiting(self) -> int:
        return self._port.in_waiting
