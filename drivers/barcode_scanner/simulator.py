"""A scanner with a label lying in front of it: it reads it again and again, or when it is triggered."""

import time
from collections.abc import Callable

from fieldcal.driverkit import LINE_FAULTS, Line, Profile, Simulator

SUFFIXES = {"CR": b"\r", "LF": b"\n", "CRLF": b"\r\n", "TAB": b"\t"}


class Scanner(Simulator):
    frame = Line(b"\r", 64)  # of a trigger
    ending = b"\r"
    faults = LINE_FAULTS | {"unreadable"}
    period = 0.3  # s between two readings of the same label

    def __init__(
        self, profile: Profile | None = None, clock: Callable[[], float] = time.monotonic, seed: int = 1
    ) -> None:
        super().__init__(profile, clock, seed)
        self.trigger = bytes.fromhex(str(self.profile.get("trigger", "")))
        self.period = 0.0 if self.trigger else type(self).period
        self.code = "V1:2026-03-12:SN12345:P"

    def show(self, code: str) -> None:
        """Lay this label in front of it; an empty text takes it away."""
        with self.lock:
            self.code = code

    def stir(self) -> None:
        self.show("V1:2027-01-31:SN54321:P")

    def answer(self, request: bytes) -> bytes | None:
        return self.push() if self.trigger and request + self.ending == self.trigger else None

    def push(self) -> bytes:
        if not self.code or self.fault == "unreadable":
            return b""
        text = str(self.profile.get("prefix", "")) + self.code
        return text.encode(str(self.profile.get("encoding", "utf-8"))) + SUFFIXES[str(self.profile.get("suffix", "CR"))]
