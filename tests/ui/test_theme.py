import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QPushButton

from fieldcal.ui import i18n, icons
from fieldcal.ui.language import language
from fieldcal.ui.runtime import Runner, inline
from fieldcal.ui.theme import NAMES, Theme, set_theme, signals

PAIRS = [
    ("text", "surface"), ("text", "bg"), ("text", "accent_tint"), ("text_second", "surface"),
    ("text_second", "accent_tint"), ("text_third", "sunken"), ("on_accent", "accent"), ("pass", "pass_tint"),
    ("warn", "warn_tint"), ("fail", "fail_tint"), ("pass", "surface"), ("fail", "surface"),
]  # fmt: skip


def luminance(color):
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(theme, ink, ground):
    lights = [luminance(theme.color(token).getRgbF()[:3]) for token in (ink, ground)]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_every_text_stands_out_from_its_ground(name, ink, ground):
    assert contrast(Theme(name), ink, ground) >= (7 if name == "outdoor" else 4.5)


@pytest.mark.parametrize("name", NAMES)
def test_the_edge_of_a_control_is_seen(name):
    assert contrast(Theme(name), "edge", "surface") >= 3


def test_a_change_of_theme_reaches_palette_sheet_and_listeners(qtbot, qapp):
    with qtbot.waitSignal(signals.changed) as seen:
        set_theme(qapp, "dark")
    assert seen.args == ["dark"]
    assert qapp.palette().color(QPalette.ColorRole.Window) == Theme("dark").color("bg")
    assert Theme("dark").hex("accent") in qapp.styleSheet()


def test_a_primary_button_takes_the_accent_of_each_theme(qtbot, qapp):
    button = QPushButton("x")
    button.setProperty("kind", "primary")
    qtbot.addWidget(button)
    button.show()
    for name in NAMES:
        set_theme(qapp, name)
        assert button.grab().toImage().pixelColor(20, 24) == Theme(name).color("accent")


def test_a_key_of_the_pin_pad_has_an_edge_in_the_sun(qtbot, qapp):
    button = QPushButton("1")
    button.setProperty("kind", "pin")
    button.setMinimumWidth(80)
    qtbot.addWidget(button)
    button.show()
    set_theme(qapp, "outdoor")
    image = button.grab().toImage()
    assert image.pixelColor(0, image.height() // 2).name() == "#000000"
    assert image.pixelColor(8, image.height() // 2) == Theme("outdoor").color("sunken")


def test_an_icon_has_the_colour_asked_for_and_is_made_once(qapp):
    first = icons.pixmap("verdict-pending", 24, "#FF0000")
    image = first.toImage()
    solid = [image.pixelColor(x, 12) for x in range(24) if image.pixelColor(x, 12).alpha() > 250]
    assert solid
    assert all((c.red(), c.green(), c.blue()) == (255, 0, 0) for c in solid)
    assert icons.pixmap("verdict-pending", 24, "#FF0000") is first


def test_both_languages_hold_the_same_keys_with_the_same_placeholders():
    zh, en = i18n.catalog("zh").texts, i18n.catalog("en").texts
    assert zh.keys() == en.keys()
    differ = [key for key in zh if i18n.placeholders(zh[key]) != i18n.placeholders(en[key])]
    assert differ == []


def test_a_missing_text_raises_in_tests_and_shows_its_key_in_the_field():
    with pytest.raises(i18n.MissingText):
        i18n.t("run.no_such_text")
    with pytest.raises(i18n.MissingText):
        i18n.t("run.accept", wrong="1")
    i18n.be_strict(False)
    assert i18n.t("run.no_such_text") == "run.no_such_text"


def test_a_placeholder_may_be_called_name_or_key(monkeypatch):
    monkeypatch.setitem(i18n.catalog("en").texts, "probe.greeting", "{key}: {name}")
    assert i18n.text_in("en", "probe.greeting", name="Li", key="1") == "1: Li"
    i18n.set_language("en")
    assert i18n.t("probe.greeting", name="Li", key="1") == "1: Li"


def test_texts_and_the_signal_follow_the_language(qtbot):
    with qtbot.waitSignal(language.changed) as seen:
        i18n.set_language("en")
    assert seen.args == ["en"]
    assert i18n.t("run.accept", value="1.5 g") == "Accept 1.5 g"
    assert i18n.pick({"zh": "零点", "en": "Zero"}) == "Zero"
    assert i18n.text_in("zh", "verdict.pass") == "合格"


def test_work_comes_back_on_the_gui_thread_and_errors_too(qtbot):
    runner, seen = Runner(), []
    runner(lambda: 7, seen.append, seen.append)
    runner(lambda: 1 // 0, seen.append, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 2)
    runner.close()
    assert seen[0] == 7
    assert isinstance(seen[1], ZeroDivisionError)
    inline(lambda: 8, seen.append, seen.append)
    assert seen[-1] == 8
