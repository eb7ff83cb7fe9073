"""Buttons in four kinds: primary, secondary, quiet, danger. One primary a page, where Enter is."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from fieldcal.ui import icons
from fieldcal.ui.theme import Theme
from fieldcal.ui.touch import BUTTON
from fieldcal.ui.widgets.basic import restyle

INK = {"primary": "on_accent", "quiet": "accent", "danger": "fail"}
PRESS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Button(QPushButton):
    """With a tinted icon. If reached with Tab, Space and Enter press it; else those keys are the page's."""

    def __init__(
        self, text: str = "", kind: str = "secondary", icon: str | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._icon_name, self._tabbed = icon, False
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setMinimumHeight(BUTTON if kind != "chip" else 40)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tint()

    def set_kind(self, kind: str) -> None:
        restyle(self, kind=kind)
        self._tint()

    def set_icon(self, name: str | None) -> None:
        self._icon_name = name
        self._tint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._tabbed = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._tabbed
            and event.key() in PRESS
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._tabbed and event.key() in PRESS[1:]:
            self.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self._tint()
        super().changeEvent(event)

    def _tint(self) -> None:
        if not self._icon_name:
            return
        token = INK.get(str(self.property("kind")), "text") if self.isEnabled() else "text_third"
        self.setIcon(icons.icon(self._icon_name, Theme.current().hex(token)))
        self.setIconSize(QSize(20, 20))
