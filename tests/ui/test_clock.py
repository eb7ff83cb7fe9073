from datetime import UTC, datetime, timedelta

from fieldcal.services.workspace import LOCAL
from fieldcal.ui.widgets.header import Header

pytest_plugins = ["tests.ui.demo_window"]


def test_the_header_tells_the_time_of_the_workspace_in_china(qtbot):
    header = Header()
    qtbot.addWidget(header)
    header.set_clock(lambda: datetime(2026, 11, 23, 16, 5, tzinfo=UTC))
    assert header.clock.text() == "00:05"


def test_the_window_takes_the_clock_that_stamps_the_records(technician, services):
    shown = technician.header.clock.text()
    stamped = [services.ws.clock.now().astimezone(LOCAL) - timedelta(minutes=back) for back in (0, 1, 2)]
    assert technician.header._now == services.ws.clock.now
    assert shown in [moment.strftime("%H:%M") for moment in stamped]
