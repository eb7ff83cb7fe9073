"""The simulated bench composed: drivers from the catalogue, served on ports, every byte on the line noted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from threading import Lock
from time import time
from typing import Any, cast

from fieldcal.devices.bench import Bench
from fieldcal.devices.catalog import Catalog, Entry
from fieldcal.domain.errors import BadInput
from fieldcal.driverkit import Chunk, Knob, Simulator
from fieldcal.driverkit.folder import read_profile
from fieldcal.services.practice_bench import LOAD, PHYSICS, Offer, Passed, Shown, Standing

KEPT = 2000  # pieces of bytes an instrument


class Wire:
    """A simulator as the bench serves it; notes what passes, a late reply at the time it will be sent."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._passed: deque[Passed] = deque(maxlen=KEPT)
        self._pulled = float("inf")  # when a fault pulls the cable
        self._lock = Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.simulator, name)

    def receive(self, data: bytes) -> list[Chunk]:
        with self._lock:
            self._passed.append(Passed(True, data, time()))
        return self._noted(self.simulator.receive(data))

    def poll(self) -> list[Chunk]:
        return self._noted(self.simulator.poll())

    def emit(self) -> list[Chunk]:
        return self._noted(self.simulator.emit())

    def passed(self) -> list[Passed]:
        now = time()
        with self._lock:
            return [one for one in self._passed if one.wall <= now]

    def pulled(self) -> bool:
        return time() >= self._pulled

    def plug(self) -> None:
        self._pulled = float("inf")

    def _noted(self, chunks: list[Chunk]) -> list[Chunk]:
        when = time()
        with self._lock:
            for chunk in chunks:
                when += chunk.delay
                if chunk.data:
                    self._passed.append(Passed(False, chunk.data, when))
                if chunk.unplug:
                    self._pulled = when
        return chunks


@dataclass
class _Place:
    offer: Offer
    wire: Wire
    line: str
    out: bool = field(default=False)  # the cable, pulled by hand

    @property
    def simulator(self) -> Simulator:
        return self.wire.simulator


class Stand:
    """A PracticeBench on real ports."""

    def __init__(self, catalog: Catalog, served: Bench) -> None:
        self._catalog, self._served = catalog, served
        self._places: dict[str, _Place] = {}

    @cached_property
    def _offers(self) -> dict[str, Offer]:
        found = [offer for entry in self._catalog.entries() for offer in _offers_of(entry)]
        return {offer.id: offer for offer in found}

    def offers(self) -> list[Offer]:
        return list(self._offers.values())

    def instruments(self) -> list[Standing]:
        return [
            Standing(name, at.offer, self._served.port(name), at.line, self._plugged(at), at.simulator.fault)
            for name, at in self._places.items()
        ]

    def start(self, driver: str) -> str:
        loaded = self._catalog.load(driver)
        first = (one for one in self._offers.values() if one.id.startswith(f"{driver}/"))
        offer = self._offers.get(driver) or next(first)
        name = self._free(driver.replace("/", "-"))
        line = "" if self._served.kind == "tcp" else f"{loaded.serial.baud[0]} {loaded.serial.bits}"
        place = _Place(offer, Wire(loaded.simulator()), line)
        self._served.attach(name, cast("Simulator", place.wire), loaded.serial.baud[0])
        self._places[name] = place
        return name

    def stop(self, name: str) -> None:
        self._place(name)
        self._served.remove(name)
        del self._places[name]

    def unplug(self, name: str) -> None:
        self._place(name).out = True
        self._served.unplug(name)

    def replug(self, name: str) -> None:
        place = self._place(name)
        place.wire.plug()
        self._served.replug(name)
        place.out = False

    def knobs(self, name: str) -> tuple[Knob, ...]:
        return self._place(name).simulator.knobs

    def at(self, name: str, knob: str) -> Decimal:
        return self._place(name).simulator.standing(self._knob(name, knob).name)

    def turn(self, name: str, knob: str, value: Decimal) -> None:
        one = self._knob(name, knob)
        try:
            self._place(name).simulator.turn(one.name, value)
        except ValueError:
            accepted = f"{one.low:f} … {one.high:f} {one.unit}".rstrip()
            raise BadInput("out-of-range", field=one.name, value=value, accepted=accepted) from None

    def loads(self, name: str) -> list[tuple[str, Decimal]]:
        simulator: Any = self._place(name).simulator
        knob = next((one for one in self.knobs(name) if one.name == LOAD), None)
        largest, d = getattr(simulator, "capacity", None), getattr(simulator, "d", None)
        if knob is None or largest is None:
            return []
        found = [("zero", Decimal(0)), *([("twenty", 20 * d)] if d else []), ("half", largest / 2), ("max", largest)]
        return [(word, load) for word, load in found if knob.low <= load <= knob.high]

    def faults(self, name: str) -> list[str]:
        return sorted(self._place(name).simulator.faults)

    def switch(self, name: str, fault: str) -> None:
        if fault and fault not in self.faults(name):
            raise BadInput("bad-choice", field="FAULT", value=fault, accepted=", ".join(self.faults(name)))
        self._place(name).simulator.switch(fault)

    def shows(self, name: str) -> list[Shown]:
        return list(_shown(self._place(name).simulator))

    def passed(self, name: str) -> list[Passed]:
        return self._place(name).wire.passed()

    def simulator(self, name: str) -> Simulator:
        return self._place(name).simulator

    def close(self) -> None:
        self._served.close()

    def _place(self, name: str) -> _Place:
        if name not in self._places:
            raise BadInput("bad-choice", field="NAME", value=name, accepted=", ".join(self._places))
        return self._places[name]

    def _knob(self, name: str, knob: str) -> Knob:
        known = self.knobs(name)
        for one in known:
            if one.name == knob:
                return one
        accepted = ", ".join(one.name for one in known)
        raise BadInput("bad-choice", field="KNOB", value=knob, accepted=accepted)

    def _plugged(self, place: _Place) -> bool:
        return not (place.out or place.wire.pulled())

    def _free(self, name: str) -> str:
        number, free = 1, name
        while free in self._places:
            number += 1
            free = f"{name}-{number}"
        return free


def _offers_of(entry: Entry) -> Iterable[Offer]:
    if entry.manifest is None:
        return
    driver = entry.folder.name
    for name in entry.profiles or [""]:
        profile = read_profile(entry.folder, name) if name else {}
        kind = " ".join(dict.fromkeys(str(profile[key]) for key in ("maker", "model") if profile.get(key)))
        yield Offer(f"{driver}/{name}" if name else driver, entry.manifest.name, name, kind)


def _shown(simulator: Any) -> Iterable[Shown]:
    """What stands on its own display: the weight, the quantities it measures, else where its knobs stand."""
    with simulator.lock:
        stable = getattr(simulator, "stable", lambda: simulator.fault != "unstable")
        calm = bool(stable())
        if hasattr(simulator, "told") and hasattr(simulator, "indication"):
            value, unit = simulator.told(simulator.indication())
            yield Shown("indication", value, unit, calm, simulator.limit())
        elif hasattr(simulator, "now") and hasattr(simulator, "units"):
            for name, unit in simulator.units.items():
                yield Shown(name, f"{simulator.now(name):f}", unit, calm)
        else:
            for knob in simulator.knobs:
                if knob.name not in PHYSICS:
                    yield Shown(knob.name, f"{simulator.standing(knob.name):f}", knob.unit, calm)
