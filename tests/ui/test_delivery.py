import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from PySide6.QtWidgets import QFileDialog

from fieldcal.services.delivery import verify

pytest_plugins = ["tests.ui.demo_window"]


def queue_a_reading(services):
    """One reading in the outbox, taken at the first cell that is due."""
    instrument = services.instruments(services.sites()[0].site.id)[0].instrument
    run = services.runs.open(instrument.id, "subsequent", "tech")
    services.runs.prepare(run, "tech")
    while (at := services.runs.judgement(run).position) is not None:
        if at.question:
            services.runs.answer(run, at.item, at.question, "pass", "tech")
            continue
        column = next(c for c in services.runs.columns(run, at) if c.id == at.column)
        text = column.choices[0].id if column.kind == "choice" else "20"
        services.runs.take(run, at, text, column.unit, "tech")
        return run
    raise AssertionError("the procedure has no cell to fill")


def holds(public_key, signature, data):
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except InvalidSignature:
        return False
    return True


@pytest.fixture
def page(technician):
    technician.go("delivery")
    return technician.page("delivery")


def test_with_nothing_waiting_the_list_says_so_and_the_button_is_off(page):
    assert page.empty.isVisible()
    assert not page.button.isEnabled()


def test_an_export_writes_a_signed_bundle_that_verifies(page, services, tmp_path):
    queue_a_reading(services)
    page.refresh()
    assert page.data.queued == 1
    page.export(tmp_path / "stick.zip")
    info = verify(tmp_path / "stick.zip", holds)
    assert info.problems == ()
    assert page.data.queued == 0
    assert page.good.isVisible()
    assert page.data.jobs[0].delivered


def test_a_stick_that_cannot_be_written_is_said_and_the_data_stays(page, services, tmp_path):
    queue_a_reading(services)
    page.refresh()
    page.export(tmp_path / "no such folder" / "stick.zip")
    assert page.bad.isVisible()
    assert page.data.queued == 1
    assert page.button.isEnabled()


def test_enter_asks_where_to_save(page, services, tmp_path, monkeypatch, press):
    from tests.ui.demo_window import ENTER

    queue_a_reading(services)
    page.refresh()
    path = tmp_path / "chosen.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    press(ENTER)
    assert path.exists()
