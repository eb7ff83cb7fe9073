"""What the verbs about drivers take beside their first argument."""

from __future__ import annotations

import argparse
from pathlib import Path


def driver_options(verbs: dict[str, argparse.ArgumentParser]) -> None:
    where = "the file, or the folder for ID-VERSION.fcpack; else here"
    _hint(verbs["pack"], out=where, key="of `drivers keygen`; else unsigned")
    verbs["keygen"].add_argument("--name", required=True, help="of the publisher, as a laboratory will see it")
    verbs["trust"].add_argument("--name", default="", help="of the publisher")
    verbs["trust"].add_argument("--withdraw", action="store_true", help="trust it no more")
    verbs["developer"].add_argument("--reason", default="", metavar="TEXT", help="kept in the journal; needed for on")
    for name in ("trust", "developer"):
        verbs[name].add_argument(
            "--person", default="", metavar="ID", help="an administrator, whose PIN is read from standard input"
        )
    _record(verbs["record"])


def _hint(parser: argparse.ArgumentParser, **told: str) -> None:
    for name, text in told.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=text)


def _record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("driver", nargs="?", metavar="DRIVER", help="as `drivers list` names it, with /map behind")
    parser.add_argument("port", nargs="?", metavar="PORT")
    _hint(parser, out="the transcript; else standard output")
    parser.add_argument(
        "--calls", default="", metavar="NAME,…", help="else every call that changes nothing on the instrument"
    )
    parser.add_argument("--map", default="", metavar="NAME", help="one of the driver's maps")
    raw = parser.add_argument_group("without a driver")
    raw.add_argument("--raw", default="", metavar="PORT", help="send and listen, nothing is understood")
    raw.add_argument("--baud", type=int, default=9600, metavar="N")
    raw.add_argument("--bits", default="8N1", choices=["8N1", "8E1", "8O1", "8N2", "7E1", "7O1"])
    raw.add_argument("--send", action="append", default=[], metavar="HEX", help="again for each request")
    raw.add_argument("--seconds", type=float, default=2.0, metavar="S", help="to wait for each answer, or to listen")
