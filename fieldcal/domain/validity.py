"""Validity by date. Two conventions, see facts on Civil Code art. 201-202 and institutions' practice."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from fieldcal.domain.errors import BadInput

MINUS_ONE, SAME_DAY = "MINUS_ONE", "SAME_DAY"


def valid_until(start: date, months: int, convention: str = MINUS_ONE, maximum: int | None = None) -> date:
    """Last valid day, itself valid. Raises BadInput `interval-too-long` above the regulation's maximum."""
    if convention not in {MINUS_ONE, SAME_DAY}:
        raise BadInput("bad-choice", field="convention", value=convention, accepted=f"{MINUS_ONE}, {SAME_DAY}")
    if months < 1:
        raise BadInput("out-of-range", field="interval_months", value=months, accepted=">= 1")
    if maximum is not None and months > maximum:
        raise BadInput("interval-too-long", field="interval_months", value=months, accepted=f"<= {maximum}")
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    if start.day > last:
        return date(year, month + 1, last)
    target = date(year, month + 1, start.day)
    return target - timedelta(days=1) if convention == MINUS_ONE else target


def base_date(work_days: list[date]) -> date:
    """The finishing day of the work; approval and print dates do not count."""
    return max(work_days)
