"""The days around 2027-01-08, when JJG 1204 takes price-computing scales over, as the pages show them."""

from datetime import datetime

import pytest

from fieldcal.bootstrap import open_demo
from fieldcal.domain import events as ev
from fieldcal.services.clock import DemoClock
from fieldcal.services.demo import PRINTED
from fieldcal.ui import i18n
from fieldcal.ui.models import today_health

pytest_plugins = ["tests.ui.demo_window"]

BEFORE, AFTER, NEW = "2026-12-20", "2027-01-08", "jjg1204-2025"
DAYS = pytest.mark.parametrize("services", [BEFORE, AFTER], indirect=True)


@pytest.fixture
def services(tmp_path, request):
    clock = DemoClock(1, jump=True, start=datetime.fromisoformat(f"{request.param}T01:00:00+00:00"))
    made = open_demo(tmp_path / "demo", clock=clock, link_clock=clock.mono)
    yield made
    made.close()


@pytest.fixture
def unadopted(services):
    [(adoption, _)] = services.runs.editions.adopted(NEW)
    stream = f"procedure:{NEW}"
    gone = ev.ProcedureWithdrawn(NEW, adoption.event.sha256, "test")
    services.ws.record(stream, len(services.ws.journal.read(stream)), [gone], "admin")


def site(window, name="market"):
    window.desk.open_site(name)
    return window.desk.content("site")


@DAYS
def test_the_card_of_a_scale_tells_from_when_or_that_a_run_is_under_the_new_procedure(technician, services):
    page = site(technician)
    early = services.ws.today().isoformat() == BEFORE
    assert not page.card.change.isHidden()
    assert page.card.change.text() == ("2027-01-08 起按 JJG 1204-2025" if early else "新开检定按 JJG 1204-2025")
    i18n.set_language("en")
    assert page.card.change.text() == ("From 2027-01-08 by JJG 1204-2025" if early else "New run under JJG 1204-2025")


@DAYS
def test_what_nothing_takes_over_has_no_such_line_and_nor_has_a_run_in_hand(technician, services):
    assert site(technician, "station").card.change.isHidden()
    services.runs.open("stall-01", "subsequent", "tech")
    assert site(technician).card.change.isHidden()


@DAYS
def test_where_all_is_adopted_today_says_nothing(technician, services):
    assert "procedures" not in [item.id for item in technician.desk.content("today").data.health]


@DAYS
def test_today_and_the_list_of_procedures_tell_what_takes_over_and_is_not_adopted(unadopted, technician, services):
    first = technician.desk.content("today").data.health[0]
    assert (first.id, first.ok) == ("procedures", False)
    assert today_health.fault(first) == "JJG 1204-2025 未采用"
    assert "2027-01-08" in today_health.remedy(first)
    services.sign_in("admin", "4444")
    technician.desk.enter()
    technician.go("adoption")
    page = technician.desk.content("adoption")
    assert (page.states[0].compiled.procedure.id, page.states[0].due) == (NEW, True)
    assert [state.due for state in page.states].count(True) == 1
    i18n.set_language("en")
    assert "takes over on 2027-01-08" in page.list.model().rows[0].second


@pytest.mark.parametrize("services", [AFTER], indirect=True)
def test_what_the_new_procedure_asks_for_is_asked_on_the_form_and_the_run_begins(unadopted, technician, services):
    technician.desk.start("stall-01", "subsequent")
    page = technician.desk.content("run")
    assert page.model.phase == "prepare"
    form = page.form
    assert form.field("max").text() == "15 kg"
    page.start()
    assert form.field("mpe_bounds").error
    assert page.model.phase == "prepare"
    technician.go("today")  # an open job whose plate is not complete is no trouble to the other pages
    assert technician.desk.content("today").data.go_on.run == page.model.run
    assert site(technician).data.found[0].run.stream == page.model.run
    technician.desk.open_run(page.model.run)
    for name, text in PRINTED.items():
        if name != "in_use_factor":
            form.field(name).line.setText(text)
    page.start()
    assert page.model.phase == "work"
    assert services.runs.view(page.model.run).procedure == NEW
