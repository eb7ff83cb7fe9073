"""The bench's slider of exact steps, and its words for what a driver brings."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt

from fieldcal.ui.models import bench as model
from fieldcal.ui.widgets.slider import Slider


def test_a_slider_of_many_steps_goes_in_whole_multiples_of_its_step(qtbot):
    slider = Slider(Decimal(0), Decimal(1000000), Decimal("0.001"))
    qtbot.addWidget(slider)
    seen = []
    slider.turned.connect(seen.append)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert seen[0] % Decimal("0.001") == 0
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert seen[-1] == 1000000


def test_a_slider_that_is_told_where_it_stands_tells_nobody(qtbot):
    slider = Slider(Decimal(0), Decimal(10), Decimal("0.5"))
    qtbot.addWidget(slider)
    seen = []
    slider.turned.connect(seen.append)
    slider.stand(Decimal("7.5"))
    assert seen == []
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert seen == [Decimal("8.0")]


def test_a_unit_that_is_a_word_is_said_in_the_language_of_the_screen():
    assert [model.unit(text) for text in ("steps/min", "g/min", "%", "")] == ["分度/min", "g/min", "%", ""]


def test_a_knob_of_a_driver_somebody_dropped_in_shows_its_own_name():
    assert model.named("knob", "odd_thing") == "odd thing"
