"""A simulated bench: instruments on ports that any program of this computer can open."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Literal

from fieldcal.devices.bench_ports import HERE, PtyServer, Rfc2217Server, Server, TcpServer
from fieldcal.devices.serial_link import is_pseudo_terminal
from fieldcal.devices.tcp_link import is_loopback, is_url
from fieldcal.driverkit import Simulator

Kind = Literal["pty", "tcp", "rfc2217"]
KINDS: tuple[Kind, ...] = ("pty", "tcp", "rfc2217") if hasattr(os, "openpty") else ("tcp", "rfc2217")
PREFIX = "fieldcal-bench-"


def is_simulated(port: str) -> bool:
    """A real instrument hangs on no pseudo-terminal and on no port of this computer itself."""
    if is_url(port):
        return is_loopback(port)
    return Path(port).parent.name.startswith(PREFIX) or is_pseudo_terminal(port)


class Bench:
    def __init__(self, kind: Kind = KINDS[0]) -> None:
        """Raises ValueError for pseudo-terminals where there are none."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r}: {', '.join(KINDS)} are to be had here")
        self.kind = kind
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX)) if kind == "pty" else None
        self._simulators: dict[str, tuple[Simulator, int]] = {}
        self._servers: dict[str, Server] = {}
        self._numbers: dict[str, int] = {}

    def attach(self, name: str, simulator: Simulator, rate: int = 0) -> str:
        """Serve `simulator`; the port to open, which keeps its name over unplug and replug.

        With a `rate` a program that has set another baud rate gets rubbish, as on a real line.
        """
        self._simulators[name] = simulator, rate
        self.replug(name)
        return self.port(name)

    def port(self, name: str) -> str:
        if self._folder:
            return str(self._folder / name)
        return f"{'socket' if self.kind == 'tcp' else 'rfc2217'}://{HERE}:{self._numbers[name]}"

    def unplug(self, name: str) -> None:
        if server := self._servers.pop(name, None):
            server.stop()

    def replug(self, name: str) -> None:
        self.unplug(name)
        server = self._servers[name] = self._server(name)
        server.start()

    def remove(self, name: str) -> None:
        """Takes the instrument off the bench; its name is free again."""
        self.unplug(name)
        del self._simulators[name]
        self._numbers.pop(name, None)

    def close(self) -> None:
        for name in list(self._servers):
            self.unplug(name)
        if self._folder and self._folder.exists():
            self._folder.rmdir()

    def _server(self, name: str) -> Server:
        simulator, rate = self._simulators[name]
        if self._folder:
            return PtyServer(simulator, self._folder / name, rate)
        make = TcpServer if self.kind == "tcp" else Rfc2217Server
        made = make(simulator, self._numbers.get(name, 0), rate)
        self._numbers[name] = made.number
        return made
