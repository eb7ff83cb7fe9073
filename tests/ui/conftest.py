import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from fieldcal.ui import i18n
from fieldcal.ui.theme import set_theme


def pytest_collection_modifyitems(items):
    for item in items:  # the offscreen platform says so of every window
        item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@pytest.fixture(autouse=True)
def dressed(request):
    """Every page test starts in the light theme, in Chinese, and fails on a missing text."""
    i18n.be_strict()
    if "qtbot" in request.fixturenames:
        set_theme(request.getfixturevalue("qapp"), "light")
    i18n.set_language("zh")
    yield
    i18n.set_language("zh")
    i18n.be_strict(False)
