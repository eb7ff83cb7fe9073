"""Calendar days where the work is done; apart from the workspace, so that the header need not import that."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

LOCAL = timezone(timedelta(hours=8))  # China keeps one time zone


def local_day(at: str) -> date:
    """The calendar day in China of a stored time."""
    return datetime.fromisoformat(at).astimezone(LOCAL).date()
