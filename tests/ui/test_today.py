from PySide6.QtCore import Qt

from fieldcal.ui import i18n
from fieldcal.ui.models import today, today_health

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key


def start_a_run(services):
    instrument = services.instruments(services.sites()[0].site.id)[0].instrument
    run = services.runs.open(instrument.id, "subsequent", "tech")
    services.runs.prepare(run, "tech")
    return run


def test_the_sites_stand_in_the_order_of_the_route_with_their_counts(technician, services):
    stops = technician.page("today").stops
    assert [stop.found.site.name for stop in stops] == [found.site.name for found in services.sites()]
    assert [stop.found.left for stop in stops] == [found.left for found in services.sites()]


def test_enter_opens_the_site_chosen_with_the_arrows(technician, press):
    press(Key.Key_Down, Key.Key_Down, Key.Key_Return)
    assert technician.here() == "site"
    assert technician.page("site").data.site.name == "城东加油站"


def test_an_unfinished_run_is_what_enter_goes_on_with(technician, services, press):
    run = start_a_run(services)
    technician.page("today").refresh()
    seen = []
    page = technician.page("today")
    page.run_wanted.disconnect()
    page.run_wanted.connect(seen.append)
    press(Key.Key_Return)
    assert seen == [run]


def test_the_card_names_item_point_and_what_is_safe(technician, services):
    start_a_run(services)
    page = technician.page("today")
    page.refresh()
    found = page.data.go_on
    assert found.instrument.place == "01号摊位"
    assert found.item["zh"]
    assert found.total > 0
    assert page.go_on._place.text() == "01号摊位"
    assert page.go_on._safe.text() == i18n.t("today.safe_none")


def test_a_bad_check_is_wide_first_and_says_what_to_do(technician, services):
    from fieldcal.services.app import Health

    bad = Health("standards", False, "TH-01", "2026-11-21")
    page = technician.page("today")
    page.preflight.set([*page.data.health, bad])
    first = page.preflight._bad.itemAt(0).widget()
    assert (page.preflight._bad.count(), first.property("box")) == (1, "fail")
    assert today_health.fault(bad) == "标准器 TH-01 已过期"
    assert "2026-11-21" in today_health.remedy(bad)


def test_the_date_is_written_in_the_language_of_the_screen(technician):
    from datetime import date

    day = date(2026, 11, 23)
    assert today.written(day) == "11月23日 星期一"
    i18n.set_language("en")
    assert today.written(day) == "Monday 23 November"
