"""The banner that says that something failed, and what is safe."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from fieldcal.ui.i18n import message, t
from fieldcal.ui.widgets.banner import Banner


class FaultBanner(Banner):
    """Over the page until it is closed."""

    def __init__(self, over: QWidget) -> None:
        super().__init__("fail", over)
        self._over = over
        self.pressed.connect(self.hide)
        self.hide()

    def tell(self, code: str) -> None:
        sentence = message(code)
        title = t("shell.error_title") if code == "internal" else sentence
        self.set(title, t("shell.error_text"), t("common.close"))
        wide = self._over.width() - 32
        self.setGeometry(16, 8, wide, max(64, self.heightForWidth(wide)))
        self.show()
        self.raise_()
