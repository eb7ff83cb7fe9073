"""A second way from a printed formula to its value: text, numbers and lists alone, nothing of the procedure."""

from __future__ import annotations

import ast
import operator
from decimal import Context, Decimal, localcontext
from typing import Any

from fieldcal.domain.functions import FUNCTIONS
from fieldcal.services import explain_words

CONTEXT = Context(prec=40)
WRITTEN = {"×": "*", "÷": "/", "−": "-", "^": "**", "≤": "<=", "≥": ">=", "≠": "!=", " = ": " == ", "且": "and"}
OPERATE: dict[type, Any] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


def value(text: str) -> Any:
    """Of `(20.06 − 20) ÷ 20 × 100`, or in Chinese `平均值([0.1, 0.2])`."""
    for sign, plain in WRITTEN.items():
        text = text.replace(sign, plain)
    with localcontext(CONTEXT):
        return _of(ast.parse(text, mode="eval").body, text)


def _of(node: ast.expr, text: str) -> Any:
    match node:
        case ast.Constant():
            return Decimal(str(ast.get_source_segment(text, node)))
        case ast.List(elts=parts):
            return [_of(part, text) for part in parts]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            found = _of(inner, text)
            return [-one for one in found] if isinstance(found, list) else -found
        case ast.BinOp(left=left, op=op, right=right):
            return _each(OPERATE[type(op)], _of(left, text), _of(right, text))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return OPERATE[type(op)](_of(left, text), _of(right, text))
        case ast.BoolOp(op=op, values=parts):
            return (all if isinstance(op, ast.And) else any)(_of(part, text) for part in parts)
        case ast.Name(id="True" | "False" as name):
            return name == "True"
        case ast.Call(func=ast.Name(id=name), args=args):
            english = next((key for key, chinese in explain_words.FUNCTIONS.items() if chinese == name), name)
            return FUNCTIONS[english](*[_of(arg, text) for arg in args])
        case _:
            raise AssertionError(f"{ast.dump(node)} in {text}")


def _each(operate: Any, a: Any, b: Any) -> Any:
    if isinstance(a, list) and isinstance(b, list):
        return [operate(x, y) for x, y in zip(a, b, strict=True)]
    if isinstance(a, list):
        return [operate(x, b) for x in a]
    return [operate(a, y) for y in b] if isinstance(b, list) else operate(a, b)
