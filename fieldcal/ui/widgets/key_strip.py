"""The strip at the bottom: the keys that act now, each one also a place to tap."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QWidget

from fieldcal.ui.widgets.key_zone import KeyZone, PrimaryKey
from fieldcal.ui.widgets.keys import Key

HIGH, SLIM, LEFT, RIGHT = 64, 44, 12, 16

__all__ = ["Key", "KeyStrip"]


class KeyStrip(QFrame):
    """`set_keys` replaces all of them. What finds no room loses its zone, never its key. A slim one, over a page, has
    no filled button."""

    def __init__(self, parent: QWidget | None = None, slim: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("box", "keys")
        self.setFixedHeight(SLIM if slim else HIGH)
        self.keys: list[Key] = []
        self._zones: list[KeyZone] = []
        self._primary: PrimaryKey | None = None
        self._shortcuts: list[QShortcut] = []

    def set_keys(self, keys: Sequence[Key]) -> None:
        if [*keys] == self.keys:
            return
        self._clear()
        self.keys = [*keys]
        for key in keys:
            if key.primary:
                self._primary = PrimaryKey(key, self)
            else:
                self._zones.append(KeyZone(key, self))
            self._shortcuts += [self._shortcut(key, sequence) for sequence in key.sequences()]
        self._place()

    def refresh(self) -> None:
        """After a change of language: the caps say their keys anew."""
        keys, self.keys = self.keys, []
        self.set_keys(keys)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._place()
        super().changeEvent(event)

    def _clear(self) -> None:
        old: list[QWidget] = [*self._zones, *([self._primary] if self._primary else [])]
        for zone in old:
            zone.hide()
            zone.deleteLater()
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._zones, self._primary, self._shortcuts = [], None, []

    def _shortcut(self, key: Key, sequence: str) -> QShortcut:
        made = QShortcut(QKeySequence(sequence), self)
        made.setEnabled(key.enabled)
        made.setAutoRepeat(False)
        made.activated.connect(key.callback)
        return made

    def _place(self) -> None:
        room = self.width() - LEFT
        if self._primary:
            size = self._primary.sizeHint()
            room -= size.width() + RIGHT + LEFT
            self._primary.setGeometry(self.width() - RIGHT - size.width(), 8, size.width(), 48)
            self._primary.show()
        shown = _fitting(self._zones, room)
        x = LEFT
        for zone in self._zones:
            zone.setVisible(zone in shown)
            if zone in shown:
                zone.setGeometry(x, 1, zone.sizeHint().width(), self.height() - 2)
                x += zone.sizeHint().width() + 8


def _fitting(zones: list[KeyZone], room: int) -> list[KeyZone]:
    """All that find room; the way back goes last, whatever stands before it."""
    shown = list(zones)
    while shown and sum(zone.sizeHint().width() + 8 for zone in shown) - 8 > room:
        spare = [zone for zone in shown if zone.key.shortcut != "Esc"] or shown
        shown.remove(spare[-1])
    return shown
