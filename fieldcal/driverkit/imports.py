"""What a driver may import and call, read from its source without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# also bundled as hidden imports, since a frozen program has no other standard modules
_STDLIB = """__future__ abc bisect collections dataclasses datetime decimal enum fractions functools itertools
math operator re statistics string struct time typing"""
ALLOWED = frozenset(_STDLIB.split())
FORBIDDEN_CALLS = frozenset({"open", "eval", "exec", "compile", "__import__", "input", "breakpoint", "sleep"})


def import_problems(folder: Path) -> list[str]:
    """Imports outside the list, and calls that open files, wait, or run text as code."""
    return [f"{path.name}:{line}: {text}" for path in sorted(folder.glob("*.py")) for line, text in _problems(path)]


def _problems(path: Path) -> Iterator[tuple[int, str]]:
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (SyntaxError, UnicodeDecodeError) as error:
        yield 1, f"cannot be read: {error}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if not _may_import(alias.name):
                    yield node.lineno, f"imports {alias.name}"
        elif isinstance(node, ast.ImportFrom):
            if node.level or not _may_import(node.module or ""):
                yield node.lineno, f"imports {'.' * node.level}{node.module or ''}"
        elif isinstance(node, ast.Call) and (name := _called(node)) in FORBIDDEN_CALLS:
            yield node.lineno, f"calls {name}"


def _may_import(name: str) -> bool:
    return name.split(".")[0] in ALLOWED or name == "fieldcal.driverkit" or name.startswith("fieldcal.driverkit.")


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    if isinstance(node.func, ast.Attribute) and node.func.attr == "sleep":
        return "sleep"
    return ""
