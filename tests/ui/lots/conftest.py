"""A demo workspace with a lot whose sample of two has its papers, and the lots page in front of somebody."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from fieldcal.services.lots import Lots, Plan
from tests.ui import jobs, lot_jobs

DONE = "W001..W040"  # the lot whose sample of two has its papers


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lots") / "demo"
    services = jobs.open_fast(folder)
    lot_jobs.with_rig(services)
    lot = lot_jobs.drawn(services, DONE, plan=Plan(2, 1, 2, "7.9"))
    lot_jobs.work(services, lot, 2, bad=1)
    services.close()
    return folder


@pytest.fixture
def services(ready, tmp_path):
    with jobs.copied(ready, tmp_path / "demo") as made:
        yield made


@pytest.fixture
def lots(services):
    return Lots(services.certificates)


@pytest.fixture
def done(lots):
    return lots.all()[0].stream


@pytest.fixture
def page(technician):
    technician.go("lots")
    return technician.desk.content("lots")


@pytest.fixture
def approver(window, services):
    services.sign_in(*jobs.APPROVE)
    window.desk.enter()
    window.go("lots")
    return window.desk.content("lots")


@pytest.fixture
def answer(qtbot):
    """What is done to the question as soon as it is there."""

    def later(kind, do):
        seen = []

        def look():
            found = QApplication.activeModalWidget()
            if isinstance(found, kind):
                seen.append(found)
                do(found)
            else:
                QTimer.singleShot(20, look)

        QTimer.singleShot(0, look)
        return seen

    return later
