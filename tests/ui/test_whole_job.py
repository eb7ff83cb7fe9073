"""The whole job in the real window, once without a mouse and once without a keyboard: from the technician's sign-in
over a verified scale, its check and approval to the certificate on the screen and the bundle for the stick."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QFileDialog

from fieldcal.bootstrap import open_demo
from fieldcal.services.clock import DemoClock
from fieldcal.services.hands import ScaleHands
from fieldcal.ui.app import build, close
from fieldcal.ui.runtime import Runner
from tests.ui.hands import Keyboard, Mouse

STALL = 3  # row of the site, from nought
PATIENCE_MS = 8000


@pytest.fixture
def services(tmp_path):
    made = open_demo(tmp_path / "demo", clock=DemoClock(20))
    yield made
    made.close()


@pytest.fixture
def window(qtbot, services):
    runner = Runner()
    shell = build(services, runner)
    shell.show()
    qtbot.waitExposed(shell)
    shell.activateWindow()
    yield shell
    close(shell)
    runner.close()
    shell.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(params=[Keyboard, Mouse], ids=["keyboard", "mouse"])
def hand(request, window, qtbot):
    return request.param(window, qtbot)


def test_a_scale_goes_from_the_sign_in_to_the_bundle(hand, services, tmp_path, monkeypatch, qtbot):
    run = verify(hand, services, qtbot)
    assert services.runs.view(run).state == "signed"
    check(hand, services, run, qtbot)
    number = approve(hand, services, run, qtbot)
    read_certificate(hand, number, qtbot)
    path = export(hand, services, tmp_path, monkeypatch, qtbot)
    verified = [sys.executable, "-m", "fieldcal", "bundle", "verify", str(path)]
    assert subprocess.run(verified, capture_output=True, check=False).returncode == 0


def verify(hand, services, qtbot):
    hand.enter("tech", "1111")
    qtbot.waitUntil(lambda: hand.window.here() == "today" and hand.desk.content("today").data is not None)
    hand.choose_first_site()
    qtbot.waitUntil(lambda: hand.window.here() == "site" and hand.desk.content("site").picked() is not None)
    hand.choose(STALL)
    instrument = hand.desk.content("site").picked().instrument
    assert instrument.place == "04号摊位"
    hand.start()
    page = hand.desk.content("run")
    qtbot.waitUntil(lambda: page.model.phase == "prepare")
    hand.accept()
    qtbot.waitUntil(lambda: page.model.phase == "work")
    run = page.model.run
    body = ScaleHands(services.bench.scale)
    while page.model.phase == "work":
        step(hand, page.model, body, qtbot)
    assert page.model.phase == "finish"
    hand.sign("1111")
    return run


def step(hand, model, body, qtbot):
    """One thing that the page asks for."""
    before = (model.at, len(model.pending))
    if model.question is not None:
        hand.answer_pass()
    elif (due := model.due()) is None:
        hand.accept()
    elif due.source == "measured" and not model.pending:
        wait(qtbot, lambda: due.id in model.pending, lambda: f"{model.at} {due.id} {model.live} {model.pending}")
        return
    elif due.source == "measured":
        hand.accept()
    elif due.kind == "choice":
        hand.pick(1)
    else:
        hand.type(typed(model, due, body))
    told = lambda: f"{before} {model.due()} {model.pending}"  # noqa: E731
    wait(qtbot, lambda: (model.at, len(model.pending)) != before, told)


def wait(qtbot, reached, told):
    """As waitUntil, but says where it stands when it gives up."""

    def check():
        assert reached(), told()

    qtbot.waitUntil(check, timeout=PATIENCE_MS)


def typed(model, column, body):
    """What a person reads off the price display, in the unit on the page."""
    names = model.draft().outcome.values
    value = body.value(model.at.item, column.id, names, lambda: None)
    return f"{value:f}"


def check(hand, services, run, qtbot):
    hand.settle()
    hand.leave()
    hand.enter("check", "2222")
    wait_for_job(hand, run, qtbot)
    hand.sign("2222")
    qtbot.waitUntil(lambda: services.runs.view(run).state == "checked", timeout=PATIENCE_MS)


def approve(hand, services, run, qtbot):
    hand.leave()
    hand.enter("approve", "3333")
    wait_for_job(hand, run, qtbot)
    hand.sign("3333")
    qtbot.waitUntil(lambda: services.runs.view(run).state == "certified", timeout=PATIENCE_MS)
    return services.runs.view(run).certified.number


def wait_for_job(hand, run, qtbot):
    qtbot.waitUntil(lambda: hand.window.here() == "review", timeout=PATIENCE_MS)
    page = hand.desk.content("review")
    qtbot.waitUntil(lambda: page.detail is not None and page.detail.job.run == run, timeout=PATIENCE_MS)
    assert page.detail.recheck.good


def read_certificate(hand, number, qtbot):
    hand.go("certificates")
    page = hand.desk.content("certificates")
    qtbot.waitUntil(lambda: bool(page.preview.view.images), timeout=PATIENCE_MS)
    assert page.picked().number == number
    image = page.preview.view.images[0]
    dark = sum(image.pixelColor(x, 300).lightness() < 128 for x in range(image.width()))
    assert image.height() > image.width() > 400
    assert dark < image.width() / 2


def export(hand, services, tmp_path, monkeypatch, qtbot):
    path = tmp_path / "stick.fcb"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    hand.go("delivery")
    page = hand.desk.content("delivery")
    qtbot.waitUntil(lambda: page.data is not None and page.data.queued > 0, timeout=PATIENCE_MS)
    assert services.delivery.pending() == 1
    hand.export(page)
    qtbot.waitUntil(lambda: services.delivery.pending() == 0, timeout=PATIENCE_MS)
    return path
