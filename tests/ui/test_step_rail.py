"""The rail of steps on a narrow screen."""

from __future__ import annotations

import pytest

from fieldcal.ui.theme import set_theme
from fieldcal.ui.widgets.step_rail import Step, StepItem


@pytest.mark.parametrize(("wide", "room"), [(140, False), (220, True)])
def test_the_verdict_word_gives_way_before_a_word_of_the_name_is_broken(qtbot, qapp, wide, room):
    set_theme(qapp, "light")
    item = StepItem(Step("discrimination", "Discrimination threshold", "pending", "To do"))
    qtbot.addWidget(item)
    item.resize(wide, 48)
    assert item.has_room(40) is room


def test_a_chinese_name_may_part_anywhere_and_keeps_its_word(qtbot, qapp):
    set_theme(qapp, "light")
    item = StepItem(Step("discrimination", "鉴别阈及灵敏度测试项目", "pending", "待检"))
    qtbot.addWidget(item)
    item.resize(140, 48)
    assert item.has_room(40)
