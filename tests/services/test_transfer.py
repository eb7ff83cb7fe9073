"""A record under another revision: entries go where they mean the same, and nothing is guessed."""

from decimal import Decimal

import pytest

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import CheckAnswered, ItemSkipped, ReadingTaken
from fieldcal.domain.fold import Attempt, RunView
from fieldcal.domain.judge import Judgement, judge
from fieldcal.services.flips import Flip, flips
from fieldcal.services.reevaluate import laid
from fieldcal.services.steady import steady
from fieldcal.services.transfer import Fit

TEXT = """
schema = 1
id = "rule"
revision = 1
regulation = "R 1"
title = { zh = "尺", en = "Rule" }
instrument = { zh = "尺", en = "Rule" }
interval = { months = 12, maximum = 12, source = "a" }

[sources]
a = { clause = "4.1", text = "MPE", grade = "A" }
b = { clause = "4.2", text = "MPE of the later edition", grade = "A" }

[[inputs]]
id = "length"
unit = "mm"
text = { zh = "长", en = "Length" }

[[inputs]]
id = "colour"
kind = "choice"
default = "red"
choices = [{ id = "red", text = { zh = "红", en = "Red" } }, { id = "blue", text = { zh = "蓝", en = "Blue" } }]
text = { zh = "色", en = "Colour" }

[[derive]]
id = "mpe"
expr = "0.01 * length"
unit = "mm"
source = "a"

[[items]]
id = "look"
kind = "checklist"
source = "a"
title = { zh = "看", en = "Look" }
text = { zh = "看", en = "Look" }
na = [{ zh = "无", en = "None" }]
questions = [{ id = "clean", na = true, text = { zh = "净", en = "Clean" } }]

[[items]]
id = "error"
source = "a"
title = { zh = "误差", en = "Error" }
text = { zh = "量", en = "Measure" }
points = [{ over = "mark", unit = "mm", values = ["0.1 * length", "0.5 * length", "length"] }]
columns = [
  { id = "side", source = "entered", kind = "choice", text = { zh = "边", en = "Side" }, choices = [
    { id = "left", text = { zh = "左", en = "Left" } }, { id = "right", text = { zh = "右", en = "Right" } } ] },
  { id = "reading", source = "entered", unit = "mm", text = { zh = "读数", en = "Reading" } },
  { id = "error", source = "computed", expr = "reading - mark", unit = "mm", text = { zh = "误差", en = "Error" } },
]
accept = [{ value = "error", limit = "mpe", source = "a" }]
"""
OLD = load(TEXT.encode(), "rule")


def revised(*changes: tuple[str, str]) -> Compiled:
    text = TEXT
    for was, now in changes:
        assert was in text
        text = text.replace(was, now)
    return load(text.encode(), "rule")


def record(readings: tuple[str, ...] = ("10.5", "50", "100"), unit: str = "", **inputs: str) -> RunView:
    view = RunView("run:1", kind="first", inputs={"length": "100", **inputs})
    view.answers[("look", "clean")] = CheckAnswered("look", "clean", "pass")
    for row, text in enumerate(readings):
        cells = {
            "side": ReadingTaken("error", row, 1, "side", "left", "", "manual"),
            "reading": ReadingTaken("error", row, 1, "reading", text, unit, "manual"),
        }
        view.attempts[("error", row)] = [Attempt(1, cells)]
    return view


def under(new: Compiled, view: RunView) -> list[Flip]:
    was, now = both(OLD, new, view)
    return flips(OLD, new, was, now)


def both(old: Compiled, new: Compiled, view: RunView) -> tuple[Judgement, Judgement]:
    """Judged by each. Raises BadInput for what does not fit."""
    fit = Fit(old, new)
    given = fit.transfer(view)
    now = judge(new, given)
    fit.possible(given, now.plate)
    was = judge(old, view)
    return was, laid(new, was, now, given)


def assumed(new: Compiled, view: RunView) -> dict[str, str]:
    fit = Fit(OLD, new)
    given = fit.transfer(view)
    return fit.assumed(given, judge(new, given).plate)


def test_a_narrower_limit_tells_value_both_limits_and_both_clauses():
    new = revised(
        ('expr = "0.01 * length"', 'expr = "0.004 * length"'),
        ('limit = "mpe", source = "a"', 'limit = "mpe", source = "b"'),
    )
    (flip,) = under(new, record())
    assert (flip.item, flip.row, flip.name, flip.why) == ("error", 1, "error", "limit")
    assert flip.old is not None
    assert flip.new is not None
    assert (flip.old.verdict, flip.old.value, flip.old.low, flip.old.high, flip.old.clause) == (
        "pass",
        "0.5",
        "-1.00",
        "1.00",
        "4.1",
    )
    assert (flip.new.verdict, flip.new.low, flip.new.high, flip.new.unit) == ("fail", "-0.400", "0.400", "mm")
    assert flip.new.clause == "4.2"


def test_a_limit_at_the_value_itself_flips_nothing():
    assert under(revised(('expr = "0.01 * length"', 'expr = "0.005 * length"')), record()) == []


def test_a_wider_limit_lets_a_record_pass_that_failed():
    (flip,) = under(revised(('expr = "0.01 * length"', 'expr = "0.02 * length"')), record(("10", "51.5", "100")))
    assert (flip.row, flip.old and flip.old.verdict, flip.new and flip.new.verdict) == (2, "fail", "pass")


def test_another_formula_is_told_by_the_value_it_gives():
    (flip,) = under(revised(("reading - mark", "3 * (reading - mark)")), record())
    assert (flip.why, flip.old and flip.old.value, flip.new and flip.new.value) == ("value", "0.5", "1.5")


def test_cells_follow_their_mark_where_points_are_put_in_another_order_or_a_point_falls_away():
    points = 'values = ["0.1 * length", "0.5 * length", "length"]'
    view = record(("10.5", "50.6", "100.7"))
    assert under(revised((points, 'values = ["length", "0.1 * length", "0.5 * length"]')), view) == []
    assert under(revised((points, 'values = ["0.5 * length", "length"]')), view) == []


def test_a_point_that_was_never_measured_is_missing_and_the_others_stay_where_they_were():
    points = 'values = ["0.1 * length", "0.5 * length", "length"]'
    new = revised((points, 'values = ["0", "0.1 * length", "0.5 * length", "length"]'))
    view = record()
    (flip,) = under(new, view)
    assert (flip.item, flip.why, flip.new and flip.new.value) == ("error", "missing", "3/4")
    outcome = both(OLD, new, view)[1].items["error"].outcome
    assert outcome is not None
    assert [row.values.get("error") for row in outcome.rows] == [None, Decimal("0.5"), 0, 0]


def test_the_record_itself_is_not_touched():
    view = record(("10.5", "50", "100"))
    before = {place: list(attempts) for place, attempts in view.attempts.items()}
    points = 'values = ["0.1 * length", "0.5 * length", "length"]'
    under(revised((points, 'values = ["length", "0.5 * length"]')), view)
    assert view.attempts == before
    assert view.inputs == {"length": "100"}


def test_a_number_without_a_unit_stays_in_the_unit_of_its_day():
    new = revised(('unit = "mm"', 'unit = "m"'))
    assert Fit(OLD, new).transfer(record()).inputs["length"] == "100 mm"
    assert under(new, record()) == []


def test_a_unit_that_cannot_be_converted_is_refused():
    new = revised(('id = "length"\nunit = "mm"', 'id = "length"\nunit = "g"'))
    with pytest.raises(BadInput) as error:
        under(new, record())
    assert (error.value.code, error.value.field) == ("wrong-unit", "length")


def test_an_input_that_the_record_does_not_have_is_told():
    new = revised(
        ("[[derive]]", '[[inputs]]\nid = "width"\nunit = "mm"\ntext = { zh = "宽", en = "Width" }\n\n[[derive]]')
    )
    with pytest.raises(BadInput) as error:
        under(new, record())
    assert (error.value.code, error.value.field) == ("empty", "width")


def test_an_input_that_the_revision_dropped_is_told():
    new = revised(('id = "length"', 'id = "size"'), ("* length", "* size"), ('"length"]', '"size"]'))
    with pytest.raises(BadInput) as error:
        under(new, record())
    assert (error.value.code, error.value.field) == ("unknown-field", "length")


def test_a_default_of_the_revision_is_told_as_assumed_and_a_given_value_is_not():
    new = revised(('default = "red"', 'default = "blue"'))
    assert assumed(new, record()) == {"colour": "blue"}
    assert assumed(new, record(colour="red")) == {}
    assert assumed(OLD, record()) == {}


def test_a_choice_that_is_gone_is_told_for_the_plate_and_for_a_cell():
    with pytest.raises(BadInput) as error:
        under(revised(('id = "blue"', 'id = "green"')), record(colour="blue"))
    assert (error.value.code, error.value.field) == ("bad-choice", "colour")
    with pytest.raises(BadInput) as error:
        under(revised(('id = "left"', 'id = "top"')), record())
    assert (error.value.code, error.value.field, error.value.value) == ("bad-choice", "error.side", "left")


def test_a_plate_that_the_revision_calls_impossible_is_told():
    rule = '[[checks]]\nid = "short"\nfield = "length"\nexpr = "length <= 50"\nsource = "a"\n'
    rule += 'text = { zh = "短", en = "Short" }\n'
    with pytest.raises(BadInput) as error:
        under(revised(('[[items]]\nid = "look"', rule + '\n[[items]]\nid = "look"')), record())
    assert (error.value.code, error.value.field) == ("impossible-plate", "length")


def test_a_new_item_and_a_new_question_are_missing():
    question = 'questions = [{ id = "flat", text = { zh = "平", en = "Flat" } }, {'
    (flip,) = under(revised(("questions = [{", question)), record())
    assert (flip.item, flip.why, flip.new and flip.new.value) == ("look", "missing", "1/2")
    item = TEXT[TEXT.index('[[items]]\nid = "look"') : TEXT.index('[[items]]\nid = "error"')]
    (flip,) = under(load((TEXT + item.replace('"look"', '"touch"')).encode()), record())
    assert (flip.item, flip.why, flip.old) == ("touch", "missing", None)


def test_an_item_that_the_revision_dropped_is_told_with_the_verdict_it_had():
    item = TEXT[TEXT.index('[[items]]\nid = "look"') : TEXT.index('[[items]]\nid = "error"')]
    view = record()
    view.answers[("look", "clean")] = CheckAnswered("look", "clean", "fail")
    (flip,) = under(revised((item, "")), view)
    assert (flip.item, flip.why, flip.old and flip.old.verdict, flip.new) == ("look", "dropped", "fail", None)


def test_an_answer_and_a_skip_that_may_not_be_given_any_more_leave_the_item_open():
    view = record()
    view.answers[("look", "clean")] = CheckAnswered("look", "clean", "na")
    (flip,) = under(revised(("na = true, ", "")), view)
    assert (flip.item, flip.why) == ("look", "missing")
    view.skipped["look"] = ItemSkipped("look", "not-applicable", "none")
    (flip,) = under(revised(('na = [{ zh = "无", en = "None" }]\n', ""), ("na = true, ", "")), view)
    assert (flip.item, flip.why, flip.old and flip.old.verdict) == ("look", "missing", "not-applicable")


def test_items_are_steady_only_while_nothing_under_their_points_changes():
    assert steady(OLD, OLD) == {"look", "error"}
    assert steady(OLD, revised(('expr = "0.01 * length"', 'expr = "0.02 * length"'))) == {"look", "error"}
    assert steady(OLD, revised(('"0.5 * length", ', ""))) == {"look"}
    assert steady(OLD, revised(('id = "length"\n', 'id = "length"\nrequired = false\n'))) == {"look"}


def test_the_same_number_in_another_unit_is_another_point():
    listed = 'values = ["0.1 * length", "0.5 * length", "length"]'
    old = revised((listed, 'values = ["10", "50", "100"]'))
    new = revised((listed, 'values = ["10", "50", "100"]'), ('unit = "mm", values', 'unit = "m", values'))
    (flip,) = flips(old, new, *both(old, new, record()))
    assert (flip.why, flip.new and flip.new.value) == ("missing", "0/3")
