from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fieldcal.ui import i18n
from fieldcal.ui.shell import Page, Shell
from fieldcal.ui.theme import NAMES, Theme, set_theme
from fieldcal.ui.widgets import paint
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.digits import normalise
from fieldcal.ui.widgets.gauge import Gauge
from fieldcal.ui.widgets.key_strip import Key, KeyStrip
from fieldcal.ui.widgets.number_field import NumberField
from fieldcal.ui.widgets.number_pad import NumberPad
from fieldcal.ui.widgets.reading_display import Live, ReadingDisplay
from fieldcal.ui.widgets.readings_table import ReadingsTable, Row
from fieldcal.ui.widgets.rows import ListRow, RowList
from fieldcal.ui.widgets.step_rail import Step, StepRail


@pytest.mark.parametrize(
    ("typed", "plain"),
    [("５．００", "5.00"), ("－１，５", "-1.5"), ("5,00 kg", "5.00"), ("−0。50", "-0.50"), ("+２", "+2")],
)
def test_what_an_input_method_types_becomes_plain_and_keeps_its_zeros(typed, plain):
    assert normalise(typed) == plain


def test_a_number_field_accepts_a_number_and_explains_anything_else(qtbot):
    field, seen = NumberField("x", "kg"), []
    qtbot.addWidget(field)
    field.accepted.connect(seen.append)
    field.line.setFocus()
    qtbot.keyClicks(field.line, "5,00")
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    field.set_text("5.0.0")
    field.accept()
    assert seen == ["5.00"]
    assert field._under.text() == i18n.t("common.not_a_number")
    assert not field.line.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_the_pad_types_into_its_field_and_minus_turns_the_sign(qtbot):
    field, pad = NumberField(), NumberPad()
    qtbot.addWidget(field)
    qtbot.addWidget(pad)
    pad.attach(field)
    for key in ("1", ".", "5", "0", "-", "back"):
        pad.keys[key].click()
    with qtbot.waitSignal(field.accepted) as seen:
        pad.keys["enter"].click()
    assert seen.args == ["-1.5"]


def window_with(qtbot, *parts):
    window = QWidget()
    column = QVBoxLayout(window)
    for part in parts:
        column.addWidget(part)
    qtbot.addWidget(window)
    window.resize(1200, 200)
    window.show()
    activate(qtbot, window)
    return window


def activate(qtbot, window):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def test_keys_act_until_they_are_replaced_and_a_disabled_one_never_does(qtbot):
    strip, seen = KeyStrip(), []
    window = window_with(qtbot, strip)
    strip.set_keys(
        [
            Key("F1", "why", None, lambda: seen.append("F1")),
            Key("F2", "photo", None, lambda: seen.append("F2"), enabled=False),
            Key("Return", "accept", None, lambda: seen.append("enter"), primary=True),
        ]
    )
    for key in (Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_Return):
        qtbot.keyClick(window, key)
    strip.set_keys([])
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert seen == ["F1", "enter"]


def test_a_space_typed_into_a_field_stays_text(qtbot):
    strip, line, seen = KeyStrip(), QLineEdit(), []
    window = window_with(qtbot, line, strip)
    strip.set_keys([Key("Space", "capture", None, lambda: seen.append(1))])
    line.setFocus()
    qtbot.keyClicks(line, "a b")
    assert (window.isActiveWindow(), line.text(), seen) == (True, "a b", [])


def test_in_a_narrow_strip_the_way_back_keeps_its_zone(qtbot):
    strip = KeyStrip()
    qtbot.addWidget(strip)
    strip.set_keys([Key(f"F{n}", "a long word", None, print) for n in range(1, 9)] + [Key("Esc", "back")])
    strip.resize(400, 64)
    strip.show()
    shown = [zone.key.shortcut for zone in strip._zones if zone.isVisible()]
    assert shown[-1] == "Esc"
    assert len(shown) < 9


def test_the_gauge_counts_the_limit_as_inside_and_pins_what_lies_far_out(qtbot):
    gauge = Gauge()
    qtbot.addWidget(gauge)
    gauge.set_limits(Decimal("-2"), Decimal("6"), "g")
    gauge.set_value(Decimal("6"))
    assert gauge.inside()
    assert gauge.place(Decimal("2")) == 0.5
    gauge.set_value(Decimal("6.0001"))
    assert not gauge.inside()
    assert gauge.place(Decimal("900")) == 0.99
    with pytest.raises(ValueError, match="empty band"):
        gauge.set_limits(Decimal(1), Decimal(1), "g")


def test_signs_are_true_minus_and_nought_has_none():
    assert (paint.signed(Decimal("-1.50")), paint.signed(Decimal("2.0"))) == ("−1.50", "+2.0")
    assert paint.signed(Decimal("-0.0")) == "0.0"


def test_a_lost_link_shows_no_old_figure(qtbot):
    display = ReadingDisplay()
    qtbot.addWidget(display)
    display.set_live(Live("7.505", "kg", "stable", 1))
    assert display.figure_text() == "7.505"
    display.set_live(Live("7.505", "kg", "lost"))
    assert display.figure_text() == "–"


def test_a_badge_says_its_word_in_the_language_of_the_screen(qtbot):
    badge = Badge("fail")
    qtbot.addWidget(badge)
    assert badge.word() == "不合格"
    i18n.set_language("en")
    assert badge.word() == "Fail"


def test_a_tapped_step_and_a_tapped_reading_say_which(qtbot):
    rail, table = StepRail(), ReadingsTable()
    for part in (rail, table):
        qtbot.addWidget(part)
        part.resize(400, 400)
        part.show()
    rail.set_steps([Step("a", "A"), Step("b", "B", "current")])
    with qtbot.waitSignal(rail.chosen) as step:
        rail.items[1].click()
    table.set_rows([Row("0", "0.000", "0.0", "pass"), Row("1", "1.000", "0.0", "pass", "reason")])
    with qtbot.waitSignal(table.tapped) as row:
        qtbot.mouseClick(table._sheet, Qt.MouseButton.LeftButton, pos=QPoint(50, 100))
    assert (step.args, row.args) == (["b"], [1])


def test_a_list_keeps_its_choice_when_rows_change(qtbot):
    rows = RowList()
    qtbot.addWidget(rows)
    rows.set_rows([ListRow("a", "A"), ListRow("b", "B")])
    rows.choose("b")
    rows.set_rows([ListRow("c", "C"), ListRow("a", "A"), ListRow("b", "B")])
    assert rows.choice() == "b"


class Simple(Page):
    def __init__(self, seen):
        super().__init__()
        self.seen, self.words = seen, []

    def keys(self):
        return [Key("F1", i18n.t("common.explain"), None, lambda: self.seen.append("F1"))]

    def retranslate(self):
        self.words.append(i18n.language())


def test_the_frame_moves_between_pages_and_follows_theme_and_language(qtbot):
    shell, seen = Shell(), []
    qtbot.addWidget(shell)
    first, second = Simple(seen), Page()
    shell.set_pages([("today", "today", "shell.today", first), ("site", "site", "shell.site", second)])
    shell.resize(1024, 768)
    shell.show()
    activate(qtbot, shell)
    qtbot.keyClick(shell, Qt.Key.Key_F1)
    qtbot.keyClick(shell, Qt.Key.Key_F5)
    qtbot.keyClick(shell, Qt.Key.Key_F6)
    assert (seen, Theme.current().name, first.words[-1]) == (["F1"], "dark", "en")
    assert shell.header.trail.parts == ["Today"]
    assert shell.strip.keys[0].label == "Why"
    assert shell.rail.width() == 64
    shell.go("site")
    assert (shell.here(), shell.strip.keys) == ("site", [])
    with qtbot.waitSignal(shell.help_asked):
        qtbot.keyClick(shell, Qt.Key.Key_F12)


def test_twenty_thousand_paints_do_not_wear_out_the_program(qtbot, qapp):
    badge = Badge("pass")
    qtbot.addWidget(badge)
    badge.resize(badge.sizeHint())
    target = QImage(QSize(200, 60), QImage.Format.Format_ARGB32)
    for name in NAMES:
        set_theme(qapp, name)
        for _ in range(7000):
            badge.render(target)
    painter = QPainter(target)
    assert painter.isActive()
    painter.end()
