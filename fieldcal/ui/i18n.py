"""Texts by key, from resources/i18n/<language>.toml. Imports no Qt, so paper and command line read it too."""

import re
import string
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fieldcal.paths import resources
from fieldcal.ui import tables

LANGUAGES = ("zh", "en")


class MissingText(KeyError):
    """A key asked for that no catalogue holds, or a text used without one of its placeholders."""

    code = "missing-text"


class Catalog:
    """The texts of one language. Keys are dotted: section.name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(texts)

    @classmethod
    def read(cls, path: Path) -> "Catalog":
        return cls(dict(_flat(tables.read(path))))

    def text(self, key: str, /, **values: object) -> str:
        try:
            return self.texts[key].format(**values) if values else self.texts[key]
        except KeyError as missing:
            raise MissingText(f"{key}: {missing}") from None


def placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value)


class _State:
    def __init__(self) -> None:
        self.language = "zh"
        self.strict = False
        self.loaded: dict[str, Catalog] = {}
        self.listeners: list[Callable[[str], None]] = []


_state = _State()


def catalog(language: str) -> Catalog:
    if language not in _state.loaded:
        _state.loaded[language] = Catalog.read(resources() / "i18n" / f"{language}.toml")
    return _state.loaded[language]


def language() -> str:
    return _state.language


def set_language(name: str) -> None:
    """Switches every text to "zh" or "en" and tells the listeners, even if it is the same one."""
    if name not in LANGUAGES:
        raise ValueError(f"no such language: {name!r}")
    _state.language = name
    for listener in list(_state.listeners):
        listener(name)


def listen(listener: Callable[[str], None]) -> None:
    _state.listeners.append(listener)


def be_strict(strict: bool = True) -> None:
    """In tests a missing text raises `MissingText`; in the field its key is shown instead."""
    _state.strict = strict


def t(key: str, /, **values: object) -> str:
    """The text of `key` in the language of the screen, its placeholders filled from `values`."""
    return text_in(_state.language, key, **values)


def text_in(name: str, key: str, /, **values: object) -> str:
    """As `t`, in a language of its own: a certificate does not follow the screen."""
    try:
        return catalog(name).text(key, **values)
    except MissingText:
        if _state.strict:
            raise
        return key


def message(code: str, name: str = "") -> str:
    """The sentence for an error code of the core, or the code itself if it has none."""
    return catalog(name or _state.language).texts.get(f"codes.{code}", code)


def explain(error: BaseException, name: str = "", label: str = "") -> str:
    """The sentence of an error, then field, value and what is accepted, as far as it names them.

    `name` is the language, else that of the screen; `label` is what the page calls the field."""
    name = name or _state.language
    code, texts = str(getattr(error, "fault", "") or getattr(error, "code", "internal")), catalog(name).texts
    field, value = label or str(getattr(error, "field", "")), str(getattr(error, "value", ""))
    colon, comma = ("：", "；") if name == "zh" else (": ", "; ")
    parts = [f"{field}{colon}{value}" if field and value else field or value]
    if accepted := accepts(error, name):
        parts.append(f"{texts['cli.accepted']}{colon}{accepted}")
    detail = comma.join(part for part in parts if part)
    space = "" if name == "zh" else " "
    return f"{message(code, name)}{space}{detail}".strip()


def accepts(error: BaseException, name: str = "") -> str:
    """What would have been accepted instead: a range as it is, words in this language."""
    words: Mapping[str, str] = getattr(error, "words", {})
    name, plain = name or _state.language, str(getattr(error, "accepted", ""))
    return words.get(name) or catalog(name).texts.get(f"accepts.{slug(plain)}", plain)


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def pick(text: Mapping[str, str] | str) -> str:
    """The right half of a text that carries its languages itself, as procedures do."""
    if isinstance(text, str):
        return text
    return text.get(_state.language) or next(iter(text.values()), "")
