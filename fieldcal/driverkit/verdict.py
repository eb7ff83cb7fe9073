"""What must come of each fault, and what did come: one judge for the kit and for the table of faults."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from fieldcal.driverkit.driver import Reading

ERROR, RIGHT, SEEN = "error", "right", "seen"
NEEDS = {
    ERROR: "an error, never a value",
    RIGHT: "an error, or the value that is there now, with its own unit",
    SEEN: "the old value may come: no driver can tell it, see below",
}
REQUIRED = {
    "silence": ERROR, "stuck": ERROR, "cut": ERROR, "unplug": ERROR, "garbage": ERROR, "wrong-checksum": ERROR,
    "wrong-baud": ERROR, "overflow": ERROR, "nan": ERROR, "overload": ERROR, "underload": ERROR,
    "late": RIGHT, "echo": RIGHT, "drip": RIGHT, "early": RIGHT, "late-answer": RIGHT, "comma": RIGHT, "unit": RIGHT,
    "sleep": RIGHT,
    "stale": SEEN,
}  # fmt: skip
WORDS = frozenset({"nan", "overload", "underload", "comma", "unit"})  # about a value, so not for other calls
Seen = dict[str, tuple[Any, str]]


def seen(result: object) -> Seen:
    """The values of a result with their units, by name; empty for a result without any."""
    if isinstance(result, Reading):
        return {result.quantity: (result.value, result.unit)}
    if isinstance(result, str):
        return {"text": (result, "")}
    if not isinstance(result, Mapping):
        return {}
    found = cast("Mapping[str, Any]", result)
    if "lat" in found:
        return {key: (Decimal(str(found[key])), "°") for key in ("lat", "lon")} if found["status"] == "ok" else {}
    return {name: one for reading in found.items() for name, one in [(reading[0], _pair(reading[1]))]}


def _pair(reading: Reading) -> tuple[Decimal, str]:
    return reading.value, reading.unit


def compared(got: Seen, before: Seen, now: Seen) -> str:
    """`value` for what is there now, `old` for what was there before, `in UNIT`, or `wrong`."""
    told = [_one(got[name], before.get(name), now.get(name)) for name in got]
    for worst in ("wrong", "old"):
        if worst in told:
            return worst
    return next((one for one in told if one != "value"), "value")


def _one(got: tuple[Any, str], before: tuple[Any, str] | None, now: tuple[Any, str] | None) -> str:
    if before is None or now is None:
        return "wrong"
    if got[1] != now[1]:
        return f"in {got[1]}"
    if not isinstance(got[0], Decimal):
        return "value" if got == now else "old" if got == before else "wrong"
    near = abs(now[0] - before[0]) / 10  # registers count and loads settle meanwhile
    if abs(got[0] - now[0]) <= near:
        return "value"
    return "old" if abs(got[0] - before[0]) <= near else "wrong"


def measures(call: str) -> bool:
    """Whether a call gives values that can be compared."""
    return call.startswith(("measure", "live", "position", "read"))


def wrong(fault: str, call: str, cell: str) -> str:
    """Why this outcome of a call must not be; empty if it may. `cell` is a code of an error or from `compared`."""
    need = REQUIRED.get(fault)
    good = cell in ("value", "old", "wrong") or cell.startswith("in ")
    if need is None or not good or (fault in WORDS and not measures(call)):
        return ""
    if need == ERROR:
        return f"accepts a value under {fault}"
    if need == RIGHT and cell in ("old", "wrong"):
        return f"accepts the {cell} value under {fault}"
    return "accepts a wrong value under stale" if cell == "wrong" else ""
