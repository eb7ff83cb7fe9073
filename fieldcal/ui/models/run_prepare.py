"""Before the first step: the nameplate as a form, the standards and instruments that will be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import DomainError
from fieldcal.domain.fold import RunView
from fieldcal.ui.i18n import t
from fieldcal.ui.models.run_loads import Loads, loads
from fieldcal.ui.models.run_show import say

if TYPE_CHECKING:
    from fieldcal.services.app import Services


Fitting = Callable[[Mapping[str, str]], Loads | None]


@dataclass(frozen=True)
class Field:
    id: str
    caption: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True
    hint: str = ""


@dataclass(frozen=True)
class Means:
    """A standard or instrument: `kind` pass, fail or pending."""

    id: str
    title: str
    second: str
    kind: str


def form(compiled: Compiled, view: RunView, typed: Mapping[str, str]) -> list[Field]:
    """The inputs that apply, filled from the plate; `typed` wins over what is on disk."""
    return plate(compiled, view.kind, view.inputs, typed)


def plate(compiled: Compiled, kind: str, known: Mapping[str, Any], typed: Mapping[str, str]) -> list[Field]:
    """As `form`, before there is a run."""
    names: dict[str, Any] = {"kind": kind}
    out: list[Field] = []
    for entry in compiled.procedure.inputs:
        if entry.when and not _holds(compiled, entry.when, names):
            continue
        given = typed.get(entry.id, _text(known.get(entry.id, "")))
        if entry.kind == "choice":
            names[entry.id] = given = given or entry.default
        caption = f"{say(entry.text)} / {entry.unit}" if entry.unit else say(entry.text)
        choices = tuple((choice.id, say(choice.text)) for choice in entry.choices)
        hint = "" if entry.required and not entry.default else entry.default or t("run.optional")
        out.append(Field(entry.id, caption, given, choices, entry.required and not entry.default, hint))
    return out


def _holds(compiled: Compiled, rule: str, names: Mapping[str, Any]) -> bool:
    try:
        return bool(compiled.expr(rule)(names))
    except DomainError:
        return False


def _text(value: object) -> str:
    return "; ".join(str(v) for v in value) if isinstance(value, list) else str(value)  # pyright: ignore


def at_hand(services: Services, compiled: Compiled, view: RunView) -> tuple[list[Means], Fitting]:
    """The standards and instruments, and what says for a nameplate whether the standards make its loads."""
    return means(services, compiled, view), partial(loads, services, compiled, view)


def means(services: Services, compiled: Compiled, view: RunView) -> list[Means]:
    """What the verification will be traced to, and what delivers readings."""
    today, catalogue = services.ws.today(), services.ws.catalogue
    out: list[Means] = []
    for rule in compiled.procedure.standards:
        found = catalogue.standards.get(view.standards.get(rule.role, "")) or catalogue.standard(rule.role, today)
        if found is None:
            out.append(Means(rule.role, say(rule.text), t("run.no_standard"), "fail" if rule.required else "pending"))
            continue
        good = date.fromisoformat(found.valid_to) >= today
        second = t("run.standard", serial=found.serial, accuracy=found.accuracy_class, until=found.valid_to)
        out.append(Means(rule.role, f"{found.name} {found.id}", second, "pass" if good else "fail"))
    states = {state.role: state for state in services.devices.state()}
    for name, role in compiled.procedure.roles.items():
        state = states.get(name)
        linked = state is not None and state.linked
        identity = state.identity if state is not None else None
        words = f"{identity.maker} {identity.model} · {identity.serial}" if linked and identity else t("run.by_hand")
        out.append(Means(name, say(role.text), words, "pass" if linked else "pending"))
    return out
