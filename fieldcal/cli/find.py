"""`fieldcal drivers find PORT`: what hangs on this port, told as it is tried."""

from __future__ import annotations

import argparse
import sys

from fieldcal import bootstrap
from fieldcal.cli.output import DIFFERS, OK, tell
from fieldcal.cli.place import folder
from fieldcal.devices.finder import find
from fieldcal.services.doctor import Hit


def found_on(arguments: argparse.Namespace) -> int:
    """1 when nothing was recognised. Asks only what changes nothing on any instrument."""
    show = sys.stdout.isatty() and not arguments.json

    def told(driver: str, hit: Hit | None) -> None:
        if show:
            print(f"{driver}  {'yes' if hit else '-'}", flush=True)

    hits = find(arguments.id, bootstrap.catalog(folder(arguments)), told)
    data = [
        {"driver": one.driver, "baud": one.baud, "bits": one.bits, "frames": one.frames,
         "value": one.value, "unit": one.unit,
         "maker": one.identity.maker if one.identity else "", "model": one.identity.model if one.identity else "",
         "serial": one.identity.serial if one.identity else ""}
        for one in hits
    ]  # fmt: skip
    tell({"port": arguments.id, "found": data}, arguments.json, lambda: [_line(one) for one in hits] or ["nothing"])
    return OK if hits else DIFFERS


def _line(one: Hit) -> str:
    line, value = f"{one.driver}  {one.baud} baud {one.bits}", f"{one.value} {one.unit}".strip()
    if one.identity is None:
        return f"{line}  speaks unasked, {one.frames} frames  {value}".rstrip()
    return f"{line}  {one.identity.maker} {one.identity.model} No. {one.identity.serial}  {value}".rstrip()
