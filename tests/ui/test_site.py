from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fieldcal.domain.errors import BadInput
from fieldcal.ui import i18n
from fieldcal.ui.models import site as model
from fieldcal.ui.theme import NAMES, set_theme
from tests.ui.test_site_lots import PLATE

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key


@pytest.fixture
def page(technician, services):
    technician.desk.open_site(services.sites()[0].site.id)
    return technician.page("site")


def shown(page):
    return [page.list.model().rows[n].title for n in range(page.list.model().rowCount())]


def test_every_instrument_has_a_row_and_one_is_picked(page, services):
    assert len(shown(page)) == services.sites()[0].total
    assert page.picked() is not None


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("theme", NAMES)
def test_no_value_of_the_plate_and_no_kind_is_cut_on_a_narrow_screen(page, services, qapp, theme, language):
    like = next(iter(services.ws.catalogue.instruments.values()))
    plate = {**PLATE, "serial": "W17", "tightness_pressure": "1.6", "tightness_time": "60"}
    meter = msgspec.structs.replace(like, id="meter", site=page.site, procedure="jjg162-2019", plate=plate)
    services.ws.put("instrument:meter", meter, "system")
    i18n.set_language(language)
    set_theme(qapp, theme)
    page.window().resize(1024, 768)
    page.open(page.site, "meter")
    QTest.qWait(50)
    card = page.card
    view = card._plate.parentWidget()
    assert card._plate.width() <= view.width()
    chips = card.kinds._chips.values()
    assert all(chip.width() >= chip.sizeHint().width() for chip in chips)
    assert card.kinds.width() <= card.width() - 48
    i18n.set_language("zh")
    set_theme(qapp, "light")


def test_stall_nine_comes_before_stall_ten():
    assert model.natural("9号摊位") < model.natural("10号摊位")


def test_the_search_finds_by_serial_and_says_when_nothing_is_found(page):
    serial = page.data.found[3].instrument.plate["serial"]
    page.search.setText(serial)
    assert shown(page) == [page.data.found[3].instrument.place]
    page.search.setText("no such thing")
    assert shown(page) == []
    assert page.empty.isVisible()
    assert "no such thing" in page.empty._title.text()


def test_the_kind_goes_round_and_is_handed_on(page, press):
    seen = []
    page.start_wanted.disconnect()
    page.start_wanted.connect(lambda instrument, kind: seen.append((instrument, kind)))
    press(Key.Key_F4, Key.Key_Return)
    assert seen == [(page.picked().instrument.id, "in_use")]


def test_the_next_of_the_same_model_copies_the_plate_and_asks_serial_and_place(page, services, press):
    like = page.picked().instrument
    press(Key.Key_F7)
    page.question.serial.setText("NEW-1")
    page.question.place.setText("99号摊位")
    page.question.accept()
    made = page.picked().instrument
    assert (made.place, made.plate["serial"], made.valid_to) == ("99号摊位", "NEW-1", "")
    assert made.plate["max"] == like.plate["max"]
    assert services.ws.catalogue.instruments[made.id] == made


def test_a_serial_that_is_known_is_refused_in_words(page, press):
    like = page.picked().instrument
    press(Key.Key_F7)
    page.question.serial.setText(like.plate["serial"])
    page.question.place.setText("99号摊位")
    page.question.accept()
    assert page.question.isVisible()
    assert page.question.error.text() == i18n.t("site.same_taken", serial=like.plate["serial"])
    page.question.reject()


def test_serial_and_place_are_both_needed(page):
    like = page.picked().instrument
    for serial, place, field in ((" ", "9", "serial"), ("X", "", "place")):
        with pytest.raises(BadInput) as caught:
            model.copy_of(like, serial, place, [])
        assert (caught.value.code, caught.value.field) == ("empty", field)


def test_an_instrument_with_an_open_run_goes_on_with_it(page, services, press):
    instrument = page.picked().instrument.id
    run = services.runs.open(instrument, "subsequent", "tech")
    page.refresh()
    seen = []
    page.run_wanted.disconnect()
    page.run_wanted.connect(seen.append)
    press(Key.Key_Return)
    assert seen == [run]


def valid_to(services, instrument, days):
    day = (services.ws.today() + timedelta(days=days)).isoformat() if days is not None else ""
    services.ws.put(f"instrument:{instrument.id}", msgspec.structs.replace(instrument, valid_to=day), "system")
    return next(one for one in services.instruments(instrument.site) if one.instrument.id == instrument.id)


@pytest.mark.parametrize(
    ("days", "due", "text"), [(None, True, ""), (-1, True, "已到期"), (0, True, "至"), (1, False, "至")]
)
def test_an_instrument_is_due_by_the_day_its_validity_ends(services, days, due, text):
    one = valid_to(services, services.instruments(services.sites()[0].site.id)[0].instrument, days)
    assert (one.due, one.days_left) == (due, days)
    assert model.due(one).startswith(text)
    assert (model.in_filter(one, "left"), model.in_filter(one, "done")) == (due, not due)
