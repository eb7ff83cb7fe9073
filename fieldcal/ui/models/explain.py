"""Where a value comes from, in the words of the screen: formulas with their inputs, clause and grade."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.evaluate import Explanation, RowOutcome
from fieldcal.domain.procedure import Column, Item
from fieldcal.services import present
from fieldcal.ui.i18n import t
from fieldcal.ui.models.run_show import accept_of, error_column, say

UNSURE = ("C", "X")
DEEP, LONG = 3, 100  # formulas under each other, and the characters that end them earlier
STEPS = ("error", "p", "mpe", "v_bt", "v_b")  # inputs that are worth a formula of their own


def explanation(compiled: Compiled, item: Item, outcome: RowOutcome) -> tuple[list[str], str]:
    """(formulas with their inputs, clause and grade) of the judged value of a row."""
    accept, column = accept_of(item), error_column(item)
    words = {name: symbol(column) for name, column in {column.id: column for column in item.columns}.items()}
    words |= {entry.id: say(entry.text) for entry in compiled.procedure.inputs if len(entry.id) > 1}
    units = {column.id: column.unit for column in item.columns}
    wanted = [column.id] if column else []
    chain: list[Explanation] = []
    lines: list[str] = []
    while wanted and len(chain) < DEEP:
        found = outcome.explained.get(wanted.pop(0))
        if found is None or found in chain:
            continue
        chain.append(found)
        wanted += [name for name in found.inputs if name in outcome.explained and name in STEPS]
        lines.append(_formula(compiled, words, units.get(found.name, ""), found))
        if sum(map(len, lines)) > LONG:
            break
    return lines, clause(compiled, accept.source if accept else item.source)


def clause(compiled: Compiled, source: str) -> str:
    """Where a value stands; one that nobody has confirmed says so."""
    found = compiled.procedure.sources.get(source)
    if found is None:
        return ""
    grade = t("run.unconfirmed") if found.grade in UNSURE else t("run.grade", grade=found.grade)
    return f"{found.clause} · {grade}"


def symbol(column: Column) -> str:
    """How a formula writes a column: the last word of its name if that is a symbol, else the whole name."""
    last = say(column.text).split()[-1]
    symbolic = len(last) == 1 or (len(last) <= 3 and last != last.lower())
    return last if symbolic else say(column.text)


def taken_branch(compiled: Compiled, rule: str, inputs: Mapping[str, Any]) -> str:
    """Of `a if condition else b` the side that was computed; other rules as they are."""
    node = ast.parse(rule, mode="eval").body
    while isinstance(node, ast.IfExp):
        node = node.body if compiled.expr(ast.unparse(node.test))(inputs) else node.orelse
    return ast.unparse(node)


def _formula(compiled: Compiled, words: Mapping[str, str], unit: str, entry: Explanation) -> str:
    rule = taken_branch(compiled, entry.rule, entry.inputs)
    numbers = {name: _plain(value) for name, value in entry.inputs.items()}
    own = words.get(entry.name, entry.name)
    return f"{own} = {_put(rule, words)}\n= {_put(rule, numbers)} = {_plain(entry.result)} {unit}".rstrip()


def _put(rule: str, words: Mapping[str, str]) -> str:
    text = re.sub(r"[A-Za-z_][A-Za-z_0-9]*\b(?!\()", lambda hit: words.get(hit[0], hit[0]), rule)
    return text.replace("*", "×").replace(" - ", f" {present.MINUS} ")


def _plain(value: Any) -> str:
    return present.pretty(present.natural(value)) if isinstance(value, Decimal) else str(value)
