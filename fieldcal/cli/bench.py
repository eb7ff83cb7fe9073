"""`fieldcal bench DRIVER …`: simulated instruments on ports of this computer, worked from the keyboard."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from fieldcal import bootstrap
from fieldcal.cli.output import OK, table, tell
from fieldcal.cli.place import folder
from fieldcal.devices.bench import HAS_PTY, Bench
from fieldcal.domain.errors import BadInput
from fieldcal.domain.quantity import number
from fieldcal.driverkit import Simulator

HELP = """list                      the instruments with their faults and what can be set
place NAME GRAMS          a load on the pan of a scale
set NAME WHAT VALUE       another value of what `list` shows
fault NAME FAULT          one fault on; `fault NAME none` switches it off
unplug NAME, plug NAME    the cable
quit"""


def bench(arguments: argparse.Namespace) -> int:
    """Until `quit` or the end of standard input. Raises BadInput where there are no pseudo-terminals."""
    if not HAS_PTY:
        raise BadInput("not-allowed", field="bench", value=sys.platform, accepted="Linux, macOS")
    catalog, served = bootstrap.catalog(folder(arguments)), Bench()
    try:
        simulators: dict[str, Simulator] = {}
        for name in arguments.drivers:
            short = name.replace("/", "-")
            simulators[short] = catalog.load(name).simulator()
            served.attach(short, simulators[short])
        ports = [{"name": name, "port": served.port(name)} for name in simulators]
        tell({"instruments": ports}, arguments.json, lambda: table([[one["name"], one["port"]] for one in ports]))
        sys.stdout.flush()
        work(sys.stdin, simulators, served)
    finally:
        served.close()
    return OK


def work(lines: Iterable[str], simulators: dict[str, Simulator], served: Bench) -> None:
    """One command a line; a bad one is answered and nothing changes."""
    for line in lines:
        words = line.split()
        if words[:1] == ["quit"]:
            return
        if words:
            print(answer(words, simulators, served), flush=True)


def answer(words: list[str], simulators: dict[str, Simulator], served: Bench) -> str:
    try:
        return _answer(words, simulators, served)
    except (BadInput, ValueError) as error:
        return f"? {error}"


def _answer(words: list[str], simulators: dict[str, Simulator], served: Bench) -> str:
    match words:
        case ["list"]:
            return "\n".join(_line(name, simulator, served) for name, simulator in simulators.items())
        case ["place", name, grams]:
            place = getattr(_one(name, simulators), "place", None)
            if place is None:
                raise BadInput("not-allowed", field="place", value=name, accepted="a scale")
            place(number(grams, "GRAMS"))
        case ["set", name, what, value]:
            known = settable(_one(name, simulators))
            if what not in known:
                raise BadInput("bad-choice", field="WHAT", value=what, accepted=", ".join(known))
            setattr(_one(name, simulators), what, number(value, "VALUE"))
        case ["fault", name, fault]:
            _one(name, simulators).switch("" if fault == "none" else fault)
        case ["unplug", name]:
            _one(name, simulators)
            served.unplug(name)
        case ["plug", name]:
            _one(name, simulators)
            served.replug(name)
        case _:
            return HELP
    return "ok"


def settable(simulator: Simulator) -> dict[str, Any]:
    """Its public decimals, by name."""
    names = [name for name in dir(simulator) if not name.startswith("_")]
    found = {name: getattr(simulator, name, None) for name in names}
    return {name: value for name, value in found.items() if isinstance(value, Decimal)}


def _one(name: str, simulators: dict[str, Simulator]) -> Simulator:
    if name not in simulators:
        raise BadInput("bad-choice", field="NAME", value=name, accepted=", ".join(simulators))
    return simulators[name]


def _line(name: str, simulator: Simulator, served: Bench) -> str:
    values = ", ".join(f"{key} {value}" for key, value in settable(simulator).items())
    faults = ", ".join(sorted(simulator.faults))
    return f"{name}  {served.port(name)}  set: {values or '-'}  faults: {faults}  now: {simulator.fault or 'none'}"
