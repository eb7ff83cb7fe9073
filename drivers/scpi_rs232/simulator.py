"""A SCPI instrument with the channels of a map: values can be set, it wants to be remote, it keeps an error queue."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fieldcal.driverkit import Line, Named, Profile

START = {"voltage_dc": "10.0001", "voltage_ac": "220.05", "resistance": "100.012", "frequency": "50", "t1": "23.412"}
NAMES = {"fluke": "FLUKE,8846A", "keysight": "HEWLETT-PACKARD,34401A", "": "ACME,T100"}
STEP = Decimal("0.00000001")
NO_ERROR = '+0,"No error"'


class Instrument(Named):
    frame = Line(b"\n", 120)
    ending = b"\n"
    faults = Named.faults | {"overload", "nan", "comma", "local"}
    runs, shakes = 10**6, 10**8
    worded_inside = True

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        serial: str = "9876543",
        firmware: str = "08/02/10-11:53",
    ) -> None:
        table: dict[str, Any] = {**(profile or {}).get("electrical", {}), **(profile or {}).get("temperature", {})}
        start = {name: (Decimal(START.get(name, "1")), STEP, str(row["unit"])) for name, row in table.items()}
        super().__init__(start, profile, clock, seed)
        self.queries = {str(entry["query"]).upper(): name for name, entry in table.items()}
        self.wants_remote = "SYST:REM" in self.profile.get("start", [])
        pattern = str(self.profile.get("identity", "")).lower()
        self.name = f"{next(text for key, text in NAMES.items() if key in pattern)},{serial},{firmware}"
        self.remote, self.queue = False, list[str]()

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
        value = self.now(name)
        value = {"overload": Decimal("9.9E37"), "nan": Decimal("9.91E37")}.get(self.fault, value)
        mantissa, _, power = f"{value:+.8E}".partition("E")
        return (
            self.worded(f"{mantissa}E{int(power):+03d}".encode()).decode()
            if self.fault == "comma"
            else (f"{mantissa}E{int(power):+03d}")
        )
