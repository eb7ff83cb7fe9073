"""`NAME.fcport`: what one van found out of an instrument, as a file for the others. Data only, no code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from fieldcal.domain.errors import BadInput
from fieldcal.services.doctor import PortPack, Print

FORMAT, SUFFIX = "fieldcal-port/1", ".fcport"
FOUND = ("answered", "spoke", "printed")
BITS = ("8N1", "8E1", "8O1", "8N2", "7E1", "7O1")
BIGGEST = 200_000  # characters
NAME = re.compile(r"[^\x00-\x1f/\\:*?\"<>|.][^\x00-\x1f/\\:*?\"<>|]{0,59}")
DRIVER = re.compile(r"[a-z][a-z0-9_]{1,40}(/[A-Za-z0-9_-]{1,60})?")
KEY = re.compile(r"[a-z][a-z0-9_]{0,40}")
LINE = {
    "baud": (re.compile(r"[1-9][0-9]{2,6}"), "a baud rate"),
    "bits": (re.compile("|".join(BITS)), ", ".join(BITS)),
    "dtr": (re.compile("true|false"), "true or false"),
    "rts": (re.compile("true|false"), "true or false"),
    "handshake": (re.compile("none|xonxoff|rtscts"), "none, xonxoff, rtscts"),
}
KEYS = ("format", "name", "driver", "line", "found", "settings", "prints")


def to_text(pack: PortPack) -> str:
    """The same pack is the same text."""
    data = {
        "format": FORMAT,
        "name": pack.name,
        "driver": pack.driver,
        "line": dict(pack.line),
        "found": pack.found,
        "settings": dict(pack.settings),
        "prints": [{"baud": one.rate, "hex": one.data.hex(" ").upper()} for one in pack.prints],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def from_text(text: str) -> PortPack:
    """Raises BadInput `bad-port-pack` naming field, value and what is accepted."""
    if len(text) > BIGGEST:
        raise _bad("file", f"{len(text)} characters", f"at most {BIGGEST}")
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        raise _bad("file", error, "JSON") from None
    if not isinstance(data, dict):
        raise _bad("file", type(data).__name__, "an object")
    return _pack(cast("dict[str, Any]", data))


def _pack(data: Mapping[str, Any]) -> PortPack:
    if data.get("format") != FORMAT:
        raise _bad("format", data.get("format", ""), FORMAT)
    for key in data:
        if key not in KEYS:
            raise _bad(key, data[key], ", ".join(KEYS))
    if data.get("found") not in FOUND:
        raise _bad("found", data.get("found", ""), ", ".join(FOUND))
    return PortPack(
        _text(data, "name", NAME, "a file name of at most 60 characters"),
        _text(data, "driver", DRIVER, "a driver, or a driver/map"),
        _line(data),
        data["found"],
        _settings(data),
        _prints(data),
    )


def _text(data: Mapping[str, Any], key: str, shape: re.Pattern[str], accepted: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise _bad(key, value, accepted)
    return value


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise _bad(key, value, "an object")
    return cast("dict[str, Any]", value)


def _line(data: Mapping[str, Any]) -> dict[str, str]:
    line = _table(data, "line")
    for key, value in line.items():
        if key not in LINE:
            raise _bad(f"line.{key}", value, ", ".join(LINE))
        shape, accepted = LINE[key]
        if not isinstance(value, str) or not shape.fullmatch(value):
            raise _bad(f"line.{key}", value, accepted)
    return line


def _settings(data: Mapping[str, Any]) -> dict[str, str | int]:
    settings = _table(data, "settings")
    for key, value in settings.items():
        if not KEY.fullmatch(key) or key in LINE:
            raise _bad(f"settings.{key}", value, "lower case letters, digits and _")
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise _bad(f"settings.{key}", value, "a text or a whole number")
    return settings


def _prints(data: Mapping[str, Any]) -> tuple[Print, ...]:
    prints = data.get("prints", [])
    if not isinstance(prints, list):
        raise _bad("prints", prints, "a list")
    return tuple(_print(at, one) for at, one in enumerate(cast("list[Any]", prints)))


def _print(at: int, one: Any) -> Print:
    try:
        baud = one["baud"]
        if isinstance(baud, bool) or not isinstance(baud, int):
            raise TypeError
        return Print(baud, bytes.fromhex(one["hex"]))
    except (KeyError, TypeError, ValueError):
        raise _bad(f"prints[{at}]", one, "baud and the bytes in hex") from None


def _bad(field: str, value: object, accepted: str) -> BadInput:
    return BadInput("bad-port-pack", field=field, value=str(value)[:60], accepted=accepted)
