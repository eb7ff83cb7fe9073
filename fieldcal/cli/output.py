"""How verbs speak: lines or JSON on standard output, one line on standard error, an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

OK, DIFFERS, UNUSABLE, REFUSED, NO_DISPLAY, INTERNAL, STOPPED, PIPE_CLOSED = 0, 1, 2, 3, 4, 5, 130, 141


def prepare() -> None:
    """UTF-8 whatever the terminal claims; half a character from a file name must not end a report."""
    for stream in (sys.stdout, sys.stderr):
        if change := getattr(stream, "reconfigure", None):
            change(encoding="utf-8", errors="backslashreplace")


def hush() -> int:
    """Nobody reads any more (`| head`): what is left goes nowhere, so that the end of the program is quiet."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return PIPE_CLOSED


def as_text(data: dict[str, Any]) -> str:
    import json  # the window's start needs none

    return json.dumps(data, ensure_ascii=False, indent=1)


def tell(data: dict[str, Any], as_json: bool, lines: Callable[[], list[str]]) -> None:
    print(as_text(data) if as_json else "\n".join(lines()))


def fail(error: BaseException, language: str = "zh", as_json: bool = False) -> int:
    """One line, no traceback: the code, the sentence, field, value and what is accepted. With --json also as data."""
    code, text = code_of(error), sentence(error, language)
    if as_json:
        from fieldcal.ui.i18n import accepts

        found = {name: str(getattr(error, name, "")) for name in ("field", "value")}
        found |= {"code": code, "accepted": accepts(error, language), "message": text}
        print(as_text({"error": found}))
    print(f"fieldcal: {code}: {text}", file=sys.stderr)
    return exit_code(error)


def exit_code(error: BaseException) -> int:
    from fieldcal.domain.errors import NotAllowed

    if code_of(error) == "no-display":
        return NO_DISPLAY
    if isinstance(error, NotAllowed):
        return REFUSED
    return INTERNAL if code_of(error) == "internal-error" else UNUSABLE


def code_of(error: BaseException) -> str:
    return str(getattr(error, "code", "file-error" if isinstance(error, OSError) else "internal-error"))


def sentence(error: BaseException, language: str) -> str:
    from fieldcal.ui.i18n import explain, message

    if hasattr(error, "field"):
        text = explain(error, language)
    else:
        text = f"{message(code_of(error), language)} {_detail(error)}"
    return " ".join(text.split())


def _detail(error: BaseException) -> str:
    """What an error without a field can tell: the file and the cause, or where in the program it happened."""
    if path := getattr(error, "path", None):
        return f"{path}: {getattr(error, 'detail', '')}".rstrip(": ")
    if isinstance(error, OSError):
        return f"{error.filename or ''}: {error.strerror or error}".lstrip(": ")
    if hasattr(error, "code"):
        return str(error)
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({os.path.basename(last[0].filename)}:{last[0].lineno})" if last else ""
    return f"{type(error).__name__}: {error}{where}"


def table(rows: list[list[str]]) -> list[str]:
    """Columns padded by display width (Han characters take two places)."""
    widths = [max(map(_wide, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (w - _wide(cell)) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _wide(text: str) -> int:
    return sum(2 if "⺀" <= c <= "￦" else 1 for c in text)
