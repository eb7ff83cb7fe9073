"""`fieldcal standards`: what is in the van, and whether it makes every load and flow of a job."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from fieldcal import bootstrap
from fieldcal.cli.output import DIFFERS, OK, table, tell
from fieldcal.cli.place import workspace
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.events import StandardPut
from fieldcal.domain.plate import read
from fieldcal.services import standards_words as words
from fieldcal.services.editions import Editions
from fieldcal.services.preparing import sets_for
from fieldcal.services.standards_check import ROLES, Checked, checked, limits_of
from fieldcal.services.substitution_plan import Step
from fieldcal.services.workspace import Workspace
from fieldcal.storage.store import Store
from fieldcal.ui.i18n import explain, text_in

Arguments = argparse.Namespace


def standards(arguments: Arguments) -> int:
    with Store.open(workspace(arguments)) as store:
        ws = Workspace(store.journal, store.blobs, store.signer, bootstrap.SystemClock(), bootstrap.library())
        return (listed if arguments.action == "list" else fit)(ws, arguments)


def listed(ws: Workspace, arguments: Arguments) -> int:
    """1: one of them is out of date."""
    found = [_told(one, ws.today()) for one in ws.catalogue.standards.values()]
    keys = ("id", "name", "role", "accuracy_class", "valid_to", "state", "pieces")
    tell({"standards": found}, arguments.json, lambda: table([[str(one[key]) for key in keys] for one in found]))
    return OK if all(one["state"] == "in-date" for one in found) else DIFFERS


def _told(one: StandardPut, today: date) -> dict[str, Any]:
    state = "in-date" if date.fromisoformat(one.valid_to) >= today else "standard-expired"
    pieces = " ".join(f"{raw.get('count', '1')}×{raw.get('nominal', '')}" for raw in one.pieces)
    return {
        "id": one.id, "name": one.name, "role": one.role, "accuracy_class": one.accuracy_class,
        "valid_to": one.valid_to, "state": state, "pieces": pieces,
    }  # fmt: skip


def fit(ws: Workspace, arguments: Arguments) -> int:
    """1: a load or flow can't be tested as planned, or it is not known what is in a set."""
    compiled, plate = _job(ws, arguments)
    kind = arguments.kind or compiled.procedure.kinds[0]
    values = read(compiled, kind, plate).values
    found = Checked()
    limits = limits_of(compiled, ws.library.all())
    for rule in compiled.procedure.standards:
        if rule.role in ROLES:
            stock = _sets(ws, rule.role, arguments.set)
            found = found.joined(checked(compiled, values, rule.role, stock, limits))
    tell(_data(compiled, found), arguments.json, lambda: _lines(compiled, found, arguments.lang))
    return DIFFERS if found.refused() or found.unknown else OK


def _job(ws: Workspace, arguments: Arguments) -> tuple[Compiled, dict[str, Any]]:
    given = dict(_pair(text) for text in arguments.plate)
    put = ws.catalogue.instruments.get(arguments.id)
    if put is None:
        return ws.library.get(arguments.id), given
    compiled, plate = Editions(ws).for_plate(put.procedure, put.plate, ws.today())
    return compiled, {**plate, **given}


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput("bad-choice", field="--plate", value=text, accepted="NAME=VALUE")
    return name, value


def _sets(ws: Workspace, role: str, named: list[str]) -> list[StandardPut]:
    """The named sets of this role, the first of them chosen; without names those that a run would take."""
    known = ws.catalogue.standards
    for name in named:
        if name not in known:
            raise BadInput("unknown-standard", field="--set", value=name, accepted=", ".join(known))
        if date.fromisoformat(known[name].valid_to) < ws.today():
            raise NotAllowed("standard-expired", field=name, value=known[name].valid_to, accepted=f">= {ws.today()}")
    if own := [known[name] for name in named if known[name].role == role]:
        return own
    chosen = ws.catalogue.standard(role, ws.today())
    if chosen is None:
        raise NotAllowed("no-standard", field=role)
    return sets_for(ws, chosen)


def _data(compiled: Compiled, found: Checked) -> dict[str, Any]:
    out: dict[str, Any] = {
        "procedure": compiled.procedure.id, "used": list(found.used), "unknown": list(found.unknown),
        "lines": [
            {"items": [text.en for text in one.items], "asked": one.asked, "load": one.load, "material": one.material,
             "lay": one.lay, "error": one.error, "third": one.third, "refused": one.refused.code if one.refused else ""}
            for one in words.lines(compiled, found)
        ],
        "refused": [
            {"code": error.code, "load": error.field, "value": error.value, "accepted": error.accepted}
            for error in words.stopped(found)
        ],
    }  # fmt: skip
    if found.plan:
        out["substitution"] = {
            "fraction": str(found.fraction),
            "repeatability_e": "" if found.repeatability is None else str(found.repeatability),
            "material": words.mass(found.plan.material),
            "steps": [_step(step) for step in found.plan.steps],
        }
    return out


def _step(step: Step) -> dict[str, str]:
    return {
        "action": step.action, "direction": step.direction, "material": words.mass(step.material),
        "standards": words.stack(step.pieces, step.pieces[0].set if step.pieces else ""),
    }  # fmt: skip


def _lines(compiled: Compiled, found: Checked, language: str) -> list[str]:
    rows: list[list[str]] = []
    for one in words.lines(compiled, found):
        titles = " / ".join(text.zh if language == "zh" else text.en for text in one.items)
        bound = one.refused.code if one.refused else f"{one.error} <= {one.third}"
        lay = " + ".join(part for part in (one.material and f"[{one.material}]", one.lay) if part)
        rows.append([one.load, titles, lay or "-", bound])
    out = table(rows) if rows else []
    if found.plan and found.plan.steps:
        out += ["", *table([list(_step(step).values()) for step in found.plan.steps])]
    out += [f"{error.code}: {explain(error, language)}" for error in words.stopped(found)]
    out += [text_in(language, "loads.unknown", name=name) for name in found.unknown]
    return out or [text_in(language, "loads.none")]
