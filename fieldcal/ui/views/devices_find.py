"""What the doctor shows of one port: the way in, the search, and the three prints."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from fieldcal.services.doctor import PRINTS, Listening, Port, PortPack, Search
from fieldcal.ui.i18n import t
from fieldcal.ui.models import devices as model
from fieldcal.ui.models import devices_find as words
from fieldcal.ui.views.devices_parts import Facts, OfferCard
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.empty_state import Progress
from fieldcal.ui.widgets.pips import Pips
from fieldcal.ui.widgets.rows import ListRow, RowList

SECONDS = 5  # a search takes at most


class OfferList:
    """Rows of what fits, and a card for the chosen one; a panel puts them where it wants."""

    def __init__(self, high: int = 64) -> None:
        self.list, self.card = RowList(high), OfferCard()
        self._high = high
        self._rows: list[ListRow] = []

    def set_rows(self, rows: list[ListRow], alone: bool = False) -> None:
        """One row has all it says on the card; `alone` shows it all the same."""
        if rows != self._rows:
            self._rows = rows
            self.list.set_rows(rows)
        if rows and self.list.choice() is None:
            self.list.choose(rows[0].id)
        self.list.setVisible(len(rows) > (0 if alone else 1))
        self.list.setFixedHeight(min(len(rows), 2) * self._high + 2)

    def choice(self) -> str:
        return self.list.choice() or ""


class PortPanel(Box):
    """A port that plays no role: what is known of it without opening it, and what may be tried."""

    ask = Signal()
    listen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", 24, 12, parent)
        self._title, self.facts, self.hint = label(role="heading"), Facts(), label(role="second", wrap=True)
        self.find_button, self.print_button = Button(kind="primary", icon="search"), Button(icon="print")
        self._packs = label(role="title")
        self.offers = OfferList()
        self.find_button.clicked.connect(self.ask)
        self.print_button.clicked.connect(self.listen)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.find_button, 1)
        buttons.addWidget(self.print_button, 1)
        for part in (self._title, self.facts, self.hint):
            self.column.addWidget(part)
        self.column.addLayout(buttons)
        self.column.addStretch(1)
        for part in (self._packs, self.offers.list, self.offers.card):
            self.column.addWidget(part)

    def set(self, port: Port, packs: Sequence[PortPack]) -> None:
        self._title.setText(model.short(port.name))
        self.facts.set([
            (t("devices.port"), port.description or t("common.none")),
            (t("devices.usb"), model.usb(port.usb) or t("common.none")),
            (t("devices.last_role"), model.role(port.role) if port.role else t("common.none")),
        ])  # fmt: skip
        self.hint.setText(t("devices.wireless_hint") if port.wireless else t("devices.port_hint"))
        self.find_button.setText(t("devices.find"))
        self.print_button.setText(t("devices.print_three"))
        self.find_button.setEnabled(not port.wireless)
        self.print_button.setEnabled(not port.wireless)
        self._packs.setText(t("devices.packs"))
        self._packs.setVisible(bool(packs) and not port.wireless)
        self.offers.set_rows([words.pack_row(pack) for pack in packs] if not port.wireless else [], alone=True)


class FindPanel(Box):
    """Drivers as they are tried, and those that fit."""

    stop = Signal()
    listen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", 24, 12, parent)
        self._title, self.progress, self.last = label(role="heading"), Progress(), label(role="caption", wrap=True)
        self.banner, self.offers = Banner("warn"), OfferList()
        self.progress.cancelled.connect(self.stop)
        self.banner.pressed.connect(self.listen)
        for part in (self._title, self.progress, self.last, self.banner, self.offers.list):
            self.column.addWidget(part)
        self.column.addWidget(self.offers.card)
        self.column.addStretch(1)

    def set(self, port: str, search: Search) -> None:
        self._title.setText(f"{t('devices.find')} · {model.short(port)}")
        self.progress.set(round(search.share * SECONDS), SECONDS, words.search_words(search))
        self.progress.cancel.setText(t("devices.stop"))
        self.progress.setVisible(not search.done)
        failed = search.done and not search.hits
        self.last.setText(words.search_words(search) if search.done else "  ".join(search.tried[-6:]))
        self.last.setVisible(not failed)
        self.banner.set(words.search_words(search), t("devices.nobody_hint"), t("devices.print_three"))
        self.banner.setVisible(failed)
        self.offers.set_rows([words.hit_row(at, hit) for at, hit in enumerate(search.hits)])
        self.offers.card.setVisible(bool(search.hits))


class PrintPanel(Box):
    """How many prints came, what they were, and what they tell."""

    nothing = Signal()
    stop = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", 24, 12, parent)
        self._title, self.count = label(role="title"), Pips(PRINTS, 0, stretch=True)
        self.word, self.hint = label(role="title", wrap=True), label(role="second", wrap=True)
        self.bytes, self.facts = QPlainTextEdit(), Facts()
        self.nothing_button, self.stop_button = Button(), Button(kind="quiet")
        self.offers = OfferList(40)
        self.bytes.setReadOnly(True)
        self.bytes.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.bytes.setMinimumHeight(44)
        self.nothing_button.clicked.connect(self.nothing)
        self.stop_button.clicked.connect(self.stop)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.nothing_button)
        buttons.addWidget(self.stop_button)
        buttons.addStretch(1)
        for part in (self._title, self.count, self.word, self.hint, self.facts):
            self.column.addWidget(part)
        self.column.addLayout(buttons)
        self.column.addWidget(self.bytes, 1)
        self.column.addWidget(self.offers.list)
        self.column.addWidget(self.offers.card)

    def set(self, port: str, heard: Listening) -> None:
        told = heard.diagnosis
        self._title.setText(f"{t('devices.print_three')} · {model.short(port)}")
        self.count.set(PRINTS, min(len(heard.prints), PRINTS))
        self.count.setVisible(not heard.done)
        self.word.setText(words.print_words(heard, PRINTS))
        waits = not heard.done and not heard.error
        self.hint.setText(t("devices.press_hint"))
        for part in (self.hint, self.nothing_button, self.stop_button):
            part.setVisible(waits)
        self.nothing_button.setText(t("devices.nothing_came"))
        self.stop_button.setText(t("devices.stop"))
        text = words.prints(heard)
        if text != self.bytes.toPlainText():
            self.bytes.setPlainText(text)
        self.bytes.setPlaceholderText(t("devices.quiet"))
        self.bytes.setAccessibleName(t("devices.live"))
        unread = told.form is not None and not told.proposals
        line = f"{told.form.baud} · {told.form.bits}" if told.form else ""
        self.facts.set([(t("devices.line"), line), (t("devices.form"), words.form_words(told))] if unread else [])
        shown = told.proposals if heard.done else ()
        self.offers.set_rows([words.proposal_row(at, one) for at, one in enumerate(shown)])
        self.offers.card.setVisible(bool(shown))
