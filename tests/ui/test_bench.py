"""The window of the simulated bench, with real drivers on real ports at the other end of every slider."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from decimal import Decimal

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from fieldcal import bootstrap
from fieldcal.cli.bench_stand import Stand
from fieldcal.devices.bench import Bench
from fieldcal.devices.serial_link import Rfc2217Link, SerialLink
from fieldcal.devices.tcp_link import TcpLink
from fieldcal.driverkit import DeviceError, Disconnected, ReplyTimeout
from fieldcal.ui import i18n
from fieldcal.ui.models import bench as model
from fieldcal.ui.views.bench_window import BenchWindow

SCALE, CLIMATE = "mt_sics", "modbus_generic/thermo_hygrometer"
PORTED = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
Key = Qt.Key


@pytest.fixture
def stand():
    made = Stand(bootstrap.catalog(), Bench())
    yield made
    made.close()


@pytest.fixture
def window(qtbot, stand):
    made = BenchWindow(stand)
    made.show()
    made.page.shown()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def page(window):
    return window.page


@pytest.fixture
def weigh(page):
    """The window with a scale on the bench, picked, which settles at once."""
    page.add(SCALE)
    page.turn("settle", Decimal(0))
    return page


def opened(port, line):
    kind = port.partition("://")[0]
    if kind == "socket":
        return TcpLink.open(port)
    return (Rfc2217Link if kind == "rfc2217" else SerialLink).open(port, line)


@contextmanager
def driver_on(stand, name):
    """The shipped driver, on the port as any program opens it."""
    one = next(found for found in stand.instruments() if found.name == name)
    loaded = bootstrap.catalog().load(one.offer.id)
    link = opened(one.port, loaded.serial)
    try:
        yield loaded.driver(link)
    finally:
        link.close()


def keys_to(qtbot, widget, *names):
    for name in names:
        qtbot.keyClick(widget, name)


def focused():
    found = QApplication.focusWidget()
    assert found is not None
    return found


# --- what a hand turns is what the wire says ------------------------------------------------------------


def test_the_load_of_the_slider_is_the_load_that_the_driver_reads(qtbot, weigh, stand):
    slider = weigh.one.knobs.rows["load"].slider
    for _ in range(3):
        qtbot.keyClick(slider, Key.Key_PageUp)
    wanted = stand.at(SCALE, "load")
    assert wanted > 0
    with driver_on(stand, SCALE) as scale:
        reading = scale.measure_mass(settle=5)
    assert reading.value * 1000 == wanted
    assert reading.unit == "kg"


def test_two_instruments_are_worked_one_beside_the_other(page, stand):
    page.add(SCALE)
    page.add(CLIMATE)
    page.turn("temperature", Decimal("23.4"))
    page.list.choose(SCALE)
    page.turn("load", Decimal(2000))
    with driver_on(stand, SCALE) as scale, driver_on(stand, "modbus_generic-thermo_hygrometer") as climate:
        assert climate.measure_environment()["temperature"].value == Decimal("23.4")
        assert scale.measure_mass(settle=5).value == 2


def test_a_figure_typed_is_kept_to_the_last_digit(qtbot, weigh, stand):
    row = weigh.one.knobs.rows["load"]
    row.field.line.setFocus()
    row.field.line.selectAll()
    qtbot.keyClicks(row.field.line, "1234.56")
    qtbot.keyClick(row.field.line, Key.Key_Return)
    assert stand.at(SCALE, "load") == Decimal("1234.56")


def test_a_figure_out_of_range_is_refused_under_its_field_and_nothing_changes(qtbot, weigh, stand):
    row = weigh.one.knobs.rows["load"]
    row.field.line.setFocus()
    row.field.line.selectAll()
    qtbot.keyClicks(row.field.line, "99999999")
    qtbot.keyClick(row.field.line, Key.Key_Return)
    assert row.field._under.isVisible()
    assert "18000" in row.field._under.text()
    assert stand.at(SCALE, "load") == 0


def test_the_display_follows_the_instrument(qtbot, weigh):
    weigh.turn("load", Decimal(7500))
    assert weigh.one.face.text() == "7.500 kg"


def test_a_button_puts_the_largest_load_on(qtbot, weigh, stand):
    chips = [weigh.one._flow.itemAt(at).widget() for at in range(weigh.one._flow.count())]
    chip = next(chip for chip in chips if chip.text().startswith("Max"))
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert stand.at(SCALE, "load") == 15000


def test_a_corner_that_is_clicked_shows_the_corner_error(qtbot, weigh, stand):
    weigh.turn("load", Decimal(5000))
    weigh.turn("corner_error", Decimal(20))
    spot = weigh.one.pan.spot(1).toPoint()
    qtbot.mouseClick(weigh.one.pan, Qt.MouseButton.LeftButton, pos=QPoint(spot.x(), spot.y()))
    assert stand.at(SCALE, "corner") == 1
    with driver_on(stand, SCALE) as scale:
        assert scale.measure_mass(settle=5).value == Decimal("5.020")


def test_the_arrows_walk_round_the_pan(qtbot, weigh, stand):
    keys_to(qtbot, weigh.one.pan, Key.Key_Up, Key.Key_Right, Key.Key_Down, Key.Key_Left)
    assert stand.at(SCALE, "corner") == 4


# --- faults and cable -------------------------------------------------------------------------------------


def test_a_fault_that_is_switched_on_reaches_the_driver_and_goes_again(qtbot, weigh, stand):
    qtbot.mouseClick(weigh.one.faults.chips["silence"], Qt.MouseButton.LeftButton)
    with driver_on(stand, SCALE) as scale:
        with pytest.raises(ReplyTimeout):
            scale.live_mass()
        qtbot.mouseClick(weigh.one.faults.chips[""], Qt.MouseButton.LeftButton)
        assert scale.live_mass().value == 0


def test_only_one_fault_is_on_and_it_says_what_it_does(qtbot, weigh, stand):
    for name in ("garbage", "cut"):
        qtbot.mouseClick(weigh.one.faults.chips[name], Qt.MouseButton.LeftButton)
    assert [name for name, chip in weigh.one.faults.chips.items() if chip.isChecked()] == ["cut"]
    assert weigh.one.faults.sentence() == "应答只到一半就断了"
    assert weigh._rows[0].second == "应答中断 · mt_sics"


@PORTED
def test_a_pulled_cable_is_a_lost_connection_until_it_is_plugged_in_again(weigh, stand):
    with driver_on(stand, SCALE) as scale:
        weigh.cable()
        with pytest.raises(Disconnected):
            scale.live_mass()
    assert weigh._rows[0].second == "已拔线 · mt_sics"
    weigh.cable()
    with driver_on(stand, SCALE) as scale:
        assert scale.live_mass().value == 0


@PORTED
def test_a_fault_that_pulls_the_cable_shows_it_as_pulled(qtbot, weigh, stand):
    weigh.switch("unplug")
    with driver_on(stand, SCALE) as scale, pytest.raises(DeviceError):
        scale.live_mass()
    qtbot.waitUntil(lambda: weigh._rows[0].second == "已拔线 · mt_sics")
    weigh.switch("")
    weigh.cable()
    with driver_on(stand, SCALE) as scale:
        assert scale.live_mass().value == 0


def test_the_bytes_stand_below_in_both_directions_and_in_both_forms(qtbot, window, weigh, stand):
    with driver_on(stand, SCALE) as scale:
        scale.live_mass()
    weigh.refresh()
    assert "→ 发  SI\\r\\n" in weigh.one.bytes.text()
    assert "← 收  S S " in weigh.one.bytes.text()
    qtbot.keyClick(window, Key.Key_F4)
    assert "→ 发  53 49 0D 0A" in weigh.one.bytes.text()


# --- the trainee does not see it ---------------------------------------------------------------------------


def test_the_hidden_factor_works_unseen_until_the_eye_is_pressed(qtbot, window, weigh, stand):
    row = weigh.one.knobs.rows["cheat"]
    weigh.turn("cheat", Decimal("1.02"))
    weigh.turn("load", Decimal(10000))
    assert not row.field.isVisible()
    assert not row.slider.isVisible()
    assert row.hidden.text() == "对学员隐藏"
    assert weigh.one.face.text() == "10.200 kg"
    qtbot.keyClick(window, Key.Key_F9)
    assert row.field.isVisible()
    assert row.field.text() == "1.02"
    window.next_language()
    assert row.field.isVisible()
    qtbot.keyClick(window, Key.Key_F9)
    assert not row.field.isVisible()


def test_the_hidden_factor_stays_hidden_when_another_instrument_is_looked_at_or_the_language_changes(window, weigh):
    weigh.add(CLIMATE)
    for step in (window.next_language, window.next_language, lambda: weigh.list.choose(SCALE), window.next_language):
        step()
        row = weigh.one.knobs.rows.get("cheat")
        assert row is None or row.closed
    assert not weigh.one.knobs.rows["cheat"].field.isVisible()
    assert not weigh.one.knobs.rows["cheat"].slider.isVisible()


# --- hands and languages -----------------------------------------------------------------------------------


def test_an_instrument_comes_onto_the_bench_by_keyboard_alone(qtbot, window, page, stand):
    assert page.empty.isVisible()
    qtbot.keyClick(focused(), Key.Key_F2)
    qtbot.waitUntil(lambda: focused() is page.question.search)
    qtbot.keyClicks(focused(), "vaisala ptu300")
    qtbot.keyClick(focused(), Key.Key_Return)
    qtbot.waitUntil(lambda: bool(stand.instruments()))
    window.activateWindow()  # no window manager here gives it back
    qtbot.waitUntil(window.isActiveWindow)
    assert [one.offer.id for one in stand.instruments()] == ["vaisala/ptu300"]
    assert page.one.isVisible()
    qtbot.waitUntil(lambda: focused() is page.list)
    qtbot.keyClick(focused(), Key.Key_F7)
    assert not stand.instruments()[0].plugged
    qtbot.keyClick(focused(), Key.Key_Delete)
    assert stand.instruments() == []
    assert page.empty.isVisible()


def test_every_knob_is_reached_with_tab(qtbot, window, weigh):
    weigh.list.setFocus()
    seen = set()
    for _ in range(60):
        seen.add(focused())
        qtbot.keyClick(focused(), Key.Key_Tab)
    wanted = {row.slider for name, row in weigh.one.knobs.rows.items() if row.slider.isVisible()}
    assert "load" in weigh.one.knobs.rows
    assert {*wanted, weigh.one.pan, weigh.one.faults.chips[""], weigh.one.bytes.view} <= seen


def test_the_keyboard_comes_out_of_the_bytes_again(qtbot, window, weigh):
    weigh.one.bytes.view.setFocus()
    qtbot.keyClick(focused(), Key.Key_Tab)
    assert focused() is not weigh.one.bytes.view


@pytest.mark.parametrize("kind", ["tcp", "rfc2217"])
def test_a_bench_on_the_network_is_worked_in_the_same_window(qtbot, kind):
    stand = Stand(bootstrap.catalog(), Bench(kind))
    window = BenchWindow(stand)
    qtbot.addWidget(window)
    window.page.add(SCALE)
    window.page.turn("settle", Decimal(0))
    window.page.turn("load", Decimal(1500))
    with driver_on(stand, SCALE) as scale:
        assert scale.measure_mass(settle=5).value == Decimal("1.5")
    window.close()
    stand.close()


def test_a_new_capacity_widens_the_range_of_the_load(qtbot, weigh):
    row = weigh.one.knobs.rows["capacity"]
    row.field.line.setFocus()
    row.field.line.selectAll()
    qtbot.keyClicks(row.field.line, "30000")
    qtbot.keyClick(row.field.line, Key.Key_Return)
    qtbot.waitUntil(lambda: weigh.one.knobs.rows["load"].knob.high == 36000)
    assert weigh.one.knobs.rows["capacity"].field.line.hasFocus()


def test_the_search_finds_a_driver_by_a_word_of_either_language(stand):
    offers = stand.offers()
    assert {one.id.split("/")[0] for one in model.found(offers, "耀华")} == {"yaohua_xk3190"}
    assert {one.id.split("/")[0] for one in model.found(offers, "yaohua")} == {"yaohua_xk3190"}
    known = {entry.folder.name for entry in bootstrap.catalog().entries()}
    assert {one.id.split("/")[0] for one in offers} == known
    assert model.found(offers, "no such thing") == []


def test_another_language_is_everywhere_at_once(qtbot, window, weigh):
    weigh.switch("silence")
    window.next_language()
    assert window.windowTitle() == "fieldcal · Simulated bench"
    assert weigh.practice._title.text() == "Practice: nothing measured here can be certified"
    assert weigh.one._title.text() == "Mettler Toledo MT-SICS"
    assert weigh.one.knobs.rows["load"].word.text() == "Load"
    assert weigh.one.faults.chips["silence"].text() == "Silence"
    assert weigh.one.faults.sentence() == "It does not answer at all"
    assert weigh._rows[0].second == "Silence · mt_sics"
    assert [key.label for key in window.strip.keys if key.shortcut == "F7"] == ["Unplug"]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_knob_and_fault_of_every_shipped_simulator_has_its_words(stand, language):
    texts = i18n.catalog(language).texts
    missing = set()
    for offer in stand.offers():
        simulator = bootstrap.catalog().load(offer.id).simulator()
        missing |= {f"bench.knob.{knob.name}" for knob in simulator.knobs} - texts.keys()
        missing |= {f"bench.{kind}.{fault}" for fault in simulator.faults for kind in ("fault", "does")} - texts.keys()
    assert missing == set()


def test_every_shipped_driver_and_map_can_be_put_on_the_bench_and_taken_off(page, stand):
    for offer in stand.offers():
        page.add(offer.id)
        assert not page.failed.isVisible(), offer.id
        assert page.picked().offer == offer
        page.remove()
    assert stand.instruments() == []


def test_a_driver_that_cannot_be_used_is_said_and_the_bench_stays(page, stand):
    page.add("nope")
    assert page.failed.isVisible()
    assert stand.instruments() == []


def test_the_port_is_copied(weigh, stand):
    weigh.copy()
    assert QGuiApplication.clipboard().text() == stand.instruments()[0].port


def test_the_page_fits_a_small_screen(qtbot, window, weigh):
    window.resize(1024, 768)
    assert window.width() == 1024
    for name in i18n.LANGUAGES:
        i18n.set_language(name)
        qtbot.wait(50)
        inner = weigh.one.knobs.parentWidget()
        assert inner.width() <= inner.parentWidget().width()
