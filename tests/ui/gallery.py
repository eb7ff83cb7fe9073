"""Draws every part in its states, and the frame with a run in it, to build/screens/gallery-*.png."""

import os
import sys
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldcal.ui import i18n
from fieldcal.ui.shell import Page, Shell
from fieldcal.ui.theme import NAMES, set_theme
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, Card, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.chip import ChipRow
from fieldcal.ui.widgets.dialog import Question
from fieldcal.ui.widgets.empty_state import EmptyState, Progress
from fieldcal.ui.widgets.explain_panel import ExplainPanel
from fieldcal.ui.widgets.gauge import Gauge
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.number_field import NumberField
from fieldcal.ui.widgets.number_pad import NumberPad
from fieldcal.ui.widgets.pdf_view import PdfView
from fieldcal.ui.widgets.people_tile import PeopleTile
from fieldcal.ui.widgets.pips import Pips
from fieldcal.ui.widgets.reading_display import Live, ReadingDisplay
from fieldcal.ui.widgets.readings_table import ReadingsTable, Row
from fieldcal.ui.widgets.rows import ListRow, RowList
from fieldcal.ui.widgets.step_rail import Step, StepRail

KINDS = ("pass", "fail", "warn", "current", "pending", "skipped")
ROWS = [
    Row("0", "0.000", "0.0", "pass"),
    Row("0.1", "0.100", "-0.5", "pass"),
    Row("2.5", "2.505", "+4.5", "skipped", "划去：砝码未放稳 · 检定员甲 07:39"),
    Row("2.5", "2.500", "-1.0", "pass"),
    Row("7.5", "7.500", "-1.5", "current"),
    Row("10"),
    Row("15"),
]
STEPS = [
    Step("a", "通用技术要求", "warn", "有备注"),
    *[Step(name, name, "pass") for name in ("防作弊检查", "置零准确度", "除皮准确度", "偏载")],
    Step("w", "称量", "current", "3 / 9"),
    *[Step(name, name) for name in ("鉴别阈", "重复性", "计价", "封印与结论")],
]


def line(*parts):
    row = QHBoxLayout()
    row.setSpacing(12)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row


def column(*parts):
    made = QVBoxLayout()
    made.setSpacing(12)
    for part in parts:
        made.addLayout(part) if isinstance(part, QHBoxLayout) else made.addWidget(part)
    made.addStretch(1)
    return made


def fields():
    plain, bad, off = (NumberField("示值 I", "kg") for _ in range(3))
    plain.set_text("7.500")
    plain.set_caption("示值 I", "kg", "原样保留：5.00 ≠ 5.0")
    bad.set_text("75.00")
    bad.set_error("超过 Max + 9 e，请核对")
    off.set_text("12")
    off.setEnabled(False)
    return [QLineEdit("第一农贸市场"), plain, bad, off]


def buttons(kind):
    normal, off = Button("接受", kind), Button("接受", kind)
    off.setEnabled(False)
    return line(normal, Button("换用", kind, "check"), off)


def left():
    displays = [ReadingDisplay(large=False) for _ in range(4)]
    for display, (state, part) in zip(
        displays, (("moving", 0.35), ("settling", 0.8), ("stable", 1), ("lost", 0)), strict=True
    ):
        display.set_live(Live("7.485", "kg", state, part))
    chips = ChipRow()
    chips.set_chips([("a", "全部", 128), ("b", "待打印", 12), ("c", "通知书", 3)], "b")
    ticks = [QCheckBox("已清空"), QCheckBox("已置零")]
    ticks[1].setChecked(True)
    made = [buttons(kind) for kind in ("primary", "secondary", "quiet", "danger")]
    badges = line(*[Badge(kind) for kind in KINDS])
    return column(*made, line(*fields()), badges, line(chips, *ticks), *displays, NumberPad())


def right():
    gauges = []
    for low, high, value in ((-5, 5, -1.5), (-5, 5, 9), (-2, 6, 5), (None, 5, 2), (-5, 5, None)):
        gauge, card = Gauge(), Card(margin=20)
        gauge.set_limits(None if low is None else Decimal(low), Decimal(high), "g")
        gauge.set_value(None if value is None else Decimal(str(value)))
        card.column.addWidget(gauge)
        gauges.append(card)
    banners = [Banner("fail"), Banner("warn"), Banner("info")]
    for banner in banners:
        banner.set("秤已断开", "读数保留，插回同一接口即可继续", "改用键盘")
    progress, empty = Progress(), EmptyState("certificate")
    progress.set(62, 100, "正在生成证书，约剩 40 秒")
    empty.set("还没有证书", "签署后的证书会出现在这里", "去复核")
    tiles = [PeopleTile("检定员甲", "检定员", "07:02 登录过"), PeopleTile("扫工牌", "直接选中本人", scan=True)]
    tiles[0].setChecked(True)
    rows = RowList()
    rows.set_rows([ListRow(k, f"第{k}号摊位", "ACS-15 检定员甲", "07:06", k, "合格") for k in KINDS[:3]])
    rows.choose("fail")
    rows.setFixedHeight(200)
    return column(*gauges, *banners, progress, empty, line(*tiles), rows)


def parts():
    whole = QWidget()
    whole.setProperty("area", "page")
    row = QHBoxLayout(whole)
    row.setSpacing(32)
    row.addLayout(left(), 1)
    row.addLayout(right(), 1)
    whole.resize(1500, 1400)
    return whole


class RunPage(Page):
    """The composition of the run, to see the parts together."""

    def __init__(self, narrow=False):
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._steps(192 if narrow else 272))
        row.addLayout(self._centre(), 1)
        row.addWidget(self._readings(288 if narrow else 376))

    def _steps(self, wide):
        side, rail = Box("rail", 0), StepRail()
        side.setFixedWidth(wide)
        side.column.setContentsMargins(0, 24, 0, 0)
        rail.set_steps(STEPS)
        side.column.addWidget(rail)
        return side

    def _centre(self):
        display, gauge, card = ReadingDisplay(), Gauge(), Card()
        display.set_live(Live("7.505", "kg", "stable", 1, "1.2", "24 个数据，极差 0 g", "已跳变 7.500 → 7.505"))
        gauge.set_limits(Decimal("-5.0"), Decimal("5.0"), "g")
        gauge.set_value(Decimal("-1.5"))
        card.column.addLayout(line(label("−1.5 g", "pass"), Badge("pass", "在允差内")))
        card.column.addWidget(gauge)
        made = column(
            line(label("称量 · 加载", "second"), Pips(9, 3), label("第 3 点 / 共 9 点", "second")),
            label("逐个加 0.5 g 砝码，直到示值跳变", "heading", wrap=True),
            display,
            Pips(9, 2, stretch=True),
            card,
        )
        made.setContentsMargins(24, 24, 24, 24)
        return made

    def _readings(self, wide):
        side, table, why = Box("rail", 0), ReadingsTable(), ExplainPanel()
        side.setFixedWidth(wide)
        table.set_heads("载荷 kg", "示值 kg", "误差 Ec g")
        table.set_rows(ROWS)
        why.set("这个结论怎么来的", ["Ec = (I − L) + 0.5e − ΔL − E₀", "= −1.5 g"], "JJG 539-2016 · 闪变点法")
        side.column.addWidget(table, 1)
        side.column.addWidget(why)
        return side

    def keys(self):
        names = (("Space", "立即采集"), ("Backspace", "重测"), ("F1", "依据"), ("F2", "拍照"), ("F3", "备注"))
        zones = [Key(key, word, None, print) for key, word in (*names, ("F8", "声音"), ("Esc", "返回"))]
        return [*zones, Key("Return", "接受 −1.5 g", None, print, primary=True)]


def frame(width, height):
    shell = Shell()
    pages = [(n, n, f"shell.{n}", Page()) for n in ("today", "site", "sweep", "devices", "delivery")]
    pages.insert(2, ("run", "run", "shell.run", RunPage(width < 1200)))
    shell.set_pages(pages)
    shell.go("run")
    shell.set_count("delivery", 3)
    shell.set_status("秤已连接", "3 件未送达", "检定员甲")
    shell.set_trail(["第一农贸市场", "14号摊位"])
    shell.set_notice("shell.demo")
    shell.resize(width, height)
    return shell


def paper():
    image = QImage(420, 594, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    painter.drawText(40, 60, "JL2026-L03-00127")
    painter.end()
    view = PdfView()
    view.resize(500, 560)
    view.set_pages([image, image])
    return view


def question():
    dialog, chips = Question("划去 2.505 kg？", "划去", "danger"), ChipRow()
    dialog.add_text("原读数仍可看到，并随记录打印。请选原因。")
    chips.set_chips([("a", "砝码未放稳", None), ("b", "有风", None), ("c", "读错", None)])
    dialog.body.addWidget(chips)
    return dialog


def shoot(app, target, widget, name):
    widget.show()
    app.processEvents()
    widget.grab().save(str(target / f"gallery-{name}.png"))
    widget.close()
    widget.deleteLater()
    app.processEvents()


def main(target):
    app = QApplication(sys.argv[:1])
    i18n.be_strict()
    target.mkdir(parents=True, exist_ok=True)
    for theme in NAMES:
        set_theme(app, theme)
        for name, make in (("parts", parts), ("dialog", question), ("paper", paper)):
            shoot(app, target, make(), f"{name}-{theme}")
        shoot(app, target, frame(1366, 768), f"frame-{theme}")
        shoot(app, target, frame(1024, 768), f"frame-1024-{theme}")


if __name__ == "__main__":
    main(Path("build/screens"))
