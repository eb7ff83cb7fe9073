"""`fieldcal drivers record DRIVER PORT`: what an instrument really says, as a transcript of the driver."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from fieldcal import bootstrap
from fieldcal.cli.output import DIFFERS, OK, tell
from fieldcal.cli.packs import write_new
from fieldcal.cli.place import folder
from fieldcal.devices import recorder
from fieldcal.devices.recorder import Outcome
from fieldcal.domain.errors import BadInput
from fieldcal.driverkit.manifest import SerialSettings

Arguments = argparse.Namespace


def record(arguments: Arguments) -> int:
    """1 when the transcript, played back at once, does not give what the instrument gave. Writes over nothing."""
    if arguments.out and arguments.out.exists():
        raise BadInput("already-there", field="--out", value=arguments.out, accepted="a new file")
    if bool(arguments.raw) == bool(arguments.driver and arguments.port):
        raise BadInput("usage", field="DRIVER PORT or --raw PORT", accepted="one of the two")
    return _raw(arguments) if arguments.raw else _driven(arguments)


def _driven(arguments: Arguments) -> int:
    name = f"{arguments.driver}/{arguments.map}" if arguments.map else arguments.driver
    loaded = bootstrap.catalog(folder(arguments)).load(name)
    names = [name for name in arguments.calls.split(",") if name]
    try:
        text, outcomes = recorder.record(loaded, arguments.port, names)
    except ValueError as error:
        known = ", ".join(loaded.manifest.capabilities)
        raise BadInput("unknown-call", field="--calls", value=error, accepted=known) from error
    again = recorder.replayed(loaded, text, names)
    lines = [_line(one, other) for one, other in zip(outcomes, again, strict=True)]
    same = outcomes == again
    data = {"calls": [dataclasses.asdict(one) for one in outcomes], "replayed": same}
    _give(arguments, text, data, [*lines, "replayed: the same" if same else "replayed: NOT the same"])
    return OK if same else DIFFERS


def _raw(arguments: Arguments) -> int:
    try:
        requests = [bytes.fromhex(text) for text in arguments.send]
    except ValueError:
        shown = " ".join(arguments.send)
        raise BadInput("bad-input", field="--send", value=shown, accepted="bytes in hexadecimal") from None
    if arguments.baud <= 0 or not 0 < arguments.seconds <= 600:
        shown = f"{arguments.baud}, {arguments.seconds}"
        raise BadInput("out-of-range", field="--baud, --seconds", value=shown, accepted="> 0; 0..600")
    settings = SerialSettings(baud=(arguments.baud,), bits=arguments.bits)
    _give(arguments, recorder.raw(arguments.raw, settings, requests, arguments.seconds), {}, [])
    return OK


def _give(arguments: Arguments, text: str, data: dict[str, Any], lines: list[str]) -> None:
    """The transcript into its file, or on standard output with the outcomes as comments behind it."""
    if arguments.out:
        write_new(arguments.out, text.encode("ascii"))
        tell({**data, "file": str(arguments.out)}, arguments.json, lambda: [*lines, str(arguments.out)])
    else:
        tell({**data, "transcript": text}, arguments.json, lambda: [text.rstrip(), *(f"# {line}" for line in lines)])


def _line(one: Outcome, again: Outcome) -> str:
    return f"{one.call}  {one.gave}" + ("" if one == again else f"  replayed: {again.gave}")
