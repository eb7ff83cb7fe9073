from dataclasses import replace

from PySide6.QtCore import Qt

from fieldcal.ui.models import devices as model

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key


def open_page(window):
    window.go("devices")
    return window.page("devices")


def test_each_role_shows_its_link_and_its_instrument(technician):
    page = open_page(technician)
    assert [state.role for state in page.states] == ["scale", "environment", "thermometer"]
    assert page._facts[1][1].text().startswith("Mettler Toledo")
    assert page._summary.text() == "3 / 3 已连接"


def test_a_reading_asked_by_hand_shows_its_bytes_both_ways(technician, press):
    page = open_page(technician)
    press(Key.Key_Return)
    text = page.bytes.toPlainText()
    assert "→ 发  SI\\r\\n" in text
    assert "← 收  S " in text


def test_the_same_bytes_show_in_hexadecimal(technician, press):
    page = open_page(technician)
    press(Key.Key_Return, Key.Key_F4)
    assert "→ 发  53 49 0D 0A" in page.bytes.toPlainText()


def test_a_fault_is_said_in_words_and_the_header_names_what_is_lost(technician):
    page = open_page(technician)
    lost = [replace(page.states[0], linked=False, error="port-gone"), *page.states[1:]]
    page._loaded(lost)
    assert page.banner.isVisible()
    assert page.banner._title.text() == "接口已拔出。"
    assert technician.header._device.text() == "被检秤已断开"


def test_bytes_that_do_not_print_stand_as_escapes():
    assert model.plain(b"\x01S\r\n\xff") == "\\x01S\\r\\n\\xFF"
