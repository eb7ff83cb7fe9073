"""What the form of a lot takes, and how it refuses: in words under the field, with nothing typed lost."""

import pytest

from fieldcal.domain import events as ev
from fieldcal.domain.lot import serials
from fieldcal.ui import i18n
from fieldcal.ui.models import lots_form
from tests.services.test_lots import PLATE, WATER
from tests.ui.lot_jobs import PLAN

pytest_plugins = ["tests.ui.demo_window"]


def filled(page, numbers="V001..V040", **changes):
    """The form as somebody typed it."""
    page.new()
    page.form.serials.setPlainText(numbers)
    for name, text in {**PLATE, **PLAN, **changes}.items():
        page.form.field(name).line.setText(text)
    return page.form


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"sample": "zwanzig"}, "sample", "not-a-number"), ({"accept": ""}, "accept", "empty"),
        ({"reject": "3"}, "sample", "bad-lot-plan"), ({"basis": " "}, "basis", "empty"),
        ({"q1": ""}, "q1", "empty"), ({"q2": "9"}, "q2", "impossible-plate"),
    ],
)  # fmt: skip
def test_what_is_refused_stands_under_its_field_in_words_and_nothing_is_written(page, lots, changes, field, code):
    form = filled(page, **changes)
    page.act()
    at = form.field(field) or form.field(next(iter(changes)))
    assert i18n.message(code) in at.error
    assert form.serials.toPlainText() == "V001..V040"
    assert len(lots.all()) == 1
    page.retranslate()
    assert i18n.message(code) in form.field(at.id).error


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ("", "empty"), ("A1, A1", "twice"), ("A9..A1", "bad-serial-range"), ("A1, A2", "sample-too-large"),
        ("W001..W009", "serial-in-lot"),
    ],
)  # fmt: skip
def test_wrong_serial_numbers_are_told_under_them_and_stay(page, lots, numbers, code):
    form = filled(page, numbers)
    page.act()
    assert i18n.message(code) in form.error.text()
    assert form.error.isVisible()
    assert form.serials.toPlainText() == numbers
    assert len(lots.all()) == 1
    form.serials.setPlainText("V001..V040")
    page.act()
    assert len(lots.all()) == 2


def test_serial_numbers_are_counted_as_they_are_read(page, qtbot, tmp_path):
    form = filled(page)
    qtbot.waitUntil(lambda: "40" in form._count.text())
    assert "V001..V040" in form._count.text()
    path = tmp_path / "list.csv"
    path.write_bytes("\ufeffX1\r\nX2\r\nX3\r\n".encode())
    form.read(path)
    qtbot.waitUntil(lambda: "X1..X3" in form._count.text())
    path.write_bytes(b"\xff\xfe")
    form.read(path)
    assert "list.csv" in form.error.text()
    assert serials(form.serials.toPlainText()) == ["X1", "X2", "X3"]


def test_the_next_lot_has_the_plate_of_the_last_but_not_its_plan(page):
    filled(page, model="LXS-25")
    page.act()
    page.escape()
    page.new()
    assert page.form.field("model").text() == "LXS-25"
    assert [page.form.field(name).text() for name in PLAN] == ["", "", "", ""]
    assert page.form.serials.toPlainText() == ""
    box = page.form.field("procedure").box
    box.setCurrentIndex(box.findData("jjg596-2012"))
    assert "LXS-25" not in page.form.values().values()


def test_only_kinds_with_a_rule_are_offered_and_one_that_is_not_adopted_is_told(page, services):
    page.new()
    box = page.form.field("procedure").box
    assert {box.itemData(at) for at in range(box.count())} == {WATER, "jjg577-2012", "jjg596-2012"}
    assert page.form.note.text() == i18n.t("lots.plan_printed")
    sha256 = services.ws.library.get(WATER).sha256
    services.ws.put(f"adoption:{WATER}", ev.ProcedureWithdrawn(WATER, sha256, "wrong edition"), "admin")
    found = lots_form.procedures(services)
    assert lots_form.form(services, found, {"procedure": WATER}, {}).note == i18n.t("lots.not_adopted")
