"""Any port by its name: `COM4`, `/dev/ttyUSB0`, `socket://host:port`, `rfc2217://host:port`."""

from __future__ import annotations

from fieldcal.devices.link import Listener, StreamLink
from fieldcal.devices.serial_link import Rfc2217Link, SerialLink
from fieldcal.devices.tcp_link import TcpLink
from fieldcal.driverkit.manifest import SerialSettings


def open_link(port: str, settings: SerialSettings, listener: Listener | None = None) -> StreamLink:
    """Raises Disconnected when there is no such port, or another program has it."""
    scheme = port.partition("://")[0] if "://" in port else ""
    if scheme == "socket":
        return TcpLink.open(port, listener)
    return (Rfc2217Link if scheme == "rfc2217" else SerialLink).open(port, settings, listener)
