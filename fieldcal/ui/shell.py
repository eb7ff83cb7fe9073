"""The frame round every page: rail, header, pages, key strip, and the keys that work everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from fieldcal.ui import theme
from fieldcal.ui.i18n import language as current_language
from fieldcal.ui.i18n import set_language, t
from fieldcal.ui.language import language
from fieldcal.ui.touch import NARROW
from fieldcal.ui.widgets.basic import label
from fieldcal.ui.widgets.rail import Place, Rail

if TYPE_CHECKING:
    from fieldcal.ui.widgets.header import Header
    from fieldcal.ui.widgets.key_strip import KeyStrip
    from fieldcal.ui.widgets.keys import Key
    from fieldcal.ui.widgets.toast import Toast


class Page(QWidget):
    """What a page offers the frame. Its texts are set in `retranslate`; `own_head` stands in place of the header."""

    keys_changed = Signal()
    own_head = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("area", "page")

    def keys(self) -> list[Key]:
        return []

    def retranslate(self) -> None:
        """Called once when the page is put in and at each change of language."""

    def shown(self) -> None:
        """Called each time the page comes to the front."""


class Shell(QMainWindow):
    """`moved` carries the id of the page in front, `help_asked` comes from F12.

    Rail, header, strip and toast are made when they are first needed: the sign-in, which is painted first, has none.
    """

    moved = Signal(str)
    help_asked = Signal()
    person_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("fieldcal")
        self.setMinimumSize(960, 640)
        self.stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {}
        self._places: dict[str, Place] = {}
        self._shown: list[str] = []
        self._notice = ""
        self._developer = False
        self._bare = False
        self._lay_out()
        language.changed.connect(self.retranslate)
        theme.signals.changed.connect(self._themed)
        self._always("F5", self.next_theme)
        self._always("F6", self.next_language)
        self._always("F12", self.help_asked.emit)
        for number in range(1, 10):
            self._always(f"Ctrl+{number}", lambda number=number: self._nth(number))

    @cached_property
    def rail(self) -> Rail:
        made = Rail()
        made.chosen.connect(self._tapped)
        made.set_narrow(self.width() < NARROW)
        self._row.insertWidget(0, made)
        made.setVisible(not self._bare)
        return made

    @cached_property
    def header(self) -> Header:
        from fieldcal.ui.widgets.header import Header

        made = Header()
        made.person_pressed.connect(self.person_pressed)
        self._right.insertWidget(0, made)
        made.setVisible(not self._bare)
        return made

    @cached_property
    def strip(self) -> KeyStrip:
        from fieldcal.ui.widgets.key_strip import KeyStrip

        made = KeyStrip()
        self._right.addWidget(made)
        made.setVisible(not self._bare)
        return made

    @cached_property
    def bar(self) -> QLabel:
        """Over everything and on every page, the sign-in too: what holds for whatever is done here."""
        made = label(role="bar", wrap=True)
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._whole.insertWidget(0, made)
        return made

    @cached_property
    def toast(self) -> Toast:
        from fieldcal.ui.widgets.toast import Toast

        return Toast(self.stack)

    def set_pages(self, pages: Sequence[tuple[str, str, str, QWidget]], hidden: Sequence[str] = ()) -> None:
        """(id, icon, key of its word, page) each; `hidden` ones are reached by `go` alone."""
        for old in self._pages.values():
            self.stack.removeWidget(old)
        self._pages = {name: page for name, _, _, page in pages}
        self._places = {name: Place(name, icon, text) for name, icon, text, _ in pages}
        for page in self._pages.values():
            self.stack.addWidget(page)
            changed = getattr(page, "keys_changed", None)
            if changed is not None:
                changed.connect(lambda page=page: self._keys_of(page))
        if not self._bare:
            lower = [Place("help", "help", "shell.help"), Place("theme", "theme", "shell.theme", "F5")]
            self._shown = [name for name in self._places if name not in hidden]
            self.rail.set_places([self._places[name] for name in self._shown], lower)
        self.retranslate()
        if pages:
            self.go(pages[0][0])

    def go(self, name: str) -> None:
        """Brings a page to the front; KeyError if there is none of that id."""
        page = self._pages[name]
        self.stack.setCurrentWidget(page)
        if not self._bare:
            self.rail.mark(name)
            self.set_trail([t(self._places[name].text)])
        getattr(page, "shown", lambda: None)()
        if not self._bare:
            self.header.setVisible(not getattr(page, "own_head", False))
        self._keys_of(page)
        self.moved.emit(name)

    def here(self) -> str:
        page = self.stack.currentWidget()
        return next((name for name, known in self._pages.items() if known is page), "")

    def page(self, name: str) -> QWidget:
        return self._pages[name]

    def set_trail(self, parts: Sequence[str]) -> None:
        self.header.trail.set(parts)

    def set_status(self, device: str | None = None, delivery: str | None = None, person: str | None = None) -> None:
        self.header.set_status(device, delivery, person)

    def set_count(self, name: str, count: int) -> None:
        self.rail.set_count(name, count)

    def set_notice(self, key: str) -> None:
        """The key of a text such as "shell.demo"; "" takes the chip away."""
        self._notice = key
        self.header.notice.set(t(key) if key else "")

    def set_developer(self, on: bool) -> None:
        """The bar of developer mode; cheap where nothing changes."""
        if on != self._developer:
            self._developer = on
            self.bar.setVisible(on)
            self.bar.setText(t("shell.developer_bar"))

    def set_bare(self, bare: bool) -> None:
        """Without rail, header and strip: the sign-in has the whole window."""
        self._bare = bare
        for name in ("rail", "header", "strip"):
            if not bare or name in vars(self):
                getattr(self, name).setVisible(not bare)

    def say(self, text: str, action: str = "", callback: Callable[[], object] | None = None) -> None:
        self.toast.say(text, action, callback)

    def retranslate(self) -> None:
        if self._developer:
            self.bar.setText(t("shell.developer_bar"))
        if not self._bare:
            self.rail.retranslate()
            self.set_notice(self._notice)
        for page in self._pages.values():
            getattr(page, "retranslate", lambda: None)()
        if (here := self.here()) and not self._bare:
            self.set_trail([t(self._places[here].text)])
            self._keys_of(self._pages[here])
            self.strip.refresh()

    def next_theme(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.next_theme(app)

    def next_language(self) -> None:
        set_language("en" if current_language() == "zh" else "zh")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if "rail" in vars(self):
            self.rail.set_narrow(self.width() < NARROW)

    def _lay_out(self) -> None:
        self._right = QVBoxLayout()
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.setSpacing(0)
        self._right.addWidget(self.stack, 1)
        whole = QWidget()
        self._whole, self._row = QVBoxLayout(whole), QHBoxLayout()
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addLayout(self._row, 1)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addLayout(self._right, 1)
        self.setCentralWidget(whole)

    def _tapped(self, name: str) -> None:
        actions = {"help": self.help_asked.emit, "theme": self.next_theme}
        actions.get(name, lambda: self.go(name))()

    def _nth(self, number: int) -> None:
        """The page at this place of the rail."""
        if not self._bare and number <= len(self._shown):
            self.go(self._shown[number - 1])

    def _keys_of(self, page: QWidget) -> None:
        if self.stack.currentWidget() is page and not self._bare:
            self.strip.set_keys(page.keys() if hasattr(page, "keys") else [])  # type: ignore[attr-defined]

    def _themed(self, _name: str) -> None:
        if "strip" in vars(self):
            self.strip.refresh()

    def _always(self, sequence: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(sequence), self)
        shortcut.activated.connect(act)
