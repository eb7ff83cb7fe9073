"""Today: is everything ready, where to go on, and the sites of the route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldcal.ui.i18n import pick, t
from fieldcal.ui.models import today as model
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW
from fieldcal.ui.views.layouts import tall
from fieldcal.ui.views.today_parts import Preflight, Stop
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, divider, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.pips import Pips
from fieldcal.ui.widgets.shape import Icon

if TYPE_CHECKING:
    from fieldcal.services.app import Services

REFRESH_MS = 30_000


class TodayPage(Page):
    """`run_wanted` carries a run to continue, `site_wanted` a site to open."""

    run_wanted = Signal(str)
    site_wanted = Signal(str)

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.data: model.Today | None = None
        self.stops: list[Stop] = []
        self.chosen = -1  # a stop picked by hand; -1: Enter goes on with the run
        self._date, self._summary = label(role="heading"), label(role="second")
        self.preflight, self.failed = Preflight(), Banner("fail")
        self.failed.hide()
        self.failed.pressed.connect(self.refresh)
        self.go_on = _GoOnCard()
        self.go_on.button.clicked.connect(self.act)
        self.empty = EmptyState("route")
        self._left_head, self._right_head = label(role="title"), label(role="title")
        self._lay_out()
        for name, step in (("Up", -1), ("Down", 1)):
            QShortcut(QKeySequence(name), self).activated.connect(lambda step=step: self.step(step))
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def shown(self) -> None:
        self.chosen = -1
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def refresh(self) -> None:
        self._runner(lambda: model.load(self._services), self._loaded, self._broke)

    def retranslate(self) -> None:
        self._left_head.setText(t("today.go_on"))
        self._right_head.setText(t("today.route"))
        self.empty.set(t("today.empty"), t("today.empty_hint"))
        self._show()

    def keys(self) -> list[Key]:
        return [
            Key("Return", self._word(), None, self.act),
            Key("Up Down", t("today.pick_site")),
            Key("F5", t("shell.theme")),
            Key("F12", t("shell.help")),
        ]

    def step(self, step: int) -> None:
        if self.stops:
            self.choose(min(max(0, self.chosen + step), len(self.stops) - 1))

    def choose(self, number: int) -> None:
        self.chosen = number
        self._mark()
        self._scroll.ensureWidgetVisible(self.stops[number])
        self.keys_changed.emit()

    def act(self) -> None:
        """Enter, and the large button: the picked site, else the run, else the first site."""
        if self.data is None:
            return
        if self.chosen < 0 and self.data.go_on is not None:
            self.run_wanted.emit(self.data.go_on.run)
        elif self.stops:
            self.site_wanted.emit(self.data.sites[max(0, self.chosen)].site.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW - 88
        side = 32 if wide else 16
        self._column.setContentsMargins(side, 16, side, 16)
        self._left.setFixedWidth(464 if wide else 344)
        self._both.setSpacing(32 if wide else 16)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(self._date)
        head.addWidget(self._summary, 1, Qt.AlignmentFlag.AlignBottom)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        left.addWidget(self._left_head)
        left.addWidget(self.go_on, 1)
        self._flow = QWidget()
        self._flow.setProperty("area", "flow")
        self._stops = QVBoxLayout(self._flow)
        self._stops.setContentsMargins(0, 0, 4, 0)
        self._stops.setSpacing(0)
        self._stops.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._flow)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._right_head)
        right.addWidget(self._scroll, 1)
        right.addWidget(self.empty, 1)
        self._both = QHBoxLayout()
        self._both.addWidget(self._left)
        self._both.addLayout(right, 1)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(16)
        self._column.addLayout(head)
        self._column.addWidget(self.failed)
        self._column.addWidget(self.preflight)
        self._column.addLayout(self._both, 1)

    def _loaded(self, data: model.Today) -> None:
        self.data = data
        self.failed.hide()
        self._show()

    def _broke(self, error: Exception) -> None:
        self.failed.set(t("common.failed"), getattr(error, "code", "internal"), t("common.retry"))
        self.failed.show()

    def _tick(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show(self) -> None:
        if self.data is None:
            self._summary.setText(t("common.loading"))
            self.empty.hide()
            return
        self._date.setText(model.written(self.data.day))
        sites = self.data.sites
        due, done = sum(s.left for s in sites), sum(s.done for s in sites)
        self._summary.setText(t("today.summary", sites=len(sites), due=due, done=done))
        self.preflight.set(self.data.health)
        self._fill()
        self.go_on.set(self.data)
        self._mark()
        self.keys_changed.emit()

    def _fill(self) -> None:
        assert self.data is not None
        for stop in self.stops:
            self._stops.removeWidget(stop)
            stop.hide()
            stop.deleteLater()
        last = len(self.data.sites)
        self.stops = [Stop(n, found, n == last) for n, found in enumerate(self.data.sites, 1)]
        for at, stop in enumerate(self.stops):
            stop.clicked.connect(lambda _on=False, name=stop.found.site.id: self.site_wanted.emit(name))
            self._stops.insertWidget(at, stop)
        self.chosen = min(self.chosen, len(self.stops) - 1)
        self._scroll.setVisible(bool(self.stops))
        self.empty.setVisible(not self.stops)

    def _mark(self) -> None:
        at = self.chosen
        if at < 0 and self.data is not None:
            here = self.data.go_on.instrument.site if self.data.go_on else ""
            at = next((n for n, s in enumerate(self.data.sites) if s.site.id == here), 0)
        for number, stop in enumerate(self.stops):
            stop.setChecked(number == at)
        self.go_on.button.setText(self._word())

    def _word(self) -> str:
        resume = self.chosen < 0 and self.data is not None and self.data.go_on is not None
        return t("today.resume") if resume else t("today.open_site")


class _GoOnCard(Box):
    """Where the last run stands, and the button that goes on with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("live", 28, 8, parent)
        self._site, self._place = label(role="second"), label(role="heading", wrap=True)
        self._name, self._facts = label(wrap=True), label(role="second", wrap=True)
        self._item, self._where = label(role="strong", wrap=True), label(role="second")
        self._pips, self._safe = Pips(stretch=True), label(role="second", wrap=True)
        self._more, self._line = label(role="caption"), divider()
        self.button = Button(kind="primary", icon="enter")
        self.button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tall(self.button)
        progress = QHBoxLayout()
        progress.addWidget(self._item, 1)
        progress.addWidget(self._where)
        safe = QHBoxLayout()
        safe.setSpacing(8)
        self._disk = Icon("disk")
        safe.addWidget(self._disk)
        safe.addWidget(self._safe, 1)
        for part in (self._site, self._place, self._name, self._facts):
            self.column.addWidget(part)
        self.column.addSpacing(8)
        self.column.addWidget(self._line)
        self.column.addSpacing(8)
        self.column.addLayout(progress)
        self.column.addWidget(self._pips)
        self.column.addLayout(safe)
        self.column.addWidget(self._more)
        self.column.addStretch(1)
        self.column.addWidget(self.button)

    def set(self, data: model.Today) -> None:
        found = data.go_on
        for part in (
            self._site,
            self._name,
            self._facts,
            self._line,
            self._pips,
            self._item,
            self._where,
            self._disk,
            self._more,
        ):
            part.setVisible(found is not None)
        self.button.setEnabled(found is not None or bool(data.sites))
        if found is None:
            self._place.setText(t("today.nothing"))
            self._safe.setText(t("today.nothing_hint"))
            return
        plate = found.instrument.plate
        self._site.setText(found.site)
        self._place.setText(found.instrument.place)
        self._name.setText(f"{plate.get('name', pick(found.title))} {plate.get('model', '')}".strip())
        self._facts.setText("  ".join(str(plate[key]) for key in ("maker", "serial") if plate.get(key)))
        self._item.setText(model.item_name(found))
        self._where.setText(model.where(found))
        self._pips.setVisible(found.total > 0)
        self._pips.set(found.total, found.done)
        self._safe.setText(model.safe(found))
        self._more.setText(t("today.more_runs", count=data.more))
        self._more.setVisible(data.more > 0)
