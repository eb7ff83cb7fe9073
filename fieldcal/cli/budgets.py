"""`fieldcal procedures budget RUN`: the uncertainty of a record, part by part."""

from __future__ import annotations

import argparse
from decimal import Decimal
from typing import Any

from fieldcal import bootstrap
from fieldcal.cli.output import DIFFERS, OK, table, tell
from fieldcal.cli.place import workspace
from fieldcal.domain.errors import BadInput
from fieldcal.domain.procedure import Text
from fieldcal.domain.quantity import number, trim
from fieldcal.domain.rounding import half_even
from fieldcal.services.budget_values import BudgetValues
from fieldcal.services.runs import Runs
from fieldcal.services.uncertainty import PointBudget, Typed, budgets, stated
from fieldcal.services.workspace import Workspace
from fieldcal.storage.store import Store


def budget(arguments: argparse.Namespace) -> int:
    """1: nothing to budget, or somewhere U is above a third of the limit, or a part can't be computed."""
    own = dict(_pair(text) for text in arguments.set)
    simulate = bootstrap.simulate if arguments.trials else None
    with Store.open(workspace(arguments)) as store:
        ws = Workspace(store.journal, store.blobs, store.signer, bootstrap.SystemClock(), bootstrap.library())
        runs = Runs(ws)
        known = [view.stream for view in runs.all()]
        hit = [stream for stream in known if arguments.id in (stream, stream.removeprefix("run:"))]
        if not hit:
            raise BadInput("unknown-run", field="RUN", value=arguments.id, accepted=", ".join(known))
        judged, used = runs.judgement(hit[0]), stated(ws.catalogue.used(runs.view(hit[0]).standards))
        typed = BudgetValues(runs).of(hit[0])
        found = budgets(runs.compiled(hit[0]), judged, own, simulate, arguments.trials or 0, used, typed=typed)
    told = [_told(one, arguments.lang) for one in found]
    counted = {name: _by_whom(one) for name, one in typed.items() if name not in own}
    none = [f"{hit[0]}: nothing measured that has a budget"]
    lines = [f"{name} = {one['value']}, {one['by']}, {one['at']}" for name, one in counted.items()]
    lines += [line for one in told for line in _lines(one)] or none
    tell({"run": hit[0], "stated": counted, "budgets": told}, arguments.json, lambda: lines)
    return OK if told and all(one["one_third"] for one in told) else DIFFERS


def _by_whom(one: Typed) -> dict[str, str]:
    return {"value": str(one.quantity), "by": one.by, "at": one.at}


def _pair(text: str) -> tuple[str, Decimal]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput("bad-choice", field="--set", value=text, accepted="NAME=VALUE")
    return name, number(value, name)


def _told(one: PointBudget, language: str) -> dict[str, Any]:
    head: dict[str, Any] = {"budget": one.budget.id, "point": one.point, "unit": one.budget.unit}
    found = one.worked
    if found is None:
        return {**head, "missing": one.missing, "one_third": False}
    value, expanded = found.printed
    head |= {
        "value": str(value), "U": str(expanded), "k": trim(found.k), "one_third": found.one_third,
        "limit": "" if found.limit is None else trim(found.limit),
        "parts": [
            {"symbol": line.part.symbol, "text": _said(line.component.text, language), "type": line.component.type,
             "distribution": line.component.distribution, "u": _three(line.part.u),
             "sensitivity": _three(line.part.sensitivity), "contribution": _three(line.part.contribution)}
            for line in found.lines
        ],
    }  # fmt: skip
    if one.trial:
        head["trials"] = {key: trim(getattr(one.trial, key)) for key in ("mean", "u", "low", "high")}
    return head


def _lines(told: dict[str, Any]) -> list[str]:
    title = f"{told['budget']} {told['point']}"
    if "missing" in told:
        return [f"{title}: not computable: {told['missing']}", ""]
    unit, holds = told["unit"], "<=" if told["one_third"] else ">"
    end = f"{title}: {told['value']} {unit}, U = {told['U']} {unit} (k = {told['k']})"
    if told["limit"]:
        end += f", U {holds} {told['limit']}/3"
    keys = ("symbol", "text", "type", "distribution", "u", "sensitivity", "contribution")
    out = [end, *table([[part[key] for key in keys] for part in told["parts"]])]
    if "trials" in told:
        trial = told["trials"]
        out.append(f"trials: mean {trial['mean']}, u {trial['u']}, 95 %: {trial['low']} .. {trial['high']}")
    return [*out, ""]


def _said(text: Text, language: str) -> str:
    return text.zh if language == "zh" else text.en


def _three(value: Decimal) -> str:
    """Three digits to look at; zero stays zero."""
    return trim(half_even(value, Decimal(1).scaleb(value.adjusted() - 2))) if value else "0"
