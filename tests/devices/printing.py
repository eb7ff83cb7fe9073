"""Instruments that print: what each simulator puts on the line when somebody presses the key, or by itself."""

from decimal import Decimal
from pathlib import Path

from fieldcal.devices.catalog import Catalog
from fieldcal.driverkit import Line, Simulator

DRIVERS = Path(__file__).parents[2] / "drivers"
CATALOG = Catalog([DRIVERS])
KEY = {  # the command that prints what the key prints
    "ohaus": b"P",
    "sartorius_sbi": b"\x1bP",
    "and_standard": b"Q",
    "sma_scp": b"\nW\r",
    "mt_sics": b"SI",
}
ALONE = ("toledo_continuous", "nmea0183", "yaohua_xk3190")
LOADS = (Decimal("58.2"), Decimal("104.7"), Decimal("1200.5"))


def kinds():
    """Every driver and map with an instrument that prints, as the catalogue names them."""
    found = []
    for entry in CATALOG.entries():
        if entry.folder.name in (*KEY, *ALONE):
            found += [f"{entry.folder.name}/{profile}" if profile else entry.folder.name
                      for profile in entry.profiles or [""]]  # fmt: skip
    return [kind for kind in found if kind != "yaohua_xk3190/command"]  # that one only answers


def framed(data, bits):
    """As the line carries it: seven bits have their parity in the place of the eighth."""
    if bits[0] == "8":
        return data
    odd = bits[1] == "O"
    return bytes(byte & 0x7F | ((byte & 0x7F).bit_count() + odd & 1) << 7 for byte in data)


def prints_of(kind, loads=LOADS, several=4):
    """One print for each load; an instrument that speaks by itself sends several frames while we listen."""
    name = kind.partition("/")[0]
    moment = [1000.0]
    simulator = CATALOG.load(kind).simulator(clock=lambda: moment[0])
    made = []
    for load in loads:
        if name != "nmea0183":
            simulator.place(load)
        moment[0] += 30
        if name in ALONE:
            made.append(b"".join(chunk.data for _ in range(several) for chunk in simulator.emit()))
        else:
            made.append(simulator.answer(KEY[name]))
    return made


class Printer(Simulator):
    """Prints when `press` is called, and remembers what it was told."""

    frame = Line(b"\n", 4096)
    period = 0.05

    def __init__(self, prints):
        super().__init__({})
        self.prints, self.told, self._due = list(prints), b"", []

    def press(self):
        with self.lock:
            self._due.append(self.prints.pop(0))

    def push(self):
        return self._due.pop(0) if self._due else b""

    def receive(self, data):
        self.told += data
        return []

    def answer(self, request):
        return None
