"""Arguments of every verb, and where each goes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from fieldcal import __version__
from fieldcal.cli.output import STOPPED, fail, hush, prepare

EXITS = """exit codes: 0 well; 1 differences or problems found, and listed; 2 input or workspace cannot be used;
3 refused in this state or for this person; 4 no screen for the window; 5 error in the program;
130 stopped from the keyboard; 141 nobody read the output to its end"""


Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class Parser(argparse.ArgumentParser):
    def __init__(self, **settings: Any) -> None:
        plain = argparse.RawDescriptionHelpFormatter
        super().__init__(**{"epilog": EXITS, "formatter_class": plain, "allow_abbrev": False, **settings})

    def error(self, message: str) -> NoReturn:
        from fieldcal.domain.errors import BadInput

        raise BadInput("usage", field=self.prog, value=message, accepted=f"{self.prog} --help")


def common(parser: argparse.ArgumentParser, top: bool = False) -> argparse.ArgumentParser:
    """--workspace and --lang stand before or after the verb."""
    unset = None if top else argparse.SUPPRESS
    parser.add_argument("--workspace", type=folder, default=unset, metavar="DIR", help="else the folder of this user")
    parser.add_argument("--lang", choices=["zh", "en"], default="zh" if top else argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", default=False if top else argparse.SUPPRESS)
    return parser


def folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("DIR is empty")
    return Path(text)


def parser() -> argparse.ArgumentParser:
    top = common(Parser(prog="fieldcal", description="Field verification of measuring instruments"), top=True)
    top.add_argument("--version", action="version", version=f"fieldcal {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", title="verbs; without one the window opens")
    demo = _verb(verbs, "demo", "the demo workspace with the simulated bench")
    demo.add_argument("--headless", action="store_true", help="without a window, from the first reading to the papers")
    demo.add_argument("--out", type=folder, metavar="DIR", help="a new or empty folder for the papers")
    demo.add_argument("--seed", type=int, default=1, metavar="N", help="another bench, another signing key")
    demo.add_argument("--cut", action="store_true", help=argparse.SUPPRESS)
    _tools(verbs)
    return top


def _tools(verbs: Verbs) -> None:
    from fieldcal.cli.driver_options import driver_options
    from fieldcal.cli.lot_options import lot_options

    _verb(verbs, "cases", "run worked cases (JSON) and list every difference").add_argument("file", type=folder)
    procedures = _group(verbs, "procedures", "the procedure files", {
        "list": ("all files", []), "show": ("items and sources of one", ["id"]),
        "check": ("all that is wrong in a file, by line", ["file"]),
        "test": ("run its worked cases; which clauses and branches none of them reaches", ["id?"]),
        "new": ("a procedure that works in the workspace, to be changed into one's own", ["id"]),
        "simulate": ("play one (ID or FILE.toml) from the nameplate to its papers", ["id"]),
        "preview": ("its steps in a window, as technicians will see them, on simulated instruments", ["id?"]),
        "table": ("the shipped ones with their proof, as a table; into FILE between its marks", ["file?"]),
        "budget": ("the uncertainty of a record, part by part", ["id"]),
    })  # fmt: skip
    procedures["budget"].add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="of the laboratory's own certificates"
    )
    procedures["budget"].add_argument("--trials", type=int, metavar="N", help="Monte Carlo beside it, N trials")
    procedures["simulate"].add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="on the nameplate"
    )
    procedures["simulate"].add_argument("--out", type=folder, metavar="DIR", help="for the papers")
    driver_options(_group(verbs, "drivers", "the instrument drivers", {
        "list": ("all drivers, and who answers for them", []),
        "check": ("the conformance kit over one folder", ["dir"]),
        "find": ("which driver the instrument on a port wants", ["id"]),
        "new": ("a working driver in the workspace, to be changed into one's own", ["id"]),
        "pack": ("a driver as one file, once it passes the kit", ["dir"]),
        "keygen": ("a publisher's key, to sign packs with", ["file"]),
        "trust": ("whose packs this laboratory trusts; without PUBLIC the list of them", ["id?"]),
        "install": ("a pack into the workspace", ["file"]),
        "developer": ("whether unsigned drivers may run: on, off, or how it stands", ["id?"]),
        "record": ("a transcript off a real instrument", []),
    }))  # fmt: skip
    bench = _verb(verbs, "bench", "simulated instruments on ports of this computer, in a window")
    bench.add_argument("drivers", nargs="*", metavar="DRIVER", help="as `drivers list` names them, with /map behind")
    bench.add_argument("--headless", action="store_true", help="without a window, worked from standard input")
    bench.add_argument("--on", choices=["pty", "tcp", "rfc2217"], help="kind of port; else pty where there are any")
    _group(verbs, "transcripts", "the bytes of a record", {
        "replay": ("through the drivers again: the same values must come", ["id"]),
    })  # fmt: skip
    lot_options(_group(verbs, "lots", "lots judged by a sample", {
        "open": ("serial numbers and plan of a lot, by procedure", ["id"]), "draw": ("its sample, once", ["id"]),
        "show": ("how far it is, and whether its seed gives the sample again", ["id"]),
        "judge": ("the whole lot, once all of the sample have their paper", ["id"]),
        "paper": ("the paper of a lot that was judged, as it was issued", ["id"]),
        "replace": ("one of the sample that is not to be had, by the next in order", ["id"]),
        "abandon": ("end it without a verdict", ["id"]), "list": ("all lots", []),
    }))  # fmt: skip
    standards = _group(verbs, "standards", "what is in the van", {
        "list": ("all standards, their pieces, and which are in date", []),
        "fit": ("whether they make every load and flow of an instrument, or of a procedure with --plate", ["id"]),
    })["fit"]  # fmt: skip
    standards.add_argument("--plate", action="append", default=[], metavar="NAME=VALUE", help="on the nameplate")
    standards.add_argument(
        "--set", action="append", default=[], metavar="STANDARD", help="only these, the first chosen"
    )
    standards.add_argument("--kind", choices=["first", "subsequent", "in_use"], help="else the procedure's first")
    _group(verbs, "journal", "the record of everything", {
        "verify": ("prove chain, heads and attachments", []), "rebuild": ("refill the tables made from it", []),
    })  # fmt: skip
    certificate = _group(verbs, "certificate", "papers that were issued", {
        "verify": ("prove the signed code of a paper", ["file?"]),
    })  # fmt: skip
    certificate["verify"].add_argument("--qr", metavar="TEXT", help="the text of the code instead of a file")
    _group(verbs, "bundle", "records for the office, as one signed file", {
        "export": ("write all that waits", ["file"]), "verify": ("prove one", ["file"]),
    })  # fmt: skip
    _verb(verbs, "backup", "copy the workspace to FILE and verify the copy").add_argument("file", type=folder)
    restore = _verb(verbs, "restore", "put a verified backup in place")
    restore.add_argument("file", type=folder)
    restore.add_argument("--replace", action="store_true", help="what is there is moved aside")
    shadow = _verb(
        verbs, "reevaluate", "another revision of a procedure over the stored records, which stay as they are"
    )
    shadow.add_argument("--revision", required=True, metavar="FILE_OR_ID", help="a procedure file, or one at hand")
    shadow.add_argument("--from", dest="first", metavar="DATE", help="records verified on this day or later")
    shadow.add_argument("--to", dest="last", metavar="DATE", help="records verified on this day or earlier")
    shadow.add_argument("--workers", type=int, default=0, metavar="N", help="processes; else one for each core")
    rates = _verb(verbs, "coverage", "how much of what must be verified is verified, and what standards are here for")
    rates.add_argument("--register", type=folder, metavar="FILE", help="the laboratory's own list (JSON) instead")
    _verb(verbs, "doctor", "versions, hashes, settings, fonts, ports")


def _verb(verbs: Verbs, name: str, text: str) -> argparse.ArgumentParser:
    return common(verbs.add_parser(name, help=text, description=text))


def _group(
    verbs: Verbs, name: str, text: str, actions: dict[str, tuple[str, list[str]]]
) -> dict[str, argparse.ArgumentParser]:
    ways = _verb(verbs, name, text).add_subparsers(dest="action", required=True, metavar="ACTION")
    found: dict[str, argparse.ArgumentParser] = {}
    for action, (told, arguments) in actions.items():
        found[action] = _verb(ways, action, told)
        for argument in arguments:
            kind = str if argument.startswith("id") else folder
            found[action].add_argument(argument.rstrip("?"), type=kind, nargs="?" if argument.endswith("?") else None)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    prepare()
    try:
        code = answer(words)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except BrokenPipeError:
        return hush()
    except KeyboardInterrupt:
        return STOPPED


def answer(words: list[str]) -> int:
    try:
        return run(everyday(words) or parser().parse_args(words))
    except SystemExit as done:  # --help and --version
        return int(done.code or 0)
    except BrokenPipeError:
        raise
    except Exception as error:
        return fail(error, language_in(words), "--json" in words)


def everyday(words: list[str]) -> argparse.Namespace | None:
    """What the parser makes of the window's usual start; building that parser takes longer than painting the page."""
    match words:
        case ["demo", *rest]:
            verb = "demo"
        case rest:
            verb = None
    match rest:
        case []:
            place = None
        case ["--workspace", name] if name.strip() and not name.startswith("-"):
            place = Path(name)
        case _:
            return None
    found = argparse.Namespace(verb=verb, workspace=place, lang="zh", json=False)
    if verb:
        vars(found).update(headless=False, out=None, seed=1, cut=False)
    return found


def language_in(words: Sequence[str]) -> str:
    """The language asked for, also on a line that cannot be parsed."""
    wishes = [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    wishes += [after for word, after in pairwise(words) if word == "--lang"]
    return "en" if wishes[-1:] == ["en"] else "zh"


def run(arguments: argparse.Namespace) -> int:
    """Each way imports its own: the window must not wait for what the other verbs need."""
    if arguments.verb == "demo" and (arguments.headless or arguments.cut):
        from fieldcal.cli import demo

        return demo.headless(arguments)
    if arguments.verb in (None, "demo"):
        from fieldcal.cli import window

        return window.demo(arguments) if arguments.verb else window.workspace(arguments)
    from fieldcal.cli import tools

    return tools.VERBS[arguments.verb](arguments)
