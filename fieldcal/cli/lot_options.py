"""What the verbs about lots take beside their first argument."""

from __future__ import annotations

import argparse
from pathlib import Path


def lot_options(verbs: dict[str, argparse.ArgumentParser]) -> None:
    for name in ("open", "draw", "replace", "abandon", "judge"):
        person = "whose PIN is read from standard input"
        verbs[name].add_argument("--person", required=True, metavar="ID", help=person)
    for name in ("replace", "abandon"):
        verbs[name].add_argument("--reason", required=True, metavar="TEXT", help="kept in the journal")
    verbs["draw"].add_argument("--seed", default="", metavar="TEXT", help="thrown before witnesses; else random")
    verbs["paper"].add_argument("--out", required=True, type=Path, metavar="FILE", help="a new file")
    verbs["replace"].add_argument("serial", metavar="SERIAL")
    _open(verbs["open"])


def _open(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--site", required=True, metavar="ID")
    parser.add_argument("--kind", required=True, choices=["first", "subsequent", "in_use"])
    numbers = parser.add_mutually_exclusive_group(required=True)
    numbers.add_argument("--serials", metavar="TEXT", help="serial numbers, with commas; A001..A250 is a range")
    numbers.add_argument("--file", type=Path, metavar="FILE", help="the same in a file, also one per line")
    parser.add_argument("--plate", action="append", default=[], metavar="NAME=VALUE", help="the same on all of them")
    for name, text in (("sample", "instruments to test"), ("accept", "failures at most"), ("reject", "at least")):
        parser.add_argument(f"--{name}", type=int, metavar="N", help=f"{text}, where the procedure prescribes none")
    parser.add_argument("--basis", default="", metavar="TEXT", help="edition and clause of these numbers")
