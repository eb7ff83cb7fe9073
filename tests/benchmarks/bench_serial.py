"""Query and reply over a pseudo-terminal, and the decoding of a weight, each against the barest code."""

from __future__ import annotations

import os
import re
import select
import statistics
import sys
import threading
import tty
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from fieldcal.devices.serial_link import SerialLink  # noqa: E402
from fieldcal.driverkit import Line, Register  # noqa: E402
from fieldcal.driverkit.folder import load_class  # noqa: E402
from fieldcal.driverkit.manifest import SerialSettings  # noqa: E402
from tests.benchmarks.floors import modbus  # noqa: E402

REQUEST, REPLY = b"SI\r\n", b"S S     100.00 g\r\n"
STRICT = re.compile(rb"S ([SD]) (?=[ \d.-]{10} [a-z]) *(-?\d+(?:\.\d+)?) (g|kg|mg|t|ct|lb)")
Row = tuple[str, float, float]


def run() -> list[Row]:
    """(what, ours, floor) with medians in microseconds."""
    return [_exchange(), _decode(), _modbus()]


def _exchange(rounds: int = 3000) -> Row:
    master, slave = os.openpty()
    tty.setraw(slave)
    threading.Thread(target=_answer, args=(master,), daemon=True).start()
    name = os.ttyname(slave)
    link = SerialLink.open(name, SerialSettings())
    bare = os.open(name, os.O_RDWR | os.O_NOCTTY)
    line = Line(b"\r\n", 64)

    def floor() -> None:
        os.write(bare, REQUEST)
        reply = b""
        while not reply.endswith(b"\r\n"):
            reply += os.read(bare, 64)

    ours, base = _medians(lambda: link.exchange(REQUEST, line, 1.0), floor, rounds)
    os.write(bare, b"q")
    link.close()
    os.close(bare)
    return "query and reply over a pty", ours, base


def _answer(master: int) -> None:
    while b"q" not in os.read(master, 64):
        os.write(master, REPLY)
        select.select([master], [], [])


def _decode(rounds: int = 2000, batch: int = 50) -> Row:
    balance = load_class(ROOT / "drivers" / "mt_sics", "driver:Balance")
    decode = sys.modules[balance.__module__].decode
    reply = REPLY[:-2]

    def ours() -> None:
        for _ in range(batch):
            decode(reply)

    def floor() -> None:
        for _ in range(batch):
            state, value, unit = STRICT.fullmatch(reply).groups()  # pyright: ignore[reportOptionalMemberAccess]
            _ = (Decimal(value.decode()), unit.decode(), state == b"S", reply)

    first, second = _medians(ours, floor, rounds)
    return "strict MT-SICS decode", first / batch, second / batch


def _modbus(rounds: int = 2000, batch: int = 50) -> Row:
    register = Register(0, 3, "int16", "AB", Decimal("0.1"), "hPa")
    asked, reply = register.read(1), bytes.fromhex("01030227 94A21B")

    def ours() -> None:
        for _ in range(batch):
            register.decode(asked.payload(reply))

    def floor() -> None:
        for _ in range(batch):
            modbus(reply)

    first, second = _medians(ours, floor, rounds)
    return "decode of a Modbus reply", first / batch, second / batch


def _medians(ours: Callable[[], object], floor: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Taken in turns, so that a busy machine slows both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for action, kept in zip((ours, floor), times, strict=True):
            begin = perf_counter()
            action()
            kept.append((perf_counter() - begin) * 1e6)
    return statistics.median(times[0]), statistics.median(times[1])


if __name__ == "__main__":
    for what, ours, floor in run():
        print(f"{what}: {ours:.2f} us, floor {floor:.2f} us, ratio p50 {ours / floor:.2f}")
