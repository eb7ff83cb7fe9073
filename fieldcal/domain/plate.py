"""Nameplate and job data: read strictly, completed by derived values, checked against the regulation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled, Names
from fieldcal.domain.errors import BadInput
from fieldcal.domain.expression import BadExpression
from fieldcal.domain.functions import listed
from fieldcal.domain.procedure import Check, Input, Text
from fieldcal.domain.quantity import normalise, number, show
from fieldcal.domain.units import convert

_WITH_UNIT = re.compile(r"([^\sA-Za-z°%]+)\s*([A-Za-z°%][A-Za-z0-9/°%²]*)?")
Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Plate:
    """`values` in the procedure's units; `broken` are the nameplate rules that do not hold."""

    values: Names
    broken: list[Check]


def measure(text: str, unit: str, field: str) -> Any:
    """ "15 kg" or "15" (then in `unit`) to a Decimal in `unit`. Raises BadInput naming field and unit."""
    digits, given = quantity_text(text, field, unit)
    return convert(number(digits, field), given or unit, unit, field)


def quantity_text(text: str, field: str = "", unit: str = "") -> tuple[str, str]:
    """ "15 kg" to ("15", "kg"), "15" to ("15", ""). Raises BadInput `not-a-number`; `unit` only for its example."""
    hit = _WITH_UNIT.fullmatch(normalise(text))
    if hit is None:
        number(text, field)
        raise BadInput("not-a-number", field=field, value=text, accepted=f"15 {unit}".strip())
    return hit[1], (hit[2] or "").replace("²", "2")


def _one(entry: Input, raw: Any) -> Any:
    if entry.kind == "text":
        return str(raw)
    if entry.kind == "choice":
        ids = [choice.id for choice in entry.choices]
        if raw not in ids:
            raise BadInput("bad-choice", field=entry.id, value=raw, accepted=", ".join(ids))
        return raw
    if entry.kind == "numbers":
        given: list[Any] = raw if isinstance(raw, list) else re.split(r"[;/\s]+", str(raw))  # pyright: ignore
        return [_positive(entry, measure(str(part), entry.unit, entry.id)) for part in given if part]
    return _positive(entry, measure(str(raw), entry.unit, entry.id))


def _positive(entry: Input, value: Any) -> Any:
    if entry.positive and value <= 0:
        raise BadInput("out-of-range", field=entry.id, value=show(value), accepted="> 0")
    return value


def read(compiled: Compiled, kind: str, raw: Raw) -> Plate:
    """All inputs typed, tables and derived values resolved. Raises BadInput for the first bad field."""
    procedure = compiled.procedure
    if kind not in procedure.kinds:
        raise BadInput("bad-choice", field="kind", value=kind, accepted=", ".join(procedure.kinds))
    if unknown := sorted(set(raw) - {entry.id for entry in procedure.inputs}):
        raise BadInput("unknown-field", field=unknown[0], value=raw[unknown[0]], accepted="")
    values: Names = {"kind": kind}
    for entry in procedure.inputs:
        if entry.when and not compiled.expr(entry.when)(values):
            continue
        given = raw.get(entry.id, "")
        if given not in ("", [], None):
            values[entry.id] = _one(entry, given)
        elif entry.default:
            values[entry.id] = _default(compiled, entry, values)
        elif entry.required:
            raise BadInput("empty", field=entry.id, accepted=entry.unit or entry.kind)
    complete(compiled, values)
    broken = [
        check
        for check in procedure.checks
        if (not check.when or compiled.expr(check.when)(values)) and not compiled.expr(check.expr)(values)
    ]
    return Plate(values, broken)


def required(compiled: Compiled, check: Check, values: Names) -> Text:
    """The rule that does not hold, with the numbers it was tried with, then its words."""
    known = {name: values[name] for name in sorted(compiled.expr(check.expr).names) if name in values}
    facts = ", ".join(f"{name} = {show(v)}" for name, v in known.items() if isinstance(v, Decimal))
    rule = f"{check.expr} ({facts})" if facts else check.expr
    return Text(zh=f"{rule}；{check.text.zh}", en=f"{rule}; {check.text.en}")


def _default(compiled: Compiled, entry: Input, values: Names) -> Any:
    if entry.kind in ("text", "choice") or entry.several:
        return _one(entry, entry.default)
    value = compiled.expr(entry.default)(values)
    return listed(value) if entry.kind == "numbers" else value


def complete(compiled: Compiled, values: Names) -> None:
    """Adds what tables and `derive` give for these inputs; a value whose inputs are not asked is left out."""
    values.update(compiled.constants(values))
    for entry in compiled.procedure.derive:
        expression = compiled.expr(entry.expr)
        try:
            values[entry.id] = expression(values)
        except BadExpression:
            if expression.names <= values.keys():
                raise


def shown_unit(compiled: Compiled, unit: str, show: str, values: Names) -> str:
    """The unit in which a value of `unit` is displayed for this instrument."""
    if not show:
        return unit
    for entry in compiled.procedure.show.get(show, []):
        if not entry.when or compiled.expr(entry.when)(values):
            return entry.unit
    return unit if show in compiled.procedure.show else show
