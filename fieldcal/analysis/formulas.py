"""Procedure expressions over arrays of floats: the small part of the language that a model of a measurement needs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from fieldcal.domain.expression import BadExpression

Values = Mapping[str, Any]
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide, ast.Pow: np.power,
}  # fmt: skip
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal,
}  # fmt: skip


def _itself(value: Any) -> Any:
    return value


def _mean(*args: Any) -> Any:
    return sum(args) / len(args)


# A column stands for its mean over the runs already, so that what picks one of them is that mean.
_CALLS: dict[str, Callable[..., Any]] = {
    "abs": np.abs, "sqrt": np.sqrt, "min": np.minimum, "max": np.maximum, "mean": _mean,
    "first": _itself, "largest": _itself,
}  # fmt: skip


def run(source: str, values: Values) -> Any:
    """Raises BadExpression `not-for-arrays` for what has no meaning there (rounding, tables)."""
    return _of(ast.parse(source.strip(), mode="eval").body, values, source)


def _of(node: ast.expr, values: Values, source: str) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_of(left, values, source), _of(right, values, source))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_of(operand, values, source)
        case ast.Call(func=ast.Name(id=name), args=args) if name in _CALLS:
            return _CALLS[name](*[_of(arg, values, source) for arg in args])
        case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[ast.Constant(value=str(word))]) if (
            name in values
        ):
            return (values[name] == word) is isinstance(op, ast.Eq)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            return _COMPARE[type(op)](_of(left, values, source), _of(right, values, source))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _choice(_of(test, values, source), body, orelse, values, source)
        case _:
            raise BadExpression("not-for-arrays", field=source, value=type(node).__name__, accepted=", ".join(_CALLS))


def _choice(asked: Any, body: ast.expr, orelse: ast.expr, values: Values, source: str) -> Any:
    """A branch that no trial takes is not computed: it may divide by zero there."""
    if np.ndim(asked) == 0:
        return _of(body if asked else orelse, values, source)
    return np.where(asked, _of(body, values, source), _of(orelse, values, source))
