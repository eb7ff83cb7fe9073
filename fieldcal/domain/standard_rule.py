"""Rules over standards: names of the run's own values, and of what the standard states, which start with std_."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.procedure import StandardRule
from fieldcal.domain.quantity import number

PREFIX = "std_"


def needed(compiled: Compiled, rule: StandardRule) -> list[str]:
    """What the rule wants to know of a standard: names that the procedure does not have itself."""
    procedure = compiled.procedure
    own = {entry.id for entry in procedure.inputs} | {entry.id for entry in procedure.derive} | {*procedure.tables}
    names = compiled.expr(rule.rule).names if rule.rule else frozenset[str]()
    return sorted(name for name in names if name.startswith(PREFIX) and name not in own)


def names_for(
    compiled: Compiled, rule: StandardRule, values: Mapping[str, Any], stated: Mapping[str, str]
) -> dict[str, Any]:
    """The names that the rule sees. A statement never takes the place of a value of the procedure (`std_ratio`).

    Raises BadInput `not-a-number` for a statement that the rule asks for and that is none.
    """
    own = {
        name: number(stated[key], key)
        for name in needed(compiled, rule)
        if (key := name.removeprefix(PREFIX)) in stated
    }
    return {**values, **own}
