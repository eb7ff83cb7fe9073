"""What a page offers on the keyboard: the key strip shows it, presses it and announces it."""

from collections.abc import Callable
from typing import NamedTuple

from fieldcal.ui.i18n import t

NAMED = {"Space": "common.space", "Del": "common.delete_key"}
SIGNS = {"Up": "↑", "Down": "↓", "Left": "←", "Right": "→"}


class Key(NamedTuple):
    """`shortcut` as Qt names it ("F1", "Space", "Return"); several in one zone as "Up Down".
    Without a callback the zone only informs. The primary one is the filled button."""

    shortcut: str
    label: str
    icon: str | None = None
    callback: Callable[[], object] | None = None
    enabled: bool = True
    primary: bool = False

    def cap(self) -> str:
        parts = [SIGNS.get(part, part) for part in self.shortcut.split()]
        if len(parts) == 1 and parts[0] in NAMED:
            return t(NAMED[parts[0]])
        return " ".join(parts)

    def sequences(self) -> list[str]:
        """Enter on the number block is the same key as Return."""
        if self.callback is None:
            return []
        return [self.shortcut, "Enter"] if self.shortcut == "Return" else [self.shortcut]
