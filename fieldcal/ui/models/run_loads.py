"""Loads and weights of a job, flows and measures: before the first step all of them, then the row in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import DomainError, NotAllowed
from fieldcal.domain.fold import RunView
from fieldcal.domain.plate import read
from fieldcal.services import preparing
from fieldcal.services import standards_words as words
from fieldcal.services.standards_check import ROLES, Checked, Laid
from fieldcal.services.standards_words import Line
from fieldcal.services.substitution_plan import Step
from fieldcal.ui.i18n import explain, message, t
from fieldcal.ui.models.run_show import say

if TYPE_CHECKING:
    from fieldcal.services.app import Services
    from fieldcal.ui.models.run_wire import RunWire


@dataclass(frozen=True)
class LoadRow:
    """A load with the pieces that make it; `second` their error, or the reason. A step of the plan has no `kind`."""

    title: str
    second: str
    kind: str = ""


@dataclass(frozen=True)
class Loads:
    """`kind`: pass, fail, warn where it is not known, pending while the nameplate is not complete; `word` says it."""

    title: str
    kind: str
    word: str
    notes: tuple[str, ...] = ()
    rows: tuple[LoadRow, ...] = ()


def loads(services: Services, compiled: Compiled, view: RunView, typed: Mapping[str, str]) -> Loads | None:
    """None for a procedure whose standards have no pieces, or while such a standard is missing."""
    found, roles = Checked(), [rule for rule in compiled.procedure.standards if rule.role in ROLES]
    title = t("loads.title_flow" if any(rule.role == "measure" for rule in roles) else "loads.title")
    given = {**view.inputs, **{name: text for name, text in typed.items() if text}}
    try:
        chosen = [preparing.standard(services.ws, view, rule) for rule in roles]
    except NotAllowed:
        chosen = []
    if not any(chosen):
        return None
    try:
        values = read(compiled, view.kind, given).values
        for one in chosen:
            found = found.joined(preparing.fit(services.ws, compiled, values, one)) if one else found
    except DomainError as error:
        return Loads(title, "pending", t("loads.word_pending"), (t("loads.plate"), explain(error)))
    rows = sorted((_row(line) for line in words.lines(compiled, found)), key=lambda row: row.kind != "fail")
    rows += [_step(step) for step in (found.plan.steps if found.plan else ())]
    kind = "fail" if found.refused() else "warn" if found.unknown else "pass"
    word = t(f"loads.word_{kind}", count=sum(row.kind == "fail" for row in rows) or 1)
    return Loads(title, kind, word, tuple(_notes(found, bool(rows))), tuple(rows))


def _notes(found: Checked, any_rows: bool) -> list[str]:
    out = [t("loads.unknown", name=name) for name in found.unknown]
    if found.plan:
        out.append(
            t("loads.plan", standards=words.mass(found.plan.standards), material=words.mass(found.plan.material))
        )
        limit = found.repeatability
        key = "loads.plan_holds" if limit is None else "loads.plan_needs"
        out.append(t(key, fraction=found.fraction, limit=limit))
        known = {one.fit.refused for one in found.loads}
        out += [_why(refused) for refused in found.plan.refused if refused not in known]
    return out or ([] if any_rows else [t("loads.none")])


def _row(line: Line) -> LoadRow:
    load = line.load if line.load == line.asked else t("loads.about", load=line.load, asked=line.asked)
    items = ", ".join(say(item) for item in line.items)
    if line.refused:
        return LoadRow(f"{load} · {items}", _why(line.refused), "fail")
    key = "loads.measure" if line.error.endswith("%") else "loads.third"
    sign = "→" if line.error.endswith("%") else "="
    bound = t(key, error=line.error, third=line.third)
    return LoadRow(f"{load} {sign} {_lay(line.material, line.lay)}", f"{items} · {bound}", "pass")


def _lay(material: str, lay: str) -> str:
    return " + ".join(part for part in (material and t("loads.material", mass=material), lay) if part)


def _why(refused: words.Refusal) -> str:
    value, accepted = words.reason(refused)
    return " ".join(part for part in (message(refused.code), value, accepted) if part)


def _step(step: Step) -> LoadRow:
    stack = words.stack(step.pieces, step.pieces[0].set if step.pieces else "")
    lay = _lay(words.mass(step.material) if step.material else "", stack)
    text = t(f"loads.step_{step.action}", load=words.mass(step.load), lay=lay, standards=stack)
    return LoadRow(t(f"run.{step.direction}"), text)


def hint(model: RunWire) -> str:
    """What to lay on, or which measure to fill, for the row in hand; "" where nothing is known of it."""
    state, at, made = model.state, model.at, model.draft()
    if state is None or at is None or at.question or made is None:
        return ""
    load = made.outcome.values.get("load")
    entered = load if isinstance(load, Decimal) and load > 0 else None
    found = preparing.at_row(model.services.ws, model.compiled, model.view, state, at.row, entered)
    if found is None:
        return ""
    if found.fit.refused:
        return _why(found.fit.refused)
    if not isinstance(found, Laid):
        return t("loads.fill", lay=words.of_fill(found)[3])
    asked, load_text, material, lay, *_ = words.of_load(found, model.view.standards.get("weights", ""))
    key = "loads.lay" if asked == load_text else "loads.lay_enter"
    return t(key, lay=_lay(material, lay), load=load_text)
