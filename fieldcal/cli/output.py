"""How verbs speak: a line or JSON on standard output, one line on standard error, an exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

OK, DIFFERS, UNUSABLE, REFUSED, NO_DISPLAY = 0, 1, 2, 3, 4


def tell(data: dict[str, Any], as_json: bool, lines: Callable[[], list[str]]) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=1) if as_json else "\n".join(lines()))


def fail(error: BaseException) -> int:
    """One line, no traceback: the code, the field, the value, what is accepted."""
    from fieldcal.domain.errors import NotAllowed

    print(f"fieldcal: {sentence(error)}", file=sys.stderr)
    return REFUSED if isinstance(error, NotAllowed) else UNUSABLE


def sentence(error: BaseException) -> str:
    code = getattr(error, "code", type(error).__name__)
    text = str(error).replace("\n", " ")
    return text if text.startswith(str(code)) else f"{code}: {text}"


def table(rows: list[list[str]]) -> list[str]:
    """Columns padded by display width (Han characters take two places)."""
    widths = [max(map(_wide, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (w - _wide(cell)) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _wide(text: str) -> int:
    return sum(2 if "⺀" <= c <= "￦" else 1 for c in text)
