"""A transmitter in STOP mode: echo, one line of values, prompt; values and the check are settings."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import Line, Named, Profile, sum8, xor8

START = {"T": "21.3", "RH": "45.2", "P": "1013.2"}
UNITS = {"T": "°C", "RH": "%", "P": "hPa"}
SIZES = {"T": 5, "RH": 5, "P": 7}
STEP = Decimal("0.1")


class Transmitter(Named):
    frame = Line(b"\r", 80)
    ending = b"\r"
    faults = Named.faults | {"no-sensor", "heating", "nan", "comma", "unit"}
    runs, shakes = 10, 20
    worded_inside = True

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        serial: str = "E0610005",
        model: str = "",
    ) -> None:
        shown = list((profile or {}).get("quantities", ["RH", "T"]))
        start = {name: (Decimal(START[name]), STEP, UNITS[name]) for name in shown}
        super().__init__(start, profile, clock, seed)
        self.shown, self.fahrenheit = shown, False
        self.check = str(self.profile.get("check", "none"))
        self.prompt = str(self.profile.get("prompt", ">"))
        self.serial, self.model = serial, model or ("PTU300" if "P" in self.shown else "HMT330")
        if self.check != "none":
            self.faults = self.faults | {"wrong-checksum"}

    def answer(self, request: bytes) -> bytes | None:
        command = request.decode("ascii", "replace").strip().upper()
        echo = request + b"\r\n" if self.profile.get("echo", True) else b""
        lines = {"SEND": self._line, "?": self._about}.get(command, lambda: "Unknown command")()
        return echo + lines.encode("ascii") + b"\r\n" + self.prompt.encode()

    def spoil(self, reply: bytes) -> bytes:
        """The last digit of a value changed, the check left as it was."""
        at = max(
            place for place, byte in enumerate(reply) if byte in b"0123456789" and reply[place - 1 : place] == b"."
        )
        return reply[:at] + bytes((reply[at] ^ 1,)) + reply[at + 1 :]

    def _about(self) -> str:
        return f"{self.model} / 5.16\r\nSerial number  : {self.serial}\r\nBatch number   : A450012"

    def _line(self) -> str:
        units = {"T": "'F" if self._hot() else "'C", "RH": "%RH", "P": "hPa"}
        text = " ".join(f"{name}={self._number(name)} {units[name]}" for name in self.shown)
        text = f"X {text}" if self.fault == "heating" else text
        text = self.worded(text.encode("ascii")).decode("ascii")
        body = f"{text} ".encode("ascii")
        checks = {"CS2": f"{sum8(body):02X}", "CS4": f"{sum(body) & 0xFFFF:04X}", "CSX": f"{xor8(body):02X}"}
        return f"{text} {checks[self.check]}" if self.check in checks else text

    def _hot(self) -> bool:
        return self.fahrenheit or self.fault == "unit"

    def _number(self, name: str) -> str:
        if self.fault == "no-sensor" and name == "RH":
            return " " + "*" * (SIZES[name] - 1)
        value = self.now(name)
        if name == "T" and self._hot():
            value = value * 9 / 5 + 32
        return f"{value.quantize(STEP):{SIZES[name]}}"
