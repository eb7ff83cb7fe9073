"""A transmitter in STOP mode: echo, one line of values, prompt; values and the check are settings."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, Line, Profile, Simulator, sum8, xor8

START = {"T": "21.3", "RH": "45.2", "P": "1013.2"}
SIZES = {"T": 5, "RH": 5, "P": 7}
STEP = Decimal("0.1")


class Transmitter(Simulator):
    frame = Line(b"\r", 80)
    ending = b"\r"
    faults = LINE_FAULTS | {"drift", "unstable", "no-sensor", "heating"}

    def __init__(
        self,
        profile: Profile | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 1,
        *,
        serial: str = "E0610005",
        model: str = "",
    ) -> None:
        super().__init__(profile, clock, seed)
        self.shown = list(self.profile.get("quantities", ["RH", "T"]))
        self.check = str(self.profile.get("check", "none"))
        self.prompt = str(self.profile.get("prompt", ">"))
        self.values = {name: Decimal(START[name]) for name in self.shown}
        self.serial, self.model = serial, model or ("PTU300" if "P" in self.shown else "HMT330")
        self.fahrenheit = False
        self._start = clock()
        if self.check != "none":
            self.faults = self.faults | {"wrong-checksum"}

    def set(self, name: str, value: Decimal) -> None:
        """`T` in °C, `RH` in %, `P` in hPa; shown with one decimal."""
        with self.lock:
            if name not in self.values:
                raise ValueError(f"this one does not measure {name!r}")
            self.values[name] = value

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
        units = {"T": "'F" if self.fahrenheit else "'C", "RH": "%RH", "P": "hPa"}
        text = " ".join(f"{name}={self._number(name)} {units[name]}" for name in self.shown)
        text = f"X {text}" if self.fault == "heating" else text
        body = f"{text} ".encode("ascii")
        checks = {"CS2": f"{sum8(body):02X}", "CS4": f"{sum(body) & 0xFFFF:04X}", "CSX": f"{xor8(body):02X}"}
        return f"{text} {checks[self.check]}" if self.check in checks else text

    def _number(self, name: str) -> str:
        if self.fault == "no-sensor" and name == "RH":
            return " " + "*" * (SIZES[name] - 1)
        value = self.values[name]
        if name == "T" and self.fahrenheit:
            value = value * 9 / 5 + 32
        if self.fault == "drift":
            value += STEP * int((self.clock() - self._start) * 10)
        if self.fault == "unstable":
            value += STEP * self.random.randint(-20, 20)
        return f"{value.quantize(STEP):{SIZES[name]}}"
