"""An item may build on the results of an earlier one; until those are there it waits."""

from __future__ import annotations

import pytest

from fieldcal.domain.compiled import load
from fieldcal.domain.events import ItemSkipped, ReadingTaken
from fieldcal.domain.expression import BadExpression
from fieldcal.domain.fold import Attempt, RunView
from fieldcal.domain.judge import judge
from fieldcal.domain.verdict import Verdict
from tests.domain.support import SMALL

ONE = SMALL.replace(
    'accept = [{ value = "y"',
    'results = [{ id = "top", expr = "max(y)", text = { zh = "x", en = "x" } }]\naccept = [{ value = "y"',
)
TWO = """
[[items]]
id = "two"
source = "s"
title = { zh = "乙", en = "b" }
text = { zh = "乙", en = "b" }
HOW
columns = [{ id = "z", source = "entered", unit = "g", text = { zh = "z", en = "z" } }]
"""


def run(how: str, *, x: str = "", skipped: bool = False):
    view = RunView("r", kind="first", inputs={"e": "2"})
    if x:
        reading = ReadingTaken("one", 0, 1, "x", x, "g", "manual")
        view.attempts[("one", 0)] = [Attempt(1, {"x": reading})]
    if skipped:
        view.skipped["one"] = ItemSkipped("one", "not-done", "no time")
    return judge(load((ONE + TWO.replace("HOW", how)).encode()), view)


@pytest.mark.parametrize(
    "how", ['when = "one_top > 1"', 'repeats = "one_top"', 'points = [{ values = ["one_top"], over = "p" }]']
)
def test_it_waits_until_the_result_is_there(how: str):
    waiting = run(how)
    assert waiting.items["two"].verdict is Verdict.NOT_DONE
    assert waiting.position is not None
    assert waiting.position.item == "one"
    due = run(how, x="4").position
    assert due is not None
    assert due.item == "two"


def test_the_result_decides_whether_it_applies():
    assert run('when = "one_top > 1"', x="1").items["two"].verdict is Verdict.NOT_APPLICABLE


def test_when_the_earlier_item_was_left_out_the_run_is_never_a_pass():
    judged = run('repeats = "one_top"', skipped=True)
    assert judged.position is None
    assert judged.overall is Verdict.NOT_DONE


def test_an_expression_that_fails_with_all_its_names_known_is_an_error_of_the_procedure():
    with pytest.raises(BadExpression):
        run('repeats = "1 / (e - e)"')
