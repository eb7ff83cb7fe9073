"""Explanations on paper are parsed back: one number on one page, or every judged number of the record."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader

from fieldcal.domain.explained import Line, Place
from fieldcal.services.explain_paper import Explanations, file_name

RUN = "stall-01"


@pytest.fixture
def told(office) -> tuple[Explanations, str]:
    run = next(view.stream for view in office.runs.all() if view.instrument == RUN)
    return Explanations(office.certificates), run


def pages(data: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def judged(told: tuple[Explanations, str]) -> list[Place]:
    return [place for place in told[0].places(told[1]) if place.rule >= 0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_number_is_explained_on_one_page_and_its_budget_on_the_next(told, language: str):
    service, run = told
    chosen = {(p.item, p.name, bool(service.of(run, p, language).budget)): p for p in judged(told)}
    assert any(budgeted for _, _, budgeted in chosen)
    for place in chosen.values():
        found = pages(service.pdf(run, place, language))
        one = service.of(run, place, language)
        assert len(found) == (2 if one.budget else 1), place
        assert "".join(one.title.split()) in found[0]
        for step in one.steps:
            assert "".join(step.numbers.split()) in found[0], step
        for line in one.lines:
            assert "".join(line.text.split()) in found[0], line
        if one.budget:
            texts = [one.budget.result, *(line.text for line in one.budget.lines)]
            texts += [text for part in one.budget.parts for text in (part.words, part.u, part.clause)]
            assert all("".join(text.split()) in found[1] for text in texts), (place, texts)


def test_trials_that_were_drawn_are_printed_with_the_budget(told):
    service, run = told
    place = next(p for p in judged(told) if service.of(run, p, "en").budget)
    drawn = (Line("Trials", "1 000 000 trials, seed 1"), Line("JJF 1059.2", "they agree"))
    assert "they agree" not in "".join(pages(service.pdf(run, place, "en")))
    text = "".join(pages(service.pdf(run, place, "en", drawn)))
    assert "1000000trials,seed1" in text
    assert "theyagree" in text


def test_the_whole_record_names_every_rule_once_and_every_judged_value(told):
    service, run = told
    text = "".join(pages(service.pdf(run, None, "zh")))
    for place in judged(told):
        one = service.of(run, place, "zh")
        assert "".join(one.rule.split()) in text
        assert "".join(one.value.split()) in text
        if one.budget and one.budget.parts:
            assert "".join(one.budget.result.split()) in text


def test_the_share_of_the_standard_in_use_is_on_the_page(told):
    service, run = told
    place = next(p for p in judged(told) if p.item == "weighing")
    text = pages(service.pdf(run, place, "zh"))[0]
    used = service.standards(run)["weights"]
    assert used.name.replace(" ", "") in text
    assert "占允许值的" in text


def test_a_demo_says_so_over_the_explanation_and_it_is_no_certificate(told):
    text = pages(told[0].pdf(told[1], judged(told)[0], "en"))[0]
    assert "Demonstrationdatawithoutlegaleffect" in text
    assert "ExplanationoftheVerdict" in text
    assert "Electroniccertificate" not in text


def test_the_same_record_gives_the_same_bytes(told):
    place = judged(told)[0]
    assert told[0].pdf(told[1], place, "zh") == told[0].pdf(told[1], place, "zh")


def test_the_name_of_the_file_has_no_letter_that_a_system_refuses():
    place = Place("weighing", 3, "abs(x) / 2")
    assert file_name("run:26/1", place, date(2026, 9, 1)) == "26_1-weighing-abs_x____2-2026-09-01.pdf"
