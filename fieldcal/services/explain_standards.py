"""What part of a limit, and of an uncertainty, the reference standard takes: the procedure's rule over it and its parts
of the budget, with their numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext
from typing import Any

from fieldcal.domain.budget import Line as Part
from fieldcal.domain.budget import Worked
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.events import StandardPut
from fieldcal.domain.expression import ARITHMETIC, BadExpression
from fieldcal.domain.procedure import StandardRule
from fieldcal.domain.quantity import show, trim
from fieldcal.domain.rounding import half_even
from fieldcal.domain.standard_rule import names_for
from fieldcal.services.explain_formula import write
from fieldcal.services.explain_words import Lexicon, say
from fieldcal.services.present import pick, pretty

TENTH = Decimal("0.1")


def percent(part: Decimal, whole: Decimal) -> str:
    """To 0.1 %: a share to look at, nothing is judged by it."""
    return trim(half_even(part * 100 / whole, TENTH))


def three(value: Decimal) -> str:
    """Three digits to look at; zero stays zero."""
    return pretty(show(half_even(value, Decimal(1).scaleb(value.adjusted() - 2)))) if value else "0"


def lines(
    compiled: Compiled, lexicon: Lexicon, values: Mapping[str, Any], standards: Mapping[str, StandardPut]
) -> Iterator[str]:
    """A sentence for every rule that the procedure has over the standards in use."""
    for rule in compiled.procedure.standards:
        if rule.rule:
            told = _line(compiled, lexicon, rule, values, standards.get(rule.role))
            yield f"{pick(rule.text, lexicon.language)}\n{told}"


def share(compiled: Compiled, lexicon: Lexicon, found: Worked) -> Iterator[str]:
    """A sentence for what the standards bring into the uncertainty; none where no part is theirs."""
    parts = brought(compiled, found)
    if not parts or not found.combined.u:
        return
    shares = variance(found)
    with localcontext(ARITHMETIC):
        taken = sum((shares[line.part.symbol] for line in parts), Decimal(0))
        alone = max(taken, Decimal(0)).sqrt() * found.expanded
    names = ", ".join(line.part.symbol for line in parts)
    language, unit = lexicon.language, found.budget.unit
    text = say("standard-share", language, names=names, share=percent(taken, Decimal(1)), U=three(alone), unit=unit)
    if found.limit:
        text += say("standard-share-limit", language, share=percent(alone, abs(found.limit)))
    yield text


def brought(compiled: Compiled, found: Worked) -> list[Part]:
    """The parts that a standard brings: those of the value that the points are set to, those made of what standards
    state, and those whose source is that of a rule over standards."""
    stated = set[str]()
    for entry in found.budget.given:
        if entry.standard or (entry.expr and compiled.expr(entry.expr).names & stated):
            stated.add(entry.id)
    made = {points.over for points in compiled.procedure.item(found.budget.item).points} - {""}
    clauses = {rule.source for rule in compiled.procedure.standards}
    return [
        line
        for line in found.lines
        if line.component.of in made
        or line.component.source in clauses
        or compiled.expr(line.component.value).names & stated
    ]


def variance(found: Worked) -> dict[str, Decimal]:
    """By symbol, each part's share of u_c squared; parts of one group share what they make together."""
    with localcontext(ARITHMETIC):
        groups: dict[str, Decimal] = {}
        for line in found.lines:
            group = line.component.group
            groups[group] = groups.get(group, Decimal(0)) + line.part.signed
        total = found.combined.u**2 or Decimal(1)
        return {
            line.part.symbol: line.part.signed * (groups[line.component.group] if line.component.group
                                                  else line.part.signed) / total
            for line in found.lines
        }  # fmt: skip


def _line(
    compiled: Compiled, lexicon: Lexicon, rule: StandardRule, values: Mapping[str, Any], used: StandardPut | None
) -> str:
    names = names_for(compiled, rule, values, used.values if used else {})
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
    error = names.get("std_error", names.get("std_u"))
    if allowed and error is not None and left.replace(" ", "").endswith(("*std_error", "*std_u")):
        text += " · " + say("standard-ratio", language, share=percent(error, allowed))
    return text


def _sides(rule: str) -> tuple[str, str]:
    """What the standard takes and what it may take, of `taken <= allowed`."""
    tree = ast.parse(rule, mode="eval").body
    assert isinstance(tree, ast.Compare)
    return ast.get_source_segment(rule, tree.left) or "", ast.get_source_segment(rule, tree.comparators[0]) or ""
