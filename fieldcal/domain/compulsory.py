"""How much of what must be verified is verified: the state of each instrument and of each kind, and their rates.

Nothing is dropped: what is left out of a rate is left out with a reason, what cannot be told is counted apart.
Which of the two rates a city means, and the day on which a rotation period ends, no public text settles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec

from fieldcal.domain.rounding import half_even
from fieldcal.domain.validity import MINUS_ONE, SAME_DAY, valid_until

STEP = Decimal("0.1")  # percent
OUT_OF_SERVICE = ("stopped", "sealed", "scrapped")

Result = Literal["pass", "fail", "voided", "never", ""]
Mode = Literal["periodic", "first_only_rotation", "first_only_scrap", ""]
Regime = Literal["P", "V", "P+V", ""]


class State(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown"


class Registered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a register of instruments; "" and None: not known. `evidence`: the day that the paper on being out of
    service bears, None if there is no such paper; left out where the register itself vouches for it."""

    mode: Mode
    regime: Regime = "V"
    state: Literal["in_use", "stopped", "sealed", "scrapped", ""] = "in_use"
    evidence: date | msgspec.UnsetType | None = msgspec.UNSET
    use: Literal["compulsory", "non_compulsory", ""] = "compulsory"
    last_result: Result = ""
    valid_until: date | None = None
    first_result: Result = ""
    first_date: date | None = None  # of the first verification, or of installation
    rotation_months: int | None = None
    rotation_until: date | None = None
    out_of_tolerance: bool = False  # reported


@dataclass(frozen=True)
class Judged:
    state: State
    reason: str = ""


def judge(one: Registered, today: date, convention: str = "") -> Judged:
    """`convention`: of rotation periods, as the laboratory has settled it; "" judges only where both agree."""
    if left_out := _left_out(one, today):
        return left_out
    match one.mode:
        case "periodic":
            return _dated(one.last_result, one.valid_until and {one.valid_until}, today, "overdue")
        case "first_only_rotation":
            return _dated(one.first_result, _rotation_ends(one, convention), today, "rotation-due")
        case "first_only_scrap":
            if one.out_of_tolerance:
                return Judged(State.INVALID, "out-of-tolerance")
            return _first(one.first_result) or Judged(State.VALID)
        case _:
            return Judged(State.UNKNOWN, "mode-unknown")


def _left_out(one: Registered, today: date) -> Judged | None:
    if one.regime == "P":
        return Judged(State.EXCLUDED, "type-approval-only")
    if one.use == "non_compulsory":
        return Judged(State.EXCLUDED, "non-compulsory")
    if one.state in OUT_OF_SERVICE:
        if one.evidence is None:
            return Judged(State.UNKNOWN, "no-evidence")
        if one.evidence is msgspec.UNSET or one.evidence <= today:
            return Judged(State.EXCLUDED, one.state)
    for known, reason in ((one.regime, "regime-unknown"), (one.use, "use-unknown"), (one.state, "state-unknown")):
        if not known:
            return Judged(State.UNKNOWN, reason)
    return None


def _first(result: Result) -> Judged | None:
    """None: passed."""
    if result == "pass":
        return None
    return Judged(State.INVALID, f"result-{result}") if result else Judged(State.UNKNOWN, "result-unknown")


def _dated(result: Result, ends: set[date] | None, today: date, late: str) -> Judged:
    """Late is late whatever the result was; the last day itself counts."""
    if result in ("fail", "voided", "never"):
        return Judged(State.INVALID, f"result-{result}")
    if ends and max(ends) < today:
        return Judged(State.INVALID, late)
    if refused := _first(result):
        return refused
    if not ends:
        return Judged(State.UNKNOWN, "date-unknown")
    return Judged(State.VALID) if min(ends) >= today else Judged(State.UNKNOWN, "rotation-day-unsettled")


def _rotation_ends(one: Registered, convention: str) -> set[date] | None:
    if one.rotation_until:
        return {one.rotation_until}
    if one.first_date is None or one.rotation_months is None:
        return None
    ways = [convention] if convention else [MINUS_ONE, SAME_DAY]
    return {valid_until(one.first_date, one.rotation_months, way) for way in ways}


class Kind(msgspec.Struct, frozen=True):
    """A kind of the catalogue as it stands locally; None: not known."""

    regime: Regime
    present: bool | None
    standard: bool | None  # a valid one, or an authorisation, is at hand


def capable(kind: Kind) -> Judged:
    if kind.regime == "P":
        return Judged(State.EXCLUDED, "type-approval-only")
    if kind.present is False:
        return Judged(State.EXCLUDED, "not-present")
    if not kind.regime:
        return Judged(State.UNKNOWN, "regime-unknown")
    if kind.present is None:
        return Judged(State.UNKNOWN, "presence-unknown")
    if kind.standard is None:
        return Judged(State.UNKNOWN, "standard-unknown")
    return Judged(State.VALID) if kind.standard else Judged(State.INVALID, "no-standard")


@dataclass(frozen=True)
class Rate:
    """`percent` of those that are known; `least` and `most`: what it is once the unknown ones are known."""

    valid: int
    counted: int
    excluded: int
    unknown: int

    @property
    def percent(self) -> Decimal | None:
        return _percent(self.valid, self.counted)

    @property
    def least(self) -> Decimal | None:
        return _percent(self.valid, self.counted + self.unknown)

    @property
    def most(self) -> Decimal | None:
        return _percent(self.valid + self.unknown, self.counted + self.unknown)


def rate(states: Iterable[State]) -> Rate:
    found = list(states)
    valid = found.count(State.VALID)
    counted = valid + found.count(State.INVALID)
    return Rate(valid, counted, found.count(State.EXCLUDED), found.count(State.UNKNOWN))


def _percent(part: int, whole: int) -> Decimal | None:
    return half_even(Decimal(100 * part) / whole, STEP) if whole else None
