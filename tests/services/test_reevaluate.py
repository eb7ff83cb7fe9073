"""A new revision over the stored records of a real workspace file."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.judge import judge
from fieldcal.services.case_procedure import Sheet
from fieldcal.services.proof import generic_cases
from fieldcal.services.reevaluate import Period, Report, reevaluate
from fieldcal.storage.errors import InUse, MissingFile
from fieldcal.storage.reading import Reading
from fieldcal.storage.store import Store
from tests.services.workspace import make_desk

SHIPPED = Path(__file__).parents[2] / "resources/procedures/jjg539-2016.toml"
ACCEPT = '{ value = "error_corrected", limit = "mpe", source = "mpe" }'
NARROW = (ACCEPT, ACCEPT.replace('limit = "mpe"', 'low = "1", high = "2"'))
ZERO = 'accept = [{ value = "e0", limit = "1000 * limit", source = "zero" }]'
LOADS = 'points = [{ over = "load", unit = "g", values = ["min", "0.5 * max", "max"] }]'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three good scales: one signed, one checked, one still in review; and one that failed at zero, signed."""
    folder = tmp_path_factory.mktemp("shadow") / "workspace"
    desk = make_desk(folder)
    desk.signed("stall-01")
    desk.checked("stall-03")
    desk.finished("stall-04")
    desk.certificates.sign(desk.failed("stall-02"), "tech", "1111")
    desk.store.close()
    return folder


@pytest.fixture(autouse=True)
def untouched(folder: Path) -> Iterator[None]:
    before = files(folder)
    yield
    assert files(folder) == before


def files(folder: Path) -> dict[str, str]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def revised(*changes: tuple[str, str]) -> Compiled:
    text = SHIPPED.read_text("utf-8").replace("revision = 1", "revision = 2")
    for was, now in changes:
        assert was in text
        text = text.replace(was, now)
    return load(text.encode(), "revised.toml")


def over(
    folder: Path, *changes: tuple[str, str], period: Period = Period(), workers: int = 1, size: int = 250
) -> Report:
    return reevaluate(partial(Reading, folder), [revised(*changes)], period, workers, size)


def test_a_revision_that_judges_alike_flips_nothing(folder):
    found = over(folder)
    assert (found.records, found.same, found.findings) == (3, 3, [])


def test_the_revision_by_which_the_records_were_made_flips_nothing(folder):
    found = reevaluate(partial(Reading, folder), [load(SHIPPED.read_bytes())])
    assert (found.records, found.same) == (3, 3)


def test_a_narrow_limit_fails_good_scales_and_tells_value_limits_and_clause(folder):
    found = over(folder, NARROW)
    assert [(one.instrument, one.was, one.now) for one in found.flipped] == [
        ("stall-01", "pass", "fail"),
        ("stall-03", "pass", "fail"),
    ]
    flip = found.flipped[0].flips[-1]
    assert (flip.item, flip.why) == ("weighing", "limit")
    assert flip.old is not None
    assert flip.new is not None
    assert (flip.old.verdict, flip.new.verdict, flip.new.low, flip.new.high) == ("pass", "fail", "1", "2")
    assert flip.old.value == flip.new.value == "0.0"
    assert flip.old.clause == flip.new.clause == "OIML R76-1:2006, 3.5.1, table 6"


def test_a_wider_limit_passes_what_failed_and_tells_that_the_rest_was_never_measured(folder):
    (one,) = over(folder, ('accept = [{ value = "e0", limit = "limit", source = "zero" }]', ZERO)).findings
    assert (one.instrument, one.was, one.now) == ("stall-02", "fail", "not-done")
    (flip,) = one.flips
    assert (flip.item, flip.why, flip.old and flip.old.verdict, flip.new and flip.new.verdict) == (
        "zero", "limit", "fail", "pass",
    )  # fmt: skip


def test_a_load_more_is_told_and_not_guessed(folder):
    found = over(folder, (LOADS, LOADS.replace('"max"]', '"max", "0.4 * max"]')))
    assert [one.now for one in found.unfit] == ["not-done", "not-done"]
    assert {flip.why for one in found.unfit for flip in one.flips} == {"missing"}
    assert found.flipped == []


def test_loads_in_another_order_flip_nothing(folder):
    found = over(folder, (LOADS, LOADS.replace('"min", "0.5 * max", "max"', '"max", "min", "0.5 * max"')))
    assert (found.same, found.findings) == (3, [])


def test_an_input_that_no_record_has_keeps_all_of_them_from_being_judged(folder):
    more = '[[inputs]]\nid = "colour"\nkind = "text"\ntext = { zh = "色", en = "Colour" }\n'
    found = over(folder, ('[[derive]]\nid = "bounds"', more + '\n[[derive]]\nid = "bounds"'))
    assert [one.problem["code"] for one in found.unfit] == ["empty"] * 3
    assert {one.problem["field"] for one in found.unfit} == {"colour"}
    assert found.same == 0


def test_a_default_that_stands_in_is_counted(folder):
    more = '[[inputs]]\nid = "colour"\nkind = "text"\ndefault = "grey"\ntext = { zh = "色", en = "Colour" }\n'
    found = over(folder, ('[[derive]]\nid = "bounds"', more + '\n[[derive]]\nid = "bounds"'))
    assert (found.same, found.assumed) == (3, {"colour": 3})


def test_only_records_verified_in_the_period_are_judged(folder):
    day = over(folder, NARROW).findings[0].day
    on = date.fromisoformat(day)
    assert over(folder, period=Period(on, on)).records == 3
    assert over(folder, period=Period(last=date(2020, 1, 1))).outside == 3
    assert over(folder, period=Period(date(2100, 1, 1))).records == 0


def test_processes_with_ranges_of_one_record_find_the_same_in_the_same_order(folder):
    alone, together = over(folder, NARROW), over(folder, NARROW, workers=2, size=1)
    assert alone == together
    assert len(alone.findings) >= 2


def test_a_workspace_that_is_open_elsewhere_is_refused(folder, tmp_path):
    with pytest.raises(MissingFile):
        over(tmp_path)
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    with Store.open(copy), pytest.raises(InUse):
        over(copy)


@pytest.mark.parametrize("name", ["jjg539-2016", "jjg52-2013", "jjg162-2019", "jjg580-2005"])
def test_without_explanations_every_value_and_verdict_is_the_same(name):
    compiled = load((SHIPPED.parent / f"{name}.toml").read_bytes())
    usable = [case for case in generic_cases(compiled, SHIPPED.parent) if "error" not in case["expect"]]
    assert len(usable) > 5
    for case in usable:
        told, bare = (judge(compiled, Sheet(compiled, case), told=told) for told in (True, False))
        assert told.overall is bare.overall
        for item, state in told.items.items():
            other = bare.items[item]
            assert state.verdict is other.verdict
            if state.outcome is not None and other.outcome is not None:
                assert state.outcome.judged == other.outcome.judged
                assert state.outcome.results == other.outcome.results
                assert [row.judged for row in state.outcome.rows] == [row.judged for row in other.outcome.rows]
                assert not any(row.explained for row in other.outcome.rows)
