"""A van at work: four instruments asked ten times a second, each driver in its process, and what one value costs.

POSIX only: the instruments are on pseudo-terminals, and the processes' times are read from /proc.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from fieldcal.devices.bench import Bench  # noqa: E402
from fieldcal.devices.catalog import Catalog  # noqa: E402
from fieldcal.devices.gateway import Gateway  # noqa: E402

DRIVERS = ROOT / "drivers"
VAN = {
    "scale": ("mt_sics", "live-mass", {}, b"SI\r\n"),
    "air": ("modbus_generic/thermo_hygrometer", "measure-environment", {}, b""),
    "voltmeter": ("scpi_rs232/fluke_8846a", "measure-electrical", {"channel": "voltage_dc"}, b""),
    "meter": ("dlt645/dlt645_2007", "measure-energy", {"channel": "voltage_a"}, b""),
}
RATE, SECONDS = 10, 12.0  # Hz a port; s of one measurement
IDENTITY = {b"I4\r\n": b'I4 A "1234567"\r\n', b"I2\r\n": b'I2 A "SIM-15 15.000 kg"\r\n'}
HEAD, TAIL = b"S S      5.0", b"00 kg\r\n"


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes_of(pid: int) -> float:
    """Memory that is this process's alone: shared pages of Python count once, with the program."""
    rows = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(rows[name].split()[0]) for name in ("Private_Clean", "Private_Dirty")) / 1024


@contextmanager
def instruments() -> Iterator[dict[str, str]]:
    """The four, served by the product's own bench in another process: driver -> port."""
    names = [one[0] for one in VAN.values()]
    command = [sys.executable, "-m", "fieldcal", "bench", "--headless", "--json", *names]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        told = ""
        while not told or told.count("{") != told.count("}"):
            told += process.stdout.readline()
        ports = [one["port"] for one in json.loads(told)["instruments"]]
        yield dict(zip(names, ports, strict=True))
    finally:
        process.stdin.write("quit\n")
        process.stdin.close()
        process.wait(5)
        process.stdout.close()


def channels(gateway: Gateway, role: str, args: dict[str, str]) -> dict[str, str]:
    """The arguments of a call; a channel that the map does not have gives way to its first."""
    known = gateway._of(role).session.channels
    return {"channel": args["channel"] if args["channel"] in known else known[0]} if args else {}


def share() -> tuple[float, float, float]:
    """Percent of one core for four ports at 10 Hz: ours with all processes, the bare loop; megabytes a driver."""
    with instruments() as ports:
        gateway = Gateway(Catalog([DRIVERS]))
        for role, (driver, *_) in VAN.items():
            gateway.bind(role, driver, ports[driver])
        calls = {role: (one[1], channels(gateway, role, one[2])) for role, one in VAN.items()}
        pids = [pid for role in VAN if (pid := gateway._of(role).session.process)]
        begun = time.process_time() + sum(map(cpu_of, pids))
        _paced(lambda: [gateway.request(role, name, **args).result(3) for role, (name, args) in calls.items()])
        ours = time.process_time() + sum(map(cpu_of, pids)) - begun
        memory = statistics.mean(map(megabytes_of, pids))
        sent = [next(h.data for h in reversed(gateway.tap(role).entries()) if h.sent) for role in VAN]
        gateway.close()
        bare = _bare([(ports[VAN[role][0]], data) for role, data in zip(VAN, sent, strict=True)])
    return 100 * ours / SECONDS, 100 * bare / SECONDS, memory


def _paced(once: Callable[[], object]) -> None:
    end = monotonic() + SECONDS
    due = monotonic()
    while due < end:
        once()
        due += 1 / RATE
        time.sleep(max(0.0, due - monotonic()))


def _bare(asked: list[tuple[str, bytes]]) -> float:
    """Processor time of writing the same requests and reading what comes, without looking at it."""
    lines = [(os.open(port, os.O_RDWR | os.O_NOCTTY), request) for port, request in asked]

    def once() -> None:
        for line, request in lines:
            os.write(line, request)
            os.read(line, 4096)

    begun = time.process_time()
    _paced(once)
    spent = time.process_time() - begun
    for line, _ in lines:
        os.close(line)
    return spent


class Far:
    """An instrument that answers in two parts and notes when the last byte went."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.last = 0.0
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> str:
        return os.ttyname(self.slave)

    def _serve(self) -> None:
        while (request := os.read(self.master, 64)) != b"q":
            if known := IDENTITY.get(request):
                os.write(self.master, known)
                continue
            os.write(self.master, HEAD)
            time.sleep(0.01)
            self.last = monotonic()
            os.write(self.master, TAIL)


def latency(rounds: int = 400) -> tuple[float, float]:
    """Microseconds from the last byte of a reply to the value in the program; to the bytes in a bare reader."""
    far = Far()
    gateway = Gateway(Catalog([DRIVERS]))
    gateway.bind("scale", "mt_sics", far.port)
    ours: list[float] = []
    for _ in range(rounds):
        gateway.live("scale").result(2)
        ours.append((monotonic() - far.last) * 1e6)
    gateway.close()
    line = os.open(far.port, os.O_RDWR | os.O_NOCTTY)
    bare: list[float] = []
    for _ in range(rounds):
        os.write(line, b"SI\r\n")
        reply = b""
        while not reply.endswith(b"\r\n"):
            reply += os.read(line, 64)
        bare.append((monotonic() - far.last) * 1e6)
    os.write(line, b"q")
    os.close(line)
    return statistics.median(ours), statistics.median(bare)


def plugged(rounds: int = 8) -> float:
    """Seconds from a cable plugged in again to the same instrument identified and linked, median."""
    bench, catalog = Bench(), Catalog([DRIVERS])
    gateway = Gateway(catalog)
    gateway.bind("scale", "mt_sics", bench.attach("scale", catalog.load("mt_sics").simulator()))
    times: list[float] = []
    for _ in range(rounds):
        bench.unplug("scale")
        _until(lambda: not gateway.state()[0].linked)
        begun = monotonic()
        bench.replug("scale")
        _until(lambda: gateway.state()[0].linked)
        times.append(monotonic() - begun)
    gateway.close()
    bench.close()
    return statistics.median(times)


def _until(holds: Callable[[], bool]) -> None:
    end = monotonic() + 10
    while not holds():
        if monotonic() > end:
            raise TimeoutError("not within 10 s")
        time.sleep(0.005)


if __name__ == "__main__":
    ours, bare, memory = share()
    print(f"share of a core {ours:.1f} %, bare {bare:.1f} %, {memory:.1f} MB a driver")
    value, data = latency()
    print(f"last byte to value {value:.0f} us, bare {data:.0f} us")
    print(f"plugged in again to linked {plugged():.2f} s")
