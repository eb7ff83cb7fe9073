"""What serves one plugging of one simulated instrument: a thread on a pseudo-terminal or on a port of this computer."""

from __future__ import annotations

import os
import select
import socket
from collections import deque
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import serial
from serial.rfc2217 import PortManager

from fieldcal.driverkit import Chunk, Simulator
from fieldcal.driverkit.misread import misread

POLL = 0.02  # s, between two looks at a held reply
LONG = 3600.0  # s
HERE = "127.0.0.1"


class Server(Thread):
    """`rate` is the baud rate the instrument is set to: asked at another one it hears, and says, rubbish."""

    def __init__(self, simulator: Simulator, rate: int = 0) -> None:
        super().__init__(daemon=True, name="bench")
        self._simulator, self._rate = simulator, rate
        self._due = deque[tuple[float, Chunk]]()
        self._next = 0.0  # when it speaks unasked
        self._ear, self._bell = socket.socketpair()  # Windows selects sockets only

    def run(self) -> None:
        try:
            while (data := self._hear(self._patience())) is not None:
                data = self._through(data)
                self._plan(self._simulator.receive(data) if data else self._simulator.poll())
                self._speak()
                if not self._send_due():
                    break
        except OSError:
            pass  # the far end pulled the cable
        finally:
            self._shut()

    def stop(self) -> None:
        with suppress(OSError):  # it may have ended by itself
            self._bell.send(b"!")
        self.join(2)
        self._bell.close()

    def _through(self, data: bytes) -> bytes:
        """The bytes as they come out of a line whose ends run at two rates."""
        asked = self._client_rate() if self._rate and data else 0
        return misread(data, asked, self._rate) if asked and asked != self._rate else data

    def _speak(self) -> None:
        """What the instrument says unasked."""
        period = self._simulator.period
        if period and monotonic() >= self._next:
            self._next = monotonic() + period
            self._plan(self._simulator.emit())

    def _patience(self) -> float:
        wait = POLL if self._simulator.waiting else LONG
        if self._simulator.period:
            wait = min(wait, max(0.0, self._next - monotonic()))
        return max(0.0, min(wait, self._due[0][0] - monotonic())) if self._due else wait

    def _plan(self, chunks: list[Chunk]) -> None:
        when = max(monotonic(), self._due[-1][0] if self._due else 0.0)
        for chunk in chunks:
            when += chunk.delay
            self._due.append((when, chunk))

    def _send_due(self) -> bool:
        while self._due and self._due[0][0] <= monotonic():
            _, chunk = self._due.popleft()
            if chunk.data:
                self._say(self._back(chunk.data))
            if chunk.unplug:
                return False
        return True

    def _back(self, data: bytes) -> bytes:
        asked = self._client_rate() if self._rate else 0
        return misread(data, self._rate, asked) if asked and asked != self._rate else data

    def _client_rate(self) -> int:
        """The baud rate the program has set; 0 where the line has none."""
        return 0

    def _hear(self, wait: float) -> bytes | None:
        """The next bytes, nothing after `wait` seconds, None when the cable is to be pulled."""
        raise NotImplementedError

    def _say(self, data: bytes) -> None:
        raise NotImplementedError

    def _shut(self) -> None:
        self._ear.close()


class PtyServer(Server):
    def __init__(self, simulator: Simulator, port: Path, rate: int = 0) -> None:
        import tty

        super().__init__(simulator, rate)
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self._port = port
        port.symlink_to(os.ttyname(self._slave))  # the name stays when the cable is plugged in again

    def _client_rate(self) -> int:
        import termios

        code = termios.tcgetattr(self._slave)[5]
        rates = (name for name in dir(termios) if name[:1] == "B" and name[1:].isdigit())
        return next((int(name[1:]) for name in rates if getattr(termios, name) == code), 0)

    def _hear(self, wait: float) -> bytes | None:
        ready, _, _ = select.select([self._master, self._ear], [], [], wait)
        if self._ear in ready:
            return None
        return os.read(self._master, 4096) if ready else b""

    def _say(self, data: bytes) -> None:
        os.write(self._master, data)

    def _shut(self) -> None:
        self._port.unlink(missing_ok=True)
        for handle in (self._slave, self._master):
            os.close(handle)
        super()._shut()


class TcpServer(Server):
    """One program at a time; whoever comes next waits until it has gone."""

    def __init__(self, simulator: Simulator, number: int, rate: int = 0) -> None:
        super().__init__(simulator, rate)
        self._door = socket.create_server((HERE, number))
        self.number = int(self._door.getsockname()[1])
        self._line: socket.socket | None = None

    def _hear(self, wait: float) -> bytes | None:
        ready, _, _ = select.select([self._line or self._door, self._ear], [], [], wait)
        if self._ear in ready:
            return None
        if not ready:
            return b""
        if self._line is None:
            self._greet(self._door.accept()[0])
            return b""
        try:
            data = self._line.recv(4096)
        except OSError:
            data = b""
        if not data:
            self._hang_up()
            return b""
        return self._plain(data)

    def _say(self, data: bytes) -> None:
        if self._line:  # an instrument speaks whether anybody listens or not
            try:
                self._line.sendall(self._wrapped(data))
            except OSError:
                self._hang_up()

    def _greet(self, line: socket.socket) -> None:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line = line

    def _hang_up(self) -> None:
        if self._line:
            self._line.close()
        self._line = None

    def _plain(self, data: bytes) -> bytes:
        return data

    def _wrapped(self, data: bytes) -> bytes:
        return data

    def _shut(self) -> None:
        self._hang_up()
        self._door.close()
        super()._shut()


class Rfc2217Server(TcpServer):
    """The line's settings are the program's to set, as on a port of its own."""

    def _greet(self, line: socket.socket) -> None:
        super()._greet(line)
        self._settings: Any = serial.serial_for_url("loop://")
        writer: Any = _Writer(line)  # pyserial's own types ask for more than it uses
        self._manager = PortManager(self._settings, writer)

    def _client_rate(self) -> int:
        return int(self._settings.baudrate) if self._line else 0

    def _plain(self, data: bytes) -> bytes:
        return b"".join(self._manager.filter(data))

    def _wrapped(self, data: bytes) -> bytes:
        return b"".join(self._manager.escape(data))


class _Writer:
    """What the port manager answers with; pyserial wants a `write`."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def write(self, data: bytes) -> None:
        self._line.sendall(data)
