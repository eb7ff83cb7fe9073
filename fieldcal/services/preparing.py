"""Before a run starts: the nameplate is possible, the standards are in date, accurate enough and make every load."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from fieldcal.domain import events as ev
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import ItemState
from fieldcal.domain.plate import Plate, read, required
from fieldcal.domain.procedure import StandardRule
from fieldcal.domain.standard_rule import PREFIX, names_for, needed
from fieldcal.services import standards_check
from fieldcal.services import standards_words as words
from fieldcal.services.standards_check import ROLES, Checked, Filled, Laid, checked, in_date, limits_of
from fieldcal.services.workspace import Workspace


def chosen(ws: Workspace, compiled: Compiled, view: RunView) -> list[ev.StandardChosen]:
    """The standards that the run takes and that nobody named yet; raises what stands in the way of a start."""
    plate = possible(compiled, view)
    found: list[ev.StandardChosen] = []
    for rule in compiled.procedure.standards:
        one = standard(ws, view, rule)
        if one is not None:
            _accurate(compiled, rule, one, plate.values)
            fitted = fit(ws, compiled, plate.values, one)
            if stopped := words.stopped(fitted):
                raise stopped[0]
            taken = {f"{rule.role}/{name}": name for name in fitted.used if name != one.id} | {rule.role: one.id}
            found += [ev.StandardChosen(*pair) for pair in taken.items() if view.standards.get(pair[0]) != pair[1]]
    return found


def fit(ws: Workspace, compiled: Compiled, values: Mapping[str, Any], chosen: ev.StandardPut) -> Checked:
    """The planned loads or flows of the job with the chosen standard and, where it falls short, all others in date.

    Raises BadInput for a piece of a set that can't be understood.
    """
    return checked(compiled, dict(values), chosen.role, sets_for(ws, chosen), limits_of(compiled, ws.library.all()))


def at_row(
    ws: Workspace, compiled: Compiled, view: RunView, state: ItemState, row: int, entered: Decimal | None = None
) -> Laid | Filled | None:
    """The pieces, or the measure, for one row of a run that is under way, from the sets that its record names."""
    known, values, limits = ws.catalogue.standards, state.values, limits_of(compiled, ws.library.all())
    for role in ROLES:
        taken = [name for key, name in view.standards.items() if key == role or key.startswith(f"{role}/")]
        sets = sorted((known[name] for name in taken), key=lambda one: one.id != view.standards.get(role))
        if found := standards_check.at_row(compiled, values, state.item, row, entered, sets, limits):
            return found
    return None


def sets_for(ws: Workspace, chosen: ev.StandardPut) -> list[ev.StandardPut]:
    """The chosen standard, then what else is in the van for its role and in date."""
    return in_date(ws.catalogue.standards.values(), chosen.role, ws.today(), chosen)


def possible(compiled: Compiled, view: RunView) -> Plate:
    """The nameplate of the run; raises BadInput `impossible-plate` for one that no instrument can have."""
    plate = read(compiled, view.kind, view.inputs)
    if plate.broken:
        rule = plate.broken[0]
        given = str(view.inputs.get(rule.field, plate.values.get(rule.field, "")))
        raise BadInput(
            "impossible-plate", field=rule.field, value=given, accepted=required(compiled, rule, plate.values)
        )
    return plate


def standard(ws: Workspace, view: RunView, rule: StandardRule) -> ev.StandardPut | None:
    """The standard of this role: the one chosen, else the one in date longest; None if it may be missing."""
    today = ws.today()
    name = view.standards.get(rule.role, "")
    found = ws.catalogue.standards.get(name) or ws.catalogue.standard(rule.role, today)
    if rule.required and found is None:  # an expired one is named: it may be all that is at hand
        late = [standard for standard in ws.catalogue.standards.values() if standard.role == rule.role]
        found = max(late, key=lambda standard: standard.valid_to, default=None)
    if found is None:
        if rule.required:
            raise NotAllowed("no-standard", field=rule.role, accepted=rule.text)
        return None
    if date.fromisoformat(found.valid_to) < today:
        raise NotAllowed("standard-expired", field=found.id, value=found.valid_to, accepted=f">= {today}")
    return found


def _accurate(compiled: Compiled, rule: StandardRule, found: ev.StandardPut, values: Mapping[str, Any]) -> None:
    if rule.rule:
        for name in needed(compiled, rule):
            if (key := name.removeprefix(PREFIX)) not in found.values:
                raise NotAllowed("standard-unstated", field=found.id, value=key, accepted=rule.rule)
        if not compiled.expr(rule.rule)(names_for(compiled, rule, values, found.values)):
            raise NotAllowed("standard-too-coarse", field=found.id, value=found.accuracy_class, accepted=rule.rule)
