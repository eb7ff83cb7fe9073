"""A lot to be opened, as fields: procedure, kind, site, plan, and the nameplate that all of them share; no widget."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput, DomainError
from fieldcal.domain.lot import PREFIX, serials
from fieldcal.domain.procedure import LotRule
from fieldcal.services.lots import Plan
from fieldcal.ui.i18n import t
from fieldcal.ui.models import lots as model
from fieldcal.ui.models.run_prepare import Field, plate
from fieldcal.ui.models.run_show import say

if TYPE_CHECKING:
    from fieldcal.services.app import Services

HEAD, PLAN, SERIAL = ("procedure", "site", "kind"), ("sample", "accept", "reject", "basis"), "serial"
UNDER = {"plan": "sample"}  # where the words of a field that the form has not stand


@dataclass(frozen=True)
class Form:
    """`note`: what must be known before it is opened, "" for nothing."""

    fields: list[Field]
    plate: list[Field]
    note: str


def procedures(services: Services) -> list[Compiled]:
    """In force today, of the kinds that can be judged as a lot. Blocks: reads every procedure once."""
    today, found = services.ws.today(), list[Compiled]()
    for name in [one.procedure.id for one in services.ws.library.all()]:
        with suppress(DomainError):  # one that does not hold today is no choice
            found.append(services.runs.editions.in_force(name, today))
    return [one for one in found if one.procedure.lot]


def last_plate(services: Services, procedure: str) -> dict[str, str]:
    """What the latest lot of this procedure had in common: the next one often is of the same model."""
    same = [view.lot for view in model.of(services).all() if view.lot.procedure == procedure]
    return {name: str(value) for name, value in same[-1].plate.items()} if same else {}


def form(services: Services, found: list[Compiled], typed: Mapping[str, str], known: Mapping[str, str]) -> Form:
    """`typed` wins over `known`, a plate of before."""
    compiled = chosen(found, typed)
    rule = compiled.procedure.lot
    assert rule is not None
    sites = sorted(services.ws.catalogue.sites.values(), key=lambda site: site.order)
    kind = typed.get("kind", "") if typed.get("kind") in rule.kinds else rule.kinds[0]
    choices = {
        "site": tuple((site.id, site.name) for site in sites),
        "procedure": tuple((c.procedure.id, f"{c.procedure.regulation} {say(c.procedure.instrument)}") for c in found),
        "kind": tuple((name, t(f"site.{name}")) for name in rule.kinds),
    }
    now = {**typed, "procedure": compiled.procedure.id, "kind": kind}
    head = [Field(name, t(f"lots.line_{name}"), now.get(name, ""), choices[name]) for name in HEAD]
    asked = [] if rule.plans else [Field(name, t(f"lots.plan_{name}"), typed.get(name, "")) for name in PLAN]
    shared = [one for one in plate(compiled, kind, known, typed) if one.id != SERIAL]
    return Form([*head, *asked], shared, _note(services, compiled, rule))


def chosen(found: list[Compiled], typed: Mapping[str, str]) -> Compiled:
    return next((one for one in found if one.procedure.id == typed.get("procedure")), found[0])


def _note(services: Services, compiled: Compiled, rule: LotRule) -> str:
    if services.ws.catalogue.adoption(compiled.sha256) is None:
        return t("lots.not_adopted")
    return "" if rule.plans else t("lots.plan_printed")


def count(text: str) -> str:
    """How many serial numbers were pasted and which, "" while they cannot be read."""
    try:
        found = serials(text)
    except DomainError:
        return ""
    return f"{t('lots.size', count=len(found))}　{model.short(found)}"


def put(services: Services, found: list[Compiled], typed: Mapping[str, str], text: str, actor: str) -> str:
    """Opens the lot. Raises BadInput and NotAllowed; their `field` is one of the form, or see `under`."""
    compiled = chosen(found, typed)
    ids = {entry.id for entry in compiled.procedure.inputs}
    given = {name: value for name, value in typed.items() if name in ids and value}
    lots = model.of(services)
    return lots.open(
        compiled.procedure.id, typed["kind"], typed["site"], serials(text), actor, plate=given, plan=_plan(typed)
    )


def _plan(typed: Mapping[str, str]) -> Plan | None:
    if "sample" not in typed:
        return None
    sample, accept, reject = (_whole(typed[name], name) for name in PLAN[:3])
    return Plan(sample, accept, reject, typed["basis"])


def _whole(text: str, field: str) -> int:
    digits = unicodedata.normalize("NFKC", text).strip()
    if not digits:
        raise BadInput("empty", field=field, accepted="20")
    if not (digits.isascii() and digits.isdigit()):
        raise BadInput("not-a-number", field=field, value=text, accepted="20")
    return int(digits)


def under(error: Exception) -> str:
    """The field of the form that an error belongs to."""
    name = str(getattr(error, "field", ""))
    return "serials" if name.startswith(PREFIX) else UNDER.get(name, name)
