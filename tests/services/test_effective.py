"""The day of the verification chooses the procedure and its revision."""

import io
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from fieldcal import bootstrap
from fieldcal.domain import events as ev
from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.fold import RunView
from fieldcal.services import demo
from fieldcal.services.clock import DemoClock
from fieldcal.services.effective import carried, covering
from fieldcal.services.lots import Lots
from fieldcal.services.procedures import Library
from fieldcal.services.revise import revise
from fieldcal.storage.store import Store
from fieldcal.ui.i18n import explain
from tests.services.test_lots import PLATE, PRINTED, WATER
from tests.services.workspace import APPROVE, CHECK, TECH, Desk

OLD, NEW = "jjg539-2016", "jjg1204-2025"

LIBRARY = Library([Path(__file__).parents[2] / "resources/procedures"])


@pytest.mark.parametrize(
    ("day", "price", "covers"),
    [
        ("2027-01-07", "yes", "jjg539-2016"),
        ("2027-01-08", "yes", "jjg1204-2025"),
        ("2027-01-08", "no", "jjg539-2016"),
        ("2027-01-08", "", "jjg1204-2025"),
    ],
)
def test_price_computing_scales_leave_their_old_regulation_on_the_day_of_the_new_one(day, price, covers):
    found = covering(LIBRARY, LIBRARY.get("jjg539-2016"), {"price_computing": price}, date.fromisoformat(day))
    assert found.procedure.id == covers


def test_a_procedure_that_nothing_supersedes_stays():
    own = LIBRARY.get("jjg1204-2025")
    assert covering(LIBRARY, own, {}, date(2030, 1, 1)) is own


# --- runs, by the clock of the workspace ---------------------------------------------------------


def clock_at(day: str) -> DemoClock:
    return DemoClock(1, jump=True, start=datetime.fromisoformat(f"{day}T01:00:00+00:00"))


@pytest.fixture(scope="module")
def december(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's workspace, made five weeks before JJG 1204 begins, the demo's own adoption of it withdrawn."""
    folder = tmp_path_factory.mktemp("effective") / "workspace"
    folder.mkdir()
    bootstrap.make_demo(folder, clock_at("2026-12-01"))
    desk = Desk(folder, clock_at("2026-12-01"), Store.open(folder))
    withdraw(desk)
    desk.store.close()
    return folder


def withdraw(desk: Desk, name: str = NEW) -> None:
    for adoption, _ in list(desk.runs.editions.adopted(name)):
        stream = f"procedure:{name}"
        gone = ev.ProcedureWithdrawn(name, adoption.event.sha256, "test")
        desk.ws.record(stream, len(desk.ws.journal.read(stream)), [gone], "admin")


@pytest.fixture
def on(december: Path, tmp_path: Path) -> Callable[[str], Desk]:
    """The workspace on a day; again on a later one."""
    folder, desks = tmp_path / "workspace", list[Desk]()
    shutil.copytree(december, folder)

    def opened(day: str) -> Desk:
        for desk in desks:
            desk.store.close()
        desks.append(Desk(folder, clock_at(day), Store.open(folder)))
        return desks[-1]

    return opened


def put_plate(desk: Desk, **changes: str) -> None:
    asset = desk.ws.catalogue.instrument("stall-01")
    desk.ws.put("instrument:stall-01", msgspec.structs.replace(asset, plate={**asset.plate, **changes}), "system")


def paper_text(desk: Desk, number: str) -> str:
    pages = PdfReader(io.BytesIO(desk.certificates.paper(number))).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def opened_on(desk: Desk) -> RunView:
    return desk.runs.view(desk.runs.open("stall-01", "subsequent", "tech"))


@pytest.mark.parametrize(
    ("day", "price", "covers"),
    [("2027-01-07", "yes", OLD), ("2027-01-08", "yes", NEW), ("2027-01-08", "no", OLD), ("2027-01-07", "no", OLD)],
)
def test_a_run_is_opened_on_the_procedure_of_its_day(on, day, price, covers):
    desk = on(day)
    put_plate(desk, price_computing=price)
    view = opened_on(desk)
    assert (view.procedure, desk.runs.compiled(view.stream).procedure.id) == (covers, covers)


def test_what_the_new_procedure_asks_for_is_asked_before_the_first_step_and_the_job_is_kept(on):
    desk = on("2027-01-08")
    view = opened_on(desk)
    assert view.state == "draft"
    assert {"max": "15 kg", "e": "5 g", "serial": "20231107"}.items() <= view.inputs.items()
    assert not {"name", "price_computing"} & view.inputs.keys()
    with pytest.raises(BadInput) as asked:
        desk.runs.prepare(view.stream, "tech")
    assert (asked.value.code, asked.value.field) == ("empty", "mpe_bounds")
    desk.runs.give(view.stream, demo.PRINTED, "tech")
    desk.runs.prepare(view.stream, "tech")
    assert desk.runs.view(view.stream).state == "running"


def test_what_the_plate_says_that_the_new_procedure_cannot_take_is_refused(on):
    desk = on("2027-01-08")
    put_plate(desk, accuracy_class="II")
    with pytest.raises(BadInput) as refused:
        opened_on(desk)
    assert (refused.value.code, refused.value.field, refused.value.value) == ("bad-choice", "accuracy_class", "II")


def test_a_run_opened_on_the_last_day_finishes_on_the_first_with_its_own_paper(on):
    desk = on("2027-01-07")
    run = desk.started("stall-01")
    later = on("2027-01-08")
    later.runs.recover()
    later.runs.resume(run, "tech")
    while (at := later.runs.judgement(run).position) is not None:
        later.step(run, at)
    later.runs.complete(run, "tech")
    later.certificates.sign(run, *TECH)
    later.certificates.check(run, *CHECK)
    issued = later.certificates.approve(run, *APPROVE)
    assert (issued.document, issued.valid_to) == ("certificate", "2028-01-07")
    assert "JJG1204" not in paper_text(later, issued.number)
    assert paper_text(later, issued.number).count("JJG539-2016") > 0


def test_the_person_needs_the_project_of_the_procedure_that_is_used(on):
    desk = on("2027-01-08")
    desk.put_person("tech", projects=["JJG 539-2016"])
    with pytest.raises(NotAllowed) as refused:
        opened_on(desk)
    assert refused.value.code == "no-project"
    for language in ("zh", "en"):
        assert "JJG 1204-2025" in explain(refused.value, language)


def adopt_with(desk: Desk, name: str, **dates: str) -> str:
    file = desk.ws.library.get(name)
    made = revise(file, {(key,): text for key, text in dates.items()}, file.procedure.revision + 1)
    demo.adopt(desk.ws, made, "admin", base=file.sha256)
    return made.sha256


@pytest.mark.parametrize(("day", "covers"), [("2027-01-08", OLD), ("2027-01-31", OLD), ("2027-02-01", NEW)])
def test_a_laboratory_that_corrected_the_day_of_effect_changes_over_on_its_own_day(on, day, covers):
    desk = on(day)
    corrected = adopt_with(desk, NEW, valid_from="2027-02-01")
    view = opened_on(desk)
    assert view.procedure == covers
    assert (view.sha256 == corrected) == (covers == NEW)


def test_on_a_day_of_no_edition_a_run_is_refused_with_the_days_that_there_are(on):
    desk = on("2027-01-08")
    put_plate(desk, price_computing="no")
    withdraw(desk, OLD)
    at_hand = desk.ws.library.get(OLD)
    desk.ws.library.put(revise(at_hand, {("valid_to",): "2027-01-07"}, 2))
    with pytest.raises(NotAllowed) as refused:
        opened_on(desk)
    error = refused.value
    assert (error.code, error.field, error.value) == ("not-in-force", "JJG 539-2016", "2027-01-08")
    assert error.accepted == "2017-05-30..2027-01-07"
    for language in ("zh", "en"):
        told = explain(error, language)
        assert "2017-05-30..2027-01-07" in told
        assert "not-in-force" not in told
    put_plate(desk, price_computing="yes")
    assert opened_on(desk).procedure == NEW  # an old edition that ended still reads the plate


def test_a_procedure_that_begins_soon_and_is_not_adopted_is_told_in_good_time(on):
    begins = date(2027, 1, 8)
    desk = on("2026-12-02")
    editions = desk.runs.editions

    def told(day: date) -> list[str]:
        return [compiled.procedure.id for compiled in editions.unready(day)]

    assert told(begins - timedelta(days=91)) == []
    assert told(begins - timedelta(days=90)) == told(begins) == told(begins + timedelta(days=400)) == [NEW]
    for name, asset in list(desk.ws.catalogue.instruments.items()):
        if asset.procedure == OLD:
            plate = {**asset.plate, "price_computing": "no"}
            desk.ws.put(f"instrument:{name}", msgspec.structs.replace(asset, plate=plate), "system")
    assert told(begins) == []  # nothing in the books that it would take over


def test_once_adopted_nothing_is_told(on):
    desk = on("2026-12-02")
    demo.adopt(desk.ws, desk.ws.library.get(NEW), "admin")
    assert desk.runs.editions.unready(date(2027, 1, 1)) == []


def test_the_site_can_tell_what_will_take_an_instrument_over_and_when(on):
    desk = on("2026-12-02")
    editions, asset = desk.runs.editions, desk.ws.catalogue.instrument("stall-01")
    coming = editions.coming(asset, date(2027, 1, 7))
    assert coming is not None
    assert (coming.procedure.id, coming.procedure.valid_from) == (NEW, "2027-01-08")
    assert editions.coming(asset, date(2027, 1, 8)) is None
    assert editions.coming(desk.ws.catalogue.instrument("nozzle-1-1"), date(2026, 12, 1)) is None


def test_a_bare_number_keeps_the_unit_it_was_meant_in():
    was = LIBRARY.get(OLD)
    now = load(was.data.replace(b'id = "max"\nunit = "g"', b'id = "max"\nunit = "kg"', 1), OLD)
    assert carried({"max": "15000", "min": "100", "unknown": "1"}, was, now) == {"max": "15000 g", "min": "100"}


def test_two_procedures_that_supersede_each_other_end_somewhere():
    new = LIBRARY.get(NEW)
    back = LIBRARY.get(OLD).data + b'\n[[supersedes]]\nprocedure = "jjg1204-2025"\n'
    library = LIBRARY.having(load(back, OLD))
    assert covering(library, library.get(OLD), {}, date(2027, 2, 1)).sha256 == new.sha256


def test_a_rehearsal_out_of_its_time_is_only_for_a_demo(on):
    desk = on("2026-12-02")
    new = desk.ws.library.get(NEW)
    asset = ev.InstrumentPut("trial", "market", "", NEW, {})
    desk.ws.put("instrument:trial", asset, "system")
    with pytest.raises(NotAllowed, match="not-in-force"):
        desk.runs.open("trial", "subsequent", "tech")
    assert desk.runs.view(desk.runs.open("trial", "subsequent", "tech", rehearsed=new)).procedure == NEW


# --- lots ----------------------------------------------------------------------------------------


def water(desk: Desk) -> Lots:
    """A made-up regulation that follows JJG 162 on 2027-01-08, and a meter of the old one in the books."""
    desk.put_person("tech", projects=["JJG 162-2019", "JJG 162-NEXT"])
    old = desk.ws.library.get(WATER).data
    new = old.replace(b'id = "jjg162-2019"', b'id = "next"\nvalid_from = "2027-01-08"', 1)
    new = new.replace(b'regulation = "JJG 162-2019"', b'regulation = "JJG 162-NEXT"', 1)
    desk.ws.library.put(load(new + b'\n[[supersedes]]\nprocedure = "jjg162-2019"\n', "next"))
    put = ev.InstrumentPut("meter", "market", "", WATER, {**PLATE, "serial": "W001"})
    desk.ws.put("instrument:meter", put, "system")
    return Lots(desk.certificates)


def lot_of_three(lots: Lots) -> str:
    return lots.open(WATER, "first", "market", ["W001", "W002", "W003"], "tech", plate=PLATE, plan=PRINTED)


@pytest.mark.parametrize(("day", "covers"), [("2027-01-07", WATER), ("2027-01-08", "next")])
def test_a_lot_is_opened_on_the_procedure_of_its_day_and_knows_the_meters_in_the_books(on, day, covers):
    desk = on(day)
    lots = water(desk)
    lot = lot_of_three(lots)
    lots.draw(lot, "tech", "seed")
    members = {member.serial: member.instrument for member in lots.members(lots.view(lot))}
    assert members["W001"] == "meter"
    assert len(desk.ws.catalogue.instruments) == len({*desk.ws.catalogue.instruments, *members.values()})
    opened = {desk.runs.view(desk.runs.open(name, "first", "tech")).sha256 for name in members.values()}
    assert opened == {lots.view(lot).lot.sha256} == {desk.ws.library.get(covers).sha256}


def test_a_lot_that_was_not_drawn_before_the_change_is_not_drawn_after_it(on):
    lot = lot_of_three(water(on("2027-01-07")))
    later = water(on("2027-01-08"))
    with pytest.raises(NotAllowed) as refused:
        later.draw(lot, "tech", "seed")
    assert refused.value.code == "lot-wrong-run"
