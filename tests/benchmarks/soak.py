"""Four instruments at 10 Hz with faults switched on and off, for an hour: no wrong value, no growth of memory.

python tests/benchmarks/soak.py [SECONDS]        writes tests/benchmarks/soak.json, which run.py puts into the table
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import Future
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from fieldcal.devices.bench import Bench  # noqa: E402
from fieldcal.devices.catalog import Catalog  # noqa: E402
from fieldcal.devices.gateway import Gateway  # noqa: E402
from fieldcal.driverkit import Reading  # noqa: E402
from tests.benchmarks.bench_van import DRIVERS, RATE, VAN, channels, megabytes_of  # noqa: E402

FOUND = Path(__file__).with_name("soak.json")
# a fault that shows as another value is none of the line's: those have their own tests
LEFT_OUT = {"drift", "unstable", "stale", "unit", "hold"}
EVERY, WARM, PATIENCE = 7.0, 60.0, 20.0  # s: between two faults, before memory counts, for one answer
LOADS = [Decimal(grams) for grams in (0, 20, 500, 2500, 7500, 15000)]


class Soak:
    def __init__(self, seed: int = 20261123) -> None:
        self.random, self.bench, catalog = random.Random(seed), Bench(), Catalog([DRIVERS])
        self.gateway = Gateway(catalog)
        self.simulators = {role: catalog.load(one[0]).simulator() for role, one in VAN.items()}
        for role, one in VAN.items():
            self.gateway.bind(role, one[0], self.bench.attach(role, self.simulators[role]))
        self.calls = {role: (one[1], channels(self.gateway, role, one[2])) for role, one in VAN.items()}
        self.waiting: dict[str, tuple[Future[Any], float]] = {}
        self.tally: Counter[str] = Counter()
        self.values = self.wrong = 0
        self.memory: list[tuple[float, float]] = []  # of the program, of all drivers

    def run(self, seconds: float) -> dict[str, Any]:
        begun = due = fault = sample = time.monotonic()
        while (now := time.monotonic()) < begun + seconds:
            if now >= fault:
                self.disturb()
                fault = now + EVERY
            for role in VAN:
                self.ask(role)
            if now >= sample:
                self.memory.append(self.weigh())
                sample = now + 10
            due += 1 / RATE
            time.sleep(max(0.0, due - time.monotonic()))
        return self.report(seconds)

    def disturb(self) -> None:
        """One instrument gets a fault, or loses it; the scale another load; now and then a cable is pulled."""
        role = self.random.choice(list(VAN))
        simulator = self.simulators[role]
        faults = sorted(simulator.faults - LEFT_OUT)
        if simulator.fault or not faults:
            self.bench.replug(role)
            simulator.switch("")
        else:
            simulator.switch(self.random.choice(faults))
            self.tally["faults"] += 1
        if not self.simulators["scale"].fault:
            self.simulators["scale"].place(self.random.choice(LOADS))

    def ask(self, role: str) -> None:
        future, since = self.waiting.get(role, (None, 0.0))
        if future is not None and not future.done():
            if time.monotonic() - since > PATIENCE:
                self.tally["hung"] += 1
                del self.waiting[role]
            return
        if future is not None:
            self.count(role, future)
        capability, args = self.calls[role]
        self.waiting[role] = self.gateway.request(role, capability, **args), time.monotonic()

    def count(self, role: str, future: Future[Any]) -> None:
        if error := future.exception():
            self.tally[getattr(error, "code", type(error).__name__)] += 1
            return
        self.values += 1
        reading = future.result()
        if role == "scale" and isinstance(reading, Reading) and reading.stable:
            self.wrong += reading.value * 1000 not in LOADS

    def weigh(self) -> tuple[float, float]:
        drivers = [pid for role in VAN if (pid := self.gateway._of(role).session.process)]
        try:
            return megabytes_of(os.getpid()), sum(map(megabytes_of, drivers))
        except OSError:  # one ended meanwhile
            return self.memory[-1] if self.memory else (0.0, 0.0)

    def report(self, seconds: float) -> dict[str, Any]:
        first, last = self._mean(WARM), self._mean(-1)
        self.gateway.close()
        self.bench.close()
        return {
            "seconds": round(seconds), "values": self.values, "wrong": self.wrong, "faults": self.tally["faults"],
            "hung": self.tally["hung"], "errors": dict(self.tally.most_common()),
            "program_mb": [round(first[0], 1), round(last[0], 1)],
            "drivers_mb": [round(first[1], 1), round(last[1], 1)],
        }  # fmt: skip

    def _mean(self, at: float) -> tuple[float, float]:
        """Over one minute: from `at` on, or the last one."""
        from_sample = int(at // 10) if at >= 0 else max(0, len(self.memory) - 6)
        part = self.memory[from_sample : from_sample + 6] or self.memory[-1:]
        return sum(m for m, _ in part) / len(part), sum(d for _, d in part) / len(part)


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3600.0
    found = Soak().run(seconds)
    FOUND.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    print(json.dumps(found, indent=2))
    return int(found["wrong"] > 0 or found["hung"] > 0)


if __name__ == "__main__":
    sys.exit(main())
