"""A SCPI instrument with the channels of a map: values can be set, it wants to be remote, it keeps an error queue."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fieldcal.driverkit import LINE_FAULTS, Line, Profile, Simulator

START = {"voltage_dc": "10.0001", "voltage_ac": "220.05", "resistance": "100.012", "frequency": "50", "t1": "23.412"}
NAMES = {"fluke": "FLUKE,8846A", "keysight": "HEWLETT-PACKARD,34401A", "": "ACME,T100"}
NO_ERROR = '+0,"No error"'


class Instrument(Simulator):
    frame = Line(b"\n", 120)
    ending = b"\n"
    faults = LINE_FAULTS | {"drift", "unstable", "overload", "no-number", "local"}

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        serial: str = "9876543",
        firmware: str = "08/02/10-11:53",
    ) -> None:
        super().__init__(profile, clock, seed)
        table: dict[str, Any] = {**self.profile.get("electrical", {}), **self.profile.get("temperature", {})}
        self.queries = {str(entry["query"]).upper(): name for name, entry in table.items()}
        self.values = {name: Decimal(START.get(name, "1")) for name in table}
        self.wants_remote = "SYST:REM" in self.profile.get("start", [])
        pattern = str(self.profile.get("identity", "")).lower()
        self.name = f"{next(text for key, text in NAMES.items() if key in pattern)},{serial},{firmware}"
        self.remote, self.queue = False, list[str]()
        self._start = clock()

    def set(self, name: str, value: Decimal) -> None:
        """Set a channel, in the unit of the map; shown with nine digits."""
        with self.lock:
            if name not in self.values:
                raise ValueError(f"the map has no {name!r}")
            self.values[name] = value

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("ascii", "replace").strip().upper()
        reply = self._reply(command)
        return None if reply is None else reply.encode("ascii") + b"\r\n"

    def _reply(self, command: str) -> str | None:
        if command == "*IDN?":
            return self.name
        if command == "SYST:ERR?":
            return self.queue.pop(0) if self.queue else NO_ERROR
        if command == "*CLS":
            self.queue.clear()
        elif command == "SYST:REM":
            self.remote = self.fault != "local"
        elif command not in self.queries:
            self.queue.append('-113,"Undefined header"')
        elif self.wants_remote and not self.remote:
            self.queue.append('+550,"Command not allowed in local"')
        else:
            return self._show(self.queries[command])
        return None

    def _show(self, name: str) -> str:
        value = self.values[name]
        if self.fault == "drift":
            value += Decimal("0.0001") * int((self.clock() - self._start) * 100)
        if self.fault == "unstable":
            value += value / 100 * self.random.randint(-100, 100) / 100
        value = {"overload": Decimal("9.9E37"), "no-number": Decimal("9.91E37")}.get(self.fault, value)
        mantissa, _, power = f"{value:+.8E}".partition("E")
        return f"{mantissa}E{int(power):+03d}"
