"""Every way an input can be wrong, as a person reads it: sentence, field, value, what is accepted; in both languages.
What was accepted before stays, and the run goes on."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldcal.domain.errors import DomainError
from fieldcal.ui import i18n
from fieldcal.ui.i18n import explain
from tests.services.workspace import TECH, Desk

SOURCE = Path(__file__).parents[2] / "fieldcal"
Act = Callable[[Desk], Any]


def typed(text: str, unit: str, column: str = "delta_load", item: str = "weighing") -> Act:
    def act(desk: Desk) -> None:
        run = desk.started()
        at = desk.go(run, item, column)
        desk.runs.take(run, at, text, unit, "tech")

    return act


def plated(**plate: str) -> Act:
    def act(desk: Desk) -> None:
        run = desk.runs.open("stall-01", "subsequent", "tech")
        desk.runs.give(run, plate, "tech")
        desk.runs.prepare(run, "tech")

    return act


def wrong_sign(desk: Desk) -> None:
    run = desk.started()
    desk.go(run, "weighing", "indication")
    while True:
        at = desk.due(run)
        state = desk.runs.judgement(run).items[at.item]
        assert state.outcome is not None
        if at.column == "indication" and state.outcome.rows[at.row].values["load"] > 0:
            break
        desk.step(run, at)
    value, unit = desk.seen(run, at)
    desk.runs.take(run, at, f"-{value}", unit, "tech")


def late_standard(desk: Desk) -> None:
    desk.put_standard("M1-01", valid_to="2001-01-01")
    desk.started()


def no_standard(desk: Desk) -> None:
    desk.put_standard("M1-01", role="other")
    desk.started()


def person(**changes: Any) -> Act:
    def act(desk: Desk) -> None:
        desk.put_person("tech", **changes)
        desk.runs.open("stall-01", "subsequent", "tech")

    return act


def resumed_while_running(desk: Desk) -> None:
    desk.runs.resume(desk.started(), "tech")


def wrong_pin(desk: Desk) -> None:
    desk.certificates.sign(desk.finished(), TECH[0], "0000")


CASES: dict[str, tuple[Act, str, str, str]] = {  # what is done, field, value, what the English sentence accepts
    "a wrong unit": (typed("2.5", "L"), "delta_load", "L", "mg, g, kg, t"),
    "an unknown unit": (typed("2.5", "stone"), "delta_load", "stone", "mg, g, kg, t"),
    "nothing": (typed("", "g"), "delta_load", "", "a number such as"),
    "not a number": (typed("NaN", "g"), "delta_load", "NaN", "a number such as"),
    "a word": (typed("five", "g"), "delta_load", "five", "a number such as"),
    "an endless number": (typed("1" * 30, "g"), "delta_load", "1" * 30, "24"),
    "out of range": (typed("9", "g"), "delta_load", "9 g", "0.5..5 g"),
    "a wrong sign by hand": (typed("-2.5", "g"), "delta_load", "-2.5 g", "0.5..5 g"),
    "a reading of the wrong sign": (wrong_sign, "indication", "-", ">= 0 g"),
    "a nameplate of class III with n above 10 000": (plated(max="60 kg"), "max", "60 kg", "n_high = 10000"),
    "a Min below 20 e": (plated(min="99 g"), "min", "99 g", "min_low = 20"),
    "a Min above Max": (plated(min="20 kg"), "min", "20 kg", "min < max"),
    "a class that is none": (plated(accuracy_class="V"), "accuracy_class", "V", "III"),
    "a nameplate in litres": (plated(max="15 L"), "max", "L", "kg"),
    "a nameplate in words": (plated(max="fifteen"), "max", "fifteen", "a number such as"),
    "a negative nameplate": (plated(min="-100 g"), "min", "-100", "> 0"),
    "an expired standard": (late_standard, "M1-01", "2001-01-01", ">= 2"),
    "no standard": (no_standard, "weights", "", "Standard weights"),
    "a person without the project": (person(projects=["JJG 1"]), "检定员甲", "JJG 539-2016", "JJG 1"),
    "a registration that ended": (person(valid_to="2001-01-01"), "检定员甲", "2001-01-01", ">= 2"),
    "a person who checks": (person(roles=["checker"]), "检定员甲", "checker", "technician"),
    "a run that is not paused": (resumed_while_running, "resumed", "running", "paused"),
    "a wrong PIN": (wrong_pin, "pin", "检定员甲", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_the_message_names_field_value_and_what_is_accepted_in_both_languages(desk: Desk, name: str) -> None:
    act, field, value, accepted = CASES[name]
    with pytest.raises(DomainError) as refused:
        act(desk)
    error = refused.value
    english, chinese = explain(error, "en"), explain(error, "zh")
    for told in (english, chinese):
        assert field in told
        assert value in told
        assert error.code not in told
    assert accepted in english
    assert any("一" <= letter <= "鿿" for letter in chinese)
    assert ("accepted: " in english) == ("可接受：" in chinese) == bool(error.accepted)
    assert desk.store.journal.verify().problems == []


@pytest.mark.parametrize("text", ["９", "-1", "", "NaN", "1,2,3"])
def test_after_a_refused_value_the_run_goes_on_and_keeps_what_was_accepted(desk: Desk, text: str) -> None:
    run = desk.started()
    at = desk.go(run, "weighing", "delta_load")
    before = desk.runs.view(run).readings
    with pytest.raises(DomainError):
        desk.runs.take(run, at, text, "g", "tech")
    assert desk.runs.view(run).readings == before
    desk.runs.take(run, at, "２，５", "g", "tech")
    later = desk.reopen()
    try:
        assert later.runs.view(run).readings == before + 1
        assert later.runs.view(run).attempt("weighing", at.row).cells["delta_load"].text == "2.5"
    finally:
        later.store.close()


def test_the_zero_of_an_unloaded_scale_may_be_negative(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "zero", "indication")
    desk.runs.take(run, at, "-0.005", "kg", "tech")
    assert desk.runs.view(run).attempt("zero", 0).cells["indication"].text == "-0.005"


def raised() -> dict[str, str]:
    """Every code that the program can raise, with the place."""
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.ClassDef(body=body):
                    for line in body:
                        match line:
                            case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                                found.setdefault(code, path.name)
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(code)), *_]):
                    if name in ("BadInput", "NotAllowed", "BadProcedure", "DeviceFault"):
                        found.setdefault(code, f"{path.name}:{node.lineno}")
    return found


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_code_that_can_be_raised_has_a_sentence(language: str) -> None:
    texts = i18n.catalog(language).texts
    codes = raised()
    assert len(codes) > 80
    assert {code: place for code, place in codes.items() if f"codes.{code}" not in texts} == {}


def test_every_phrase_of_what_is_accepted_can_be_said_in_chinese() -> None:
    phrases: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.keyword(arg="accepted", value=ast.Constant(value=str(text))) if " " in text.strip():
                    phrases[text] = f"{path.name}:{node.value.lineno}"
    technical = {text for text in phrases if text.startswith(("v_j_L", "v_b_L", ">", "<", "1, 2, 5", "TOML"))}
    known = i18n.catalog("zh").texts
    assert len(phrases) > 15
    missing = {text: at for text, at in phrases.items() if f"accepts.{i18n.slug(text)}" not in known}
    assert {text: at for text, at in missing.items() if text not in technical} == {}
