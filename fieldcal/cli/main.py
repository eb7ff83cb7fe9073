"""Arguments of every verb, and where each goes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from fieldcal import __version__
from fieldcal.cli.output import UNUSABLE, fail


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        print(f"fieldcal: {message}", file=sys.stderr)
        raise SystemExit(UNUSABLE)


def common(parser: argparse.ArgumentParser, top: bool = False) -> argparse.ArgumentParser:
    """--workspace and --lang stand before or after the verb."""
    unset = None if top else argparse.SUPPRESS
    parser.add_argument("--workspace", type=Path, default=unset, metavar="DIR")
    parser.add_argument("--lang", choices=["zh", "en"], default="zh" if top else argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", default=False if top else argparse.SUPPRESS)
    return parser


def parser() -> argparse.ArgumentParser:
    top = common(Parser(prog="fieldcal", description="Field verification of measuring instruments"), top=True)
    top.add_argument("--version", action="version", version=f"fieldcal {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB")
    demo = common(verbs.add_parser("demo", help="the demo workspace with the simulated bench"))
    demo.add_argument("--headless", action="store_true")
    demo.add_argument("--out", type=Path, metavar="DIR")
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--cut", action="store_true", help=argparse.SUPPRESS)
    cases = common(verbs.add_parser("cases", help="run worked cases through the procedures"))
    cases.add_argument("file", type=Path)
    _group(verbs, "procedures", {"list": [], "show": ["id"], "check": ["file"], "test": ["id?"]})
    _group(verbs, "drivers", {"list": [], "check": ["file"]})
    _group(verbs, "journal", {"verify": [], "rebuild": []})
    certificate = common(verbs.add_parser("certificate"))
    ways = certificate.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = common(ways.add_parser("verify"))
    verify.add_argument("file", type=Path, nargs="?")
    verify.add_argument("--qr", metavar="TEXT")
    _group(verbs, "bundle", {"export": ["file"], "verify": ["file"]})
    backup = common(verbs.add_parser("backup", help="online backup to FILE"))
    backup.add_argument("file", type=Path)
    restore = common(verbs.add_parser("restore", help="put a verified backup in place"))
    restore.add_argument("file", type=Path)
    restore.add_argument("--replace", action="store_true")
    common(verbs.add_parser("doctor", help="versions, hashes, settings, fonts, ports"))
    return top


def _group(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, actions: dict[str, list[str]]
) -> None:
    group = common(verbs.add_parser(name))
    ways = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action, arguments in actions.items():
        found = common(ways.add_parser(action))
        for argument in arguments:
            kind = Path if argument == "file" else str
            found.add_argument(argument.rstrip("?"), type=kind, nargs="?" if argument.endswith("?") else None)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    try:
        return run(arguments)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if hasattr(error, "code") or isinstance(error, OSError):
            return fail(error)
        raise


def run(arguments: argparse.Namespace) -> int:
    from fieldcal.cli import demo, tools, window

    match arguments.verb:
        case None:
            return window.workspace(arguments)
        case "demo":
            return demo.headless(arguments) if arguments.headless or arguments.cut else window.demo(arguments)
        case verb:
            return tools.VERBS[verb](arguments)
