"""A laboratory adopts a procedure value by value; corrected values make a new file."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from fieldcal import bootstrap
from fieldcal.domain import events as ev
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.reporting import qr
from fieldcal.services.adoption import Adoptions
from fieldcal.services.catalogue import load
from fieldcal.services.prescribed import EFFECTIVE
from fieldcal.services.revise import place
from tests.services.workspace import APPROVE, CHECK, TECH

BOOK = ev.Confirmed("JJG 443-2023", "5.1", "3")
NOZZLE, SMALL = "jjg443-2023", "jjg176-2022"
ADMIN = ("admin", "4444")


@pytest.fixture
def adoptions(desk):
    return Adoptions(desk.ws, bootstrap.procedure_folders(), qr)


def go_through(adoptions, name, changes=None):
    """Confirms every value; `changes` by source."""
    for line in adoptions.lines(name):
        adoptions.confirm(name, line.entry.id, BOOK, (changes or {}).get(line.entry.id, {}), "admin")


def first(adoptions, name, source):
    line = next(line for line in adoptions.lines(name) if line.entry.id == source)
    return place(line.entry.values[0].path)


def test_a_file_confirmed_without_corrections_is_adopted_as_it_is_and_its_bytes_are_kept(desk, adoptions):
    shipped = desk.ws.library.get(SMALL)
    go_through(adoptions, SMALL)
    assert adoptions.state(SMALL).left == 0
    assert adoptions.adopt(SMALL, *ADMIN) == shipped.sha256
    adopted = load(desk.ws.journal).adoptions[-1]
    assert (adopted.by, adopted.event.base) == ("admin", "")
    assert set(adopted.event.values) == {EFFECTIVE, *shipped.procedure.sources}
    assert desk.ws.blobs.get(shipped.sha256).data == shipped.data


def test_adopting_is_refused_while_one_value_is_open(adoptions):
    go_through(adoptions, SMALL)
    last = adoptions.lines(SMALL)[-1].entry.id
    adoptions.reopen(SMALL, last, "admin")
    with pytest.raises(NotAllowed) as refused:
        adoptions.adopt(SMALL, *ADMIN)
    assert (refused.value.code, refused.value.field) == ("not-confirmed", last)


def test_a_corrected_value_makes_a_new_file_that_differs_in_nothing_else(desk, adoptions):
    shipped = desk.ws.library.get(NOZZLE)
    go_through(adoptions, NOZZLE, {"beta_petrol": {first(adoptions, NOZZLE, "beta_petrol"): "0.0013"}})
    revised = adoptions.revised(NOZZLE)
    old, new = shipped.data.decode().splitlines(), revised.data.decode().splitlines()
    assert [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]] == [
        ("revision = 1", "revision = 2"), ('expr = "0.0012"', 'expr = "0.0013"'),
    ]  # fmt: skip
    assert desk.ws.library.get(NOZZLE).sha256 == shipped.sha256


def test_a_value_that_ships_empty_is_filled_in_the_new_file(adoptions):
    go_through(adoptions, NOZZLE, {"beta_e10": {first(adoptions, NOZZLE, "beta_e10"): "0.00115"}})
    entry = next(e for e in adoptions.revised(NOZZLE).procedure.inputs if e.id == "beta_e10")
    assert entry.default == "0.00115"


def test_cases_that_a_correction_moved_block_until_each_is_accepted(desk, adoptions):
    go_through(adoptions, NOZZLE, {"mpe": {first(adoptions, NOZZLE, "mpe"): "0.25"}})
    trial = adoptions.trial(NOZZLE)
    assert trial.moved
    assert not trial.failing
    with pytest.raises(NotAllowed) as refused:
        adoptions.adopt(NOZZLE, *ADMIN)
    assert refused.value.code == "case-moved"
    for case in trial.moved:
        adoptions.accept_case(NOZZLE, case, "admin")
    sha256 = adoptions.adopt(NOZZLE, *ADMIN)
    adopted = desk.ws.catalogue.adoption(sha256)
    assert set(adopted.event.moved) == {case.id for case in trial.moved}
    assert adopted.event.base == desk.ws.library.get(NOZZLE).sha256


def test_a_case_that_fails_on_the_file_itself_blocks_and_cannot_be_accepted(desk, tmp_path):
    folder = tmp_path / "own"
    (folder / "cases").mkdir(parents=True)
    case = {"id": "wrong", "title": "wrong", "kind": "first", "plate": {}, "items": {}, "expect": {"verdict": "pass"}}
    table = {"topic": "procedure", "procedure": SMALL, "cases": [case]}
    (folder / "cases" / f"{SMALL}.json").write_bytes(msgspec.json.encode(table))
    adoptions = Adoptions(desk.ws, [folder], qr)
    go_through(adoptions, SMALL)
    with pytest.raises(NotAllowed) as refused:
        adoptions.adopt(SMALL, *ADMIN)
    assert refused.value.code == "case-fails"


@pytest.mark.parametrize(
    ("source", "clause", "change", "code"),
    [
        ("mpe", "", {}, "empty"),
        ("mpe", "JJG 443-2023, clause not confirmed", {}, "clause-open"),
        ("mpe", "5.1", {"derive.7.expr": "0,30"}, "not-a-number"),
        ("q1", "5.1", {"items.5.points.0.set.0.q_low": "0.8 + qmax"}, "unknown-field"),
        ("beta_e10", "5.1", {"inputs.7.default": "viel"}, "not-a-number"),
        (EFFECTIVE, "5.1", {"valid_from": "2024-5-1"}, "not-a-day"),
    ],
)
def test_a_step_that_cannot_be_right_is_refused_and_not_kept(adoptions, source, clause, change, code):
    if code == "not-a-number" and source == "mpe":
        change = {first(adoptions, NOZZLE, "mpe"): "0,30"}
    with pytest.raises(BadInput) as refused:
        adoptions.confirm(NOZZLE, source, ev.Confirmed("JJG 443-2023", clause, "3"), change, "admin")
    assert refused.value.code == code
    assert not adoptions.lines(NOZZLE)[0].done


def test_a_correction_changes_numbers_and_no_formula(adoptions):
    line = next(line for line in adoptions.lines(NOZZLE) if line.entry.id == "runs")
    where = place(line.entry.values[0].path)
    with pytest.raises(BadInput) as refused:
        adoptions.confirm(NOZZLE, "runs", BOOK, {where: "runs >= 1"}, "admin")
    assert refused.value.code == "rule-changed"
    adoptions.confirm(NOZZLE, "runs", BOOK, {where: "runs >= 3 and runs <= 5 and on_grid(runs, 1)"}, "admin")


@pytest.mark.parametrize("who", [TECH, CHECK, APPROVE])
def test_only_an_administrator_confirms_and_signs(adoptions, who):
    with pytest.raises(NotAllowed):
        adoptions.confirm(SMALL, EFFECTIVE, BOOK, {}, who[0])
    with pytest.raises(NotAllowed):
        adoptions.adopt(SMALL, *who)


def test_a_step_outlives_the_program(desk, adoptions):
    adoptions.confirm(SMALL, EFFECTIVE, BOOK, {"valid_from": "2023-01-01"}, "admin")
    kept = load(desk.ws.journal).steps[desk.ws.library.get(SMALL).sha256]
    assert kept[EFFECTIVE].event.changes == {"valid_from": "2023-01-01"}


def adopt_changed(adoptions, changes):
    go_through(adoptions, NOZZLE, changes)
    for case in adoptions.trial(NOZZLE).moved:
        adoptions.accept_case(NOZZLE, case, "admin")
    return adoptions.adopt(NOZZLE, *ADMIN)


def test_a_run_begun_before_a_change_finishes_on_its_own_revision_and_the_next_takes_the_new_one(desk, adoptions):
    before = desk.started("nozzle-1-1")
    shipped = desk.ws.library.get(NOZZLE).sha256
    new = adopt_changed(adoptions, {"beta_petrol": {first(adoptions, NOZZLE, "beta_petrol"): "0.0013"}})
    after = desk.started("nozzle-1-2")
    assert (desk.runs.view(before).sha256, desk.runs.view(after).sha256) == (shipped, new)
    betas = [str(desk.runs.judgement(run).plate.values["beta_by_petrol"]) for run in (before, after)]
    assert betas == ["0.0012", "0.0013"]


def test_the_day_of_the_verification_chooses_the_revision(desk, adoptions):
    shipped = desk.ws.library.get(NOZZLE).sha256
    dates = {"valid_from": "2030-01-01"}
    new = adopt_changed(adoptions, {EFFECTIVE: dates})
    chosen = [desk.runs.editions.in_force(NOZZLE, day).sha256 for day in (date(2029, 12, 31), date(2030, 1, 1))]
    assert chosen == [shipped, new]


def test_a_withdrawn_revision_gives_no_paper_and_the_one_before_holds_again(desk, adoptions):
    shipped = desk.ws.library.get(NOZZLE).sha256
    new = adopt_changed(adoptions, {"beta_petrol": {first(adoptions, NOZZLE, "beta_petrol"): "0.0013"}})
    run = desk.started("nozzle-1-1")
    adoptions.withdraw(NOZZLE, "printed edition has 0.0012", *ADMIN)
    assert desk.ws.catalogue.adoption(new) is None
    with pytest.raises(NotAllowed) as refused:
        desk.certificates.require_official(run)
    assert refused.value.code == "not-adopted"
    assert desk.runs.editions.in_force(NOZZLE, datetime.now(UTC).date()).sha256 == shipped


def test_the_next_adoption_shows_what_has_not_changed_since_the_last(adoptions):
    go_through(adoptions, SMALL)
    adoptions.adopt(SMALL, *ADMIN)
    assert all(line.before == msgspec.structs.replace(BOOK, value=line.before.value) for line in adoptions.lines(SMALL))
    assert not any(line.done for line in adoptions.lines(SMALL))


@pytest.mark.parametrize("compiled", bootstrap.library().all(), ids=lambda c: c.procedure.id)
def test_every_value_that_a_procedure_asks_of_the_printed_text_can_be_filled(compiled, adoptions):
    asked = [e.id for e in compiled.procedure.inputs if "原文" in e.text.zh]
    entries = adoptions.entries(compiled)
    found = {compiled.procedure.inputs[v.path[1]].id for e in entries for v in e.values if v.kind == "input"}
    assert set(asked) == found


def test_several_numbers_may_fill_a_value_that_ships_empty(adoptions):
    name, source = "jjg915-2008", "points"
    line = next(line for line in adoptions.lines(name) if line.entry.id == source)
    where = next(place(value.path) for value in line.entry.values if value.kind == "input")
    adoptions.confirm(name, source, BOOK, {where: "20 50；100"}, "admin")
    made = adoptions.revised(name).procedure
    entry = made.inputs[int(where.split(".")[1])]
    assert (entry.default, entry.several) == ("20; 50; 100", True)
