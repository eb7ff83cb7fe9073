"""The two embedded faces. Only TrueType outlines: no face of the viewer's is ever relied on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

REGULAR, BOLD = "NotoSansSC-Regular", "NotoSansSC-Bold"
_lock = threading.Lock()


class MissingGlyphs(ValueError):
    """The paper cannot be printed: `characters` are in neither face."""

    code = "missing-glyphs"

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(f"{self.code}: {characters}")


def register() -> None:
    """Make both faces known to reportlab; cheap after the first call, safe from any thread."""
    from reportlab.pdfbase import pdfmetrics

    with _lock:
        known = pdfmetrics.getRegisteredFontNames()
        for name in (REGULAR, BOLD):
            if name not in known:
                pdfmetrics.registerFont(_load(name))


def _load(name: str) -> Any:
    from reportlab.pdfbase.ttfonts import TTFont

    from fieldcal.paths import resources

    return TTFont(name, str(resources() / "fonts" / f"{name}.ttf"))


@cache
def covered() -> frozenset[int]:
    """Code points that both faces can draw."""
    from reportlab.pdfbase import pdfmetrics

    register()
    faces: list[Any] = [pdfmetrics.getFont(name) for name in (REGULAR, BOLD)]
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in faces))


def missing(*content: object) -> str:
    """Characters of the content that no face has, each once, in order of code point."""
    wanted = set("".join(_texts(msgspec.to_builtins(content)))) - {"\n"}
    return "".join(sorted(char for char in wanted if ord(char) not in covered()))


def require(*content: object) -> None:
    if lacking := missing(*content):
        raise MissingGlyphs(lacking)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        yield from _texts(list(part.values()))  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(part, list | tuple):
        for one in part:  # pyright: ignore[reportUnknownVariableType]
            yield from _texts(one)
