"""What is graded X ships empty: no shipped procedure prescribes a number of its own that nobody has read."""

import re

import pytest

from fieldcal import bootstrap
from fieldcal.domain.compiled import Compiled, load
from fieldcal.services.prescribed import entries

SHIPPED = bootstrap.library().all()
# Form, no value of a regulation: signs, whole numbers, the two readings that a scatter needs, percent.
FORM = {"0", "1", "2", "100"}
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")


def invented(compiled: Compiled) -> list[str]:
    """Places where a source graded X stands behind a number that judges. Intervals judge nothing; a day is needed."""
    found: list[str] = []
    for entry in entries(compiled):
        for value in entry.values if entry.source.grade == "X" else []:
            if value.kind != "input" and value.path[0] != "interval" and set(NUMBER.findall(value.shown)) - FORM:
                found.append(f"{entry.id}: {value.shown}")
    return found


@pytest.mark.parametrize("compiled", SHIPPED, ids=lambda c: c.procedure.id)
def test_no_number_judges_that_nobody_has_read(compiled: Compiled) -> None:
    assert invented(compiled) == []


@pytest.mark.parametrize("compiled", SHIPPED, ids=lambda c: c.procedure.id)
def test_an_input_for_the_printed_text_comes_empty(compiled: Compiled) -> None:
    unsure = [entry for entry in entries(compiled) if entry.source.grade == "X"]
    assert not any(value.shown for entry in unsure for value in entry.values if value.kind == "input")


def test_a_candidate_put_in_the_place_of_what_is_asked_is_found() -> None:
    text = bootstrap.library().get("jjg443-2023").data.decode()
    old = 'q_low = "q2_low / 100 * qmax"'
    assert old in text
    assert invented(load(text.replace(old, 'q_low = "0.36 * qmax"').encode())) == ["q2: 0.36 * qmax"]
