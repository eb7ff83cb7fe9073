"""Papers that were really measured, checked and approved on the simulated bench."""

from __future__ import annotations

import pytest

from tests.ui import jobs
from tests.ui.certificates.common import pick


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    """Two good scales, a bad one and a nozzle, signed by all three people."""
    folder = tmp_path_factory.mktemp("certified") / "demo"
    services = jobs.open_fast(folder)
    runs = [jobs.good_scale(services, "stall-03"), jobs.good_scale(services, "stall-04")]
    for run in [*runs, jobs.bad_scale(services, "stall-02"), jobs.good_nozzle(services)]:
        jobs.issued(services, run)
    services.close()
    return folder


@pytest.fixture
def services(certified, tmp_path):
    with jobs.copied(certified, tmp_path / "demo") as made:
        yield made


@pytest.fixture
def enter(window, services, qtbot):
    def sign_in(who):
        services.sign_in(*who)
        window.desk.enter()
        window.go("certificates")
        page = window.desk.content("certificates")
        page.list.setFocus()
        return page

    return sign_in


@pytest.fixture
def page(enter):
    return enter(jobs.APPROVE)


@pytest.fixture
def code(page, services):
    pick(page, "certificate")
    return services.runs.view(page.picked().issued.run).certified.qr
