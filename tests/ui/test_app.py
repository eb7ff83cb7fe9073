import subprocess
import sys

import pytest
from PySide6.QtCore import Qt

from fieldcal.ui import app, i18n
from fieldcal.ui.fault import FaultBanner
from fieldcal.ui.guard import Guard

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key


def test_the_window_imports_no_paper_no_numpy_and_no_database():
    code = "import sys, fieldcal.ui.app; print([m for m in ('reportlab', 'numpy', 'sqlite3') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_keyboard_alone_leads_from_the_sign_in_to_a_run(window, press, services):
    press("1111", Key.Key_Return)
    assert window.here() == "today"
    press(Key.Key_Return)
    assert window.here() == "site"
    press(Key.Key_Down, Key.Key_Return)
    assert window.here() == "run"
    chosen = window.page("site").picked().instrument
    assert chosen.place == "02号摊位"
    assert window.header.trail.parts == ["第一农贸市场", "02号摊位"]


@pytest.mark.parametrize(
    ("roles", "first", "has", "lacks"),
    [
        (["technician"], "today", "run", "review"),
        (["checker"], "review", "certificates", "run"),
        (["approver"], "review", "delivery", "today"),
    ],
)
def test_each_role_has_its_own_pages(roles, first, has, lacks):
    names = app.pages_for(roles)
    assert names[0] == first
    assert has in names
    assert lacks not in names


def test_signing_out_leaves_nothing_but_the_sign_in(technician, services, press):
    technician.desk.leave()
    assert services.person is None
    assert technician.here() == "signin"
    assert not technician.rail.isVisible()


def test_a_scan_outside_a_field_opens_the_instrument(technician, services, press):
    other = services.instruments(services.sites()[0].site.id)[4].instrument
    press(other.plate["serial"], Key.Key_Return, pause=-1)
    assert technician.here() == "site"
    assert technician.page("site").picked().instrument.id == other.id


def test_slow_typing_is_no_scan(technician, services, press):
    other = services.instruments(services.sites()[0].site.id)[4].instrument
    press(other.plate["serial"], Key.Key_Return)
    assert technician.page("site").picked().instrument.id != other.id


def test_an_unknown_scan_is_said_and_presses_nothing(technician, press):
    press("NOSUCHSERIAL", Key.Key_Return, pause=-1)
    assert technician.here() == "today"
    assert "NOSUCHSERIAL" in technician.toast._text.text()


def test_the_header_says_devices_and_what_is_not_delivered(technician):
    assert technician.header._device.text() == i18n.t("shell.devices_linked", count=3)
    assert technician.header._delivery.text() == i18n.t("shell.delivery_done")
    assert technician.header.notice.isVisible()


def test_help_opens_and_goes_back_where_one_was(technician, press):
    technician.go("devices")
    press(Key.Key_F12)
    assert technician.here() == "help"
    press(Key.Key_Escape)
    assert technician.here() == "devices"


def test_every_page_changes_language_at_once(technician):
    for name in ("today", "site", "devices", "delivery", "help"):
        technician.go(name)
        i18n.set_language("en")
        assert technician.header.trail.parts[0].isascii()
        i18n.set_language("zh")


def test_an_uncaught_error_is_a_banner_and_the_program_goes_on(qtbot, technician):
    guard, banner = Guard(), FaultBanner(technician.stack)
    guard.failed.connect(banner.tell)
    guard.hook(ValueError, ValueError("x"), None)
    assert banner.isVisible()
    assert banner._title.text() == i18n.t("shell.error_title")
    banner.pressed.emit()
    assert not banner.isVisible()


def test_without_a_display_linux_is_told(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert app.display_missing()
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert not app.display_missing()
