"""A pressure standard with an error queue; the pressure can be set in the unit of the map."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import Gauge, Line, Profile


class Standard(Gauge):
    ending = b"\r\n"
    faults = Gauge.faults | {"error", "nan", "comma"}

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        serial: str = "611234",
        model: str = "CPG2500",
    ) -> None:
        unit = str((profile or {}).get("unit", "kPa"))
        super().__init__("pressure", Decimal("101.325"), Decimal("0.0001"), unit, profile, clock, seed)
        self.ending = str(self.profile.get("ending", "\r\n")).encode("ascii")
        self.frame = Line(self.ending, 80)
        self.serial, self.model = serial, model
        self.queue: list[str] = []

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("latin-1").strip().upper()
        text = self._addressed(command) if self.profile.get("reply") == "address" else self._status(command)
        return None if text is None else text.encode("ascii") + self.ending

    def _addressed(self, command: str) -> str | None:
        return f"{command[1]} {self.shown():+}" if command == str(self.profile["request"]).upper() else None

    def _status(self, command: str) -> str:
        if command == "ERR?":
            return f" {self.queue.pop(0) if self.queue else 'No Errors'}"
        answers = {"A?": str(self.shown()), "ID?": f"MENSOR,{self.model},{self.serial},V1.02"}
        if command not in answers or self.fault == "error":
            self.queue.append("E01-unknown command")
        return f"{'E' if self.queue else ' '}{answers.get(command, '')}"
