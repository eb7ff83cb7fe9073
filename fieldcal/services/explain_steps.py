"""One formula as it is read: in symbols, with its numbers put in, and what it took from where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.explained import Ingredient, Step
from fieldcal.domain.expression import BadExpression
from fieldcal.services.explain_formula import full, short, write
from fieldcal.services.explain_words import Lexicon, say

Names = Mapping[str, Any]


def step(
    lexicon: Lexicon, name: str, source: str, basis: str, names: Names, unit: str, origin: Callable[[str], str]
) -> tuple[Step, list[str]] | None:
    """The formula `source` of `name`, or of itself where it has no name, and the names that its taken branch reads;
    None where it has no value. `basis` is a key of the procedure's sources, `origin` says where a number stands."""
    try:
        written, value = write(lexicon, source, names), lexicon.compiled.expr(source)(names)
    except BadExpression:
        return None
    known = name.isidentifier()
    took = [_ingredient(lexicon, one, names, origin(one)) for one in written.names]
    for call, found, table in written.looked:
        clause = lexicon.source(table_source(lexicon.compiled, table))[0]
        took.append(Ingredient(call, say("table", lexicon.language, name=table), full(found), clause))
    made = Step(
        name, lexicon.words(name) if known else written.formula,
        f"{lexicon.symbol(name)} = {written.formula}" if known else written.formula,
        written.numbers, written.exact, value, short(value), lexicon.unit(name) if known else unit,
        tuple(written.because), lexicon.place(basis), lexicon.source(basis)[1], tuple(took),
    )  # fmt: skip
    return made, written.names


def _ingredient(lexicon: Lexicon, name: str, names: Names, origin: str) -> Ingredient:
    value = names.get(name)
    text = lexicon.choice(name, value) if isinstance(value, str) else full(value)
    return Ingredient(lexicon.symbol(name), lexicon.words(name), f"{text} {lexicon.unit(name)}".strip(), origin)


def table_source(compiled: Compiled, name: str) -> str:
    """Key of the source of the table that a name or a call of a table asks."""
    found = [(key, table) for key, table in compiled.procedure.tables.items() if name == key or name.startswith(key)]
    return max(found, key=lambda entry: len(entry[0]))[1].source if found else ""
