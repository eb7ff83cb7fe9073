"""The schema of `driver.toml`; all its errors come back at once, since its author wants the whole list."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Literal, cast

import msgspec

from fieldcal.driverkit.capability import CAPABILITIES

API = 1
_ID = re.compile(r"[a-z][a-z0-9_]{1,40}")
_ENTRY = re.compile(r"[a-z_][a-z0-9_]*:[A-Za-z_][A-Za-z0-9_]*")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


class SerialSettings(msgspec.Struct, frozen=True):
    baud: tuple[int, ...] = (9600,)
    bits: Literal["8N1", "8E1", "8O1", "8N2", "7E1", "7O1"] = "8N1"
    dtr: bool = True
    rts: bool = True
    handshake: Literal["none", "xonxoff", "rtscts"] = "none"


Line = Mapping[str, Any]
_LINE_VALUES = {
    "baud": "whole numbers above 0, the usual first",
    "bits": "8N1, 8E1, 8O1, 8N2, 7E1, 7O1",
    "dtr": "true, false",
    "rts": "true, false",
    "handshake": "none, xonxoff, rtscts",
}


class UsbId(msgspec.Struct, frozen=True):
    vid: str
    pid: str = ""


class Match(msgspec.Struct, frozen=True):
    """Hints for sorting the list of ports, never proof."""

    usb: list[UsbId] = []


class Probe(msgspec.Struct, frozen=True):
    """`safe`: the identify request may be sent to an unknown instrument; `timeout` in seconds."""

    safe: bool = False
    timeout: float = 2.0


class Manifest(msgspec.Struct, frozen=True):
    id: str
    version: str
    api: int
    entry: str
    simulator: str
    capabilities: list[str]
    name: dict[str, str]
    serial: SerialSettings = SerialSettings()
    match: Match = Match()
    probe: Probe = Probe()
    checksum: bool = False
    frames: dict[str, str] = {}  # protocol -> module:function that decodes one frame of it


def read_manifest(text: str) -> tuple[Manifest | None, list[str]]:
    """The manifest, or None and every problem found in it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [f"not TOML: {error}"]
    problems = _shape(Manifest, data, "")
    if not problems:
        manifest = msgspec.convert(data, Manifest)
        problems = _rules(manifest)
        if not problems:
            return manifest, []
    return None, problems


def line_of(manifest: Manifest, profile: Mapping[str, Any]) -> SerialSettings:
    """The line settings of one type of instrument: its `[line]` over the `[serial]` of the manifest.

    Raises ValueError with every problem `line_problems` finds.
    """
    if problems := line_problems(profile):
        raise ValueError("; ".join(problems))
    line: Line = profile.get("line", {})
    return msgspec.structs.replace(manifest.serial, **{key: _line_value(key, value) for key, value in line.items()})


def line_problems(profile: Mapping[str, Any]) -> list[str]:
    """What is wrong with the `[line]` of a map: key, value and what is accepted."""
    line: object = profile.get("line", {})
    if not isinstance(line, Mapping):
        return [f"line: {line!r}, accepted: a table of {', '.join(_LINE_VALUES)}"]
    return [problem for key, value in cast("Line", line).items() if (problem := _line_problem(key, value))]


def _line_problem(key: str, value: object) -> str:
    if key not in _LINE_VALUES:
        return f"line.{key}: {value!r}, accepted keys: {', '.join(_LINE_VALUES)}"
    kind = next(field.type for field in msgspec.structs.fields(SerialSettings) if field.name == key)
    wanted = _line_value(key, value)
    good = not _field(kind, wanted, key) and (key != "baud" or (wanted and min(wanted) > 0))
    return "" if good else f"line.{key}: {value!r}, accepted: {_LINE_VALUES[key]}"


def _line_value(key: str, value: Any) -> Any:
    """One rate may stand without a list around it."""
    if key != "baud":
        return value
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else (value,)


def _shape(kind: type[msgspec.Struct], data: dict[str, Any], path: str) -> list[str]:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    problems = [f"{path}{key}: unknown" for key in data if key not in fields]
    for name, field in fields.items():
        if name not in data:
            if field.required:
                problems.append(f"{path}{name}: missing")
        elif inspect.isclass(field.type) and issubclass(field.type, msgspec.Struct):
            problems += _table(field.type, data[name], f"{path}{name}")
        else:
            problems += _field(field.type, data[name], f"{path}{name}")
    return problems


def _table(kind: type[msgspec.Struct], value: object, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: not a table"]
    return _shape(kind, cast("dict[str, Any]", value), f"{path}.")


def _field(kind: Any, value: object, path: str) -> list[str]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        return [f"{path}: {error}"]
    return []


def _rules(manifest: Manifest) -> list[str]:
    checks = [
        (_ID.fullmatch(manifest.id), "id: lower case letters, digits and _ only"),
        (_VERSION.fullmatch(manifest.version), "version: three numbers"),
        (manifest.api == API, f"api: this program speaks {API}"),
        (_ENTRY.fullmatch(manifest.entry), "entry: module:Class"),
        (_ENTRY.fullmatch(manifest.simulator), "simulator: module:Class"),
        ("identify" in manifest.capabilities, "capabilities: identify is missing"),
        ({"en", "zh"} <= set(manifest.name), "name: en and zh are needed"),
        (manifest.serial.baud and min(manifest.serial.baud) > 0, "serial.baud: one rate at least"),
        (all(map(_ENTRY.fullmatch, manifest.frames.values())), "frames: protocol = module:function"),
        (0 < manifest.probe.timeout <= 10, "probe.timeout: above 0, at most 10 s"),
    ]
    problems = [text for holds, text in checks if not holds]
    return problems + [f"capabilities: {c} is unknown" for c in manifest.capabilities if c not in CAPABILITIES]
