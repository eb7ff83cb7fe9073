"""The whole window on a real demo workspace, for the tests of its pages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt

from fieldcal.bootstrap import open_demo
from fieldcal.ui.app import build, close
from fieldcal.ui.runtime import inline
from tests.ui import jobs


@pytest.fixture
def services(tmp_path):
    made = open_demo(jobs.fresh(tmp_path / "demo"))
    yield made
    made.close()


@pytest.fixture
def window(qtbot, services):
    """Signed out; jobs run inline, so what a key does has been done when the key returns."""
    shell = build(services, inline)
    shell.show()
    qtbot.waitExposed(shell)
    shell.activateWindow()
    yield shell
    close(shell)
    shell.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def technician(window, services):
    """The window with the technician signed in, Today in front."""
    person = next(p for p in services.ws.catalogue.people.values() if "technician" in p.roles)
    services.sign_in(person.id, services.demo_pins()[person.id])
    window.desk.enter()
    return window


@pytest.fixture
def press(qtbot, window):
    """Keys go where the focus is, as from a keyboard; slower than a scanner unless told."""

    def keys(*names, pause=60):
        for name in names:
            target = window.focusWidget() or window
            if isinstance(name, str):
                qtbot.keyClicks(target, name, delay=pause)
            else:
                qtbot.keyClick(target, name, delay=pause)

    return keys


ENTER = Qt.Key.Key_Return
