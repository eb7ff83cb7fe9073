"""Which procedure covers an instrument on the day of its verification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from fieldcal.domain.compiled import Compiled
from fieldcal.services.transfer import with_unit


class Begun(Protocol):
    """A library, or the editions of a laboratory."""

    def begun(self, day: date) -> list[Compiled]: ...


def covering(known: Begun, compiled: Compiled, plate: Mapping[str, Any], day: date) -> Compiled:
    """`compiled`, or the procedure in force on `day` that took over instruments with this plate.

    What the plate leaves out counts as the input's own default. Raises BadProcedure `not-computable` where the
    rule of a later procedure asks for something that `compiled` does not know.
    """
    passed = {compiled.procedure.id}
    begun = known.begun(day)
    while later := [c for c in begun if c.procedure.id not in passed and takes(c, compiled, plate)]:
        compiled = max(later, key=lambda one: one.procedure.valid_from)
        passed.add(compiled.procedure.id)
    return compiled


def takes(later: Compiled, compiled: Compiled, plate: Mapping[str, Any]) -> bool:
    """True if `later`, once it has begun, takes instruments with this plate over from `compiled`."""
    names = {entry.id: plate.get(entry.id) or entry.default for entry in compiled.procedure.inputs}
    return any(
        rule.procedure == compiled.procedure.id and (not rule.when or bool(compiled.expr(rule.when)(names)))
        for rule in later.procedure.supersedes
    )


def carried(plate: Mapping[str, Any], was: Compiled, now: Compiled) -> dict[str, Any]:
    """What `now` asks for of a plate that was written for `was`, a bare number with the unit it was meant in."""
    known = {entry.id: entry for entry in was.procedure.inputs}
    found = {e.id: known[e.id] for e in now.procedure.inputs if e.id in known and plate.get(e.id) not in ("", [], None)}
    units = {entry.id: entry.unit for entry in now.procedure.inputs}
    return {
        name: plate[name] if entry.unit == units[name] else with_unit(entry, plate[name])
        for name, entry in found.items()
    }
