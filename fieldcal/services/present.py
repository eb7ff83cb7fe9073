"""Values as people see them: in the shown unit, rounded once for print, sign always on errors."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.expression import BadExpression
from fieldcal.domain.plate import shown_unit
from fieldcal.domain.procedure import Column, Item, Result, Text
from fieldcal.domain.quantity import show, trim
from fieldcal.domain.rounding import half_even
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import Judged

MINUS = "−"
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")  # the bundled face has no subscript digits
FINEST = -3  # decimals that arithmetic on readings keeps as they are
Names = Mapping[str, Any]


def pick(text: Text | None, language: str) -> str:
    return "" if text is None else (text.zh if language == "zh" else text.en).translate(SUBSCRIPTS)


def pretty(text: str) -> str:
    return text.replace("-", MINUS)


def rounded(compiled: Compiled, value: Any, report: str, names: Names) -> Any:
    if not report or not isinstance(value, Decimal):
        return value
    try:
        return half_even(value, compiled.expr(report)(names))
    except BadExpression:
        return value


def show_cell(
    compiled: Compiled, entry: Column | Result, value: Any, names: Names, language: str = "zh"
) -> tuple[str, str]:
    """(text, unit) of a cell or result; zeros of what was typed or of the reporting interval are kept."""
    if value is None:
        return "–", ""
    if isinstance(entry, Column) and entry.kind == "choice":
        return next((pick(c.text, language) for c in entry.choices if c.id == value), str(value)), ""
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value], ""
    if isinstance(value, list):
        return ", ".join(trim(v) for v in value), entry.unit  # pyright: ignore
    if not isinstance(value, Decimal):
        return str(value), ""
    unit = shown_unit(compiled, entry.unit, entry.show, dict(names))
    near = rounded(compiled, value, entry.report, names)
    in_unit = convert(near, entry.unit, unit)
    typed = isinstance(entry, Column) and entry.source != "computed"
    text = show(in_unit) if typed or entry.report else natural(in_unit)
    return pretty(f"+{text}" if entry.signed and in_unit > 0 else text), unit


def show_nominal(compiled: Compiled, item: Item, at: Names, names: Names) -> str:
    """What the row is about ("2.5 bar") in the unit that its readings are shown in; "" for a row without such a value.
    `at`: of the row; `names`: of the plate."""
    block = next((b for b in item.points if b.over and b.over in at), None)
    if block is None or not isinstance(at[block.over], Decimal):
        return ""
    show = next((c.show for c in item.columns if c.unit == block.unit and c.source == "measured"), "")
    unit = shown_unit(compiled, block.unit, show, dict(names))
    return f"{trim(convert(at[block.over], block.unit, unit))} {unit}".strip()


def natural(value: Decimal) -> str:
    """With the decimals that the inputs had; what only a division or a conversion made is trimmed."""
    exponent = value.as_tuple().exponent
    return show(value) if isinstance(exponent, int) and exponent >= FINEST else trim(_tidy(value))


def _tidy(value: Decimal) -> Decimal:
    """An endless fraction is cut for the screen only; nothing is judged with it."""
    exponent = value.as_tuple().exponent
    return half_even(value, Decimal("0.000001")) if isinstance(exponent, int) and exponent < -6 else value


def show_judged(compiled: Compiled, judged: Judged, names: Names) -> tuple[str, str, str, str]:
    """(value, low, high, unit); an absent limit is ""."""
    unit = shown_unit(compiled, judged.unit, judged.show, dict(names))

    def text(value: Decimal | None) -> str:
        return "" if value is None else pretty(natural(convert(value, judged.unit, unit)))

    value = judged.rounded_value if judged.rounded_value is not None else judged.value
    return text(value), text(judged.low), text(judged.high), unit


def limit_text(low: str, high: str, unit: str) -> str:
    if low and high and low.lstrip(MINUS) == high and low.startswith(MINUS):
        return f"±{high} {unit}".strip()
    return (
        f"{low} … {high} {unit}".strip(" …") if low and high else f"{'≥ ' + low if low else '≤ ' + high} {unit}".strip()
    )
