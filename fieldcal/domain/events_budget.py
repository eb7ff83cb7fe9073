"""What a person states for the uncertainty budget of a run, on a stream of its own; part of the union in events.py."""

from __future__ import annotations

from fieldcal.domain.event import Event

PREFIX = "budget:"


class BudgetStated(Event, frozen=True, tag="budget-stated/1"):
    """`name` of a value that a budget takes, `value` as typed in `unit`; "" takes back what was stated before."""

    name: str
    value: str
    unit: str
