"""A link to a serial server: `socket://host:port`, bytes as they are, the line set at the server."""

from __future__ import annotations

import ipaddress
import select
import socket
from urllib.parse import urlsplit

from fieldcal.devices.link import Listener, StreamLink
from fieldcal.driverkit import Blocked, Disconnected

SCHEME = "socket"
SCHEMES = (SCHEME, "rfc2217")
CONNECT = 2.0  # s


def is_url(port: str) -> bool:
    return port.partition("://")[0] in SCHEMES and "://" in port


def address(url: str) -> tuple[str, int]:
    """Host and port number. Raises Disconnected for a text that names none."""
    try:
        parts = urlsplit(url)
        if parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise Disconnected(f"{url!r}: socket://host:port or rfc2217://host:port is accepted")


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class TcpLink(StreamLink):
    WRITE = 0.5  # s: a request that the far end does not take

    def __init__(self, line: socket.socket, listener: Listener | None = None) -> None:
        super().__init__(listener)
        self._line = line
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.settimeout(self.WRITE)

    @classmethod
    def open(cls, url: str, listener: Listener | None = None) -> TcpLink:
        """Raises Disconnected when nobody answers there within two seconds."""
        try:
            return cls(socket.create_connection(address(url), CONNECT), listener)
        except OSError as error:
            raise Disconnected(f"{url}: {error}") from error

    def close(self) -> None:
        self._line.close()

    def _read(self, wait: float) -> bytes:
        if not self._ready(wait):
            return b""
        if data := self._line.recv(4096):
            return data
        raise ConnectionResetError("the far end closed the line")

    def _write(self, data: bytes) -> None:
        try:
            self._line.sendall(data)
        except TimeoutError as error:
            raise Blocked(str(error)) from error

    def _waiting(self) -> int:
        if not self._ready(0):
            return 0
        if there := self._line.recv(4096, socket.MSG_PEEK):
            return len(there)
        raise ConnectionResetError("the far end closed the line")

    def _ready(self, wait: float) -> bool:
        if self._line.fileno() < 0:
            raise ConnectionResetError("the line is closed")
        return bool(select.select([self._line], [], [], wait)[0])
