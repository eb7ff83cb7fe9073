"""Three themes from one table of tokens: palette, style sheet and the numbers that painted parts use."""

from __future__ import annotations

from functools import cache
from string import Template
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from fieldcal.paths import resources
from fieldcal.ui import fonts, icons, tables

# no greys in the sun: what is off has a broken outline instead
SUN = """QPushButton:disabled, QPushButton[kind]:disabled, QLineEdit:disabled { border: 2px dashed #000000; }
QFrame[box="number"][state="off"] { border: 2px dashed #000000; }
QPushButton[kind="pin"] { border-color: #000000; }"""
NAMES = ("light", "dark", "outdoor")


@cache
def tokens() -> dict[str, Any]:
    return tables.read(resources() / "themes" / "tokens.toml")


class Theme:
    """The colours and sizes of one theme; `Theme.current()` is the one on the screen."""

    _current: Theme | None = None

    def __init__(self, name: str) -> None:
        self.name = name
        self._table: dict[str, Any] = tokens()["theme"][name]
        self.hairline: int = self._table["hairline"]
        self.scale: float = self._table["type_scale"]
        self.filled = name == "outdoor"  # selection is a filled block: there are no tints in the sun

    @classmethod
    def current(cls) -> Theme:
        if cls._current is None:
            cls._current = Theme("light")
        return cls._current

    def hex(self, token: str) -> str:
        return self._table[token]

    def color(self, token: str) -> QColor:
        return QColor(self._table[token])

    def px(self, name: str) -> int:
        """Pixels of a text size (caption, body, title, heading) or figure (cell, row, in_hand, live)."""
        kinds = tokens()["type"]
        if name == "live" and self.name == "outdoor":
            return kinds["figure"]["live_outdoor"]
        if name in kinds["size"]:
            return round(kinds["size"][name] * self.scale)
        base = kinds["figure"][name]
        return base if name.startswith("live") else round(base * self.scale)

    def font(self, size: str | int, strong: bool = False) -> QFont:
        return fonts.font(self.px(size) if isinstance(size, str) else size, strong)

    def selection(self) -> tuple[str, str, str]:
        """Fill, text and second text of a selected row, as #RRGGBB."""
        if self.filled:
            return self.hex("accent"), self.hex("on_accent"), self.hex("on_accent")
        return self.hex("accent_tint"), self.hex("text"), self.hex("text_second")

    def palette(self) -> QPalette:
        made, role = QPalette(), QPalette.ColorRole
        pairs = {
            role.Window: "bg", role.Base: "surface", role.AlternateBase: "sunken", role.Button: "surface",
            role.ToolTipBase: "surface", role.WindowText: "text", role.Text: "text", role.ButtonText: "text",
            role.ToolTipText: "text", role.BrightText: "on_accent", role.Highlight: "accent",
            role.HighlightedText: "on_accent", role.Link: "accent", role.PlaceholderText: "text_third",
            role.Mid: "edge", role.Dark: "edge", role.Light: "surface", role.Midlight: "line",
        }  # fmt: skip
        for place, token in pairs.items():
            made.setColor(place, self.color(token))
        for place in (role.WindowText, role.Text, role.ButtonText):
            made.setColor(QPalette.ColorGroup.Disabled, place, self.color("text_third"))
        return made

    def sheet(self) -> str:
        names = {key: str(value) for key, value in self._table.items()}
        names |= {f"{size}_px": f"{self.px(size)}px" for size in tokens()["type"]["size"]}
        names |= {f"{size}_px": f"{self.px(size)}px" for size in ("cell", "row", "in_hand")}
        fill, text, _ = self.selection()
        names |= {"select_fill": fill, "select_text": text, "hair": f"{self.hairline}px"}
        names |= {"off_fill": self.hex("sunken" if self.filled else "line")}
        names |= {"tip_fill": self.hex("text"), "tip_text": self.hex("surface")}
        names["bar_fill"] = "#BBBBBB" if self.filled else self.hex("line")
        names["sun_rules"] = SUN if self.filled else ""
        for state, height in (("h48", 48), ("h40", 40)):
            names |= {state: f"{height - 2}px", f"{state}b": f"{height - 4}px"}
        return Template((resources() / "themes" / "app.qss").read_text("utf-8")).substitute(names)


class _Signals(QObject):
    changed = Signal(str)


signals = _Signals()


def set_theme(app: QApplication, name: str, forms: bool = True) -> None:
    """Dresses the whole program in "light", "dark" or "outdoor"; open pages repaint at once.

    Without `forms` the style of check boxes and the focus ring wait for `dress_forms`: asked at every step of
    painting, they would double the time to the first page, which shows neither.
    """
    Theme._current = theme = Theme(name)
    icons.forget()
    fonts.load()
    if forms or hasattr(app, "_form_style"):
        dress_forms(app)
    app.setPalette(theme.palette())
    app.setFont(theme.font("body"))
    app.setStyleSheet(theme.sheet())
    for widget in app.allWidgets():
        widget.update()
    signals.changed.emit(name)


def dress_forms(app: QApplication) -> None:
    """The style of check boxes and the focus ring, in the accent of the theme on the screen."""
    from fieldcal.ui.focus import FocusRing, FormStyle

    if not isinstance(getattr(app, "_form_style", None), FormStyle):
        app._form_style = FormStyle()  # type: ignore[attr-defined]  # Python must keep it alive
        app._focus_ring = FocusRing(app)  # type: ignore[attr-defined]
        app.setStyle(app._form_style)  # type: ignore[attr-defined]
    app._form_style.accent = Theme.current().color("accent")  # type: ignore[attr-defined]


def next_theme(app: QApplication) -> str:
    name = NAMES[(NAMES.index(Theme.current().name) + 1) % len(NAMES)]
    set_theme(app, name)
    return name
