"""What is refused at the cell, and what stays readable."""

from __future__ import annotations

from hashlib import sha256

import pytest

from fieldcal.domain.errors import BadInput, DomainError, NotAllowed
from fieldcal.domain.events import decode
from fieldcal.domain.judge import Position
from fieldcal.services.paper import record_hash
from fieldcal.services.ports import Stored
from tests.services.workspace import Desk

REFUSED = [
    ("indication", "0.000", "L", "wrong-unit", "L"),
    ("indication", "0.000", "°C", "wrong-unit", "°C"),
    ("indication", "", "kg", "empty", ""),
    ("indication", "   ", "kg", "empty", ""),
    ("indication", "NaN", "kg", "not-a-number", "NaN"),
    ("indication", "Infinity", "kg", "not-a-number", "Infinity"),
    ("indication", "1e3", "kg", "not-a-number", "1e3"),
    ("indication", "五", "kg", "not-a-number", "五"),
    ("indication", "1.2.3", "kg", "not-a-number", "1.2.3"),
    ("indication", "0." + "0" * 30, "kg", "too-long", "0." + "0" * 30),
    ("delta_load", "5.1", "g", "out-of-range", "5.1 g"),
    ("delta_load", "0.0051", "kg", "out-of-range", "5.1 g"),
    ("delta_load", "-2.5", "g", "out-of-range", "-2.5 g"),
    ("delta_load", "－2.5", "g", "out-of-range", "-2.5 g"),
]


@pytest.mark.parametrize(("column", "text", "unit", "code", "value"), REFUSED)
def test_a_bad_value_names_field_and_value_and_writes_nothing(
    desk: Desk, column: str, text: str, unit: str, code: str, value: str
) -> None:
    run = desk.started()
    at = desk.go(run, "zero", column)
    before = desk.head()
    with pytest.raises(BadInput) as refused:
        desk.runs.take(run, at, text, unit, "tech")
    error = refused.value
    assert (error.code, error.field, error.value) == (code, column, value)
    assert error.accepted
    assert desk.head() == before
    assert desk.due(run) == at


def test_a_bad_choice_lists_what_can_be_chosen(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "multiple_indicators", "second_kind")
    before = desk.head()
    with pytest.raises(BadInput) as refused:
        desk.runs.take(run, at, "analogue?", "", "tech")
    assert (refused.value.code, refused.value.field) == ("bad-choice", "second_kind")
    assert "digital" in refused.value.accepted
    assert desk.head() == before


@pytest.mark.parametrize(
    ("typed", "plain"), [("０．０００", "0.000"), ("0,005", "0.005"), ("０。００５", "0.005"), ("−0.005", "-0.005")]
)
def test_full_width_and_comma_are_understood_and_kept_as_typed(desk: Desk, typed: str, plain: str) -> None:
    run = desk.started()
    at = desk.go(run, "zero", "indication")
    desk.runs.take(run, at, typed, "kg", "tech")
    reading = desk.runs.view(run).attempt("zero", 0).cells["indication"]
    assert (reading.text, reading.raw) == (plain, typed)


def test_zeros_at_the_end_are_kept(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "zero", "delta_load")
    desk.runs.take(run, at, "2.50", "g", "tech")
    assert desk.runs.view(run).attempt("zero", 0).cells["delta_load"].text == "2.50"


def test_the_limit_itself_is_inside(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "zero", "delta_load")
    assert desk.runs.take(run, at, "5", "g", "tech").complete


def test_an_item_cannot_be_measured_out_of_order(desk: Desk) -> None:
    run = desk.started()
    desk.go(run, "zero", "indication")
    before = desk.head()
    for item, row in (("weighing", 0), ("zero", 1)):
        with pytest.raises(NotAllowed) as refused:
            desk.runs.take(run, Position(item, row, "indication"), "0.000", "kg", "tech")
        assert (refused.value.code, refused.value.accepted) == ("not-due", "zero:1")
    assert desk.head() == before


def test_a_computed_or_unknown_column_cannot_be_typed(desk: Desk) -> None:
    run = desk.started()
    desk.go(run, "zero", "indication")
    for column in ("e0", "limit", "nothing"):
        with pytest.raises(BadInput) as refused:
            desk.runs.take(run, Position("zero", 0, column), "0", "g", "tech")
        assert refused.value.code == "unknown-column"


def test_a_cell_is_taken_once(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "zero", "indication")
    desk.runs.take(run, at, "0.000", "kg", "tech")
    with pytest.raises(NotAllowed) as refused:
        desk.runs.take(run, at, "0.005", "kg", "tech")
    assert refused.value.code == "already-taken"


def test_a_rejected_reading_stays_visible_and_a_new_attempt_starts(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "zero", "delta_load")
    desk.runs.take(run, at, "2.5", "g", "tech")
    desk.runs.reject(run, "zero", 0, "风吹", "tech")
    view = desk.runs.view(run)
    (struck,) = view.struck("zero", 0)
    assert (struck.number, struck.rejected, struck.by) == (1, "风吹", "tech")
    assert struck.cells["delta_load"].text == "2.5"
    assert view.attempt("zero", 0).number == 2
    assert desk.due(run) == Position("zero", 0, "load")


def test_a_reading_is_rejected_with_a_reason_only(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "zero", "delta_load")
    with pytest.raises(BadInput) as refused:
        desk.runs.reject(run, "zero", 0, "  ", "tech")
    assert (refused.value.code, refused.value.field) == ("empty", "reason")
    with pytest.raises(NotAllowed) as nothing:
        desk.runs.reject(run, "weighing", 0, "reason", "tech")
    assert nothing.value.code == "nothing-to-reject"
    assert desk.due(run) == at


def test_not_applicable_needs_a_listed_reason(desk: Desk) -> None:
    run = desk.started()
    desk.go(run, "multiple_indicators")
    before = desk.head()
    for item, reason in (("multiple_indicators", "没空"), ("weighing", "只有一个指示装置")):
        with pytest.raises(NotAllowed) as refused:
            desk.runs.skip(run, item, "not-applicable", reason, "tech")
        assert refused.value.code == "not-optional"
    assert desk.head() == before
    desk.runs.skip(run, "multiple_indicators", "not-applicable", "只有一个指示装置", "tech")
    assert desk.due(run).item != "multiple_indicators"


def test_a_skip_can_be_taken_back(desk: Desk) -> None:
    run = desk.started()
    at = desk.go(run, "weighing")
    desk.runs.skip(run, "weighing", "not-done", "下雨", "tech")
    assert desk.due(run) != at
    desk.runs.reopen_item(run, "weighing", "雨停了", "tech")
    assert desk.due(run) == at


def test_a_photo_is_required_for_a_suspicion(desk: Desk) -> None:
    run = desk.started()
    at = desk.due(run)
    with pytest.raises(NotAllowed) as refused:
        desk.runs.answer(run, at.item, at.question, "suspect", "tech", "封印被撬")
    assert refused.value.code == "photo-needed"
    desk.runs.add_evidence(run, at.item, at.question, b"\x89PNG", "image/png", "seal", "tech")
    desk.runs.answer(run, at.item, at.question, "suspect", "tech", "封印被撬")
    assert desk.runs.judgement(run).overall == "suspect"


def test_a_finding_needs_a_note(desk: Desk) -> None:
    run = desk.started()
    at = desk.due(run)
    for answer in ("fail", "suspect"):
        with pytest.raises(BadInput) as refused:
            desk.runs.answer(run, at.item, at.question, answer, "tech")  # type: ignore[arg-type]
        assert refused.value.field == "note"


def test_every_refusal_of_the_domain_has_a_code_and_tells_it_first(desk: Desk) -> None:
    run = desk.started()
    with pytest.raises(DomainError) as refused:
        desk.runs.take(run, Position("absent", 0, "x"), "1", "g", "tech")
    assert str(refused.value).startswith(refused.value.code)


def test_a_record_signed_before_an_event_gained_a_field_keeps_its_hash() -> None:
    old = b'{"role":"scale","sha256":"00","type":"transcript-kept/1"}'
    new = old.replace(b'"00"', b'"00","since":""')
    event = decode(old)
    stored = [Stored(1, "run:x", 1, "", "", event, b"", data) for data in (old, new)]
    assert record_hash(stored[:1]) == sha256(b"fieldcal.record/1\0" + len(old).to_bytes(8, "big") + old).hexdigest()
    assert record_hash(stored[:1]) != record_hash(stored[1:])


def test_what_is_read_from_disk_is_what_was_written(desk: Desk) -> None:
    journal = desk.ws.journal
    written = journal.read(desk.started())
    assert all(one.data in journal.raw(one.seq, one.seq)[0][1] and decode(one.data) == one.event for one in written)
