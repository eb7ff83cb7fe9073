"""A label printer: it keeps what it printed, and can run out of paper or stand open."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from fieldcal.driverkit import LINE_FAULTS, Profile, Simulator

ENDS = re.compile(rb"~HS\r\n|~HI\r\n|\x1b!S")
ZPL_FIELD = re.compile(r"\^FD(.*?)\^FS", re.DOTALL)
TSPL_QR = re.compile(r'^QRCODE [^"]*"([^"]*)"', re.MULTILINE)
TSPL_TEXT = re.compile(r'^TEXT [^"]*"[^"]*"[^"]*"([^"]*)"', re.MULTILINE)
TSPL_BITS = {"paper-out": 0x01, "ribbon-out": 0x04, "head-open": 0x20}


@dataclass(frozen=True)
class Label:
    lines: list[str]
    code: str


class Question:
    """Up to a question, which is part of the frame: a job has no answer of its own."""

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        hit = ENDS.search(buffer)
        return (buffer[: hit.end()], buffer[hit.end() :]) if hit else None


class Printer(Simulator):
    frame = Question()
    faults = LINE_FAULTS | {"paper-out", "ribbon-out", "head-open", "paused"}

    def __init__(
        self, profile: Profile | None = None, clock: Callable[[], float] = time.monotonic, seed: int = 1
    ) -> None:
        super().__init__(profile, clock, seed)
        self.zpl = self.profile.get("language", "zpl") == "zpl"
        self.labels: list[Label] = []
        self._kept: list[Label] = []

    def answer(self, request: bytes) -> bytes | None:
        self._take(request.decode("utf-8", "replace"))
        if self.zpl == request.endswith(b"\x1b!S"):
            return None  # a question in the other language
        if request.endswith(b"~HI\r\n"):
            return b"\x02ZTC SIM-203dpi ZPL,V84.20.21Z,8,8192KB\x03\r\n"
        return self._zpl_state() if self.zpl else self._tspl_state()

    def _take(self, job: str) -> None:
        """A job waits in the buffer while the printer cannot print."""
        found = _zpl_label(job) if self.zpl else _tspl_label(job)
        self._kept += [found] if found else []
        if self.fault not in ("paper-out", "ribbon-out", "head-open", "paused"):
            self.labels += self._kept
            self._kept = []

    def _zpl_state(self) -> bytes:
        on = {name: int(self.fault == name) for name in self.faults}
        waiting = len(self._kept)
        return (
            f"\x02030,{on['paper-out']},{on['paused']},0240,{waiting:03d},0,0,0,000,0,0,0\x03\r\n"
            f"\x02000,0,{on['head-open']},{on['ribbon-out']},1,2,4,0,00000000,1,000\x03\r\n"
            "\x020000,0\x03\r\n"
        ).encode()

    def _tspl_state(self) -> bytes:
        paper = TSPL_BITS.get(self.fault, 0)
        message = b"`" if self.fault == "paused" else b"E" if paper else b"@"
        return b"\x02" + message + b"@@" + bytes((0x40 | paper,)) + b"\x03\r\n"


def _zpl_label(job: str) -> Label | None:
    if "^XA" not in job or "^XZ" not in job:
        return None
    fields = [re.sub(r"_([0-9A-F]{2})", lambda hit: chr(int(hit[1], 16)), text) for text in ZPL_FIELD.findall(job)]
    return Label(fields[1:], fields[0].removeprefix("MA,")) if fields else None


def _tspl_label(job: str) -> Label | None:
    codes = TSPL_QR.findall(job)
    return Label(TSPL_TEXT.findall(job), codes[0]) if codes and "PRINT 1,1" in job else None
