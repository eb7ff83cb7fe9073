"""Explain this verdict, on paper: one number on one page, or the judged numbers of a record rule by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, KeepInFrame, PageBreak

from fieldcal.domain.explained import Budgeted, Explained, Share, Step
from fieldcal.reporting.layout import TEXT_HEIGHT, TEXT_WIDTH, Sheet
from fieldcal.reporting.pages import HEADING_ROOM
from fieldcal.reporting.tables import SECTION, SMALL, STRONG, grid, pairs, text
from fieldcal.reporting.texts import Terms

FIGURE = ParagraphStyle("figure", parent=STRONG, fontSize=13, leading=18, spaceBefore=2, spaceAfter=4)


def explanation(sheet: Sheet, told: Sequence[Explained]) -> list[Any]:
    head = [text(f"{sheet.title}  {sheet.content.record_no}", SECTION), *_instrument(sheet)]
    if len(told) != 1:
        rules = [part for group in _rules(told) for part in _rule(group, sheet.term)]
        stated = _formulas(_stated(told), sheet.term("stated"), sheet.term)
        return [*head, *rules, *([CondPageBreak(HEADING_ROOM + 60), *stated] if stated else [])]
    budget = _budget(told[0].budget, sheet.term) if told[0].budget else []
    story: list[Any] = []
    for depth in (2, 1, 0):  # the exact numbers of every formula, of the first one, of none
        story = [*head, *_number(told[0], sheet.term, depth)]
        if _height([*story, *budget]) <= TEXT_HEIGHT:
            return [*story, *budget]
        if _height(story) <= TEXT_HEIGHT:
            break
    return [*_page(story), PageBreak(), *_page(budget)] if budget else _page(story)


def _page(story: list[Any]) -> list[Any]:
    """What is too much for a page stands on it smaller."""
    if _height(story) <= TEXT_HEIGHT:
        return story
    for part in story:
        part.hAlign = "LEFT"
    return [KeepInFrame(TEXT_WIDTH, TEXT_HEIGHT, story, mode="shrink")]


def _instrument(sheet: Sheet) -> list[Any]:
    content, term = sheet.content, sheet.term
    facts = [
        ("instrument", content.instrument), ("serial", content.serial), ("place", content.place),
        ("kind", content.kind), ("basis", f"{content.regulation} {content.regulation_title}"),
        ("verified-on", content.verified_on),
    ]  # fmt: skip
    return [pairs([(term(key), value) for key, value in facts if value])]


def _number(one: Explained, term: Terms, depth: int) -> list[Any]:
    limit = f"   {term('limit')}: {one.limit}" if one.limit else ""
    word = f"   {one.word}" if one.word else ""
    return [
        text(one.title, SECTION),
        text(f"{one.value}{limit}{word}", FIGURE),
        pairs([(line.caption, line.text) for line in one.lines], columns=1),
        *_formulas(one.steps, term("formulas"), term),
        *_formulas(one.limits, term("limit-formulas"), term),
        *_numbers(one, term, depth),
    ]


def _formulas(steps: Sequence[Step], title: str, term: Terms) -> list[Any]:
    if not steps:
        return []
    rows = [[step.words, _with_reason(step), _put_in(step), step.clause] for step in steps]
    head = [term(key) for key in ("quantity", "formula", "with-numbers", "source")]
    return [text(title, SECTION), grid(head, rows)]


def _put_in(step: Step) -> str:
    """With its value, unless the formula is a number already."""
    value = f"{step.shown} {step.unit}".rstrip()
    return value if step.numbers == step.shown else f"{step.numbers}\n= {value}"


def _with_reason(step: Step) -> str:
    return "\n".join([step.formula, *step.because])


def _numbers(one: Explained, term: Terms, depth: int) -> list[Any]:
    """What the formulas took, to the last digit, each once."""
    steps = [*one.steps, *one.limits][: None if depth > 1 else depth]
    rows = {(i.symbol, i.words, i.value, i.source): None for step in steps for i in step.ingredients}
    parts: list[Any] = []
    if rows:
        head = [term(key) for key in ("symbol", "meaning", "exact-value", "source")]
        parts = [text(term("numbers"), SECTION), grid(head, [list(row) for row in rows])]
    return [*parts, text(term("cut"), SMALL)]


def _budget(one: Budgeted, term: Terms) -> list[Any]:
    """On the same page where it fits, else on one of its own."""
    parts: list[Any] = [text(f"{term('budget')}  {one.result}", SECTION)]
    if one.parts:
        keys = ("half-width", "part-u", "part-c", "part-cu", "part-share")
        parts.append(grid([term(key) for key in keys], [_share(part, term) for part in one.parts]))
    parts.append(pairs([(line.caption, line.text) for line in (*one.lines, *one.trials)], columns=1))
    return [*parts, *_formulas(one.given, term("given"), term)]


def _share(part: Share, term: Terms) -> list[str]:
    mark = f" · {term('of-standard')}" if part.standard else ""
    name = f"{part.symbol} {part.words}{mark}\n{part.how} · {part.clause}"
    return [name, part.u, part.sensitivity, part.contribution, f"{part.percent} %"]


def _rules(told: Sequence[Explained]) -> Iterator[list[Explained]]:
    """Numbers that follow each other under the same rule of the same item."""
    for _, group in groupby(told, key=lambda one: (one.place.item, one.place.row < 0, one.place.name, one.place.rule)):
        yield list(group)


def _stated(told: Sequence[Explained]) -> list[Step]:
    """What people stated for the budgets of the record, each once."""
    found: dict[tuple[str, str], Step] = {}
    for budget in [one.budget for one in told if one.budget]:
        own = {one.name for one in budget.asked if one.text}
        found |= {(step.name, step.formula): step for step in budget.given if step.name in own}
    return list(found.values())


def _rule(group: list[Explained], term: Terms) -> list[Any]:
    first = group[0]
    item, _, rest = first.title.partition(" · ")
    name = rest.rpartition(" · ")[2]
    lines = [(first.lines[0].caption, first.rule), *((line.caption, line.text) for line in first.lines[1:2])]
    formulas = [(step.words, _with_reason(step)) for step in (*first.steps[:1], *first.limits[:1])]
    rows = [[_point(one), _put(one), one.value, one.limit, one.word] for one in group]
    head = [term(key) for key in ("point", "with-numbers", "value", "limit", "verdict")]
    if any(one.budget and one.budget.parts for one in group):
        head.append(term("with-u"))
        rows = [[*row, _with_u(one.budget)] for row, one in zip(rows, group, strict=True)]
    return [
        CondPageBreak(HEADING_ROOM + 60),
        text(f"{item} · {name}", SECTION),
        pairs([*lines, *formulas], columns=1),
        grid(head, rows),
    ]


def _with_u(budget: Budgeted | None) -> str:
    if budget is None or not budget.parts:
        return "–"
    return f"{budget.result}\nU > MPE/3" if budget.enough is False else budget.result


def _point(one: Explained) -> str:
    parts = one.title.split(" · ")
    return parts[1] if len(parts) > 2 else "–"


def _put(one: Explained) -> str:
    return f"{one.steps[0].numbers} = {one.steps[0].shown}" if one.steps else one.value


def _height(story: list[Any]) -> float:
    total = 0.0
    for part in story:
        total += part.wrap(TEXT_WIDTH, TEXT_HEIGHT)[1] + part.getSpaceBefore() + part.getSpaceAfter()
    return total
