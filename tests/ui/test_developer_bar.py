"""Developer mode is seen on every page, in both languages, from the sign-in on; practice is seen at the site."""

import msgspec
import pytest

from fieldcal.domain import events as ev
from fieldcal.services.trust import DriverTrust
from fieldcal.ui import i18n
from fieldcal.ui.app import pages_for
from fieldcal.ui.models import site
from fieldcal.ui.theme import NAMES, Theme, set_theme

pytest_plugins = ["tests.ui.demo_window"]


@pytest.fixture
def developer(services):
    DriverTrust(services.ws).switch(True, "a new scale", "system")


def words(language):
    return i18n.text_in(language, "shell.developer_bar")


def test_without_developer_mode_there_is_no_bar(technician):
    assert "bar" not in vars(technician)


def test_the_bar_stands_over_the_sign_in_and_every_page(developer, window, services):
    assert window.here() == "signin"
    assert window.bar.isVisible()
    for person in services.ws.catalogue.people.values():
        services.person = person
        window.desk.enter()
        for name in pages_for(person.roles):
            window.go(name)
            assert window.bar.isVisible()
            assert window.bar.text() == words("zh")
            top = window.bar.mapTo(window, window.bar.rect().topLeft()).y()
            assert (top, window.bar.width()) == (0, window.width())


def test_the_bar_follows_the_language(developer, technician):
    i18n.set_language("en")
    assert technician.bar.text() == words("en")
    i18n.set_language("zh")
    assert technician.bar.text() == words("zh")


def test_the_bar_goes_when_developer_mode_is_switched_off_and_comes_back(developer, technician, services):
    DriverTrust(services.ws).switch(False, "", "system")
    technician.desk.status()
    assert not technician.bar.isVisible()
    DriverTrust(services.ws).switch(True, "again", "system")
    technician.desk.status()
    assert technician.bar.isVisible()


@pytest.mark.parametrize("theme", NAMES)
def test_the_bar_is_all_there_in_the_narrowest_window(developer, technician, theme, qapp):
    set_theme(qapp, theme)
    technician.resize(960, 640)
    for language in i18n.LANGUAGES:
        i18n.set_language(language)
        qapp.processEvents()
        bar = technician.bar
        assert bar.height() >= bar.heightForWidth(bar.width())
        assert bar.grab().toImage().pixelColor(3, 3).name().upper() == Theme.current().hex("warn_tint").upper()
    i18n.set_language("zh")
    set_theme(qapp, "light")


PRACTICE, UNSIGNED, PLAIN = (True, "shipped", "练习"), (False, "unsigned", "未签名驱动"), (False, "shipped", "")


@pytest.mark.parametrize(("simulated", "trust", "word"), [PRACTICE, UNSIGNED, PLAIN])
def test_the_site_says_that_a_run_is_practice(services, simulated, trust, word):
    made = services.ws.catalogue.workspace
    services.ws.put("workspace", msgspec.structs.replace(made, demo=False), "system")
    first = services.sites()[0].site.id
    instrument = services.instruments(first)[0].instrument
    run = services.runs.open(instrument.id, "subsequent", "tech")
    services.runs.bind(run, ev.DeviceBound("scale", "mt_sics", "0", "COM3", "1", simulated, "1.0.0", trust), "tech")
    one = next(found for found in services.instruments(first) if found.instrument.id == instrument.id)
    assert site.state(one) == (("warn", word) if word else ("current", i18n.t("site.in_hand")))


@pytest.mark.parametrize(("simulated", "trust", "word"), [PRACTICE, UNSIGNED, PLAIN])
def test_the_run_says_that_it_is_practice(qtbot, technician, services, simulated, trust, word):
    made = services.ws.catalogue.workspace
    services.ws.put("workspace", msgspec.structs.replace(made, demo=False), "system")
    run = services.runs.open(services.instruments(services.sites()[0].site.id)[0].instrument.id, "subsequent", "tech")
    services.runs.bind(run, ev.DeviceBound("scale", "mt_sics", "0", "COM3", "1", simulated, "1.0.0", trust), "tech")
    services.runs.prepare(run, "tech")
    services.bind = lambda _run, _actor: None  # nothing else is plugged in here
    technician.desk.open_run(run)
    columns = technician.desk.content("run").columns
    badge = columns.unofficial
    qtbot.waitUntil(columns.isVisible)
    assert badge.isVisible() == bool(word)
    assert not word or badge.word() == word
