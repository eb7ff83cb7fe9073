"""What part of a limit the reference standard takes: the procedure's rule over it, with its numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.events import StandardPut
from fieldcal.domain.expression import BadExpression
from fieldcal.domain.procedure import StandardRule
from fieldcal.domain.quantity import number, trim
from fieldcal.domain.rounding import half_even
from fieldcal.services.explain_formula import write
from fieldcal.services.explain_words import Lexicon, say
from fieldcal.services.present import pick

TENTH = Decimal("0.1")


def percent(part: Decimal, whole: Decimal) -> str:
    """To 0.1 %: a share to look at, nothing is judged by it."""
    return trim(half_even(part * 100 / whole, TENTH))


def lines(
    compiled: Compiled, lexicon: Lexicon, values: Mapping[str, Any], standards: Mapping[str, StandardPut]
) -> Iterator[str]:
    """A sentence for every rule that the procedure has over the standards in use."""
    for rule in compiled.procedure.standards:
        if rule.rule:
            told = _line(compiled, lexicon, rule, values, standards.get(rule.role))
            yield f"{pick(rule.text, lexicon.language)}\n{told}"


def _line(
    compiled: Compiled, lexicon: Lexicon, rule: StandardRule, values: Mapping[str, Any], used: StandardPut | None
) -> str:
    own = {f"std_{key}": number(text, key) for key, text in used.values.items()} if used else {}
    names = {**values, **own}
    language = lexicon.language
    left, right = _sides(rule.rule)
    if not compiled.expr(rule.rule).names <= names.keys():
        return say("standard-none", language, formula=write(lexicon, rule.rule, names).formula)
    try:
        taken, allowed = compiled.expr(left)(names), compiled.expr(right)(names)
    except BadExpression:
        return say("standard-none", language, formula=write(lexicon, rule.rule, names).formula)
    written = write(lexicon, rule.rule, names)
    key = "standard-kept" if compiled.expr(rule.rule)(names) else "standard-broken"
    told = f"{used.name}: " if used else ""
    share = percent(taken, allowed) if allowed else "–"
    text = told + say(key, language, formula=written.formula, numbers=written.numbers, share=share)
    error = own.get("std_error", own.get("std_u"))
    if allowed and error is not None and left.replace(" ", "").endswith(("*std_error", "*std_u")):
        text += " · " + say("standard-ratio", language, share=percent(error, allowed))
    return text


def _sides(rule: str) -> tuple[str, str]:
    """What the standard takes and what it may take, of `taken <= allowed`."""
    tree = ast.parse(rule, mode="eval").body
    assert isinstance(tree, ast.Compare)
    return ast.get_source_segment(rule, tree.left) or "", ast.get_source_segment(rule, tree.comparators[0]) or ""
