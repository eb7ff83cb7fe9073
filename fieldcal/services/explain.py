"""Explain this verdict: every number of a record with its rule, formulas, clause, rounding, limit and standards.

Nothing is computed anew: the steps show the expressions of the procedure with the names they saw when the record was
judged, so that whoever recalculates them on paper gets the stored values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.evaluate import Compared, Evaluator, ItemOutcome, RowOutcome
from fieldcal.domain.events import StandardPut
from fieldcal.domain.explained import Budgeted, Explained, Line, Place, Step
from fieldcal.domain.expression import BadExpression
from fieldcal.domain.judge import ItemState, Judgement
from fieldcal.domain.procedure import Column, Item, Result
from fieldcal.domain.rounding import half_even
from fieldcal.domain.verdict import Judged
from fieldcal.services import explain_budget, explain_standards
from fieldcal.services.explain_formula import full, short, write
from fieldcal.services.explain_steps import step, table_source
from fieldcal.services.explain_words import Lexicon, say
from fieldcal.services.present import limit_text, pick, show_cell, show_judged, show_nominal
from fieldcal.services.uncertainty import PointBudget, Typed

Standards = Mapping[str, StandardPut]
STEPS = 12  # formulas of one chain; a page holds them


def places(compiled: Compiled, judged: Judgement) -> list[Place]:
    """Every number that can be explained, in the order of the procedure, what is judged first."""
    return [place for state in judged.items.values() if state.outcome is not None and not state.reason
            for place in _of_state(compiled, state)]  # fmt: skip


def _of_state(compiled: Compiled, state: ItemState) -> list[Place]:
    assert state.outcome is not None
    item, outcome, out = state.item, state.outcome, list[Place]()
    for row in outcome.rows:
        if not row.complete:
            continue
        own = [Place(item.id, row.row.index, one.name, -1, at) for at, one in enumerate(row.judged)]
        told = {place.name for place in own}
        out += own
        out += [Place(item.id, row.row.index, c.id) for c in item.columns if c.id in row.explained and c.id not in told]
    compared = Evaluator(compiled, state.values).of_item(item, outcome)
    points = [one.point if one.point is not None else -1 for one in compared]
    judged = [Place(item.id, -1, one.name, points[at], at) for at, one in enumerate(outcome.judged)]
    told = {place.name for place in judged}
    found = [name for name, value in outcome.results.items() if value is not None and name not in told]
    per_point = [
        Place(item.id, -1, name, point)
        for name, values in outcome.per_point.items()
        if name not in told
        for point, value in enumerate(values)
        if value is not None
    ]
    return out + judged + [Place(item.id, -1, name) for name in found] + per_point


def explain(
    compiled: Compiled, judged: Judgement, place: Place, language: str, standards: Standards | None = None,
    typed: Mapping[str, Typed] = {},
) -> Explained:  # fmt: skip
    """One number of the record in words and figures of `language`, its budget with what people stated for it (`typed`).
    Raises KeyError for a place that is not there."""
    used = standards or {}
    behind = explain_budget.behind(compiled, judged, place, used, typed)
    return _Explaining(compiled, judged.items[place.item], place, language, used, behind).told()


def explain_all(
    compiled: Compiled, judged: Judgement, language: str, standards: Standards | None = None
) -> list[Explained]:
    return [explain(compiled, judged, place, language, standards) for place in places(compiled, judged)]


def row_steps(compiled: Compiled, item: Item, row: RowOutcome, name: str, language: str) -> list[Step]:
    """The formulas behind a number of a row, which may still be in the making; what is asked for first."""
    outcome = ItemOutcome(item.id, row.verdict, [row], {}, {}, [], {})
    state = ItemState(item, row.verdict, [row.row], outcome, values=row.values)
    found = _Explaining(compiled, state, Place(item.id, row.row.index, name), language, {})
    found.lexicon = Lexicon(compiled, item, language, spoken=True)
    return found.chain([name])


class _Explaining:
    def __init__(
        self, compiled: Compiled, state: ItemState, place: Place, language: str, standards: Standards,
        behind: PointBudget | None = None,
    ) -> None:  # fmt: skip
        if state.outcome is None:
            raise KeyError(place)
        self.compiled, self.state, self.place, self.language = compiled, state, place, language
        self.item, self.outcome, self.standards, self.behind = state.item, state.outcome, standards, behind
        self.lexicon = Lexicon(compiled, state.item, language)
        self.evaluator = Evaluator(compiled, state.values)
        self.row = self._row()
        self.compared = self._compared()
        self.names = self.compared.names if self.compared else self._names()

    # --- which number ---------------------------------------------------------------------------------

    def _row(self) -> RowOutcome | None:
        if self.place.row < 0:
            return None
        found = [row for row in self.outcome.rows if row.row.index == self.place.row]
        if not found:
            raise KeyError(self.place)
        return found[0]

    def _compared(self) -> Compared | None:
        if self.place.rule < 0:
            return None
        row, item = self.row, self.item
        found = self.evaluator.of_item(item, self.outcome) if row is None else self.evaluator.of_row(item, row)
        return found[self.place.rule]

    def _names(self) -> Mapping[str, Any]:
        if self.row is not None:
            return self.row.values
        return self.evaluator.scope(self.item, self.outcome, self.place.point if self.place.point >= 0 else None)

    # --- the whole answer ------------------------------------------------------------------------------

    def told(self) -> Explained:
        steps = self.chain([self.place.name])
        one = self.compared
        if one is None:
            value, unit = self._shown()
            lines = [*self._basis(self._source()), *self._reported(), *self._standards(False)]
            text = f"{value} {unit}".strip()
            return Explained(
                self.place, self._title(), text, "", "", "", "", tuple(lines), tuple(steps), budget=self._budget()
            )
        value, low, high, unit = show_judged(self.compiled, one.judged, self.names)
        seen = {step.name for step in steps}
        bounds = [source for source in (one.accept.limit, one.accept.low, one.accept.high) if source]
        limits = [step for step in self.chain(bounds) if step.name not in seen]
        verdict = one.judged.verdict.value
        return Explained(
            self.place, self._title(), f"{value} {unit}".strip(), limit_text(low, high, unit), verdict,
            say(verdict, self.language), self._rule_words(one, False), tuple(self._lines(one)), tuple(steps),
            tuple(limits), self._budget(),
        )  # fmt: skip

    def _budget(self) -> Budgeted | None:
        return explain_budget.told(self.behind, self.lexicon, self.row is not None) if self.behind else None

    def _title(self) -> str:
        """Item, row or point, and the number's own name."""
        parts = [pick(self.item.title, self.language)]
        row = self.row
        if row is None and self.place.point >= 0:
            row = next((r for r in self.outcome.rows if r.row.point == self.place.point), None)
        if row is not None:
            parts.append(self._label(row))
        return " · ".join([*parts, self.lexicon.words(self.place.name)])

    def _label(self, row: RowOutcome) -> str:
        if row.row.label is not None:
            return pick(row.row.label, self.language)
        told = show_nominal(self.compiled, self.item, row.row.values, self.names)
        return told or say("row", self.language, number=row.row.index + 1)

    def _lines(self, one: Compared) -> list[Line]:
        language = self.language
        out = [Line(say("rule", language), self._rule_words(one, True))]
        out += [*self._basis(one.accept.source), Line(say("rounding", language), self._rounding(one))]
        out.append(Line(say("limit", language), self._side(one.judged)))
        return [*out, *self._standards(self.item.decides == "instrument")]

    def _standards(self, rules: bool) -> list[Line]:
        """What the standards take of the limit, if `rules`, and what they bring into the uncertainty."""
        texts: list[str] = []
        if rules:
            texts += explain_standards.lines(self.compiled, self.lexicon, self.state.values, self.standards)
        if self.behind is not None and self.behind.worked is not None:
            texts += explain_standards.share(self.compiled, self.lexicon, self.behind.worked)
        return [Line(say("standard", self.language), "\n".join(texts))] if texts else []

    def _rule_words(self, one: Compared, numbers: bool) -> str:
        """The rule as a sentence; `numbers` puts the limits of this place into it."""
        accept, language = one.accept, self.language
        name = self.lexicon.words(accept.value)
        limit, low, high = (self._bound(source, numbers) for source in (accept.limit, accept.low, accept.high))
        key = "limit" if limit else "between" if low and high else "low" if low else "high"
        rule = [say(f"rule-{key}", language, name=name, limit=limit, low=low, high=high), say("inclusive", language)]
        if accept.warn:
            rule.append(say("warns", language))
        if accept.when:
            rule.append(f"{say('applies', language)}: {write(self.lexicon, accept.when, self.names).formula}")
        return ("; " if language == "en" else "；").join(rule)

    def _bound(self, source: str, numbers: bool) -> str:
        """A limit in words: its name with its value, a plain number as it is."""
        if not source:
            return ""
        try:
            value = self.compiled.expr(source)(self.names)
        except BadExpression:
            return source
        formula = (
            self.lexicon.words(source) if source.isidentifier() else write(self.lexicon, source, self.names).formula
        )
        unit = self._unit()
        number = f"{short(value)} {unit}".strip()
        if not self.compiled.expr(source).names:
            return number
        return f"{formula} = {number}" if numbers else formula

    def _basis(self, source: str) -> list[Line]:
        clause, text = self.lexicon.source(source)
        return (
            [Line(say("clause", self.language), "\n".join(part for part in (clause, text) if part))] if clause else []
        )

    # --- rounding and limit ----------------------------------------------------------------------------

    def _unit(self) -> str:
        return self.compared.judged.unit if self.compared and self.compared.judged.unit else self._entry_unit()

    def _entry_unit(self) -> str:
        return self.lexicon.unit(self.place.name)

    def _entry(self) -> Column | Result | None:
        return self.lexicon.columns.get(self.place.name) or self.lexicon.results.get(self.place.name)

    def _rounding(self, one: Compared) -> str:
        judged, language = one.judged, self.language
        words = {verdict: say(verdict.value, language) for verdict in (judged.full, judged.rounded)}
        compare = say(f"compare-{one.accept.compare}", language, full=words[judged.full], rounded=words[judged.rounded])
        if judged.rounded_value is None:
            reported = self._reported()
            return "\n".join([reported[0].text if reported else say("not-rounded", language), compare])
        return f"{self._rounded(judged.value, one.accept.interval)}\n{compare}"

    def _reported(self) -> list[Line]:
        """How the number is rounded for print, where the procedure says so."""
        entry, value = self._entry(), self.names.get(self.place.name)
        if entry is None or not entry.report or not isinstance(value, Decimal):
            return []
        return [Line(say("rounding", self.language), self._rounded(value, entry.report))]

    def _rounded(self, value: Decimal, source: str) -> str:
        interval, unit = self.compiled.expr(source)(self.names), self._unit()
        texts = {"value": short(value), "interval": full(interval), "near": full(half_even(value, interval))}
        return say("rounded", self.language, **{key: f"{text} {unit}".strip() for key, text in texts.items()})

    def _side(self, judged: Judged) -> str:
        """On which side of which limit the number lies, and how much of the limit it uses."""
        value, low, high, language = judged.value, judged.low, judged.high, self.language
        if low is None and high is None:
            return say("no-limit", language)

        def told(key: str, bound: Decimal) -> str:
            texts = {"value": short(value), "bound": short(bound), "distance": short(abs(value - bound))}
            return say(key, language, **{k: f"{text} {self._unit()}".strip() for k, text in texts.items()})

        if high is not None and value > high:
            text = told("above", high)
        elif low is not None and value < low:
            text = told("below", low)
        else:
            bound = min((b for b in (high, low) if b is not None), key=lambda b: abs(value - b))
            text = told("equal" if value == bound else "inside", bound)
        if low is not None and high is not None and low == -high and high > 0:
            text += " · " + say("used", language, share=explain_standards.percent(abs(value), high))
        return text

    def _shown(self) -> tuple[str, str]:
        entry, value = self._entry(), self._value(self.place.name)
        return show_cell(self.compiled, entry, value, self.names, self.language) if entry else (full(value), "")

    # --- formulas --------------------------------------------------------------------------------------

    def _value(self, name: str) -> Any:
        return self.names.get(name)

    def _source(self) -> str:
        entry = self._entry()
        basis = entry.basis if entry else ""
        return basis or self.item.source

    def chain(self, sources: Sequence[str]) -> list[Step]:
        """The formulas behind these expressions, each once, what is asked for first."""
        out: list[Step] = []
        wanted, seen = list(sources), set[str]()
        while wanted and len(out) < STEPS:
            source = wanted.pop(0)
            if source in seen:
                continue
            seen.add(source)
            found = self._step(source)
            if found is not None:
                step, names = found
                out.append(step)
                wanted += names
        return out

    def _step(self, name: str) -> tuple[Step, list[str]] | None:
        """The formula of a name, or an expression itself; None for a reading or a plain constant."""
        rule = self._rule(name)
        return step(self.lexicon, name, *rule, self._unit(), self._origin) if rule is not None else None

    def _rule(self, name: str) -> tuple[str, str, Mapping[str, Any]] | None:
        """(expression, key of its source, names it saw)."""
        lexicon = self.lexicon
        if (column := lexicon.columns.get(name)) is not None:
            computed = self.row is not None and name in self.row.explained
            return (column.expr, column.basis or self.item.source, self.names) if computed else None
        if (result := lexicon.results.get(name)) is not None and self.row is None:
            return self._result(result)
        if (derived := lexicon.derived.get(name)) is not None:
            return derived.expr, derived.source, self.state.values
        if self.row is not None:
            for block in self.item.points:
                listed = next((row[name] for row in block.set if name in row and self._set_here(row)), "")
                if listed and name != "position":
                    return listed, block.basis or self.item.source, self.state.values
        if name.isidentifier() or not self.compiled.expr(name).names:
            return None
        source = self.compared.accept.source if self.compared else self.item.source
        return name, source, self.names

    def _result(self, result: Result) -> tuple[str, str, Mapping[str, Any]] | None:
        point = self.place.point if self.place.point >= 0 else None
        if result.per == "point" and point is None:
            return None
        names = self.evaluator.scope(self.item, self.outcome, point if result.per == "point" else None)
        return result.expr, result.basis or self.item.source, names

    def _set_here(self, row: Mapping[str, str]) -> bool:
        """Whether these listed values are those of the row in hand."""
        assert self.row is not None
        own = self.row.row.values
        return all(
            name in own and (name == "position" or own[name] == self.compiled.expr(source)(self.state.values))
            for name, source in row.items()
        )

    def _origin(self, name: str) -> str:
        """Where the number stands: clause of a table, else what kind of number it is."""
        if name in self.compiled.procedure.tables:
            return self.lexicon.place(table_source(self.compiled, name))
        if (derived := self.lexicon.derived.get(name)) is not None:
            return self.lexicon.place(derived.source) or say("computed", self.language)
        if name in self.lexicon.columns:
            if self.row is None:
                return say("rows", self.language)
            return say("computed" if name in self.row.explained else "reading", self.language)
        if name in self.lexicon.inputs:
            return say("plate", self.language)
        return say("point", self.language) if name in self.lexicon.points else ""
