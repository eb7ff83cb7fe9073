"""Every fault of every shipped driver's simulator over a real pseudo-terminal, as a table.

python tests/drivers/fault_matrix.py        writes docs/faults.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from fieldcal.devices.bench import Bench  # noqa: E402
from fieldcal.devices.loader import Loaded, load  # noqa: E402
from fieldcal.devices.serial_link import SerialLink  # noqa: E402
from fieldcal.driverkit import DeviceError, Driver, Frame, Simulator  # noqa: E402
from fieldcal.driverkit.conformance import Call, calls_of, run  # noqa: E402
from fieldcal.driverkit.verdict import NEEDS, REQUIRED, SEEN, Seen, compared, measures, seen, wrong  # noqa: E402

DRIVERS = sorted(path.parent for path in ROOT.glob("drivers/*/driver.toml"))
SETTLE, GAP, LONGEST = 0.7, 0.5, 12.0  # s: after a new load, of an absent port, one call at most
SLEEP = "sleep"  # the port goes and comes back, as when the computer slept
NOT_THERE = "n/a"
PAGE = """# Faults

Written by `python tests/drivers/fault_matrix.py`, not by hand: each fault of each simulator, switched on while the
driver speaks to it over a real pseudo-terminal. Before the call the simulator measures something else, so that an old
answer shows. A code is the error that the run is told (it pauses with a question); *value* is what is there now;
*in lb* is a value with its own unit, which the run refuses or converts; *done* is a call without a value;
n/a is a fault that this instrument cannot have or tell.

{table}

## What must come of a fault

{needs}

An instrument that hangs and says its last frame for ever (`stale`) sends sound frames, so no driver can tell it from
one that measures what does not change. The run page can: when the load was to change and the display has not moved, it
takes nothing and asks (`tests/ui/test_run_wire.py`), and five frames that are equal byte for byte from an instrument
that has trembled are shown as a reason to look at it (`tests/services/test_capture.py`).
`sleep` is a computer that slept: the port is gone, the call under way fails, and the instrument is identified again
on the port before it is asked for another value.

## Other faults

`drift` and `unstable` move what is shown, and that is what is read. The others belong to one simulator each:

| driver | fault and outcome |
|---|---|
{others}
"""


class Punctual:
    """Tells the simulator how long the driver waits, so that an answer can miss just that deadline."""

    def __init__(self, link: SerialLink, simulator: Simulator) -> None:
        self.link, self.simulator = link, simulator
        self.listen, self.tell = link.listen, link.tell

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        self.simulator.overdue = timeout + 0.3
        return self.link.exchange(request, frame, timeout)


@dataclass(frozen=True)
class Place:
    bench: Bench
    simulator: Simulator
    driver: Driver
    call: Call


@dataclass(frozen=True)
class Cell:
    driver: str
    call: str
    fault: str
    text: str
    seconds: float

    @property
    def problem(self) -> str:
        if self.seconds > LONGEST:
            return f"{self.driver} {self.fault}: took {self.seconds:.1f} s"
        said = wrong(self.fault, self.call, self.text)
        return f"{self.driver}: {self.call} {said}" if said else ""


def faults_of(loaded: Loaded) -> set[str]:
    simulator = loaded.simulator()
    nobody_asks = {"late-answer"} if simulator.period else set[str]()
    return {*simulator.faults, SLEEP} - nobody_asks


def cells(folder: Path, faults: set[str]) -> Iterator[Cell]:
    """The outcome of each of these faults that this simulator has."""
    loaded = load(folder)
    with at(loaded) as place:
        before = _seen(place)
        stir(place.simulator)
        now = _seen(place)
    for fault in sorted(faults & faults_of(loaded)):
        with at(loaded) as place:
            begun, text = monotonic(), _outcome(place, loaded, fault, before, now)
            yield Cell(folder.name, place.call[0], fault, text, monotonic() - begun)


@contextmanager
def at(loaded: Loaded) -> Iterator[Place]:
    """The driver at a pseudo-terminal, with the first call that gives a value, or the last one there is."""
    bench, simulator = Bench(), loaded.simulator()
    link = SerialLink.open(bench.attach("it", simulator), loaded.serial)
    try:
        driver = loaded.driver(Punctual(link, simulator))
        calls = sorted(calls_of(driver), key=lambda call: (not measures(call[0]), call[0] == "identify"))
        yield Place(bench, simulator, driver, calls[0])
    finally:
        link.close()
        bench.close()


def stir(simulator: Simulator) -> None:
    simulator.stir()
    sleep(SETTLE if hasattr(simulator, "settle") else 0.0)


def _seen(place: Place) -> Seen:
    return seen(run(place.driver, place.call))


def _outcome(place: Place, loaded: Loaded, fault: str, before: Seen, now: Seen) -> str:
    if fault == SLEEP:
        return _slept(place, loaded, before, now)
    if fault in ("stale", "late-answer"):
        run(place.driver, place.call)  # what an old answer is of
    place.simulator.switch(fault)
    if fault == "late-answer":
        _told(place, before, now)
    stir(place.simulator)
    return _told(place, before, now)


def _slept(place: Place, loaded: Loaded, before: Seen, now: Seen) -> str:
    """Gone in the middle, and another value once it is back."""
    place.bench.unplug("it")
    sleep(GAP)
    asleep = _told(place, before, now)
    place.bench.replug("it")
    stir(place.simulator)
    link = SerialLink.open(place.bench.port("it"), loaded.serial)
    try:
        awake = _told(Place(place.bench, place.simulator, loaded.driver(link), place.call), before, now)
    finally:
        link.close()
    return f"{asleep}, then {awake}" if awake in ("value", "done") else awake


def _told(place: Place, before: Seen, now: Seen) -> str:
    try:
        got: Any = seen(run(place.driver, place.call))
    except DeviceError as error:
        return f"`{error.code}`"
    return compared(got, before, now) if got else "done"


def columns() -> list[str]:
    """The faults of more than one driver first, by what must come of them."""
    order = [*REQUIRED]
    return [fault for fault in order if fault != SLEEP] + [SLEEP]


def table(found: dict[tuple[str, str], str]) -> str:
    heads = columns()
    lines = [f"| driver | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for name in sorted({driver for driver, _ in found}):
        lines.append(f"| {name} | {' | '.join(found.get((name, fault), NOT_THERE) for fault in heads)} |")
    return "\n".join(lines)


def needs() -> str:
    lines = ["| fault | required |", "|---|---|"]
    return "\n".join(lines + [f"| {fault} | {NEEDS[REQUIRED[fault]]} |" for fault in columns()])


def others(found: list[Cell]) -> str:
    """What came of the faults of one simulator alone, driver by driver."""
    moving = {"drift", "unstable"}  # what is shown moves, and is right all the same
    own: dict[str, list[str]] = {}
    for cell in found:
        if cell.fault not in REQUIRED and cell.fault not in moving:
            text = cell.text if cell.text.startswith("`") else "what it shows"
            own.setdefault(cell.driver, []).append(f"{cell.fault} {text}")
    return "\n".join(f"| {driver} | {', '.join(texts)} |" for driver, texts in sorted(own.items()))


def all_cells() -> list[Cell]:
    """Every driver at the same time: they wait far more than they work."""
    jobs = [(folder, {fault}) for folder in DRIVERS for fault in sorted(faults_of(load(folder)))]
    with ThreadPoolExecutor(24) as pool:
        return [cell for group in pool.map(lambda job: list(cells(*job)), jobs) for cell in group]


def main() -> int:
    found = all_cells()
    page = PAGE.format(
        table=table({(cell.driver, cell.fault): cell.text for cell in found}), needs=needs(), others=others(found)
    )
    (ROOT / "docs" / "faults.md").write_text(page, "utf-8")
    problems = [cell.problem for cell in found if cell.problem]
    seen_stale = [cell.driver for cell in found if REQUIRED.get(cell.fault) == SEEN and cell.text == "old"]
    print("\n".join(problems) or f"{len(found)} outcomes, no wrong value; {len(seen_stale)} hang unseen by the driver")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
