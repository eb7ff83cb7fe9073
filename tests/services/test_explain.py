"""Explain this verdict: whatever stands in a record can be recalculated from what the explanation shows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import pytest

from fieldcal import bootstrap, paths
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import StandardPut
from fieldcal.domain.explained import Explained, Place
from fieldcal.domain.judge import Judgement
from fieldcal.domain.verdict import Judged
from fieldcal.services.case_procedure import judged_case
from fieldcal.services.explain import explain, places
from fieldcal.services.explain_formula import MORE, short, write
from fieldcal.services.explain_words import Lexicon
from fieldcal.services.proof import generic_cases
from tests.services import recompute

FOLDER = paths.resources() / "procedures"
SHIPPED = [compiled.procedure.id for compiled in bootstrap.library().all()]


@cache
def records(procedure: str) -> list[tuple[str, Compiled, Judgement]]:
    """Every worked case of the procedure that a plate can be read of, judged."""
    compiled = bootstrap.library().get(procedure)
    out: list[tuple[str, Compiled, Judgement]] = []
    for case in generic_cases(compiled, FOLDER):
        try:
            out.append((case["id"], compiled, judged_case(compiled, case)[1]))
        except BadInput:
            assert case["expect"]["verdict"] == "refused"
    return out


def stored(judged: Judgement, place: Place) -> Judged | None:
    outcome = judged.items[place.item].outcome
    assert outcome is not None
    if place.rule < 0:
        return None
    return (outcome.judged if place.row < 0 else outcome.rows[place.row].judged)[place.rule]


def numbers(judged: Judgement) -> Iterator[Judged]:
    for state in judged.items.values():
        if state.outcome is not None and not state.reason:
            for row in state.outcome.rows:
                yield from row.judged
            yield from state.outcome.judged


@pytest.mark.parametrize("procedure", SHIPPED)
def test_every_formula_of_every_number_recomputes_to_the_stored_value(procedure: str):
    tried = 0
    for case, compiled, judged in records(procedure):
        found = places(compiled, judged)
        assert sum(place.rule >= 0 for place in found) == len(list(numbers(judged))), case
        for place in found:
            told = explain(compiled, judged, place, "zh")
            complete(told, case)
            one = stored(judged, place)
            if one is not None and told.steps and told.steps[0].name == place.name:
                assert told.steps[0].value == one.value, (case, place)
            for step in (*told.steps, *told.limits):
                tried += 1
                assert recompute.value(step.exact) == step.value, (case, place, step.exact)
                if MORE not in step.numbers:
                    assert recompute.value(step.numbers) == step.value, (case, place, step.numbers)
    assert tried


@pytest.mark.parametrize("procedure", SHIPPED)
def test_english_says_rule_clause_rounding_and_limit_of_every_judged_number(procedure: str):
    for case, compiled, judged in records(procedure):
        for place in places(compiled, judged):
            if place.rule >= 0:
                complete(explain(compiled, judged, place, "en"), case)


def complete(told: Explained, case: str) -> None:
    assert all(text.strip() for text in (told.title, told.value, *(line.text for line in told.lines))), (case, told)
    if told.place.rule >= 0:
        assert len(told.lines) >= 4, (case, told)
        assert told.word, (case, told)


def told_of(item: str, name: str, *, case: str = "", language: str = "en", row: int = -1, **more) -> Explained:
    """Of the dispenser's worked cases, the first that has this number."""
    for found, compiled, judged in records("jjg443-2023"):
        for place in places(compiled, judged):
            if (place.item, place.name, place.row) == (item, name, row) and case in found and place.rule >= 0:
                return explain(compiled, judged, place, language, **more)
    raise AssertionError(name)


def measure(error: str) -> StandardPut:
    return StandardPut("m1", "Measure", "BJL-20", "7", "measure", "2", {"error": error}, "C-1", "NIM", "2027-01-01")


def text_of(told: Explained, caption: str) -> str:
    return next(line.text for line in told.lines if line.caption == caption)


def test_a_borderline_error_says_both_comparisons_and_by_how_much_it_is_over():
    told = told_of("flow", "error_mean_percent", case="borderline")
    assert told.verdict == "borderline"
    assert "full value fail, rounded value pass" in text_of(told, "Rounding")
    assert "interval 0.01 %, rounded once, half to even (GB/T 8170) → 0.30 %" in text_of(told, "Rounding")
    assert "is above the upper limit 0.30 % by 0.002" in text_of(told, "Limit")


def test_the_share_of_the_standard_is_told_with_the_numbers_of_its_rule():
    kept = measure("0.05")
    text = text_of(told_of("flow", "error_mean_percent", standards={"measure": kept}), "Standard")
    assert "3 × std_error ≤ mpe, that is 3 × 0.05 ≤ 0.30: 50 % of what is allowed" in text
    assert "the standard's error (or uncertainty) is 16.7 % of the limit" in text
    broken = measure("0.12")
    assert "not kept, 120 %" in text_of(
        told_of("flow", "error_mean_percent", standards={"measure": broken}), "Standard"
    )


def test_a_standard_without_a_value_is_said_to_have_none():
    assert "states no value" in text_of(told_of("flow", "error_mean_percent"), "Standard")


def test_numbers_without_end_are_cut_with_a_mark_and_never_rounded():
    assert short(Decimal(2) / 3) == "0.66666666…"
    assert short(Decimal("-0.00000000123456")) == "−0.000000001234…"
    assert short(Decimal("0.30")) == "0.30"


def test_only_the_branch_that_was_taken_is_shown_and_why():
    lexicon = Lexicon(bootstrap.library().get("jjg443-2023"), records("jjg443-2023")[0][2].items["flow"].item, "en")
    written = write(lexicon, "1 if fuel == 'diesel' else drip * 2", {"fuel": "petrol", "drip": Decimal(-3)})
    assert (written.formula, written.numbers) == ("drip × 2", "(−3) × 2")
    assert written.because == ["because this does not hold: fuel = Diesel"]


def test_a_place_that_is_not_in_the_record_is_refused():
    _, compiled, judged = records("jjg443-2023")[0]
    with pytest.raises(KeyError):
        explain(compiled, judged, Place("flow", 99, "q"), "zh")
