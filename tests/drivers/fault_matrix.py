"""Every fault of every shipped driver's simulator over a real pseudo-terminal, as a table.

python tests/drivers/fault_matrix.py        writes docs/faults.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from fieldcal.devices.bench import Bench  # noqa: E402
from fieldcal.devices.loader import Loaded, load  # noqa: E402
from fieldcal.devices.serial_link import SerialLink  # noqa: E402
from fieldcal.driverkit import DeviceError  # noqa: E402
from fieldcal.driverkit.conformance import calls_of, run  # noqa: E402

NEVER_A_VALUE = ("silence", "cut", "garbage", "wrong-checksum", "unplug")
HEAD = """# Faults

Written by `python tests/drivers/fault_matrix.py`, not by hand: each fault of each simulator, switched on while the
driver speaks to it over a real pseudo-terminal. A code is the error that the run is told (it pauses with a question);
*value* is a reading that is right in spite of the fault (a late reply within its deadline, an echo that is seen).

| driver | call | fault | outcome | s |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Outcome:
    driver: str
    call: str
    fault: str
    result: str
    seconds: float

    @property
    def wrong(self) -> bool:
        return self.result == "value" and self.fault in NEVER_A_VALUE

    def line(self) -> str:
        return f"| {self.driver} | {self.call} | {self.fault} | {self.result} | {self.seconds:.1f} |"


def outcomes(folder: Path) -> Iterator[Outcome]:
    """The first call of a driver beside identify, or identify where there is no other, under each fault."""
    loaded = load(folder)
    for fault in sorted(loaded.simulator_class.faults):
        yield _one(folder.name, loaded, fault)


def _one(name: str, loaded: Loaded, fault: str) -> Outcome:
    bench = Bench()
    simulator = loaded.simulator()
    link = SerialLink.open(bench.attach("fault", simulator), loaded.serial)
    try:
        driver = loaded.driver(link)
        calls = sorted(calls_of(driver), key=lambda call: (call[0] == "identify", call[0]))
        simulator.switch(fault)
        begun = monotonic()
        try:
            run(driver, calls[0])
            result = "value"
        except DeviceError as error:
            result = f"`{error.code}`"
        return Outcome(name, calls[0][0], fault, result, monotonic() - begun)
    finally:
        link.close()
        bench.close()


def main() -> int:
    found = [one for path in sorted(ROOT.glob("drivers/*/driver.toml")) for one in outcomes(path.parent)]
    (ROOT / "docs" / "faults.md").write_text(HEAD + "\n".join(one.line() for one in found) + "\n", "utf-8")
    wrong = [one.line() for one in found if one.wrong]
    print("\n".join(wrong) or f"{len(found)} outcomes, no wrong value")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
