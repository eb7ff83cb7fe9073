"""The bundled typeface: without it a bare Windows shows Chinese in a different hand on every page."""

from PySide6.QtGui import QFont, QFontDatabase

from fieldcal.paths import resources

FAMILY = "Noto Sans SC"
FILES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
_loaded: list[int] = []


def load() -> str:
    """Registers the bundled faces once and answers with their family name."""
    if not _loaded:
        _loaded.extend(QFontDatabase.addApplicationFont(str(resources() / "fonts" / name)) for name in FILES)
    return FAMILY


def font(pixels: int, strong: bool = False) -> QFont:
    made = QFont(FAMILY)
    made.setPixelSize(max(1, pixels))
    made.setWeight(QFont.Weight.Bold if strong else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
