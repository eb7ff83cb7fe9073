"""Verdicts and how they rise from a check to the whole run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fieldcal.domain.rounding import half_even, within


class Verdict(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    NOT_DONE = "not-done"
    NOT_APPLICABLE = "not-applicable"
    SUSPECT = "suspect"
    BORDERLINE = "borderline"  # full and rounded comparison disagree: look again
    WARNING = "warning"  # of a check that informs and doesn't decide


@dataclass(frozen=True)
class Judged:
    """One comparison with a limit: everything that an explanation needs."""

    name: str
    value: Decimal
    low: Decimal | None
    high: Decimal | None
    verdict: Verdict
    full: Verdict
    rounded: Verdict
    rounded_value: Decimal | None
    rule: str
    source: str
    unit: str = ""
    show: str = ""
    text: str = ""


def compare(
    value: Decimal, low: Decimal | None, high: Decimal | None, how: str, interval: Decimal | None
) -> tuple[Verdict, Verdict, Verdict, Decimal | None]:
    """(verdict, full, rounded, rounded value) after GB/T 8170 clause 4: full-value or rounded-value comparison."""
    full = Verdict.PASS if within(value, low, high) else Verdict.FAIL
    if interval is None:
        return full, full, full, None
    near = half_even(value, interval)
    rounded = Verdict.PASS if within(near, low, high) else Verdict.FAIL
    verdict = {"full": full, "rounded": rounded}.get(how, full if full == rounded else Verdict.BORDERLINE)
    return verdict, full, rounded, near


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Suspect over fail over not done over borderline over pass; nothing at all is not done."""
    found = set(verdicts) - {Verdict.WARNING}
    for verdict in (Verdict.SUSPECT, Verdict.FAIL, Verdict.NOT_DONE, Verdict.BORDERLINE, Verdict.PASS):
        if verdict in found:
            return verdict
    return Verdict.NOT_APPLICABLE if found else Verdict.NOT_DONE
