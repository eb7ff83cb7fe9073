"""Frames as cases: bytes off the line, and what a driver must make of them, to the digit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from fieldcal.driverkit import Decoded, Decoder, Wire
from fieldcal.services.case_file import bad
from fieldcal.services.case_types import CaseResult, Difference, Unsupported

TOPIC = "protocols"
SHAPE = {"id": (str, "text"), "protocol": (str, "text"), "hex": (str, "bytes in hex"), "decoded": (dict, "an object")}
DIRECTIONS = ("device_to_host", "host_to_device")
ALWAYS = ("kind", "value", "unit", "status")
Case = dict[str, Any]
Decoders = Callable[[str], Decoder | None]  # by the name of a protocol


def no_decoders(_protocol: str) -> None:
    return None


def checked(place: int, case: Any) -> Case:
    """Raises BadInput `bad-cases-file` for a case of another shape."""
    if not isinstance(case, dict):
        raise bad(f"cases[{place}]", type(case).__name__, "an object")
    found = cast("Case", case)
    for key, (kind, accepted) in SHAPE.items():
        if not isinstance(found.get(key), kind):
            raise bad(f"cases[{place}].{key}", found.get(key, ""), accepted)
    if found.get("direction", DIRECTIONS[0]) not in DIRECTIONS:
        raise bad(f"cases[{place}].direction", found["direction"], ", ".join(DIRECTIONS))
    _bytes(found["hex"], f"cases[{place}].hex")
    return found


def decode(case: Case, decoders: Decoders) -> dict[str, Any]:
    """What the driver of this protocol makes of the frame. Raises Unsupported for a protocol without a driver."""
    decoder = decoders(case["protocol"])
    if decoder is None:
        raise Unsupported(field="protocol", value=case["protocol"])
    request = _request(case)
    settings = {**cast("Mapping[str, Any]", case.get("profile") or {}), "check": _check(case)}
    from_host = case.get("direction") == "host_to_device"
    return spelt(decoder(Wire(_bytes(case["hex"], "hex"), settings, from_host, request)))


def spelt(decoded: Decoded) -> dict[str, Any]:
    """As a table with the keys of a case."""
    out: dict[str, Any] = {"kind": decoded.kind, "status": decoded.status, "value": decoded.value, "unit": decoded.unit}
    if decoded.reason:
        out["reason"] = decoded.reason
    if decoded.kind in ("readings",) or decoded.values:
        out["values"] = [{"name": v.name, "value": v.value, "unit": v.unit, "status": v.status} for v in decoded.values]
    if decoded.kind == "stream":
        out["frames"] = [spelt(frame) for frame in decoded.frames]
    return out | decoded.details


def compare(expected: Mapping[str, Any], got: Mapping[str, Any], result: CaseResult, place: str = "") -> None:
    """Exact texts: a number with a nought too many is another number. Why a frame was refused may be told in two
    ways, so another reason is listed and no difference."""
    for key, wanted in expected.items():
        name = f"{place}.{key}" if place else key
        if key == "reason" and got.get("kind") == "reject" and wanted != got.get(key):
            result.not_compared.append(name)
        elif key in ("values", "frames"):
            _compare_lists(wanted, got.get(key), result, name)
        elif key not in got and key not in ALWAYS:
            result.not_compared.append(name)
        elif _text(wanted) != _text(got.get(key)):
            result.differences.append(Difference(name, wanted, got.get(key)))


def _compare_lists(wanted: list[Any], got: list[Any] | None, result: CaseResult, name: str) -> None:
    if got is None or len(wanted) != len(got):
        result.differences.append(Difference(name, wanted, got))
        return
    for at, (left, right) in enumerate(zip(wanted, got, strict=True)):
        compare(left, right, result, f"{name}[{at}]")


def _text(value: Any) -> Any:
    """Numbers of a JSON file are texts here, whatever they are in a driver."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (list, tuple)):
        return [_text(one) for one in cast("list[Any]", value)]
    return str(value)


def _check(case: Case) -> str:
    own = cast("Mapping[str, Any]", case.get("profile") or {}).get("check")
    return str(own if own is not None else case.get("check") or "none")


def _request(case: Case) -> bytes:
    context = case.get("context")
    found = cast("Mapping[str, Any]", context).get("request_hex", "") if isinstance(context, dict) else context or ""
    own = cast("Mapping[str, Any]", case.get("profile") or {}).get("request_hex", "")
    text = str(found or own)
    return bytes.fromhex(text) if _is_hex(text) else b""


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True


def _bytes(text: str, field: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise bad(field, text, "bytes in hex") from error
