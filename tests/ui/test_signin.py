from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from fieldcal.ui import i18n
from fieldcal.ui.theme import set_theme

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key


def test_every_person_has_a_tile_with_name_and_role(window):
    page = window.page("signin")
    names = [tile.accessibleName() for name, tile in page.tiles.items() if name]
    assert names == ["检定员甲, 检定员", "核验员乙, 核验员", "批准人丁, 批准人", "管理员戊, 管理员"]


def test_the_right_pin_opens_today_for_the_technician(window, press, services):
    press("1111", Key.Key_Return)
    assert services.person.id == "tech"
    assert window.here() == "today"


def test_a_wrong_pin_is_said_in_words_and_nobody_is_in(window, press, services):
    press("1112", Key.Key_Return)
    page = window.page("signin")
    assert services.person is None
    assert page._hint.text() == i18n.t("signin.wrong_pin")
    assert page.model.typed == 0


def test_arrows_choose_the_person_and_backspace_takes_a_digit_back(window, press):
    model = window.page("signin").model
    press(Key.Key_Right, "2221", Key.Key_Backspace)
    assert (model.chosen, model.typed) == ("check", 3)
    press(Key.Key_Left)
    assert (model.chosen, model.typed) == ("tech", 0)


def test_full_width_digits_count_as_digits(window, press, services, qapp):
    for _ in range(4):
        key = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "１")
        qapp.sendEvent(window.page("signin"), key)
    press(Key.Key_Return)
    assert services.person.id == "tech"


def test_the_pad_types_the_same_pin(window, services, qtbot):
    pad = window.page("signin").pad
    for name in ("1", "1", "1", "1", "enter"):
        qtbot.mouseClick(pad.keys[name], Qt.MouseButton.LeftButton)
    assert services.person.id == "tech"


def test_demo_pins_show_in_the_demo_only(window, services):
    page = window.page("signin")
    assert "1111" in page._hint.text()
    services.demo = False
    page.shown()
    assert "1111" not in page._hint.text()
    assert page._hint.text() == i18n.t("signin.forgot")


def test_a_badge_chooses_its_owner(window, services, press):
    press(services.ws.catalogue.person("approve").register_no, pause=-1)
    press(Key.Key_Return, pause=-1)
    assert window.page("signin").model.chosen == "approve"
    assert services.person is None


def test_out_of_doors_on_a_narrow_screen_no_key_and_no_value_is_cut(window, qapp):
    i18n.set_language("en")
    set_theme(qapp, "outdoor")
    window.resize(1024, 768)
    QTest.qWait(50)
    page = window.page("signin")
    room = page.pad.parentWidget().contentsRect().width() - 48
    assert page.pad.minimumSizeHint().width() <= page.pad.width() <= room
    words = page.health.findChildren(QLabel)
    assert len(words) >= 8
    assert all(one.width() >= one.minimumSizeHint().width() for one in words)
    i18n.set_language("zh")
    set_theme(qapp, "light")
