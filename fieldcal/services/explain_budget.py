"""The uncertainty budget behind a number: every part with its numbers, U, and the check U <= MPE/3 (JJF 1094)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from fieldcal.domain.budget import Line as Part
from fieldcal.domain.budget import Worked
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.events import StandardPut
from fieldcal.domain.explained import Asked, Budgeted, Line, Place, Share, Step
from fieldcal.domain.expression import ARITHMETIC
from fieldcal.domain.judge import Judgement
from fieldcal.domain.procedure import Budget, Given
from fieldcal.domain.quantity import show, trim
from fieldcal.domain.trials import Simulated, agreement
from fieldcal.services.explain_formula import full, short, write
from fieldcal.services.explain_standards import brought, percent, three, variance
from fieldcal.services.explain_steps import step
from fieldcal.services.explain_words import Lexicon, say
from fieldcal.services.present import pretty
from fieldcal.services.uncertainty import PointBudget, Typed, budgets, stated

THIRD = Decimal(3)
Standards = Mapping[str, StandardPut]


def behind(
    compiled: Compiled, judged: Judgement, place: Place, standards: Standards, typed: Mapping[str, Typed] = {}
) -> PointBudget | None:
    """The budget of this number, or of the runs that it is the mean of; None where the procedure has none."""
    if not any(_is_of(compiled, budget, place) for budget in compiled.procedure.budget):
        return None
    at = _point(judged, place)

    def wanted(budget: Budget, point: int) -> bool:
        return at in (point, 0) and _is_of(compiled, budget, place)

    return next(iter(budgets(compiled, judged, standards=stated(standards), wanted=wanted, typed=typed)), None)


def _point(judged: Judgement, place: Place) -> int:
    """From 1; 0 for a number of the whole item."""
    outcome = judged.items[place.item].outcome
    rows = outcome.rows if outcome is not None else []
    known = sorted({row.row.point for row in rows})
    own = next((row.row.point for row in rows if row.row.index == place.row), place.point)
    return known.index(own) + 1 if own in known else 0


def _is_of(compiled: Compiled, budget: Budget, place: Place) -> bool:
    if budget.item != place.item or place.name == budget.value:
        return budget.item == place.item
    results = {result.id: result.expr for result in compiled.procedure.item(budget.item).results}
    return place.row < 0 and results.get(place.name, "") == f"mean({budget.value})"


def told(one: PointBudget, lexicon: Lexicon, row: bool) -> Budgeted:
    """In the words of `lexicon`, which is of the budget's item. `row`: asked for a row, which may be one of several
    that the budget's value is the mean of."""
    own = lexicon.with_given(one.budget)
    if one.worked is None or not one.worked.expanded:
        found = Budgeted("", (), (Line(say("check-u", own.language), _why_not(one, own)),))
    else:
        found = _Telling(own, one.worked).told(row)
    return replace(found, given=tuple(_given(one, own)), id=one.budget.id, asked=_asked(one, own))


def _why_not(one: PointBudget, lexicon: Lexicon) -> str:
    if one.worked is not None:
        return say("no-spread", lexicon.language)
    asked = next((entry.id for entry in one.budget.given if one.missing == f"{one.budget.id}.{entry.id}"), "")
    if asked:
        return say("not-given", lexicon.language, name=lexicon.words(asked), id=asked)
    names = sorted(lexicon.compiled.expr(one.missing).names) if one.missing else []
    return say("no-budget", lexicon.language, name=", ".join(lexicon.words(name) for name in names) or one.missing)


def tried(one: Worked, trial: Simulated, language: str) -> tuple[Line, ...]:
    """What trials found beside the budget, and whether JJF 1059.2 holds them for the same."""
    found, unit = agreement(one.value, one.combined.u, one.expanded, trial), one.budget.unit
    key = "agrees" if found.holds else "agrees-not"
    numbers = {
        "mean": three(trial.mean), "u": three(trial.u), "low": _near(trial.low, found.tolerance),
        "high": _near(trial.high, found.tolerance), "gum_low": _near(found.low, found.tolerance),
        "gum_high": _near(found.high, found.tolerance), "d_low": three(found.d_low), "d_high": three(found.d_high),
        "tolerance": trim(found.tolerance),
    }  # fmt: skip
    texts = [
        ("trials", say("trials-drawn", language, count=f"{trial.count:,}".replace(",", " "), seed=trial.seed)),
        ("interval", say("trials-interval", language, unit=unit, **numbers)),
        ("validation", f"{say(key, language, unit=unit, **numbers)}\n"
                       f"{say('covered' if found.covered else 'covered-not', language)}"),
    ]  # fmt: skip
    return tuple(Line(say(key, language), text) for key, text in texts)


def _near(value: Decimal, tolerance: Decimal) -> str:
    """One digit finer than what is asked of it."""
    return pretty(show(value.quantize(tolerance / 10))).strip()


class _Telling:
    def __init__(self, lexicon: Lexicon, found: Worked) -> None:
        self.lexicon, self.found, self.compiled = lexicon, found, lexicon.compiled
        self.budget, self.language, self.unit = found.budget, lexicon.language, found.budget.unit
        self.shares = variance(found)

    def told(self, row: bool) -> Budgeted:
        enough = None if self.found.limit is None else self.found.one_third
        standards = brought(self.compiled, self.found)
        parts = tuple(self._part(line, line in standards) for line in self.found.lines)
        lines = tuple(Line(say(key, self.language), text) for key, text in self._lines())
        return Budgeted(self._result(row), parts, lines, enough=enough)

    def _result(self, row: bool) -> str:
        value, expanded = (pretty(show(number)) for number in self.found.printed)
        runs, texts = self.found.names["runs_made"], {"U": expanded, "k": trim(self.found.k)}
        if runs > 1 and row:
            return self._say("u-of-point", count=trim(runs), **texts)
        mean = self._say("of-mean", count=trim(runs)) if runs > 1 else ""
        return self._say("with-u", value=value, **texts) + mean

    def _say(self, key: str, **values: str) -> str:
        return say(key, self.language, unit=self.unit, **values)

    # --- parts -----------------------------------------------------------------------------------------

    def _part(self, line: Part, standard: bool) -> Share:
        one, part = line.component, line.part
        unit = self.lexicon.unit(one.of) if one.of else self.unit
        return Share(
            part.symbol, self.lexicon.said(one.text), self._how(line, unit), f"{three(part.u)} {unit}".strip(),
            f"{three(part.sensitivity)} {self._per(unit)}".strip(), f"{three(part.contribution)} {self.unit}".strip(),
            percent(self.shares[part.symbol], Decimal(1)), self.lexicon.place(one.source), standard,
        )  # fmt: skip

    def _per(self, unit: str) -> str:
        if unit in ("", self.unit):
            return "" if unit else self.unit
        return f"{self.unit or '1'}/{f'({unit})' if '/' in unit else unit}"

    def _how(self, line: Part, unit: str) -> str:
        """The half-width, step or k times u as a formula with its value, and by what it was divided."""
        one = line.component
        formula = write(self.lexicon, one.value, self.found.names).formula
        width = f"{short(line.width)} {unit}".strip()
        texts = [width if formula == full(line.width) else f"{formula} = {width}"]
        texts.append(say(f"spread-{one.distribution}", self.language))
        if line.divisor != 1:
            texts.append(f"÷ {short(line.divisor)}")
        texts.append(say(f"type-{one.type}", self.language))
        together = [part.symbol for part in self.budget.components if one.group and part.group == one.group]
        if len(together) > 1:
            texts.append(say("together", self.language, names=", ".join(s for s in together if s != one.symbol)))
        return " · ".join(texts)

    # --- U and what it is held against -----------------------------------------------------------------

    def _lines(self) -> Iterator[tuple[str, str]]:
        found, u, k = self.found, three(self.found.combined.u), trim(self.found.k)
        freedom = found.combined.whole_freedom
        yield (
            "combined",
            self._say("u-combined", sum=self._sum(), u=u, freedom="∞" if freedom is None else str(freedom)),
        )
        expanded, printed = three(found.expanded), pretty(show(found.printed[1]))
        yield "expanded", self._say("u-expanded", k=k, u=u, U=expanded, printed=printed)
        if found.limit is not None:
            yield "check-u", self._check(found.limit)

    def _sum(self) -> str:
        """Parts of one group add before they are squared."""
        groups: dict[str, list[Decimal]] = {}
        for line in self.found.lines:
            if line.part.signed:
                groups.setdefault(line.component.group or f" {line.part.symbol}", []).append(line.part.signed)
        return " + ".join(f"{_bracketed(parts)}²" for parts in groups.values()) or "0"

    def _check(self, limit: Decimal) -> str:
        with localcontext(ARITHMETIC):
            third = abs(limit) / THIRD
        share = percent(self.found.expanded, abs(limit)) if limit else "–"
        key = "check-kept" if self.found.one_third else "check-broken"
        return self._say(key, U=short(self.found.expanded), limit=full(abs(limit)), third=short(third), share=share)


def _bracketed(parts: Sequence[Decimal]) -> str:
    if len(parts) == 1:
        return three(abs(parts[0]))
    return f"({' + '.join(three(one) for one in parts)})".replace("+ −", "− ")


# --- what the budget takes -------------------------------------------------------------------------------


def _given(one: PointBudget, lexicon: Lexicon) -> Iterator[Step]:
    """Where there is no U, what people stated all the same."""
    names = one.worked.names if one.worked is not None else {}
    for entry in one.budget.given:
        if (typed := one.typed.get(entry.id)) is not None:
            value, because = typed.quantity.to(entry.unit).value, _by_whom(typed, lexicon.language)
            yield _plain(lexicon, entry, str(typed.quantity), value, because, "")
        elif entry.id in names:
            value = names[entry.id]
            made = entry.expr and step(lexicon, entry.id, entry.expr, entry.source, names, entry.unit, _nowhere)
            if made and made[0].value == value:
                yield made[0]
            else:
                because, clause = say("stated", lexicon.language), lexicon.place(entry.source)
                yield _plain(lexicon, entry, entry.standard, value, because, clause)


def _nowhere(_name: str) -> str:
    """Where the numbers of a formula stand is not asked here."""
    return ""


def _plain(lexicon: Lexicon, entry: Given, origin: str, value: Decimal, because: str, clause: str) -> Step:
    """A value that no formula stands behind."""
    words, formula = lexicon.words(entry.id), f"{entry.id} = {origin}"
    return Step(entry.id, words, formula, full(value), full(value), value, short(value), entry.unit, (because,), clause)


def _by_whom(typed: Typed, language: str) -> str:
    return say("stated-by", language, by=typed.by, at=typed.at)


def _asked(one: PointBudget, lexicon: Lexicon) -> tuple[Asked, ...]:
    names = one.worked.names if one.worked is not None else {}
    found: list[Asked] = []
    for entry in sorted(one.budget.given, key=lambda entry: bool(entry.expr)):
        typed, value = one.typed.get(entry.id), names.get(entry.id)
        text = "" if typed is None else _as_typed(typed, entry.unit)
        now = "" if value is None else short(value)
        found.append(Asked(entry.id, lexicon.words(entry.id), entry.unit, text, not entry.expr, now))
    return tuple(found)


def _as_typed(typed: Typed, unit: str) -> str:
    """Without the unit that the field itself shows."""
    return show(typed.quantity.value) if typed.quantity.unit == unit else str(typed.quantity)
