"""Sampling plans: how many of a lot are tested, and how many of them may fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from fieldcal.domain.errors import NotAllowed
from fieldcal.domain.procedure import LotPlan, LotRule


def plan_for(rule: LotRule, size: int) -> LotPlan | None:
    """The file's plan for a lot of `size`, None where the file holds none at all.

    Raises NotAllowed `no-lot-plan` for a lot larger than the last plan covers.
    """
    if not rule.plans:
        return None
    for plan in rule.plans:
        if not plan.to or size <= plan.to:
            return plan
    raise NotAllowed("no-lot-plan", field="serials", value=size, accepted=f"<= {rule.plans[-1].to}")


def broken(plan: LotPlan) -> str:
    """The rule that a plan for single sampling breaks, or ""."""
    if plan.sample < 1:
        return "sample >= 1"
    if not 0 <= plan.accept < plan.sample:
        return "0 <= accept < sample"
    return "" if plan.reject == plan.accept + 1 else "reject = accept + 1"


def broken_rule(rule: LotRule, grade: str) -> Iterator[tuple[object, str]]:
    """What is wrong with the plans of a file, with what is accepted."""
    if bool(rule.plans) == (grade == "X"):
        yield grade, "plans, or a source graded X"
    for plan in rule.plans:
        if told := broken(plan):
            yield (plan.sample, plan.accept, plan.reject), told
    ends = [plan.to for plan in rule.plans]
    if any(not end for end in ends[:-1]) or [end for end in ends if end] != sorted({end for end in ends if end}):
        yield ends, "rising to, the last may be open"


def verdict(plan: LotPlan, failed: int) -> Literal["accepted", "rejected"]:
    return "accepted" if failed <= plan.accept else "rejected"
