"""`fieldcal bench DRIVER …`: simulated instruments on ports of this computer, in a window or from standard input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from fieldcal import bootstrap
from fieldcal.cli.bench_stand import Stand
from fieldcal.cli.output import OK, table, tell
from fieldcal.cli.place import folder
from fieldcal.devices.bench import KINDS, Bench
from fieldcal.domain.errors import BadInput
from fieldcal.domain.quantity import number
from fieldcal.driverkit import DeviceError, Knob

HELP = """list                      the instruments with their faults and what can be set
knobs                     what can be turned, from where to where, and where it stands
turn NAME KNOB VALUE      turn one knob
place NAME GRAMS          a load on the pan of a scale
set NAME WHAT VALUE       another value of what `list` shows
fault NAME FAULT          one fault on; `fault NAME none` switches it off
unplug NAME, plug NAME    the cable
start DRIVER, stop NAME   one instrument more, one less
quit"""


def bench(arguments: argparse.Namespace) -> int:
    """Raises BadInput for a driver or a kind of port that is not to be had here, or without a screen."""
    kind = arguments.on or KINDS[0]
    if kind not in KINDS:
        raise BadInput("not-allowed", field="--on", value=kind, accepted=", ".join(KINDS))
    if arguments.headless and not arguments.drivers:
        raise BadInput("empty", field="DRIVER", value="", accepted="fieldcal drivers list")
    if not arguments.headless:
        from fieldcal.cli.window import no_display

        if why := no_display():
            raise BadInput("no-display", field="DISPLAY", value=why, accepted="fieldcal bench --headless DRIVER")
    stand = Stand(bootstrap.catalog(folder(arguments)), Bench(kind))
    try:
        for driver in arguments.drivers:
            stand.start(driver)
        if not arguments.headless:
            return shown(stand, arguments)
        told(stand, arguments.json)
        work(sys.stdin, stand)
        return OK
    finally:
        stand.close()


def told(stand: Stand, as_json: bool) -> None:
    """Where each instrument is to be opened."""
    ports = [{"name": one.name, "port": one.port, "line": one.line} for one in stand.instruments()]
    tell({"instruments": ports}, as_json, lambda: table([[one["name"], one["port"]] for one in ports]))
    sys.stdout.flush()


def shown(stand: Stand, arguments: argparse.Namespace) -> int:
    """Until the window is closed."""
    from fieldcal.ui.views.bench_window import run_bench

    ready = (lambda: told(stand, arguments.json)) if arguments.drivers else (lambda: None)
    return run_bench(stand, arguments.lang, ready)


def work(lines: Iterable[str], stand: Stand) -> None:
    """One command a line, until `quit` or the end; a bad one is answered and nothing changes."""
    for line in lines:
        words = line.split()
        if words[:1] == ["quit"]:
            return
        if words:
            print(answer(words, stand), flush=True)


def answer(words: list[str], stand: Stand) -> str:
    try:
        return _answer(words, stand)
    except (BadInput, DeviceError, ValueError) as error:
        return f"? {error}"


def _answer(words: list[str], stand: Stand) -> str:
    match words:
        case ["list"]:
            return "\n".join(_line(one.name, one.port, one.plugged, stand) for one in stand.instruments())
        case ["knobs"]:
            return "\n".join(line for one in stand.instruments() for line in _turns(one.name, stand)) or "-"
        case ["turn", name, knob, value]:
            stand.turn(name, knob, number(value, "VALUE"))
        case ["place", name, grams]:
            place = getattr(stand.simulator(name), "place", None)
            if place is None:
                raise BadInput("not-allowed", field="place", value=name, accepted="a scale")
            place(number(grams, "GRAMS"))
        case ["set", name, what, value]:
            known = settable(stand.simulator(name))
            if what not in known:
                raise BadInput("bad-choice", field="WHAT", value=what, accepted=", ".join(known))
            setattr(stand.simulator(name), what, number(value, "VALUE"))
        case ["fault", name, fault]:
            stand.switch(name, "" if fault == "none" else fault)
        case ["unplug", name]:
            stand.unplug(name)
        case ["plug", name]:
            stand.replug(name)
        case ["start", driver]:
            return _started(stand.start(driver), stand)
        case ["stop", name]:
            stand.stop(name)
        case _:
            return HELP
    return "ok"


def settable(simulator: object) -> dict[str, Any]:
    """Its public decimals, by name."""
    names = [name for name in dir(simulator) if not name.startswith("_")]
    found = {name: getattr(simulator, name, None) for name in names}
    return {name: value for name, value in found.items() if isinstance(value, Decimal)}


def _started(name: str, stand: Stand) -> str:
    return next(f"{name}  {one.port}" for one in stand.instruments() if one.name == name)


def _turns(name: str, stand: Stand) -> list[str]:
    return [f"{name}  {_range(knob)}, now {stand.at(name, knob.name):f}" for knob in stand.knobs(name)]


def _range(knob: Knob) -> str:
    unit = f" {knob.unit}" if knob.unit else ""
    return f"{knob.name}  {knob.low:f} … {knob.high:f}{unit}, step {knob.step:f}"


def _line(name: str, port: str, plugged: bool, stand: Stand) -> str:
    simulator = stand.simulator(name)
    values = ", ".join(f"{key} {value}" for key, value in settable(simulator).items())
    now = simulator.fault or "none"
    cable = "" if plugged else "  unplugged"
    return f"{name}  {port}{cable}  set: {values or '-'}  faults: {', '.join(stand.faults(name))}  now: {now}"
