"""Icons tinted from the theme: currentColor becomes a token, the white knock-outs become the surface."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fieldcal.paths import resources

_pixmaps: dict[tuple[str, int, str, str, float], QPixmap] = {}


@cache
def _source(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text("utf-8")


def pixmap(name: str, size: int, color: str, surface: str = "#FFFFFF", ratio: float = 1.0) -> QPixmap:
    """`size` in logical px, `color` and `surface` as #RRGGBB; cached until `forget`."""
    key = (name, size, color, surface, ratio)
    if key not in _pixmaps:
        _pixmaps[key] = _render(*key)
    return _pixmaps[key]


def icon(name: str, color: str, size: int = 20, ratio: float = 2.0) -> QIcon:
    return QIcon(pixmap(name, size, color, ratio=ratio))


def draw(painter: QPainter, name: str, area: QRectF, color: str, surface: str = "#FFFFFF") -> None:
    ratio = painter.device().devicePixelRatio()
    picture = pixmap(name, round(area.width()), color, surface, ratio)
    painter.drawPixmap(area.topLeft(), picture)


def forget() -> None:
    """Called when the theme changes: the old colours would only fill memory."""
    _pixmaps.clear()


def _render(name: str, size: int, color: str, surface: str, ratio: float) -> QPixmap:
    text = _source(name).replace("#FFFFFF", surface).replace("currentColor", color)
    made = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(text.encode("utf-8"))).render(painter)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made
