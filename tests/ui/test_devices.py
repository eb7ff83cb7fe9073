from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from fieldcal.devices.bench import Bench
from fieldcal.services.doctor import PortPack
from fieldcal.ui.i18n import message
from fieldcal.ui.models import devices as model
from fieldcal.ui.views.devices_parts import ReasonQuestion
from tests.devices.printing import CATALOG, Printer, prints_of
from tests.ui.device_desk import Lines, give_doctor

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key
SLOW = 12_000  # ms


@pytest.fixture
def lines():
    made = Lines()
    yield made
    made.close()


@pytest.fixture
def services(services, lines, tmp_path):
    """With a doctor, which the window then offers."""
    give_doctor(services, lines, tmp_path)
    return services


def open_page(window):
    window.go("devices")
    return window.page("devices")


def choose_port(page, port):
    page.refresh()
    page.port_list.choose(model.PORT + port)
    return page.doctor


def row_of(page, role):
    return next(row for row in page._shown_rows[page.list] if row.id == role)


def test_each_role_shows_its_link_and_its_instrument(technician):
    page = open_page(technician)
    assert [state.role for state in page.states] == ["scale", "environment", "thermometer"]
    assert page.one.facts.values()[1].startswith("Mettler Toledo")
    assert page._summary.text() == "3 / 3 已连接"


def test_a_reading_asked_by_hand_shows_its_value_and_its_bytes_both_ways(technician, press):
    page = open_page(technician)
    press(Key.Key_Return)
    assert page.one.value.text() == "示值  0.000 kg"
    assert "→ 发  SI\\r\\n" in page.one.bytes.text()
    assert "← 收  S " in page.one.bytes.text()


def test_the_same_bytes_show_in_hexadecimal(technician, press):
    page = open_page(technician)
    press(Key.Key_Return, Key.Key_F4)
    assert "→ 发  53 49 0D 0A" in page.one.bytes.text()


def test_a_fault_is_said_in_words_and_the_header_names_what_is_lost(technician):
    page = open_page(technician)
    lost = [replace(page.states[0], linked=False, error="port-gone"), *page.states[1:]]
    page._loaded(lost)
    assert page.one.banner.isVisible()
    assert page.one.banner._title.text() == "接口已拔出。"
    assert technician.header._device.text() == "被检秤已断开"


def test_bytes_that_do_not_print_stand_as_escapes():
    assert model.plain(b"\x01S\r\n\xff") == "\\x01S\\r\\n\\xFF"


def test_a_cable_that_is_plugged_in_again_links_by_itself_and_the_row_says_so(technician, services, qtbot):
    page = open_page(technician)
    bench = services.bench.bench
    bench.unplug("scale")
    qtbot.waitUntil(lambda: row_of(page, "scale").word == "已断开，插回自动恢复", timeout=SLOW)
    bench.replug("scale")
    qtbot.waitUntil(lambda: row_of(page, "scale").word.startswith("已自动恢复"), timeout=SLOW)


def test_a_role_without_an_instrument_is_entered_by_hand_and_leads_to_the_ports(technician, services, lines, press):
    port = lines.attach("x", CATALOG.load("mt_sics").simulator())
    services.devices.unbind("scale")
    page = open_page(technician)
    page.list.choose("scale")
    assert row_of(page, "scale").word == "手工录入"
    assert page.one.by_hand.isVisible()
    press(Key.Key_Return)
    assert page.doctor.port.name == port
    assert page.doctor.isVisible()


def test_a_remembered_instrument_whose_driver_is_gone_is_said_at_its_role(technician, services):
    services.devices.unbind("scale")
    services.doctor.problems = lambda: {"scale": "driver-failed"}
    row = row_of(open_page(technician), "scale")
    assert (row.kind, row.second) == ("fail", message("driver-failed"))


def test_ports_show_their_usb_identity_and_nothing_is_sent_before_somebody_asks(technician, lines, qtbot):
    mute = Printer([])
    port = lines.attach("x", mute, description="USB-SERIAL CH340", usb=("1A86", "7523", "5"))
    page = open_page(technician)
    doctor = choose_port(page, port)
    qtbot.wait(1500)  # several looks at the devices, and a list of the ports
    assert doctor.intro.facts.values() == ["USB-SERIAL CH340", "USB 1A86:7523 5", "无"]
    assert mute.told == b""


def test_remembered_ports_come_first_and_a_wireless_one_is_last_and_never_asked(technician, lines, press):
    first = lines.attach("b", Printer([]))
    lines.list("/dev/rfcomm0", "Bluetooth serial")
    second = lines.attach("c", Printer([]), usb=("1A86", "7523", "7"))
    lines.remember("scale", second)
    page = open_page(technician)
    page.refresh()
    rows = page._shown_rows[page.port_list]
    assert [row.title for row in rows] == [second, first, "/dev/rfcomm0"]
    assert rows[0].right == "被检秤"
    doctor = choose_port(page, "/dev/rfcomm0")
    assert not doctor.intro.find_button.isEnabled()
    press(Key.Key_F2)
    assert doctor.currentWidget() is doctor.intro


def test_a_found_instrument_is_bound_with_one_press_and_its_reading_shows(technician, services, lines, qtbot, press):
    scale = CATALOG.load("mt_sics").simulator()
    scale.load = scale.load + 1000
    port = lines.attach("x", scale)
    services.devices.unbind("scale")
    page = open_page(technician)
    doctor = choose_port(page, port)
    page.port_list.setFocus()
    press(Key.Key_Return)
    assert doctor.currentWidget() is doctor.search
    qtbot.waitUntil(lambda: doctor._search.done, timeout=SLOW)
    facts = doctor.search.offers.card.facts.values()
    assert facts[0] == "mt_sics"
    assert facts[1] == "9600 · 8N1"
    assert "1234567" in facts[2]
    assert facts[3] == "1.000 kg"
    assert doctor.keys()[-1].label == "绑定为被检秤"
    press(Key.Key_Return)
    assert page.picked().port == port
    assert page.one.value.text() == "示值  1.000 kg"
    assert row_of(page, "scale").word.startswith("已连接")


def test_a_port_that_is_not_listed_is_added_by_its_name_and_its_instrument_bound(
    technician, services, qtbot, press, tmp_path
):
    bench = Bench("tcp")
    port = bench.attach("x", CATALOG.load("mt_sics").simulator(serial="11111111"))
    services.devices.unbind("scale")
    page = open_page(technician)
    press(Key.Key_F8)
    page.question.line.setText("somewhere")
    page.question.accept_button.click()
    assert "socket://" in page.question.why.text()
    page.question.line.setText(port)
    page.question.accept_button.click()
    qtbot.waitUntil(lambda: technician.focusWidget() is page.port_list)
    technician.activateWindow()
    qtbot.waitUntil(technician.isActiveWindow)
    assert page.doctor.port.name == port
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: page.doctor._search.done, timeout=SLOW)
    press(Key.Key_Return)
    assert (page.picked().port, page.picked().identity.serial) == (port, "11111111")
    services.devices.unbind("scale")
    bench.close()


def test_the_keyboard_stays_on_the_page_while_it_searches(technician, lines, qtbot, press):
    port = lines.attach("x", Printer([]))
    page = open_page(technician)
    choose_port(page, port).intro.ask.emit()
    qtbot.wait(50)
    assert page.isAncestorOf(QApplication.focusWidget())
    qtbot.waitUntil(lambda: page.doctor._search.done, timeout=SLOW)
    qtbot.wait(50)
    assert page.isAncestorOf(QApplication.focusWidget())
    assert page.doctor.keys()[-1].enabled
    assert page.doctor.keys()[-1].label


def test_escape_stops_the_search_and_frees_the_port(technician, services, lines, qtbot, press):
    port = lines.attach("x", Printer([]))
    page = open_page(technician)
    doctor = choose_port(page, port)
    page.port_list.setFocus()
    press(Key.Key_F2)
    qtbot.waitUntil(lambda: bool(doctor._search.tried), timeout=SLOW)
    finding = doctor._finding
    press(Key.Key_Escape)
    assert doctor.currentWidget() is doctor.intro
    qtbot.waitUntil(lambda: finding.look().done, timeout=2000)


def test_when_nobody_answers_three_prints_are_offered_and_find_the_scale(technician, services, lines, qtbot, press):
    printer = Printer(prints_of("ohaus/scout_10"))
    port = lines.attach("x", printer, 2400)
    page = open_page(technician)
    doctor = choose_port(page, port)
    page.port_list.setFocus()
    press(Key.Key_F7)
    for count in (1, 2, 3):
        qtbot.waitUntil(lambda: doctor._heard.open, timeout=SLOW)
        printer.press()
        qtbot.waitUntil(lambda count=count: doctor.prints.count.done == count, timeout=SLOW)
    qtbot.waitUntil(lambda: doctor._heard.done, timeout=SLOW)
    facts = doctor.prints.offers.card.facts.values()
    assert facts[:2] == ["ohaus/scout_10", "2400 · 8N1"]
    assert "CR LF · 1 位小数 · g" in facts[2]
    assert facts[3].endswith("1200.5 g")
    assert printer.told == b""


def test_a_change_of_language_or_of_a_role_does_not_end_a_listening(technician, services, lines, qtbot, press):
    page = open_page(technician)
    doctor = choose_port(page, lines.attach("x", Printer([])))
    doctor.listen()
    press(Key.Key_F6)
    services.devices.unbind("scale")
    page.refresh()
    assert doctor._hearing is not None
    assert page.on_port()
    press(Key.Key_Escape, Key.Key_Escape)
    assert not page.on_port()
    assert page.list.choice() == "scale"


def test_a_silent_port_is_said_with_what_to_do_next(technician, lines, qtbot, press):
    page = open_page(technician)
    doctor = choose_port(page, lines.attach("x", Printer([])))
    page.port_list.setFocus()
    press(Key.Key_F2)
    qtbot.waitUntil(lambda: doctor._search.done, timeout=SLOW)
    assert doctor.search.banner.isVisible()
    assert doctor.search.banner._title.text() == "没有仪器应答"
    doctor.search.banner.action.click()
    assert doctor.currentWidget() is doctor.prints


def test_what_was_found_goes_to_another_van_as_a_file_and_is_bound_there(
    technician, services, lines, qtbot, press, tmp_path
):
    port = lines.attach("x", CATALOG.load("mt_sics").simulator())
    services.devices.unbind("scale")
    page = open_page(technician)
    doctor = choose_port(page, port)
    doctor.ask()
    qtbot.waitUntil(lambda: doctor._search.done, timeout=SLOW)
    doctor.export_to(tmp_path / "scale.fcport")
    doctor.leave()
    page.take_from(tmp_path / "scale.fcport")
    assert doctor.offer().pack.driver == "mt_sics"
    page.port_list.setFocus()
    press(Key.Key_Return)
    assert page.picked().port == port


def test_a_bad_pack_is_refused_with_field_value_and_what_is_accepted(technician, tmp_path):
    page = open_page(technician)
    (tmp_path / "bad.fcport").write_text('{"format": "fieldcal-port/1", "found": "dreamt"}', "utf-8")
    page.take_from(tmp_path / "bad.fcport")
    assert page.failed.isVisible()
    assert "found：dreamt" in page.failed._title.text()
    assert "answered, spoke, printed" in page.failed._title.text()


def bound_scale(technician, services, lines):
    """The page with a scale on a line of its own, bound from the page."""
    port = lines.attach("x", CATALOG.load("mt_sics").simulator(serial="11111111"))
    services.devices.unbind("scale")
    page = open_page(technician)
    page._desk.bind("scale", PortPack("x", "mt_sics", {}, "answered"), port)
    page.refresh()
    page.list.choose("scale")
    return page, port


def test_another_instrument_is_shown_beside_the_bound_one_and_taken_only_with_a_reason(
    technician, services, lines, qtbot
):
    page, _ = bound_scale(technician, services, lines)
    lines.bench.attach("x", CATALOG.load("mt_sics").simulator(serial="22222222"))
    qtbot.waitUntil(lambda: row_of(page, "scale").word == "不是原来那台", timeout=SLOW)
    old, new = zip(*page.one.other.texts(), strict=True)
    assert (old[2], new[2]) == ("11111111", "22222222")
    assert old[:2] == new[:2] != ("", "")
    assert not page.one.banner.isVisible()
    page.one.other.action.click()
    assert isinstance(page.question, ReasonQuestion)
    page.question.accept()
    assert (page.picked().identity.serial, page.picked().linked) == ("22222222", True)
    assert services.ws.catalogue.ports["scale"].reason == "原仪器送检或维修"


def test_the_right_instrument_links_again_by_itself(technician, services, lines, qtbot):
    page, _ = bound_scale(technician, services, lines)
    right = lines.bench._simulators["x"][0]
    lines.bench.attach("x", CATALOG.load("mt_sics").simulator(serial="22222222"))
    qtbot.waitUntil(lambda: row_of(page, "scale").word == "不是原来那台", timeout=SLOW)
    lines.bench.attach("x", right)
    qtbot.waitUntil(lambda: row_of(page, "scale").word.startswith("已自动恢复"), timeout=SLOW)


def test_a_search_that_finds_another_instrument_for_a_remembered_role_wants_a_reason(
    technician, services, lines, qtbot
):
    page, port = bound_scale(technician, services, lines)
    services.devices.unbind("scale")  # as after a start without it
    lines.bench.attach("x", CATALOG.load("mt_sics").simulator(serial="22222222"))
    doctor = choose_port(page, port)
    doctor.ask()
    qtbot.waitUntil(lambda: doctor._search.done, timeout=SLOW)
    card = doctor.search.offers.card
    card.bind_button.click()
    assert card.other.isVisible()
    assert [texts[1] for texts in card.other.texts()][2] == "22222222"
    card.other.action.click()
    card.question.accept()
    assert page.picked().identity.serial == "22222222"


def test_a_role_is_unbound_after_a_question(technician, services, press):
    page = open_page(technician)
    press(Key.Key_Delete)
    page.question.accept()
    assert [state.role for state in services.devices.state()] == ["environment", "thermometer"]
    assert row_of(page, "scale").word == "手工录入"
