"""Expressions of procedure files: arithmetic, comparison and choice over Decimal; nothing else.

Parsed once, checked in full, compiled to closures (docs/decisions/0002). Lists broadcast, strings may only be
compared with `==` and `!=`. There are no attributes, subscripts, lambdas or keywords.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, getcontext, localcontext
from typing import Any

from fieldcal.domain.errors import BadProcedure
from fieldcal.domain.functions import FUNCTIONS

Values = Mapping[str, Any]
Compiled = Callable[[Values], Any]
ARITHMETIC = Context(prec=40, traps=[InvalidOperation, DivisionByZero, Overflow])
LONGEST = 300


class BadExpression(BadProcedure):
    code = "bad-expression"


def _broadcast(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def run(a: Any, b: Any) -> Any:
        if isinstance(a, list) and isinstance(b, list):
            return [operate(x, y) for x, y in zip(a, b, strict=True)]  # pyright: ignore
        if isinstance(a, list):
            return [operate(x, b) for x in a]  # pyright: ignore
        if isinstance(b, list):
            return [operate(a, y) for y in b]  # pyright: ignore
        return operate(a, b)

    return run


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: _broadcast(lambda a, b: a + b),
    ast.Sub: _broadcast(lambda a, b: a - b),
    ast.Mult: _broadcast(lambda a, b: a * b),
    ast.Div: _broadcast(lambda a, b: a / b),
    ast.Pow: lambda a, b: a**b,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}


class Expression:
    """`names` are the free names, `calls` the functions, `words` the strings each name is compared with."""

    def __init__(self, source: str, functions: Mapping[str, Callable[..., Any]] = {}) -> None:
        self.source = source.strip()
        if not self.source or len(self.source) > LONGEST:
            raise BadExpression(field="expression", value=source[:40], accepted=f"1..{LONGEST} characters")
        try:
            tree = ast.parse(self.source, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise BadExpression(field="expression", value=source, accepted=str(error)) from error
        self._functions = {**FUNCTIONS, **functions}
        self.names: set[str] = set()
        self.calls: set[str] = set()
        self.words: dict[str, set[str]] = {}
        self.has_numbers = False
        self._run = self._build(tree)

    def __call__(self, values: Values) -> Any:
        """Raises BadExpression `not-computable` on division by zero, a missing name, off a table."""
        try:
            if getcontext().prec == ARITHMETIC.prec:  # a whole judgement runs in it
                return self._run(values)
            with localcontext(ARITHMETIC):
                return self._run(values)
        except (ArithmeticError, KeyError, TypeError, ValueError, IndexError) as error:
            raise BadExpression("not-computable", field=self.source, value=error) from error

    def _refuse(self, node: ast.AST) -> BadExpression:
        return BadExpression(field="expression", value=self.source, accepted=f"no {type(node).__name__}")

    def _build(self, node: ast.expr) -> Compiled:
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                self.has_numbers = True
                exact = Decimal(str(ast.get_source_segment(self.source, node)).replace("_", ""))
                return lambda _: exact
            case ast.Name(id=name):
                self.names.add(name)
                return lambda values: values[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                a, b, operate = self._build(left), self._build(right), _BINARY[type(op)]
                return lambda values: operate(a(values), b(values))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._build(operand)
                return lambda values: -inner(values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._build(operand)
                return lambda values: not inner(values)
            case ast.BoolOp(op=op, values=parts):
                built, wanted = [self._build(part) for part in parts], isinstance(op, ast.Or)
                return lambda values: _lazy(built, wanted, values)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                ask, yes, no = self._build(test), self._build(body), self._build(orelse)
                return lambda values: yes(values) if ask(values) else no(values)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in self._functions:
                self.calls.add(name)
                function, given = self._functions[name], [self._build(arg) for arg in args]
                if getattr(function, "contextual", False):  # a table: the run's inputs choose its rows
                    return lambda values: function(values, *[arg(values) for arg in given])
                return lambda values: function(*[arg(values) for arg in given])
            case _:
                raise self._refuse(node)

    def _comparison(self, node: ast.Compare) -> Compiled:
        operands = [node.left, *node.comparators]
        if any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in operands):
            return self._word(node, operands)
        built = [self._build(part) for part in operands]
        if any(type(op) not in _COMPARE for op in node.ops):
            raise self._refuse(node)
        tests = [_COMPARE[type(op)] for op in node.ops]

        def run(values: Values) -> bool:
            found = [part(values) for part in built]
            return all(test(a, b) for test, a, b in zip(tests, found, found[1:], strict=False))

        return run

    def _word(self, node: ast.Compare, operands: list[ast.expr]) -> Compiled:
        match operands, node.ops:
            case [ast.Name(id=name), ast.Constant(value=str(word))], [ast.Eq() | ast.NotEq() as op]:
                self.names.add(name)
                self.words.setdefault(name, set()).add(word)
                equal = isinstance(op, ast.Eq)
                return lambda values: (values[name] == word) is equal
            case _:
                raise self._refuse(node)


def _lazy(parts: list[Compiled], wanted: bool, values: Values) -> bool:
    return any(part(values) for part in parts) if wanted else all(part(values) for part in parts)
