"""Which procedure covers an instrument on the day of its verification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.procedure import Supersedes
from fieldcal.services.procedures import Library


def covering(library: Library, compiled: Compiled, plate: Mapping[str, Any], day: date) -> Compiled:
    """`compiled`, or the procedure in force on `day` that took over instruments with this plate.

    What the plate leaves out counts as the input's own default. Raises BadProcedure `not-computable` where the
    rule of a later procedure asks for something that `compiled` does not know.
    """
    names = {entry.id: plate.get(entry.id) or entry.default for entry in compiled.procedure.inputs}
    for other in library.begun(day):
        if _takes(compiled, other.procedure.supersedes, names):
            return covering(library, other, plate, day)
    return compiled


def _takes(compiled: Compiled, rules: list[Supersedes], names: Mapping[str, Any]) -> bool:
    return any(
        rule.procedure == compiled.procedure.id and (not rule.when or bool(compiled.expr(rule.when)(names)))
        for rule in rules
    )
