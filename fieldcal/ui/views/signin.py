"""Sign-in: who, and the PIN by pad or by keyboard; what the computer's health is stands below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldcal.services.faces import NONE, Faces
from fieldcal.ui.i18n import message, pick, t
from fieldcal.ui.models.signin import SignIn
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW, PIN_KEY
from fieldcal.ui.views.signin_parts import Dots, HealthBar
from fieldcal.ui.widgets.basic import Box, label, restyle
from fieldcal.ui.widgets.number_pad import NumberPad
from fieldcal.ui.widgets.people_tile import PeopleTile
from fieldcal.ui.widgets.rail import Logo

if TYPE_CHECKING:
    from fieldcal.services.app import Health, Services
    from fieldcal.services.faces import Known

COLUMNS = 2
MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -COLUMNS, Qt.Key.Key_Down: COLUMNS}
CENTRE = Qt.AlignmentFlag.AlignCenter
CARD = 388  # three keys, their gaps and margins, and the outline of the outdoor theme


class SignInPage(Page):
    """The page holds the focus itself, so digits land in the PIN wherever the last tap was.

    Without services it shows the faces of the last session and that the workspace is being opened.
    """

    signed_in = Signal()

    def __init__(
        self, services: Services | None, runner: Run, faces: Faces = NONE, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.model = SignIn(services, runner, faces, self)
        self.tiles: dict[str, PeopleTile] = {}
        self._step, self._wrong = "open", ("", "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._institution, self._who = label(role="second"), label(role="heading")
        self._ask, self._hint = label(role="title", wrap=True), label(role="second", wrap=True)
        self._dots, self.pad, self.health = Dots(), NumberPad(pin=True), HealthBar()
        self._lay_out()
        self.pad.typed.connect(self.model.type)
        self.pad.backspace.connect(self.model.backspace)
        self.pad.enter.connect(self.model.enter)
        self.model.changed.connect(self._show)
        self.model.done.connect(self.signed_in)

    def shown(self) -> None:
        self.model.load()
        self._fill_tiles()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask_health()

    @Slot(str)
    def opening(self, step: str) -> None:
        """How far the opening is: open, check or devices."""
        self._step = step
        self._ask_health()

    def opened(self, services: Services) -> None:
        """Now people can sign in."""
        self._services = services
        self.model.opened(services)
        if [person.id for person in self.model.people] != [name for name in self.tiles if name]:
            self._fill_tiles()
        self.retranslate()

    def not_opened(self, reason: str, place: str) -> None:
        """Nobody can sign in; the page says why, until the window is closed."""
        self._wrong = (reason, place)
        self.model.faces = NONE
        self.model.load()
        self._fill_tiles()
        self.pad.setEnabled(False)
        self.retranslate()

    def scanned(self, text: str) -> bool:
        return self.model.scanned(text)

    def retranslate(self) -> None:
        self._who.setText(t("signin.not_open") if self._wrong[0] else t("signin.who"))
        names = self.model.institution()
        self._institution.setText(
            pick({"zh": names.get("name", ""), "en": names.get("name_en", names.get("name", ""))})
        )
        self.pad.retranslate()
        for person in self.model.people:
            if person.id in self.tiles:
                self.tiles[person.id].set(person.name, roles(person))
        self._show()
        if self.isVisible():
            self._ask_health()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        if text.isdigit():
            self.model.type(str(int(text)))
        elif key == Qt.Key.Key_Backspace:
            self.model.backspace()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.model.enter()
        elif key in MOVES:
            self.model.move(MOVES[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = 96 if self.width() >= NARROW else 32
        self._row.setContentsMargins(side, 64 if self.height() > 700 else 24, side, 24)
        self._row.setSpacing(78 if self.width() >= NARROW else 32)
        self.health.set_margin(side)

    def _lay_out(self) -> None:
        flow = QWidget()
        flow.setProperty("area", "flow")
        self._grid = QGridLayout(flow)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(16)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(flow)
        left = QVBoxLayout()
        left.setSpacing(24)
        left.addLayout(self._brand())
        left.addSpacing(16)
        left.addWidget(self._who)
        left.addWidget(scroll, 1)
        self._row = QHBoxLayout()
        self._row.addLayout(left, 1)
        self._row.addWidget(self._pin_card(), 0, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._row, 1)
        whole.addWidget(self.health)

    def _brand(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label("fieldcal", "heading"))
        words.addWidget(self._institution)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(Logo(56))
        row.addLayout(words, 1)
        return row

    def _pin_card(self) -> Box:
        self.pad.setMinimumHeight(4 * PIN_KEY[1] + 3 * 12)
        card = Box("live", 24, 8)
        card.setFixedWidth(CARD)
        for words in (self._ask, self._hint):
            words.setAlignment(CENTRE)
            words.setMinimumHeight(48)
        for part in (self._ask, self._dots, self.pad, self._hint):
            card.column.addWidget(part)
        return card

    def _fill_tiles(self) -> None:
        for tile in self.tiles.values():
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = {}
        for at, person in enumerate(self.model.people):
            tile = PeopleTile(person.name, roles(person))
            tile.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            tile.clicked.connect(lambda _on=False, name=person.id: self.model.choose(name))
            self._grid.addWidget(tile, at // COLUMNS, at % COLUMNS)
            self.tiles[person.id] = tile
        count = len(self.model.people)
        badge = PeopleTile(t("signin.scan_badge"), t("signin.scan_hint"), scan=True)
        badge.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        badge.setEnabled(False)
        self.tiles[""] = badge
        self._grid.addWidget(badge, count // COLUMNS, count % COLUMNS)
        self._grid.setRowStretch(count // COLUMNS + 1, 1)
        self._show()

    def _show(self) -> None:
        if "" in self.tiles:
            self.tiles[""].set(t("signin.scan_badge"), t("signin.scan_hint"))
        for name, tile in self.tiles.items():
            tile.setChecked(bool(name) and name == self.model.chosen)
        person = self.model.person
        nobody = t("signin.empty") if self.model.is_open else ""
        self._ask.setText(t("signin.enter_pin", person=person.name) if person else nobody)
        self._dots.set(self.model.places, self.model.typed)
        bad = bool(self.model.code or self._wrong[0])
        if self._hint.property("role") != (role := "fail" if bad else "second"):
            restyle(self._hint, role=role)
        self._hint.setText(self._advice())

    def _advice(self) -> str:
        if not self.model.is_open:
            return self._wrong[0] or t("signin.opening")
        if self.model.code:
            return t("signin.wrong_pin") if self.model.code == "wrong-pin" else message(self.model.code)
        pin = self.model.pins.get(self.model.chosen)
        return t("signin.demo_pin", pin=pin) if pin else t("signin.forgot")

    def _ask_health(self) -> None:
        services = self._services
        if services is not None:
            self._runner(lambda: look(services), self._set_health, lambda _error: None)
            return
        state = (
            ("fail", *self._wrong) if self._wrong[0] else ("current", t("signin.opening"), t(f"signin.{self._step}"))
        )
        self.health.set([state], t("signin.keys", other=t("common.other_language")))

    def _set_health(self, seen: tuple[list[Health], int, int]) -> None:
        from fieldcal.ui.models import today_health  # dates and zones, which the first page does without

        health, records, waiting = seen
        parts = [("pass" if item.ok else "warn", t(f"today.{item.id}"), today_health.value(item)) for item in health]
        parts.append(("pass", t("signin.database"), t("signin.records", count=records)))
        kind = "warn" if waiting else "pass"
        words = t("signin.waiting", count=waiting) if waiting else t("shell.delivery_done")
        parts.append((kind, t("signin.delivery"), words))
        self.health.set(parts, t("signin.keys", other=t("common.other_language")))


def look(services: Services) -> tuple[list[Health], int, int]:
    health = [item for item in services.preflight() if item.id in ("clock", "disk")]
    return health, services.ws.journal.head()[0], services.delivery.pending()


def roles(person: Known) -> str:
    return " / ".join(t(f"signin.role_{role}") for role in person.roles)
