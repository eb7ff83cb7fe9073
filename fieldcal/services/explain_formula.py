"""A rule of a procedure as a formula: in symbols, and with the numbers put in; only the branch that was taken."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fieldcal.domain.quantity import show
from fieldcal.services.explain_words import Lexicon, say

CUT = 8  # digits after the point that the short form shows
MANY = 8  # numbers of a list that the short form shows
MORE = "…"
MINUS = "−"
SIGNS = (
    (" * ", " × "), (" / ", " ÷ "), (" - ", f" {MINUS} "), (" ** ", " ^ "), (" <= ", " ≤ "), (" >= ", " ≥ "),
    (" == ", " = "), (" != ", " ≠ "),
)  # fmt: skip
CONNECTED = ((" and ", " 且 "), (" or ", " 或 "), ("not ", "非 "))  # in Chinese
Names = Mapping[str, Any]
Number = Callable[[Any], str]
Put = Callable[[str], str]


@dataclass
class Written:
    """`names` are those that the taken branch reads, `looked` the tables it asked: (call in symbols, value, table)."""

    formula: str
    numbers: str
    exact: str
    names: list[str]
    because: list[str] = field(default_factory=list[str])
    looked: list[tuple[str, Any, str]] = field(default_factory=list[tuple[str, Any, str]])


def write(lexicon: Lexicon, source: str, values: Names) -> Written:
    """`source` for these values. Formula and numbers read as people write them, `exact` cuts no digit."""
    taken = _Taken(lexicon, source.strip(), values)
    tree = taken.visit(ast.parse(taken.source, mode="eval").body)
    out = Written("", "", "", sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - _called(tree)))
    out.because, out.looked = taken.because, taken.looked
    symbols = _unique(lexicon, out.names)
    out.formula = _text(tree, taken, lambda name: symbols[name])
    out.numbers = _text(tree, taken, lambda name: _put(lexicon, name, values, short), short)
    out.exact = _text(tree, taken, lambda name: _put(lexicon, name, values, full), full)
    return out


def short(value: Any) -> str:
    """A number as it is read: endless ones end in "…", their digits are cut and not rounded."""
    if isinstance(value, list):
        found = [short(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
        cut = [*found[:MANY], MORE] if len(found) > MANY + 2 else found
        return f"[{', '.join(cut)}]"
    if not isinstance(value, Decimal):
        return full(value)
    whole, _, places = show(value).partition(".")
    if len(places) <= CUT:
        return full(value)
    lead = len(places) - len(places.lstrip("0"))
    keep = places[: max(CUT, lead + 4)] if whole.strip("-0") == "" else places[:CUT]
    text = f"{whole}.{keep}"
    rest = places[len(keep) :].strip("0")
    return (f"{text}{MORE}" if rest else text.rstrip("0").rstrip(".")).replace("-", MINUS)


def full(value: Any) -> str:
    """Every digit."""
    if isinstance(value, list):
        return f"[{', '.join(full(one) for one in value)}]"  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, Decimal):
        return show(value).replace("-", MINUS)
    return "–" if value is None else str(value)


def _put(lexicon: Lexicon, name: str, values: Names, number: Number) -> str:
    value = values.get(name)
    return lexicon.choice(name, value) if isinstance(value, str) else _bracketed(number(value))


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith(MINUS) else text


def _unique(lexicon: Lexicon, names: list[str]) -> dict[str, str]:
    """Two names of one formula never share a symbol."""
    symbols = {name: lexicon.symbol(name) for name in names}
    return {n: s if [*symbols.values()].count(s) == 1 else n for n, s in symbols.items()}


def _called(tree: ast.AST) -> set[str]:
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


class _Taken(ast.NodeTransformer):
    """Leaves of every `a if condition else b` the side that was computed, and says why."""

    def __init__(self, lexicon: Lexicon, source: str, values: Names) -> None:
        self.lexicon, self.source, self.values = lexicon, source, values
        self.because: list[str] = []
        self.looked: list[tuple[str, Any, str]] = []

    def segment(self, node: ast.AST) -> str:
        return ast.get_source_segment(self.source, node) or ""

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        holds = bool(self.lexicon.compiled.expr(self.segment(node.test))(self.values))
        names = sorted({n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)} - _called(node.test))
        symbols = _unique(self.lexicon, names)
        test = _text(node.test, self, lambda name: symbols[name])
        self.because.append(say("because" if holds else "because-not", self.lexicon.language, test=test))
        return self.visit(node.body if holds else node.orelse)

    def visit_Call(self, node: ast.Call) -> Any:
        """A table is asked once, and its answer stands in the numbers."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if _is_table(self.lexicon, name):
            value = self.lexicon.compiled.expr(self.segment(node))(self.values)
            self.looked.append((self.segment(node), value, name))
        node.args = [self.visit(arg) for arg in node.args]
        return node


def _is_table(lexicon: Lexicon, name: str) -> bool:
    found = lexicon.compiled.procedure.tables
    return any(name == key or name.startswith(f"{key}_") for key, table in found.items() if table.kind == "bands")


class _Put(ast.NodeVisitor):
    """A new tree: every name as a text, numbers as the file has them, functions in the reader's language."""

    def __init__(self, taken: _Taken, put: Put, number: Number | None) -> None:
        self.taken, self.put, self.number = taken, put, number

    def generic_visit(self, node: ast.AST) -> Any:
        return type(node)(**{name: self._part(value) for name, value in ast.iter_fields(node)})

    def _part(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._part(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
        return self.visit(value) if isinstance(value, ast.AST) else value

    def visit_Name(self, node: ast.Name) -> Any:
        return ast.Name(self.put(node.id))

    def visit_Constant(self, node: ast.Constant) -> Any:
        return ast.Name(repr(node.value) if isinstance(node.value, str) else self.taken.segment(node))

    def visit_Call(self, node: ast.Call) -> Any:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if self.number and _is_table(self.taken.lexicon, name):
            segment = self.taken.segment(node)
            return ast.Name(_bracketed(self.number(next(v for call, v, _ in self.taken.looked if call == segment))))
        return ast.Call(ast.Name(self.taken.lexicon.function(name)), [self.visit(arg) for arg in node.args], [])

    def visit_Compare(self, node: ast.Compare) -> Any:
        match node.left, node.comparators:
            case ast.Name(id=name), [ast.Constant(value=str(word))]:
                chosen = ast.Name(self.taken.lexicon.choice(name, word))
                return ast.Compare(self.visit_Name(ast.Name(name)), node.ops, [chosen])
            case _:
                return self.generic_visit(node)


def _text(tree: ast.expr, taken: _Taken, put: Put, number: Number | None = None) -> str:
    """`number` writes what tables answered; without it they stand by name."""
    text = ast.unparse(_Put(taken, put, number).visit(tree))
    for sign, nicer in (*SIGNS, *(CONNECTED if taken.lexicon.language == "zh" else ())):
        text = text.replace(sign, nicer)
    return re.sub(r"(?<![\w)])-(?=[\w(])", MINUS, text)
